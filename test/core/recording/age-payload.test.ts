import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConsentryError } from '../../../src/core/error.ts';
import {
  chunkCount,
  chunkSpan,
  encodePayload,
  openChunk,
  payloadBytes,
  payloadKey,
  payloadNonce,
  payloadNonceBytes,
} from '../../../src/core/recording/age-payload.ts';

const fileKey = Buffer.alloc(16, 7);
const nonce = Buffer.alloc(16, 9);
const kib64 = 65_536;
const sizes = [
  0,
  1,
  15,
  16,
  17,
  kib64 - 1,
  kib64,
  kib64 + 1,
  2 * kib64 - 1,
  2 * kib64,
  2 * kib64 + 1,
];

function textOf(bytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: bytes }, (_, n) => (n * 7 + (n >> 8)) & 0xff));
}

function encode(plaintext: Buffer, pieceBytes = plaintext.length || 1): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < plaintext.length; at += pieceBytes) {
    pieces.push(plaintext.subarray(at, at + pieceBytes));
  }
  return Buffer.concat([...encodePayload(fileKey, nonce, pieces)]);
}

/** Chunk by chunk until one does not verify. */
function decode(payload: Buffer, key = fileKey): { released: Buffer; error: unknown } {
  const released: Buffer[] = [];
  try {
    const chunkKey = payloadKey(key, payload.subarray(0, payloadNonceBytes));
    for (let index = 0; index < chunkCount(payload.length); index += 1) {
      const span = chunkSpan(index, payload.length);
      released.push(openChunk(chunkKey, index, span.last, payload.subarray(span.start, span.end)));
    }
  } catch (error) {
    return { released: Buffer.concat(released), error };
  }
  return { released: Buffer.concat(released), error: null };
}

describe('an age payload', () => {
  it.each(sizes)('of %i bytes comes back whole, and its size was known before', (bytes) => {
    const plaintext = textOf(bytes);
    const payload = encode(plaintext);
    expect(payload.length).toBe(payloadBytes(bytes));
    const { released, error } = decode(payload);
    expect(error).toBeNull();
    expect(released.equals(plaintext)).toBe(true);
  });

  it('is the same in whatever pieces the plaintext comes', () => {
    const plaintext = textOf(2 * kib64 + 100);
    const whole = encode(plaintext);
    for (const pieceBytes of [1_600, kib64 - 1, kib64, kib64 + 1]) {
      expect(encode(plaintext, pieceBytes).equals(whole)).toBe(true);
    }
  });

  it('opens any chunk by itself', () => {
    const plaintext = textOf(3 * kib64 + 5);
    const payload = encode(plaintext);
    const key = payloadKey(fileKey, nonce);
    for (const index of [3, 1, 0, 2]) {
      const span = chunkSpan(index, payload.length);
      const chunk = openChunk(key, index, span.last, payload.subarray(span.start, span.end));
      expect(chunk.equals(plaintext.subarray(index * kib64, (index + 1) * kib64))).toBe(true);
    }
  });

  it('refuses an empty last chunk unless the whole payload is empty', () => {
    const key = payloadKey(fileKey, nonce);
    const emptyLast = [...encodePayload(fileKey, nonce, [])][1]!;
    expect(openChunk(key, 0, true, emptyLast)).toHaveLength(0);
    const full = encode(textOf(kib64 + 1));
    // A full chunk that is not the last, followed by nothing but a tag.
    expect(
      decode(Buffer.concat([full.subarray(0, 16 + kib64 + 16), emptyLast])).error,
    ).toMatchObject({ code: 'recording_damaged' });
  });

  it('never gives out a wrong byte, at every cut', () => {
    const plaintext = textOf(300);
    const payload = encode(plaintext);
    for (let length = 0; length < payload.length; length += 1) {
      const { released, error } = decode(payload.subarray(0, length));
      expect(error).toBeInstanceOf(ConsentryError);
      expect(released).toHaveLength(0);
    }
  });

  it('never gives out a wrong byte, for every flipped bit of a small one', () => {
    const payload = encode(textOf(60));
    for (let bit = 0; bit < payload.length * 8; bit += 1) {
      const bytes = Buffer.from(payload);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(decode(bytes)).toMatchObject({ error: { code: 'recording_damaged' } });
      expect(decode(bytes).released).toHaveLength(0);
    }
  });

  it('gives out the chunks before a cut or flip of a long one, and no other bytes', () => {
    const plaintext = textOf(2 * kib64 + 1_000);
    const payload = encode(plaintext);
    const damage = fc.oneof(
      fc.nat(payload.length - 1).map((length) => payload.subarray(0, length)),
      fc.tuple(fc.nat(payload.length - 1), fc.nat(7)).map(([at, bit]) => {
        const bytes = Buffer.from(payload);
        bytes[at]! ^= 1 << bit;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(damage, (bytes) => {
        const { released, error } = decode(bytes);
        expect(error).toMatchObject({ code: 'recording_damaged' });
        expect(released.length % kib64).toBe(0);
        expect(released.equals(plaintext.subarray(0, released.length))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('refuses chunks that were swapped, and chunks under another file key', () => {
    const payload = encode(textOf(3 * kib64));
    const chunk = (index: number) => {
      const span = chunkSpan(index, payload.length);
      return payload.subarray(span.start, span.end);
    };
    const swapped = Buffer.concat([payload.subarray(0, 16), chunk(1), chunk(0), chunk(2)]);
    expect(decode(swapped)).toMatchObject({ error: { code: 'recording_damaged' } });
    expect(decode(payload, Buffer.alloc(16))).toMatchObject({
      error: { code: 'recording_damaged' },
    });
  });
});

describe("a payload's nonce", () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest();

  it('is the same for the same sound, another for another sound or another file key', () => {
    const first = payloadNonce(fileKey, sha256('one'));
    expect(first).toHaveLength(16);
    expect(payloadNonce(fileKey, sha256('one')).equals(first)).toBe(true);
    expect(payloadNonce(fileKey, sha256('two')).equals(first)).toBe(false);
    expect(payloadNonce(Buffer.alloc(16), sha256('one')).equals(first)).toBe(false);
  });
});
