import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PendingSegment, type SpoolRecord } from '../../../src/core/recording/records.ts';
import { sealSegment, segmentBytesMax, spoolKey } from '../../../src/core/recording/spool.ts';
import { readSpool, type SpoolEnd } from '../../../src/core/recording/spool-reader.ts';
import { type GapReason, gapReasons } from '../../../src/core/words.ts';

const id = '0b0f5a8e-4c1d-4e58-9d3a-5a1f0c2b7e66';
const otherId = '0b0f5a8e-4c1d-4e58-9d3a-5a1f0c2b7e67';
const fileKey = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

type Input = { audio: Buffer } | { ms: number; reason: GapReason };

/** The writer's rule in small: fill, seal when due, end with a marked last segment. */
function spoolOf(inputs: readonly Input[], options: { ended: boolean }): Buffer {
  const key = spoolKey(id, fileKey);
  const pieces: Buffer[] = [key.header];
  const pending = new PendingSegment();
  const seal = (last: boolean) => {
    const out = Buffer.alloc(segmentBytesMax);
    const bytes = sealSegment(key, pieces.length - 1, last, pending.plaintext(), out);
    pieces.push(out.subarray(0, bytes));
    pending.clear();
  };
  for (const input of inputs) {
    if ('audio' in input) {
      for (let at = 0; at < input.audio.length; ) {
        at += pending.addAudio(input.audio, at);
        if (pending.isDue) seal(false);
      }
    } else {
      pending.addGap(input.ms, input.reason);
      if (pending.isDue) seal(false);
    }
  }
  if (options.ended) {
    pending.addEnd();
    seal(true);
  } else if (!pending.isEmpty) {
    seal(false);
  }
  return Buffer.concat(pieces);
}

function readAll(bytes: Buffer, recordingId = id, key = fileKey) {
  const segments: (readonly SpoolRecord[])[] = [];
  const reader = readSpool(bytes, recordingId, key);
  for (;;) {
    const next = reader.next();
    if (next.done) return { segments, end: next.value as SpoolEnd };
    segments.push(next.value);
  }
}

/** Audio and gaps as one line of values, so that it does not matter how they were cut up. */
function soundOf(records: readonly SpoolRecord[]): (number | string)[] {
  const sound: (number | string)[] = [];
  for (const record of records) {
    if (record.type === 'audio') sound.push(...record.audio);
    if (record.type !== 'gap') continue;
    const before = sound.at(-1);
    const [reason, ms] = typeof before === 'string' ? before.split(' ') : [];
    if (reason === record.reason) sound[sound.length - 1] = `${reason} ${Number(ms) + record.ms}`;
    else sound.push(`${record.reason} ${record.ms}`);
  }
  return sound;
}

function inputSound(inputs: readonly Input[]): (number | string)[] {
  return soundOf(
    inputs.map((input) =>
      'audio' in input ? { type: 'audio', audio: input.audio } : { type: 'gap', ...input },
    ),
  );
}

const audioInput = fc
  .uint8Array({ minLength: 0, maxLength: 700 })
  .map((audio) => ({ audio: Buffer.from(audio) }));
const gapInput = fc.record({
  ms: fc.integer({ min: 1, max: 500 }),
  reason: fc.constantFrom(...gapReasons),
});
const someInputs = fc.array(fc.oneof(audioInput, gapInput), { maxLength: 40 });

function frames(count: number, bytes = 160): Input[] {
  return Array.from({ length: count }, (_, n) => ({ audio: Buffer.alloc(bytes, n) }));
}

describe('a spool', () => {
  it('gives back what was put in, whatever the sizes and gaps', () => {
    fc.assert(
      fc.property(someInputs, fc.boolean(), (inputs, ended) => {
        const { segments, end } = readAll(spoolOf(inputs, { ended }));
        expect(soundOf(segments.flat())).toEqual(inputSound(inputs));
        expect(end.end).toBe(ended ? 'clean' : 'cut');
      }),
    );
  });

  it('seals every ten frames, not every frame', () => {
    const { segments } = readAll(spoolOf(frames(25), { ended: true }));
    const bytes = segments.map((records) =>
      records.reduce((sum, record) => sum + (record.type === 'audio' ? record.audio.length : 0), 0),
    );
    expect(bytes).toEqual([1_600, 1_600, 800]);
  });

  it('seals at once when a gap covers 200 ms', () => {
    const { segments } = readAll(
      spoolOf([{ ms: 200, reason: 'pause' }, ...frames(1)], { ended: true }),
    );
    expect(segments).toHaveLength(2);
  });

  it('joins consecutive gaps of one reason and keeps two reasons apart', () => {
    const lost: Input = { ms: 20, reason: 'lost' };
    const { segments } = readAll(
      spoolOf([lost, lost, { ms: 20, reason: 'pause' }], { ended: false }),
    );
    expect(segments).toEqual([
      [
        { type: 'gap', ms: 40, reason: 'lost' },
        { type: 'gap', ms: 20, reason: 'pause' },
      ],
    ]);
  });

  it('has room for the costliest segment: single bytes between gaps of 1 ms', () => {
    const inputs = Array.from(
      { length: 1_000 },
      (_, n): Input => (n % 2 === 0 ? { audio: Buffer.of(n % 256) } : { ms: 1, reason: 'lost' }),
    );
    expect(soundOf(readAll(spoolOf(inputs, { ended: true })).segments.flat())).toEqual(
      inputSound(inputs),
    );
  });

  it('opens under its own id and file key only', () => {
    const bytes = spoolOf(frames(3), { ended: true });
    expect(readAll(bytes, otherId)).toEqual({ segments: [], end: { end: 'damaged', atByte: 0 } });
    expect(readAll(bytes, id, Buffer.alloc(16))).toEqual({
      segments: [],
      end: { end: 'damaged', atByte: 0 },
    });
  });

  it('is cut, with nothing in it, when not even the header is whole', () => {
    const bytes = spoolOf([], { ended: false });
    for (let length = 0; length <= bytes.length; length += 1) {
      const { segments, end } = readAll(bytes.subarray(0, length));
      expect(segments).toEqual([]);
      expect(end.end).toBe('cut');
    }
  });
});

/** A segment as text: cheaper to compare ten thousand times than objects. */
function textOf(segment: readonly SpoolRecord[]): string {
  return segment
    .map((record) => {
      if (record.type === 'audio') return record.audio.toString('hex');
      return record.type === 'gap' ? `${record.reason} ${record.ms}` : 'end';
    })
    .join();
}

describe('a damaged spool', () => {
  // Gaps of 200 ms make short segments, so that every bit can be tried.
  const pause: Input = { ms: 200, reason: 'pause' };
  const small = spoolOf([...frames(2, 30), pause, ...frames(3, 20), pause, ...frames(1, 50)], {
    ended: true,
  });
  const whole = readAll(small).segments.map(textOf);

  /** What is read is a prefix of what was written, and is not called clean. */
  function expectPrefix(bytes: Buffer): SpoolEnd {
    const { segments, end } = readAll(bytes);
    const read = segments.map(textOf);
    expect(read.join('|')).toBe(whole.slice(0, read.length).join('|'));
    expect(end.end).not.toBe('clean');
    return end;
  }

  it('gives the verified prefix at every cut, and never calls it clean', () => {
    expect(whole).toHaveLength(3);
    for (let length = 0; length < small.length; length += 1) {
      expect(expectPrefix(small.subarray(0, length)).end).toBe('cut');
    }
  });

  it('gives the verified prefix for every flipped bit, and never calls it clean', () => {
    for (let bit = 0; bit < small.length * 8; bit += 1) {
      const bytes = Buffer.from(small);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expectPrefix(bytes);
    }
  });

  it('names the byte where the damaged segment begins', () => {
    const bytes = Buffer.from(small);
    const second = 66 + 4 + bytes.readUInt32BE(66) + 16;
    bytes[second + 10]! ^= 1;
    expect(readAll(bytes).end).toEqual({ end: 'damaged', atByte: second });
  });

  it('is damaged when bytes follow the end mark', () => {
    expect(expectPrefix(Buffer.concat([small, Buffer.of(0)])).end).toBe('damaged');
    expect(expectPrefix(Buffer.concat([small, small.subarray(66)])).end).toBe('damaged');
  });

  it('is cut, not damaged, when a power cut left zeros at the end', () => {
    const open = spoolOf(frames(20), { ended: false });
    const bytes = Buffer.concat([open, Buffer.alloc(4_096)]);
    expect(readAll(bytes).end).toEqual({ end: 'cut', atByte: open.length });
  });

  it('refuses segments that were swapped, repeated, dropped or taken from another spool', () => {
    const open = spoolOf(frames(30), { ended: false });
    const size = (open.length - 66) / 3;
    const header = open.subarray(0, 66);
    const segment = (n: number) => open.subarray(66 + n * size, 66 + (n + 1) * size);
    const orders = [[1, 0, 2], [0, 0, 1], [0, 2], [2]];
    for (const order of orders) {
      const { segments, end } = readAll(Buffer.concat([header, ...order.map(segment)]));
      const good = order.findIndex((n, at) => n !== at);
      expect(segments).toHaveLength(good);
      expect(end).toEqual({ end: 'damaged', atByte: 66 + good * size });
    }
  });
});
