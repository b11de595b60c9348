/**
 * The live spool of one recording: an append-only file that a killed process leaves readable up
 * to its last whole segment.
 *
 *     spool   = header segment*
 *     header  = "consentry-spool\n" | version u16 | recording id (16) | key commitment (32)
 *     segment = length u32 | ciphertext (length) | tag (16)
 *     key     = HKDF-SHA-256(file key, salt: recording id, info: "consentry/spool/v1")
 *     nonce   = counter (11 bytes, from 0) | last flag (1 byte): the STREAM construction
 *     AAD     = length u32 | SHA-256(header)
 *
 * AES-GCM does not commit to its key, so the header does: a spool opens under one file key only.
 * Numbers are big-endian. What a segment holds is in `records.ts`.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { assert } from '../error.ts';
import type { Uuid } from '../words.ts';
import { segmentPlainBytesMax } from './records.ts';

const magic = Buffer.from('consentry-spool\n', 'latin1');
const version = 1;

export const fileKeyBytes = 16;
export const spoolHeaderBytes = magic.length + 2 + 16 + 32;
export const lengthBytes = 4;
export const tagBytes = 16;
/** Room for the largest segment as it lies on disk. */
export const segmentBytesMax = lengthBytes + segmentPlainBytesMax + tagBytes;

/** What sealing and opening the segments of one recording needs. */
export interface SpoolKey {
  readonly header: Buffer;
  readonly key: KeyObject;
  /** Authenticated data: 4 bytes of length, then the header's hash. Filled in per segment. */
  readonly aad: Buffer;
  /** 12 bytes, filled in per segment: sealing allocates no more than the cipher itself does. */
  readonly nonce: Buffer;
}

/** @param fileKey 16 bytes, the key in the recording's age header */
export function spoolKey(recordingId: Uuid, fileKey: Uint8Array): SpoolKey {
  assert(fileKey.length === fileKeyBytes, 'a file key has 16 bytes');
  const id = Buffer.from(recordingId.replaceAll('-', ''), 'hex');
  assert(id.length === 16, 'a recording id is a UUID');
  const derive = (label: string) => Buffer.from(hkdfSync('sha256', fileKey, id, label, 32));
  const versionField = Buffer.alloc(2);
  versionField.writeUInt16BE(version);
  const header = Buffer.concat([magic, versionField, id, derive('consentry/spool/v1/commitment')]);
  const headerHash = createHash('sha256').update(header).digest();
  return {
    header,
    key: createSecretKey(derive('consentry/spool/v1')),
    aad: Buffer.concat([Buffer.alloc(lengthBytes), headerHash]),
    nonce: Buffer.alloc(12),
  };
}

/**
 * Seals one segment into `out` and returns how many bytes of it were used. A counter is used once
 * per spool: using it twice would give away the difference of two segments.
 */
export function sealSegment(
  spool: SpoolKey,
  counter: number,
  last: boolean,
  plaintext: Uint8Array,
  out: Buffer,
): number {
  const length = plaintext.length;
  assert(length > 0 && length <= segmentPlainBytesMax, 'a segment has 1 to 2,048 bytes');
  spool.aad.writeUInt32BE(length, 0);
  const cipher = createCipheriv('aes-256-gcm', spool.key, nonceOf(spool, counter, last));
  cipher.setAAD(spool.aad);
  const sealed = cipher.update(plaintext);
  cipher.final();
  assert(sealed.length === length, 'GCM keeps the length');
  out.writeUInt32BE(length, 0);
  sealed.copy(out, lengthBytes);
  cipher.getAuthTag().copy(out, lengthBytes + length);
  return lengthBytes + length + tagBytes;
}

/** Null when the bytes are not the segment with this counter and flag. */
export function openSegment(
  spool: SpoolKey,
  counter: number,
  last: boolean,
  segment: Buffer,
): Buffer | null {
  const tagAt = segment.length - tagBytes;
  spool.aad.writeUInt32BE(tagAt - lengthBytes, 0);
  const decipher = createDecipheriv('aes-256-gcm', spool.key, nonceOf(spool, counter, last));
  decipher.setAAD(spool.aad);
  decipher.setAuthTag(segment.subarray(tagAt));
  const plaintext = decipher.update(segment.subarray(lengthBytes, tagAt));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plaintext;
}

function nonceOf({ nonce }: SpoolKey, counter: number, last: boolean): Buffer {
  // 48 bits of the 88 are used: 200 ms each, that is 1.7 million years of one recording.
  nonce.writeUIntBE(counter, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}
