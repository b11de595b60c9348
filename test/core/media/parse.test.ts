import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MediaMessage, MessageParser } from '../../../src/core/media/parse.ts';

const streamSid = `MZ${'a'.repeat(32)}`;
const callSid = `CA${'b'.repeat(32)}`;

const parse = (message: unknown, parser = new MessageParser()): MediaMessage =>
  parser.parse(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));

const start = (change: object = {}) => ({
  event: 'start',
  sequenceNumber: '1',
  streamSid,
  start: {
    streamSid,
    accountSid: `AC${'c'.repeat(32)}`,
    callSid,
    tracks: ['inbound'],
    customParameters: { token: 'once' },
    mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    ...change,
  },
});

const media = (change: object = {}, outer: object = {}) => ({
  event: 'media',
  sequenceNumber: '4',
  media: { track: 'inbound', chunk: '2', timestamp: '20', payload: 'fn5+', ...change },
  streamSid,
  ...outer,
});

describe('what the carrier documents is read', () => {
  test('connected', () => {
    expect(parse({ event: 'connected', protocol: 'Call', version: '1.0.0' })).toEqual({
      kind: 'connected',
    });
  });

  test('start, with its one-time token', () => {
    expect(parse(start())).toEqual({
      kind: 'start',
      sequence: 1,
      streamSid,
      callSid,
      token: 'once',
    });
  });

  test('media, with numbers as strings', () => {
    const message = parse(media());
    expect(message).toMatchObject({ kind: 'media', sequence: 4, streamSid, track: 'inbound' });
    expect(message).toMatchObject({ timestampMs: 20 });
    expect(message.kind === 'media' && Buffer.from(message.audio).toString('hex')).toBe('7e7e7e');
  });

  test('stop, mark and dtmf, without the key that was pressed', () => {
    const outer = { sequenceNumber: '5', streamSid };
    expect(parse({ event: 'stop', ...outer, stop: { callSid } }).kind).toBe('stop');
    expect(parse({ event: 'mark', ...outer, mark: { name: 'x' } }).kind).toBe('mark');
    expect(
      parse({ event: 'dtmf', ...outer, dtmf: { track: 'inbound_track', digit: '7' } }),
    ).toEqual({ kind: 'dtmf', sequence: 5, streamSid });
  });

  test('an event of a later version is unknown, not wrong', () => {
    expect(parse({ event: 'clear', sequenceNumber: '9' })).toEqual({
      kind: 'unknown',
      sequence: 9,
    });
    expect(parse({ event: 'clear' })).toEqual({ kind: 'unknown', sequence: null });
  });
});

describe('what is not the protocol is told apart', () => {
  test.each([
    ['json', 'no json at all'],
    ['json', '[]'],
    ['json', 'null'],
    ['json', '"media"'],
    ['json', ''],
    ['shape', {}],
    ['shape', { event: 7 }],
    ['shape', { ...media(), sequenceNumber: 4 }],
    ['shape', { ...media(), sequenceNumber: '-4' }],
    ['shape', { ...media(), sequenceNumber: '1'.repeat(16) }],
    ['shape', { ...media(), streamSid: 'MZ/../x' }],
    ['shape', { ...media(), streamSid: undefined }],
    ['shape', { ...media(), media: [] }],
    ['shape', media({ track: 'both' })],
    ['shape', media({ timestamp: '1e3' })],
    ['shape', media({ timestamp: '' })],
    ['shape', media({ chunk: null })],
    ['payload', media({ payload: undefined })],
    ['payload', media({ payload: '' })],
    ['payload', media({ payload: 'fn5' })],
    ['payload', media({ payload: 'fn5-' })],
    ['payload', media({ payload: 'f_5+' })],
    ['payload', media({ payload: 'fn 5' })],
    ['payload', media({ payload: '====' })],
    ['payload', media({ payload: 'AB==CDEF' })],
    ['payload', media({ payload: 'fn5é' })],
    ['payload', media({ payload: Buffer.alloc(8_001).toString('base64') })],
    ['shape', { ...start(), start: null }],
    ['shape', start({ callSid: 'CA 1' })],
    ['format', start({ mediaFormat: { encoding: 'audio/x-l16', sampleRate: 8000, channels: 1 } })],
    [
      'format',
      start({ mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 16000, channels: 1 } }),
    ],
    ['format', start({ mediaFormat: undefined })],
  ])('%s: %j', (reason, message) => {
    expect(parse(message)).toEqual({ kind: 'invalid', reason });
  });

  test('a message of more than 64 KiB is not looked at', () => {
    expect(parse(`{"event":"connected","x":"${'y'.repeat(65_536)}"}`)).toEqual({
      kind: 'invalid',
      reason: 'size',
    });
  });

  test.each([undefined, null, '', 7, 'x'.repeat(500)])(
    'a token that cannot be ours (%j) is none',
    (token) => {
      expect(parse(start({ customParameters: { token } }))).toMatchObject({ token: null });
    },
  );

  test('a JSON text that names fields of its prototype is only a JSON text', () => {
    expect(parse('{"__proto__":{"event":"connected"}}').kind).toBe('invalid');
  });
});

/** Messages in every order of their fields, some of them wrong in one place. */
const digits = fc.oneof(
  fc.nat(999_999).map(String),
  fc.constantFrom('', '-1', '007', ' 1', '1 ', '1e3', '9'.repeat(15), '9'.repeat(16), '１'),
);
const payload = fc.oneof(
  { weight: 5, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 400 }) },
  fc.constant(new Uint8Array(8_000)),
);
const payloadText = fc.oneof(
  { weight: 5, arbitrary: payload.map((bytes) => Buffer.from(bytes).toString('base64')) },
  fc.constantFrom('', '=', 'ab-_', 'ab\\u0041=', 'a"b=', 'äöü='),
  fc.base64String(),
);
const shuffled = (entries: fc.Arbitrary<[string, unknown][]>) =>
  entries.chain((all) =>
    fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
  );
const inner = fc
  .record({
    track: fc.constantFrom('inbound', 'outbound', 'inbound', 'inbound', 'Inbound'),
    chunk: digits,
    timestamp: digits,
    payload: payloadText,
  })
  .map((fields) => Object.entries(fields) as [string, unknown][]);
const outer = fc
  .record({
    event: fc.constantFrom('media', 'media', 'media', 'media', 'mark', 'nonsense'),
    sequenceNumber: digits,
    streamSid: fc.constantFrom(streamSid, streamSid, 'MZother', 'not one'),
    extra: fc.option(fc.constantFrom('x', '"payload":"AAAA"', { timestamp: '5' }), {
      nil: undefined,
    }),
    media: shuffled(inner).map((fields) => Object.fromEntries(fields)),
  })
  .map((fields) => Object.entries(fields) as [string, unknown][]);
const anyMessage = fc
  .tuple(shuffled(outer), fc.constantFrom(0, 0, 0, 1))
  .map(([fields, space]) => JSON.stringify(Object.fromEntries(fields), null, space));

const copied = (message: MediaMessage) =>
  message.kind === 'media' ? { ...message, audio: Buffer.from(message.audio) } : message;

describe('what was learnt changes nothing', () => {
  test('a parser that saw other messages answers as a new one', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { minLength: 2, maxLength: 12 }), (texts) => {
        const seasoned = new MessageParser();
        for (const text of texts) {
          expect(copied(parse(text, seasoned))).toEqual(copied(parse(text)));
        }
      }),
      { numRuns: 150 },
    );
  });

  test('one layout with its bytes damaged anywhere is read as a new parser reads it', () => {
    const texts = [JSON.stringify(media()), JSON.stringify({ x: streamSid, ...media() })];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.nat(255),
        fc.nat(3),
        (text, at, byte, cut) => {
          const seasoned = new MessageParser();
          parse(text, seasoned);
          const bytes = Buffer.from(text);
          bytes[at % bytes.length] = byte;
          const damaged = bytes.subarray(0, cut === 0 ? at % bytes.length : bytes.length);
          expect(copied(seasoned.parse(damaged))).toEqual(
            copied(new MessageParser().parse(damaged)),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('a value is not taken from a field of the same name elsewhere', () => {
    const text = (outer: string, inner: string) =>
      JSON.stringify({ x: { sequenceNumber: inner }, ...media(), sequenceNumber: outer });
    const parser = new MessageParser();
    parse(text('4', '4'), parser);
    expect(parse(text('4', '7'), parser)).toMatchObject({ sequence: 4 });
    expect(parse(text('7', '4'), parser)).toMatchObject({ sequence: 7 });
  });

  test('a value is not taken from a name that is hidden by escapes', () => {
    const text = (real: string, other: string) =>
      JSON.stringify(media({ payload: real }, { 'x"payload': other })).replace(
        '"payload"',
        '"pay\\u006coad"',
      );
    const parser = new MessageParser();
    parse(text('AAAA', 'AAAA'), parser);
    expect(copied(parse(text('AAAA', 'fn5+'), parser))).toEqual(
      copied(parse(text('AAAA', 'fn5+'))),
    );
  });

  test('a field that comes twice is read as JSON reads it', () => {
    const parser = new MessageParser();
    parse(media(), parser);
    const text = JSON.stringify(media()).replace('"chunk"', '"timestamp":"999","chunk"');
    expect(parse(text, parser)).toMatchObject({ kind: 'media', timestampMs: 20 });
    const nested = text.replace('"media":{', '"other":{"payload":"AAAA"},"media":{');
    expect(copied(parse(nested, parser))).toEqual(copied(parse(nested)));
  });
});
