import { describe, expect, it } from 'vitest';
import { placeOfChunk } from '../../../src/core/recording/place.ts';
import { Take } from '../../../src/core/recording/take.ts';
import { wavBytes, wavFile, wavHeader } from '../../../src/core/recording/wav.ts';

function fileOf(take: Take): Buffer {
  return Buffer.concat([...wavFile(take.parts)]);
}

describe('a WAV file', () => {
  it('has the header of mu-law, 8 kHz, mono, with a fact chunk', () => {
    expect(wavHeader(1_600).toString('hex')).toBe(
      [
        '52494646 72060000 57415645', // RIFF, 1,658 - 8, WAVE
        '666d7420 12000000 0700 0100 401f0000 401f0000 0100 0800 0000', // fmt
        '66616374 04000000 40060000', // fact: 1,600 samples
        '64617461 40060000', // data
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  it.each([0, 1, 2, 159, 160, 1_600])('of %i samples is as long as was said before', (bytes) => {
    const take = new Take();
    if (bytes > 0) take.add({ type: 'audio', audio: Buffer.alloc(bytes, 1) });
    const file = fileOf(take);
    expect(file.length).toBe(wavBytes(bytes));
    expect(file.length % 2).toBe(0);
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    expect(file.readUInt32LE(54)).toBe(bytes);
  });

  it('refuses more audio than 32 bits can say', () => {
    expect(() => wavHeader(2 ** 32)).toThrow('a WAV file holds at most 4 GiB of audio');
  });
});

describe('a take', () => {
  const audio = { type: 'audio', audio: Buffer.alloc(160, 0x55) } as const;

  it('puts silence of its length where a gap is', () => {
    const take = new Take();
    take.add(audio);
    take.add({ type: 'gap', ms: 20, reason: 'lost' });
    take.add(audio);
    expect(fileOf(take).subarray(58)).toEqual(
      Buffer.concat([Buffer.alloc(160, 0x55), Buffer.alloc(160, 0xff), Buffer.alloc(160, 0x55)]),
    );
    expect(take.durationMs).toBe(60);
    expect(take.gaps).toEqual([{ atMs: 20, ms: 20, reason: 'lost' }]);
  });

  it('joins gaps that continue each other, also across segments', () => {
    const take = new Take();
    take.add({ type: 'gap', ms: 20, reason: 'lost' });
    take.add({ type: 'gap', ms: 30, reason: 'lost' });
    take.add({ type: 'gap', ms: 10, reason: 'pause' });
    take.add(audio);
    take.add({ type: 'gap', ms: 5, reason: 'pause' });
    expect(take.gaps).toEqual([
      { atMs: 0, ms: 50, reason: 'lost' },
      { atMs: 50, ms: 10, reason: 'pause' },
      { atMs: 80, ms: 5, reason: 'pause' },
    ]);
  });

  it('gives a long gap in pieces', () => {
    const take = new Take();
    take.addGap(60_000, 'pause');
    expect(fileOf(take).subarray(58).equals(Buffer.alloc(480_000, 0xff))).toBe(true);
  });
});

describe('a place', () => {
  it.each([
    [0, 16, '00:00'],
    [1, 65_568, '00:08'],
    [8, 524_432, '01:05'],
    [500, 32_776_016, '68:15'],
  ])('of chunk %i is byte %i and %s in the sound', (index, atByte, at) => {
    expect(placeOfChunk(index)).toEqual({ atByte, at });
  });
});
