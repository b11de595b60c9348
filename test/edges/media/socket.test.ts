import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  callSidOf,
  frameOf,
  type MediaWorld,
  mediaWorld,
  streamSidOf,
} from '../../support/media-world.ts';

let world: MediaWorld;
const callSid = callSidOf(1);

beforeEach(async () => {
  world = await mediaWorld();
});
afterEach(() => world.stop());

const audioOf = (...frames: readonly number[]): Buffer =>
  Buffer.concat(frames.map((n) => frameOf(n)));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

async function streaming(token = world.grant(callSid)) {
  const socket = await world.connect();
  socket.begin(token, callSid);
  await socket.handled();
  return socket;
}

/** Status of a handshake that is refused. */
function refusedWith(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { headers });
    ws.on('open', () => reject(new Error('it was let in')));
    ws.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    ws.on('error', reject);
  });
}

describe('the handshake', () => {
  test('without a signature is refused', async () => {
    expect(await refusedWith(world.url)).toBe(403);
  });

  test('with a wrong signature is refused', async () => {
    expect(await refusedWith(world.url, { 'x-twilio-signature': 'other' })).toBe(403);
    expect(world.counts.socketsRefused).toBe(1);
  });

  test('on another path is refused', async () => {
    const url = `ws://127.0.0.1:${world.port}/twilio/media/x`;
    expect(await refusedWith(url, { 'x-twilio-signature': 'signed' })).toBe(404);
  });

  test('beyond the number of sockets is refused, and let in when one has left', async () => {
    await world.stop();
    world = await mediaWorld({ limits: { socketsMax: 1 } });
    const first = await world.connect();
    expect(await refusedWith(world.url, { 'x-twilio-signature': 'signed' })).toBe(503);
    first.ws.close();
    await first.closed;
    const second = await world.connect();
    second.begin(world.grant(callSid), callSid);
    await second.handled();
    expect(world.live.size).toBe(1);
  });
});

describe('a socket is let in', () => {
  test('with its token, and every frame sent at once with the start is sealed', async () => {
    const socket = await world.connect();
    socket.together(() => {
      socket.begin(world.grant(callSid), callSid);
      socket.frames(100);
      socket.stop();
    });
    expect(await socket.closed).toBe(1000);
    const [recording] = await world.settled();
    expect(recording?.audio.equals(audioOf(...range(0, 100)))).toBe(true);
    expect(recording).toMatchObject({ gaps: [], durationMs: 2_000, end: 'clean' });
    expect(world.streamsOver).toEqual([callSid]);
  });

  test('not with a token of another leg', async () => {
    const token = world.grant(callSidOf(2));
    const socket = await world.connect();
    socket.begin(token, callSid);
    expect(await socket.closed).toBe(1008);
  });

  test('not with a token that was used', async () => {
    const token = world.grant(callSid);
    const first = await streaming(token);
    first.stop();
    await first.closed;
    const second = await world.connect();
    second.begin(token, callSid);
    expect(await second.closed).toBe(1008);
  });

  test('not without a token, nor with an unknown one', async () => {
    for (const token of [undefined, 'unknown']) {
      const socket = await world.connect();
      socket.begin(token, callSid);
      expect(await socket.closed).toBe(1008);
    }
    expect(world.rows.size).toBe(0);
  });

  test('of two with one token, only one', async () => {
    const token = world.grant(callSid);
    const sockets = await Promise.all([world.connect(), world.connect()]);
    for (const socket of sockets) socket.begin(token, callSid);
    const out = await Promise.race(sockets.map((socket) => socket.closed));
    expect(out).toBe(1008);
    await Promise.all(sockets.map((socket) => socket.handled()));
    expect(sockets.filter(({ ws }) => ws.readyState === WebSocket.OPEN)).toHaveLength(1);
    expect(world.rows.size).toBe(1);
  });

  test("not beside the leg's first socket, even with a good token", async () => {
    const first = await streaming();
    const second = await world.connect();
    second.begin(world.grant(callSid), callSid);
    expect(await second.closed).toBe(1008);
    first.frames(3);
    first.stop();
    await first.closed;
    expect((await world.settled()).map(({ audio }) => audio.length)).toEqual([480]);
  });

  test('but what cannot be set up closes it, and says so', async () => {
    world.hooks.beforeCreate = async () => {
      throw new Error('the database is gone');
    };
    const socket = await world.connect();
    socket.begin(world.grant(callSid), callSid);
    expect(await socket.closed).toBe(1011);
    expect(world.live.size).toBe(0);
  });
});

describe('what comes out of turn closes the socket', () => {
  const mark = {
    event: 'mark',
    sequenceNumber: '2',
    streamSid: streamSidOf(1),
    mark: { name: 'x' },
  };

  test('media before start', async () => {
    for (const hello of [true, false]) {
      const socket = await world.connect();
      if (hello) socket.send({ event: 'connected', protocol: 'Call', version: '1.0.0' });
      socket.frame(0);
      expect(await socket.closed).toBe(1008);
    }
    expect(world.counts.framesIn).toBe(0);
  });

  test('start before connected', async () => {
    const socket = await world.connect();
    socket.start(world.grant(callSid), callSid);
    expect(await socket.closed).toBe(1008);
  });

  test('connected twice', async () => {
    const socket = await world.connect();
    socket.send({ event: 'connected' });
    socket.send({ event: 'connected' });
    expect(await socket.closed).toBe(1008);
  });

  test('a second start', async () => {
    const socket = await streaming();
    socket.start(world.grant(callSid), callSid);
    expect(await socket.closed).toBe(1008);
  });

  test('a second start while the first is looked at', async () => {
    const socket = await world.connect();
    socket.begin(world.grant(callSid), callSid);
    socket.start('x', callSid);
    expect(await socket.closed).toBe(1008);
  });

  test('a frame of another stream', async () => {
    const socket = await streaming();
    socket.frames(2);
    socket.send({
      event: 'media',
      sequenceNumber: '4',
      streamSid: streamSidOf(9),
      media: { track: 'inbound', chunk: '3', timestamp: '40', payload: 'fn5+' },
    });
    expect(await socket.closed).toBe(1008);
    expect(world.counts.framesSealed).toBe(2);
  });

  test('a mark before the start', async () => {
    const socket = await world.connect();
    socket.send({ event: 'connected' });
    socket.send(mark);
    expect(await socket.closed).toBe(1008);
  });

  test('anything that is no JSON of the protocol, however much of it', async () => {
    const socket = await streaming();
    socket.frames(5);
    for (let n = 0; n < 2_000; n += 1) socket.ws.send('{"event":"media",,,');
    expect(await socket.closed).toBe(1008);
    expect(world.counts.socketsOffending).toBe(1);
    expect(world.counts.framesSealed).toBe(5);
  });

  test('binary', async () => {
    const socket = await streaming();
    socket.ws.send(Buffer.from([1, 2, 3]));
    expect(await socket.closed).toBe(1003);
  });

  test('more than 64 KiB', async () => {
    const socket = await streaming();
    socket.ws.send(`{"event":"media","x":"${'y'.repeat(65_536)}"}`);
    expect(await socket.closed).toBe(1009);
  });

  test('a frame of more than a second, or of no bytes', async () => {
    for (const bytes of [0, 8_001]) {
      const socket = await world.connect();
      socket.begin(world.grant(callSidOf(bytes)), callSidOf(bytes));
      socket.frame(0, { audio: Buffer.alloc(bytes) });
      expect(await socket.closed).toBe(1008);
    }
  });

  test('a timestamp more than a minute ahead', async () => {
    const socket = await streaming();
    socket.frames(2);
    socket.frame(2, { timestamp: 61_000 });
    expect(await socket.closed).toBe(1008);
  });
});

describe('what the carrier may do', () => {
  test('marks, keys and unknown events take their turn and leave nothing', async () => {
    const socket = await streaming();
    const streamSid = streamSidOf(1);
    socket.frame(0);
    socket.send({ event: 'mark', sequenceNumber: '3', streamSid, mark: { name: 'x' } });
    socket.send({ event: 'dtmf', sequenceNumber: '4', streamSid, dtmf: { digit: '7' } });
    socket.send({ event: 'later', sequenceNumber: '5', streamSid });
    socket.frame(4, { timestamp: 20 });
    socket.stop();
    expect(await socket.closed).toBe(1000);
    const [recording] = await world.settled();
    expect(recording).toMatchObject({ gaps: [], durationMs: 40 });
    expect(JSON.stringify(world.logged)).not.toContain('digit');
  });

  test('repeats are dropped and frames out of order are put right', async () => {
    const socket = await streaming();
    for (const n of [0, 1, 1, 3, 2, 2, 4, 0, 6, 5]) socket.frame(n);
    socket.stop();
    await socket.closed;
    const [recording] = await world.settled();
    expect(recording?.audio.equals(audioOf(...range(0, 7)))).toBe(true);
    expect(recording?.gaps).toEqual([]);
    expect(world.counts.framesRepeated).toBe(3);
  });

  test('frames that never come leave a gap of their length, where they were', async () => {
    const socket = await streaming();
    for (const n of [...range(0, 5), ...range(8, 30)]) socket.frame(n);
    socket.stop();
    await socket.closed;
    const [recording] = await world.settled();
    expect(recording?.gaps).toEqual([{ atMs: 100, ms: 60, reason: 'lost' }]);
    expect(recording?.durationMs).toBe(600);
  });

  test('frames of odd sizes are sealed as they are', async () => {
    const socket = await streaming();
    const sizes = [1, 7_999, 160, 80, 8_000, 3];
    let at = 0;
    sizes.forEach((bytes, n) => {
      socket.frame(n, { audio: frameOf(n, bytes), timestamp: Math.floor(at) });
      at += bytes / 8;
    });
    socket.stop();
    await socket.closed;
    const [recording] = await world.settled();
    const sent = Buffer.concat(sizes.map((bytes, n) => frameOf(n, bytes)));
    expect(recording?.audio.equals(sent)).toBe(true);
    expect(recording?.gaps).toEqual([]);
  });

  test('another track is counted and not kept', async () => {
    const socket = await streaming();
    for (const n of range(0, 20))
      socket.frame(n, { track: n % 2 === 0 ? 'inbound' : 'outbound', timestamp: (n >> 1) * 20 });
    socket.stop();
    await socket.closed;
    const [recording] = await world.settled();
    expect(recording?.audio.equals(audioOf(0, 2, 4, 6, 8, 10, 12, 14, 16, 18))).toBe(true);
    expect(recording?.gaps).toEqual([]);
    expect(world.counts.framesOtherTrack).toBe(10);
  });

  test('a stop instead of a start ends the socket without complaint', async () => {
    const socket = await world.connect();
    socket.send({ event: 'connected' });
    socket.send({ event: 'stop', sequenceNumber: '1', streamSid: streamSidOf(1) });
    expect(await socket.closed).toBe(1000);
  });
});

describe('time and quantity are bounded', () => {
  test('a socket that says nothing is closed after ten seconds', async () => {
    const socket = await world.connect();
    world.time.at += 9_900;
    world.edge.sweep();
    expect(socket.ws.readyState).toBe(WebSocket.OPEN);
    world.time.at += 200;
    world.edge.sweep();
    expect(await socket.closed).toBe(1008);
  });

  test('a recording that cannot be set up in ten seconds is given up', async () => {
    let go = (): void => {};
    world.hooks.beforeCreate = () => new Promise((resolve) => (go = resolve));
    const socket = await world.connect();
    const called = new Promise<void>((resolve) => {
      const wait = world.hooks.beforeCreate;
      world.hooks.beforeCreate = () => {
        resolve();
        return wait();
      };
    });
    socket.begin(world.grant(callSid), callSid);
    await called;
    world.edge.sweep();
    world.time.at += 10_001;
    world.edge.sweep();
    expect(await socket.closed).toBe(1011);
    // The database answers after all: the recording that began asks for a stream.
    go();
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.restarts.map((grant) => grant.callSid)).toEqual([callSid]);
  });

  test('ten times real time closes the offender and nobody else', async () => {
    const other = await world.connect();
    other.begin(world.grant(callSidOf(2)), callSidOf(2));
    const socket = await streaming();
    socket.frames(12_000);
    expect(await socket.closed).toBe(1008);
    other.frames(10);
    other.stop();
    expect(await other.closed).toBe(1000);
  });

  test('the budget comes back with time', async () => {
    const socket = await streaming();
    for (let second = 0; second < 60; second += 1) {
      socket.frames(50);
      await socket.handled();
      world.time.at += 1_000;
      world.edge.sweep();
    }
    socket.stop();
    expect(await socket.closed).toBe(1000);
    expect(world.counts.framesSealed).toBe(3_000);
  });

  test('a peer that does not answer our closing is cut off', async () => {
    const socket = await streaming();
    socket.ws.pause();
    world.gates.shut(callSid, 'recording', 'withdrawal');
    world.edge.sweep(); // says goodbye
    world.edge.sweep(); // waits from here on
    expect(world.counts.socketsOpen).toBe(1);
    world.time.at += 2_001;
    world.edge.sweep();
    socket.ws.resume();
    await socket.closed;
    expect(world.counts.socketsOpen).toBe(0);
  });

  test('a stopping process lets nobody in and says goodbye', async () => {
    const socket = await streaming();
    world.edge.stop();
    expect(await socket.closed).toBe(1001);
    expect(await refusedWith(world.url, { 'x-twilio-signature': 'signed' })).toBe(503);
  });
});
