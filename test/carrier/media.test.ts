import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  audioFile,
  type Carrier,
  type MediaFaults,
  type PlaceCallOptions,
  signature,
  startCarrier,
  toneFrequency,
  tones,
} from '../../src/carrier/carrier.ts';
import { encodeMulaw } from '../../src/carrier/mulaw.ts';
import { type LineServer, startLine, twiml } from './line-server.ts';
import { type MediaServer, type MediaSocket, startMedia } from './media-server.ts';

const accountSid = `AC${'3'.repeat(32)}`;
const authToken = 'the-token';

let carrier: Carrier;
let line: LineServer;
let media: MediaServer;

beforeEach(async () => {
  carrier = await startCarrier({ accountSid, authToken, speed: 'instant' });
  media = await startMedia();
});

afterEach(async () => {
  await carrier.close();
  await line?.close();
  await media.close();
});

const start = (attributes = '') =>
  `<Start><Stream url="${media.url}/media" name="leg" ${attributes}><Parameter name="token" value="t-1"/></Stream></Start>`;

async function stream(options: Partial<PlaceCallOptions> = {}, verbs = start()) {
  line = await startLine({
    '/voice': twiml(`${verbs}<Dial><Conference>room</Conference></Dial>`),
    '/stream': { status: 204 },
  });
  return carrier.placeCall({
    to: '+18885550100',
    from: '+12025550143',
    voiceUrl: `${line.url}/voice`,
    ...options,
  });
}

const faulty = (faults: MediaFaults, frames: number) =>
  stream({
    caller: { bridge: [{ streaming: true }, { frames }, { hangup: true }] },
    faults: { media: faults },
  });

const mediaOf = (socket: MediaSocket) => socket.messages.filter(({ event }) => event === 'media');
const chunks = (socket: MediaSocket) => mediaOf(socket).map((message) => message.media?.chunk);

describe('a media stream', () => {
  it('says connected, start, media and stop, with its counters as strings', async () => {
    const call = await stream({
      caller: { bridge: [{ frames: 3 }, { hangup: true }] },
    });
    await call.ended;
    const { messages, texts, path } = await media.socket(1);
    const streamSid = call.all('stream-started')[0]?.streamSid ?? '';
    expect(path).toBe('/media');
    expect(texts[0]).toBe('{"event":"connected","protocol":"Call","version":"1.0.0"}');
    expect(messages[1]).toEqual({
      event: 'start',
      sequenceNumber: '1',
      streamSid,
      start: {
        accountSid,
        streamSid,
        callSid: call.callSid,
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: { token: 't-1' },
      },
    });
    const audio = tones();
    expect(messages.slice(2, 5)).toEqual(
      [0, 1, 2].map((frame) => ({
        event: 'media',
        sequenceNumber: String(frame + 2),
        streamSid,
        media: {
          track: 'inbound',
          chunk: String(frame + 1),
          timestamp: String(frame * 20),
          payload: Buffer.from(audio(frame)).toString('base64'),
        },
      })),
    );
    expect(messages.slice(5)).toEqual([
      {
        event: 'stop',
        sequenceNumber: '5',
        streamSid,
        stop: { accountSid, callSid: call.callSid },
      },
    ]);
    expect(call.all('stream-stopped')).toMatchObject([{ by: 'hangup', frames: 3, code: null }]);
    expect(carrier.protocolErrors).toEqual([]);
  });

  it('signs its handshake with the URL of the socket', async () => {
    const call = await stream();
    await call.when('stream-started');
    const { headers } = await media.socket(1);
    expect(headers['x-twilio-signature']).toBe(signature(authToken, `${media.url}/media`));
  });

  it.each([
    ['slash', true],
    ['wrong', false],
    ['missing', undefined],
  ] as const)('signs it as %s on request', async (handshake, slash) => {
    const call = await stream({ faults: { media: { handshake } } });
    await call.when('stream-started');
    const { headers } = await media.socket(1);
    const sign = headers['x-twilio-signature'];
    if (slash === undefined) expect(sign).toBeUndefined();
    else expect(sign === signature(authToken, `${media.url}/media/`)).toBe(slash);
  });

  it('carries the party’s audio from where the party is, not from its beginning', async () => {
    const call = await stream({}, '');
    await call.when('bridged');
    await call.sendFrames(70);
    await rest(`Calls/${call.callSid}/Streams`, { Url: `${media.url}/media` });
    const { firstFrame } = await call.when('stream-started');
    await call.sendFrames(2);
    call.hangup();
    await call.ended;
    const [first] = mediaOf(await media.socket(1));
    expect(firstFrame).toBe(70);
    expect(first?.media?.timestamp).toBe('0');
    expect(first?.media?.payload).toBe(Buffer.from(tones()(70)).toString('base64'));
  });

  it('goes by the clock at real pace, 50 frames a second', async () => {
    const call = await stream({
      speed: 10,
      caller: { bridge: [{ streaming: true }, { frames: 50 }, { hangup: true }] },
    });
    await call.ended;
    const count = mediaOf(await media.socket(1)).length;
    expect(count).toBeGreaterThanOrEqual(50);
    expect(call.all('stream-stopped')[0]?.frames).toBe(count);
  });

  it('is stopped by a document', async () => {
    const call = await stream({}, `${start()}<Pause/><Stop><Stream name="leg"/></Stop>`);
    expect(await call.when('stream-stopped')).toMatchObject({ by: 'document', name: 'leg' });
    expect(carrier.protocolErrors).toEqual([]);
  });

  it('that the server closes is gone, with the code', async () => {
    const call = await stream();
    await call.when('stream-started');
    (await media.socket(1)).socket.close(1008);
    expect(await call.when('stream-stopped')).toMatchObject({ by: 'server', code: 1008 });
    expect(call.status).toBe('in-progress');
  });

  it('that nobody accepts is an event, and the call goes on', async () => {
    const call = await stream({}, start().replace(media.url, 'ws://127.0.0.1:1'));
    expect(await call.when('stream-failed')).toMatchObject({ code: 31902 });
    await call.when('bridged');
  });

  it('whose handshake is refused says so', async () => {
    const call = await stream({}, start().replace(media.url, carrier.url.replace('http', 'ws')));
    expect(await call.when('stream-failed')).toMatchObject({ code: 31920 });
  });

  it('tells its own status callback', async () => {
    const call = await stream({}, start('statusCallback="/stream"'));
    await call.when('stream-started');
    call.hangup();
    await call.ended;
    expect(line.at('/stream').map(({ fields }) => fields['StreamEvent'])).toEqual([
      'stream-started',
      'stream-stopped',
    ]);
    expect(line.at('/stream')[0]?.fields).toMatchObject({
      CallSid: call.callSid,
      StreamName: 'leg',
    });
  });

  it.each([
    ['a query', 'wss://h.example/media?token=1'],
    ['another scheme', 'https://h.example/media'],
    ['no encryption on the way to another machine', 'ws://h.example/media'],
  ])('with %s in its URL is a protocol error', async (_, url) => {
    const call = await stream({}, start().replace(`${media.url}/media`, url));
    await call.when('bridged');
    expect(carrier.protocolErrors).toMatchObject([{ code: 12200 }]);
  });

  it('is refused a name that is taken, a fifth place, and another track', async () => {
    const more = ['a', 'b', 'c', 'd'].map((name) => start().replace('"leg"', `"${name}"`)).join('');
    const call = await stream(
      {},
      start() + start() + start('track="outbound_track"').replace('"leg"', '"x"') + more,
    );
    await call.when('bridged');
    const messages = carrier.protocolErrors.map((event) =>
      'message' in event ? event.message : '',
    );
    expect(messages).toEqual([
      expect.stringContaining('name is taken'),
      expect.stringContaining('inbound track'),
      expect.stringContaining('at most 4'),
    ]);
  });

  it('on which the server talks is left alone', async () => {
    const call = await stream();
    await call.when('stream-started');
    (await media.socket(1)).socket.send('{"event":"mark"}');
    await call.sendFrames(1);
    expect(call.all('stream-stopped')).toEqual([]);
  });
});

describe('a carrier that misbehaves', () => {
  it('drops the socket after some frames, without a stop', async () => {
    const call = await faulty({ dropAfterFrames: 4 }, 10);
    await call.ended;
    const socket = await media.socket(1);
    expect(await socket.closed).toBe(1006);
    expect(socket.messages.some(({ event }) => event === 'stop')).toBe(false);
    expect(call.all('stream-stopped')).toMatchObject([{ by: 'fault', frames: 4 }]);
  });

  it('drops the socket when a hand says so', async () => {
    const call = await stream();
    await call.when('stream-started');
    call.dropSocket();
    expect(await (await media.socket(1)).closed).toBe(1006);
    expect(call.all('stream-stopped')).toMatchObject([{ by: 'fault' }]);
  });

  it.each([
    ['doubles', { duplicateEvery: 2 }, ['1', '2', '2', '3', '4', '4']],
    ['swaps', { swapEvery: 2 }, ['1', '3', '2', '4']],
    ['skips', { skipEvery: 2 }, ['1', '3']],
  ] as const)('%s frames', async (_, faults, expected) => {
    const call = await faulty(faults, 4);
    await call.ended;
    expect(chunks(await media.socket(1))).toEqual(expected);
  });

  it('names another leg in the start message', async () => {
    const call = await faulty({ wrongCallSid: true }, 1);
    await call.ended;
    expect((await media.socket(1)).messages[1]?.start?.callSid).toBe(`CA${'0'.repeat(32)}`);
  });

  it('sends media before the start message', async () => {
    const call = await faulty({ mediaBeforeStart: true }, 1);
    await call.ended;
    expect((await media.socket(1)).messages.map(({ event }) => event).slice(0, 3)).toEqual([
      'connected',
      'media',
      'start',
    ]);
  });

  it('sends a message that is far too long', async () => {
    const call = await faulty({ oversizedAtFrame: 2 }, 2);
    await call.ended;
    const lengths = (await media.socket(1)).texts.map((text) => text.length);
    expect(Math.max(...lengths)).toBeGreaterThan(100_000);
  });

  it('opens two sockets with one token', async () => {
    const call = await faulty({ twoSockets: true }, 1);
    await call.ended;
    const both = [await media.socket(1), await media.socket(2)];
    expect(both.map(({ messages }) => messages[1]?.start?.customParameters)).toEqual([
      { token: 't-1' },
      { token: 't-1' },
    ]);
  });

  it('uses a token again when its stream is over', async () => {
    const call = await stream({ faults: { media: { reuseToken: true } } });
    await call.when('stream-started');
    (await media.socket(1)).socket.close(1000);
    const again = await (await media.socket(2)).message(2);
    expect(again.start?.customParameters).toEqual({ token: 't-1' });
  });
});

describe('audio', () => {
  /** ITU-T G.711 table 2a, and what follows from its symmetry. */
  it.each([
    [0, 0xff],
    [8, 0xfe],
    [-8, 0x7e],
    [32_767, 0x80],
    [-32_768, 0x00],
    [1000, 0xce],
    [-1000, 0x4e],
  ])('sample %i is coded as %i', (sample, code) => {
    expect(encodeMulaw(sample)).toBe(code);
  });

  it('of every second is another tone, in frames of 160 bytes', () => {
    const audio = tones();
    expect(audio(0)).toHaveLength(160);
    expect(audio(50)).not.toEqual(audio(0));
    expect(audio(85 * 50)).toEqual(audio(0));
    expect([toneFrequency(0), toneFrequency(1), toneFrequency(10)]).toEqual([400, 440, 800]);
    const signs = Array.from({ length: 50 }, (_, at) => [...audio(50 + at)]).flat();
    const risings = signs.filter((byte, at) => byte >= 0x80 && (signs[at - 1] ?? 0) < 0x80);
    expect(risings).toHaveLength(440);
  });

  it('comes from raw and WAV files, and ends in silence', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'carrier-'));
    try {
      const raw = join(dir, 'a.ulaw');
      await writeFile(raw, Buffer.alloc(170, 0x12));
      const fromRaw = await audioFile(raw);
      expect([...fromRaw(0)]).toEqual(Array(160).fill(0x12));
      expect([...fromRaw(1)]).toEqual([...Array(10).fill(0x12), ...Array(150).fill(0xff)]);
      const wav = join(dir, 'a.wav');
      await writeFile(wav, wavOf(1, Buffer.from(Int16Array.from(Array(160).fill(1000)).buffer)));
      expect([...(await audioFile(wav))(0)]).toEqual(Array(160).fill(0xce));
      await writeFile(wav, wavOf(3, Buffer.alloc(4)));
      await expect(audioFile(wav)).rejects.toThrow('allowed: 1 or 7');
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

function wavOf(format: number, data: Buffer): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(format, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

async function rest(path: string, fields: Record<string, string>): Promise<Response> {
  return fetch(`${carrier.url}/2010-04-01/Accounts/${accountSid}/${path}.json`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
    },
    body: new URLSearchParams(fields),
  });
}
