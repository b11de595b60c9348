/** What is kept of a leg's voice, through real sockets into a real spool. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hearGateNews } from '../../src/app/hear-gates.ts';
import type { Spool, SpoolWriter } from '../../src/app/ports.ts';
import type { ShutReason } from '../../src/core/call/effect.ts';
import { ConsentryError } from '../../src/core/error.ts';
import {
  type CarrierSocket,
  callSidOf,
  frameBytes,
  frameOf,
  type MediaWorld,
  mediaWorld,
  type WorldOptions,
} from '../support/media-world.ts';

let world: MediaWorld;
let callSid = callSidOf(1);

beforeEach(async () => {
  callSid = callSidOf(1);
  world = await mediaWorld();
});
afterEach(() => world.stop());

async function anew(options: WorldOptions): Promise<void> {
  await world.stop();
  world = await mediaWorld(options);
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
const audioOf = (frames: readonly number[]) => Buffer.concat(frames.map((n) => frameOf(n)));

async function streaming(token = world.grant(callSid)): Promise<CarrierSocket> {
  const socket = await world.connect();
  socket.begin(token, callSid);
  await socket.handled();
  return socket;
}

/** Sends the stream's next frames and waits until they were handled. */
async function say(socket: CarrierSocket, count: number): Promise<void> {
  socket.frames(count);
  await socket.handled();
}

async function sealedAfterStop(socket: CarrierSocket) {
  socket.stop();
  await socket.closed;
  return (await world.settled()).at(-1);
}

describe('before the gate opens', () => {
  test('frames are dropped and counted, never kept for later', async () => {
    const token = world.grant(callSid, { open: false });
    world.hooks.stillGranted = async () => new Map();
    const socket = await streaming(token);
    await say(socket, 25);
    expect(world.counts).toMatchObject({ framesIn: 25, framesDropped: 25, framesSealed: 0 });
    world.gates.open(callSid, 'recording', world.time.at + 3_000, 2);
    await say(socket, 5);
    const recording = await sealedAfterStop(socket);
    expect(recording?.audio.equals(audioOf(range(25, 30)))).toBe(true);
  });

  test('frames that came in one piece with the start are dropped too', async () => {
    const socket = await world.connect();
    world.hooks.stillGranted = async () => new Map();
    socket.together(() => {
      socket.begin(world.grant(callSid, { open: false }), callSid);
      socket.frames(25);
    });
    await socket.handled();
    world.gates.open(callSid, 'recording', world.time.at + 3_000, 2);
    await say(socket, 1);
    expect(world.counts).toMatchObject({ framesIn: 26, framesDropped: 25, framesSealed: 1 });
  });

  test('a grant that another process committed is asked for, and opens it here', async () => {
    const socket = await streaming(world.grant(callSid, { open: false }));
    await say(socket, 5);
    const recording = await sealedAfterStop(socket);
    expect(recording?.audio.equals(audioOf(range(0, 5)))).toBe(true);
  });

  test('the spool exists before its row and header are committed, and holds nothing until then', async () => {
    const order: string[] = [];
    await anew({
      spool: (real: Spool) => ({
        ...real,
        create: (id, fileKey) => {
          order.push('spool');
          return real.create(id, fileKey);
        },
      }),
    });
    world.hooks.beforeCreate = async () => {
      order.push('row');
    };
    const socket = await streaming();
    await say(socket, 1);
    expect(order).toEqual(['spool', 'row']);
  });
});

describe('withdrawal', () => {
  test('[cap 34] at any frame: what was sealed is exactly the frames before it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(60),
        fc.constantFrom<ShutReason>('withdrawal', 'hangup', 'machine', 'failure'),
        fc.boolean(),
        async (count, reason, versioned) => {
          callSid = callSidOf(1_000 + world.rows.size);
          const token = world.grant(callSid);
          const version = world.granted.get(callSid) ?? 0;
          const socket = await streaming(token);
          await say(socket, count);
          socket.frames(20);
          world.gates.shut(callSid, 'recording', reason, versioned ? version + 1 : undefined);
          world.granted.delete(callSid);
          expect(await socket.closed).toBe(1000);
          const recording = (await world.settled()).find(({ row }) => row.callSid === callSid);
          // Of the frames on the wire at that moment none may have passed.
          expect(recording?.audio.equals(audioOf(range(0, count)))).toBe(true);
          expect(recording).toMatchObject({ end: 'clean', gaps: [] });
        },
      ),
      { numRuns: 25 },
    );
  });

  test('a frame that waits for the one before it is dropped', async () => {
    const socket = await streaming();
    for (const n of [0, 1, 3, 4]) socket.frame(n);
    await socket.handled();
    world.gates.shut(callSid, 'recording', 'withdrawal');
    const [recording] = await world.settled();
    expect(recording?.audio.equals(audioOf([0, 1]))).toBe(true);
    expect(world.counts.framesDropped).toBe(2);
  });

  test('an open that comes late does not undo it', async () => {
    const token = world.grant(callSid);
    const socket = await streaming(token);
    await say(socket, 10);
    world.gates.shut(callSid, 'recording', 'withdrawal');
    world.gates.open(callSid, 'recording', world.time.at + 3_000, 1);
    world.gates.open(callSid, 'recording', world.time.at + 3_000, 2);
    expect(world.gates.isOpen(callSid, 'recording')).toBe(false);
    expect((await world.settled())[0]?.audio.length).toBe(10 * frameBytes);
    const again = await world.connect();
    again.begin(world.grant(callSid, { open: false }), callSid);
    expect(await again.closed).toBe(1008);
  });

  test('while the recording is being set up leaves an empty one, closed', async () => {
    world.hooks.beforeCreate = async () => world.gates.shut(callSid, 'recording', 'withdrawal');
    const socket = await world.connect();
    socket.begin(world.grant(callSid), callSid);
    socket.frames(10);
    expect(await socket.closed).toBe(1008);
    const [recording] = await world.settled();
    expect(recording).toMatchObject({ durationMs: 0, end: 'clean' });
    expect(world.live.size).toBe(0);
  });

  describe('told by another process', () => {
    const told = (shut: ShutReason | null, version: number) => {
      const { gates, live, hooks } = world;
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      const clock = { now: () => world.time.at, monotonic: () => world.time.at };
      return hearGateNews(
        {
          gates,
          clock,
          log,
          stillGranted: (callSids) => hooks.stillGranted(callSids),
          holds: (leg) => live.of(leg) !== null,
        },
        { callSid, purpose: 'recording', shut, version },
      );
    };
    const turnedAway = async (token: string): Promise<void> => {
      const socket = await world.connect();
      socket.begin(token, callSid);
      socket.frames(10);
      expect(await socket.closed).toBe(1008);
      expect(world.live.size).toBe(0);
      expect(world.counts.framesSealed).toBe(0);
    };

    test('while the database is asked for the grant, the grant is late', async () => {
      const token = world.grant(callSid, { open: false });
      world.hooks.stillGranted = async () => {
        const answer = new Map(world.granted);
        await told('withdrawal', 2);
        return answer;
      };
      await turnedAway(token);
      expect(world.rows.size).toBe(0);
    });

    test('while the row is written, an empty recording is closed', async () => {
      world.hooks.beforeCreate = () => told('withdrawal', 2);
      await turnedAway(world.grant(callSid));
      expect(await world.settled()).toMatchObject([{ durationMs: 0, end: 'clean' }]);
    });

    test('and a new grant while the row is written: that is for a new recording', async () => {
      world.hooks.beforeCreate = async () => {
        await told('withdrawal', 2);
        world.gates.open(callSid, 'recording', world.time.at + 3_000, 3);
      };
      await turnedAway(world.grant(callSid));
    });
  });

  test('and a new grant make two recordings', async () => {
    const first = await streaming();
    await say(first, 5);
    world.gates.shut(callSid, 'recording', 'withdrawal', 2);
    await first.closed;
    world.granted.set(callSid, 2);
    const second = await streaming(world.grant(callSid));
    await say(second, 7);
    await sealedAfterStop(second);
    expect(world.sealed.map(({ audio }) => audio.length / frameBytes)).toEqual([5, 7]);
  });
});

describe('pause', () => {
  test.each(['pause', 'others'] as const)('%s leaves a gap of its length', async (reason) => {
    const socket = await streaming();
    await say(socket, 33);
    world.gates.shut(callSid, 'recording', reason, 2);
    world.time.at += 2_000;
    await say(socket, 50);
    world.time.at += 1_000;
    world.gates.open(callSid, 'recording', world.time.at + 3_000, 3);
    await say(socket, 12);
    const recording = await sealedAfterStop(socket);
    expect(recording?.audio.equals(audioOf([...range(0, 33), ...range(83, 95)]))).toBe(true);
    expect(recording?.gaps).toEqual([{ atMs: 660, ms: 1_000, reason }]);
    expect(world.counts.framesDropped).toBe(50);
  });

  test('while the recording is set up is not forgotten, however long that takes', async () => {
    world.hooks.beforeCreate = async () => {
      world.gates.shut(callSid, 'recording', 'pause', 2);
      world.time.at += 60_000;
      world.gates.sweep();
    };
    const socket = await streaming();
    await say(socket, 10);
    expect(world.counts).toMatchObject({ framesSealed: 0, framesDropped: 10 });
    world.gates.renew(callSid, 'recording', world.time.at, 3);
    await say(socket, 5);
    const recording = await sealedAfterStop(socket);
    expect(recording?.audio.equals(audioOf(range(10, 15)))).toBe(true);
  });

  test('may last longer than any loss', async () => {
    const socket = await streaming();
    await say(socket, 5);
    world.gates.shut(callSid, 'recording', 'pause', 2);
    world.time.at += 300_000;
    world.gates.open(callSid, 'recording', world.time.at + 3_000, 3);
    socket.frame(15_005);
    await socket.handled();
    const recording = await sealedAfterStop(socket);
    expect(recording?.gaps).toEqual([{ atMs: 100, ms: 300_000, reason: 'pause' }]);
  });

  test('seals at once what was let through before it', async () => {
    const flushed: number[] = [];
    await anew({
      spool: (real) => watched(real, { flush: (writer) => flushed.push(writer.lengthMs) }),
    });
    const socket = await streaming();
    await say(socket, 3);
    world.gates.shut(callSid, 'recording', 'pause');
    expect(flushed).toEqual([60]);
  });

  test('that ends in hang-up leaves no gap at the end', async () => {
    const socket = await streaming();
    await say(socket, 10);
    world.gates.shut(callSid, 'recording', 'pause', 2);
    await say(socket, 10);
    world.time.at += 200;
    world.gates.shut(callSid, 'recording', 'hangup', 3);
    const [recording] = await world.settled();
    expect(recording).toMatchObject({ durationMs: 200, gaps: [], end: 'clean' });
  });
});

describe('the lease', () => {
  test('runs out by itself: nothing is sealed at its end or after', async () => {
    const socket = await streaming(world.grant(callSid, { untilMs: 3_000 }));
    await say(socket, 10);
    world.time.at += 2_999;
    await say(socket, 1);
    world.time.at += 1;
    await say(socket, 30);
    expect(world.counts).toMatchObject({ framesSealed: 11, framesDropped: 30 });
    world.gates.renew(callSid, 'recording', world.time.at, 1);
    await say(socket, 5);
    const recording = await sealedAfterStop(socket);
    expect(recording?.audio.equals(audioOf([...range(0, 11), ...range(41, 46)]))).toBe(true);
    expect(recording?.gaps).toEqual([{ atMs: 220, ms: 600, reason: 'lease' }]);
  });

  test('that ran out before the end is told as a gap', async () => {
    const socket = await streaming(world.grant(callSid, { untilMs: 1_000 }));
    await say(socket, 10);
    world.time.at += 1_500;
    await say(socket, 10);
    const recording = await sealedAfterStop(socket);
    expect(recording?.gaps).toEqual([{ atMs: 200, ms: 1_500, reason: 'lease' }]);
  });
});

describe('a socket that dies', () => {
  /** Answers a restart with a token for the next stream. */
  function tokens(): Promise<string> {
    return new Promise((resolve) => {
      world.hooks.restart = async () => resolve(world.grant(callSid, { open: false }));
    });
  }

  test('is replaced once: the recording goes on after a gap', async () => {
    const token = tokens();
    const first = await streaming();
    await say(first, 25);
    first.die();
    const next = await token;
    world.time.at += 700;
    const second = await streaming(next);
    world.time.at += 20;
    await say(second, 10);
    const recording = await sealedAfterStop(second);
    expect(world.restarts).toHaveLength(1);
    expect(world.rows.size).toBe(1);
    expect(recording?.audio.equals(audioOf([...range(0, 25), ...range(0, 10)]))).toBe(true);
    expect(recording?.gaps).toEqual([{ atMs: 500, ms: 700, reason: 'socket' }]);
  });

  test('and a second one that dies ends the recording', async () => {
    const token = tokens();
    const first = await streaming();
    await say(first, 5);
    first.die();
    const second = await streaming(await token);
    await say(second, 5);
    second.die();
    await second.closed;
    await ended();
    const [recording] = await world.settled();
    expect(recording?.audio.length).toBe(10 * frameBytes);
    expect(world.restarts).toHaveLength(1);
    expect(world.streamsOver).toEqual([callSid]);
  });

  test('and cannot be replaced ends the recording, with the gap up to then', async () => {
    let fail = (): void => {};
    const asked = new Promise<void>((resolve) => {
      world.hooks.restart = () => {
        resolve();
        return new Promise((_, reject) => (fail = () => reject(new Error('no such call'))));
      };
    });
    const socket = await streaming();
    await say(socket, 5);
    socket.die();
    await asked;
    world.time.at += 340;
    fail();
    await ended();
    const [recording] = await world.settled();
    expect(recording?.gaps).toEqual([{ atMs: 100, ms: 340, reason: 'socket' }]);
  });

  test('and is not replaced in ten seconds ends the recording', async () => {
    const token = tokens();
    const socket = await streaming();
    await say(socket, 5);
    socket.die();
    await token;
    world.time.at += 9_999;
    world.edge.sweep();
    expect(world.live.size).toBe(1);
    world.time.at += 1;
    world.edge.sweep();
    expect(world.live.size).toBe(0);
  });

  test('while the recording is paused is replaced when it goes on', async () => {
    const token = tokens();
    const socket = await streaming();
    await say(socket, 5);
    world.gates.shut(callSid, 'recording', 'pause', 2);
    socket.die();
    await left();
    world.edge.sweep();
    expect(world.restarts).toHaveLength(0);
    world.time.at += 5_000;
    world.gates.open(callSid, 'recording', world.time.at + 30_000, 3);
    world.edge.sweep();
    const second = await streaming(await token);
    world.time.at += 20;
    await say(second, 5);
    const recording = await sealedAfterStop(second);
    expect(recording?.gaps).toEqual([{ atMs: 100, ms: 5_000, reason: 'pause' }]);
  });

  test('after a withdrawal is not replaced', async () => {
    const socket = await streaming();
    await say(socket, 5);
    world.gates.shut(callSid, 'recording', 'withdrawal');
    socket.die();
    await left();
    world.edge.sweep();
    expect(world.restarts).toHaveLength(0);
  });

  test('without a word is found after thirty silent seconds', async () => {
    const token = tokens();
    const socket = await streaming();
    await say(socket, 5);
    world.edge.sweep();
    world.time.at += 29_999;
    world.edge.sweep();
    expect(world.restarts).toHaveLength(0);
    world.time.at += 1;
    world.edge.sweep();
    await token;
    expect(world.restarts).toHaveLength(1);
  });

  /** The server has seen that the only socket is gone. */
  async function left(): Promise<void> {
    while (world.counts.socketsOpen > 0) await new Promise((resolve) => setImmediate(resolve));
  }
  async function ended(): Promise<void> {
    while (world.live.size > 0) await new Promise((resolve) => setImmediate(resolve));
  }
});

describe('storage that fails', () => {
  const full = () => new ConsentryError('storage_failed', 'the spool cannot be written (ENOSPC)');

  test('in a frame stops the recording visibly and keeps what was written', async () => {
    let left = 25;
    await anew({
      spool: (real) =>
        watched(real, {
          frame: () => {
            left -= 1;
            if (left < 0) throw full();
          },
        }),
    });
    const socket = await streaming();
    socket.frames(60);
    expect(await socket.closed).toBe(1011);
    const [recording] = await world.settled();
    expect(recording).toMatchObject({ end: 'cut', durationMs: 400 });
    expect(world.failures).toEqual([`${callSid} storage`]);
    expect(world.counts.recordingsFailed).toBe(1);
    expect(world.restarts).toEqual([]);
  });

  test('at the end is told too', async () => {
    await anew({
      spool: (real) =>
        watched(real, {
          end: () => {
            throw full();
          },
        }),
    });
    const socket = await streaming();
    await say(socket, 20);
    socket.stop();
    await socket.closed;
    expect((await world.settled())[0]?.end).toBe('cut');
    expect(world.failures).toEqual([`${callSid} storage`]);
  });

  test('before the first frame: the row is marked, the socket closed', async () => {
    await anew({
      spool: (real) => ({
        ...real,
        create: () => {
          throw full();
        },
      }),
    });
    const socket = await world.connect();
    socket.begin(world.grant(callSid), callSid);
    expect(await socket.closed).toBe(1011);
    expect(world.quarantined).toEqual([...world.rows.keys()]);
  });

  test('in sealing is told, and the file key is gone from memory all the same', async () => {
    world.hooks.seal = async () => {
      throw full();
    };
    const socket = await streaming();
    const session = world.live.of(callSid);
    await say(socket, 5);
    socket.stop();
    await socket.closed;
    await world.settled();
    expect(world.failures).toEqual([`${callSid} sealing`]);
    expect(session?.fileKey.every((byte) => byte === 0)).toBe(true);
  });
});

describe('a segment that is not full', () => {
  test('is sealed by the sweep after 400 ms, and not before', async () => {
    const flushed: number[] = [];
    await anew({
      spool: (real) => watched(real, { flush: (writer) => flushed.push(writer.lengthMs) }),
    });
    const socket = await streaming();
    await say(socket, 4);
    world.time.at += 399;
    world.edge.sweep();
    expect(flushed).toEqual([]);
    world.time.at += 1;
    world.edge.sweep();
    world.edge.sweep();
    expect(flushed).toEqual([80]);
  });
});

describe('a process that stops', () => {
  test('ends every recording and waits until all are sealed', async () => {
    for (const n of [1, 2, 3]) {
      callSid = callSidOf(n);
      await say(await streaming(world.grant(callSid)), n);
    }
    await world.live.endAll();
    expect(world.sealed.map(({ audio }) => audio.length / frameBytes).sort()).toEqual([1, 2, 3]);
    expect(world.live.size).toBe(0);
  });

  test('begins none any more, not even one that was being set up', async () => {
    world.hooks.beforeCreate = () => world.live.endAll();
    const socket = await world.connect();
    socket.begin(world.grant(callSid), callSid);
    expect(await socket.closed).toBe(1008);
    expect(world.live.size).toBe(0);
    const late = await world.connect();
    late.begin(world.grant(callSidOf(2)), callSidOf(2));
    expect(await late.closed).toBe(1008);
    expect(world.rows.size).toBe(1);
  });
});

/** The real spool, with something done before some of its writers' methods. */
function watched(
  real: Spool,
  before: Partial<Record<'frame' | 'flush' | 'end', (writer: SpoolWriter) => void>>,
): Spool {
  return {
    ...real,
    create(id, fileKey) {
      const writer = real.create(id, fileKey);
      return {
        get lengthMs() {
          return writer.lengthMs;
        },
        frame(audio) {
          before.frame?.(writer);
          writer.frame(audio);
        },
        gap: (ms, reason) => writer.gap(ms, reason),
        flush() {
          before.flush?.(writer);
          writer.flush();
        },
        end() {
          before.end?.(writer);
          writer.end();
        },
        abandon: () => writer.abandon(),
      };
    },
  };
}
