/**
 * The payload of an age v1 file (c2sp.org/age): a 16-byte nonce, then STREAM.
 *
 *     payload = nonce (16) chunk+
 *     chunk   = ChaCha20-Poly1305 of 64 KiB of plaintext (the last one: 1 byte to 64 KiB)
 *     key     = HKDF-SHA-256(file key, salt: nonce, info: "payload")
 *     chunk's nonce = counter (11 bytes) | last flag (1 byte)
 *
 * The last chunk is empty only when the whole plaintext is. Any chunk can be opened by itself,
 * so a range of the plaintext costs the chunks it touches.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { assert, ConsentryError } from '../error.ts';

export const payloadNonceBytes = 16;
export const chunkBytes = 65_536;
const tagBytes = 16;
export const sealedChunkBytes = chunkBytes + tagBytes;

/** Bytes of the payload of so much plaintext. */
export function payloadBytes(plainBytes: number): number {
  const chunks = Math.max(1, Math.ceil(plainBytes / chunkBytes));
  return payloadNonceBytes + plainBytes + chunks * tagBytes;
}

/** Where chunk `index` of a payload of `total` bytes lies, in the payload. */
export function chunkSpan(index: number, total: number) {
  const start = payloadNonceBytes + index * sealedChunkBytes;
  const end = Math.max(start, Math.min(start + sealedChunkBytes, total));
  return { start, end, last: start + sealedChunkBytes >= total };
}

/** Chunks in a payload of `total` bytes: at least one, which may turn out not to be there. */
export function chunkCount(total: number): number {
  return Math.max(1, Math.ceil((total - payloadNonceBytes) / sealedChunkBytes));
}

/** Throws `recording_damaged` when the nonce is cut off. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  if (nonce.length !== payloadNonceBytes) {
    throw new ConsentryError('recording_damaged', 'the payload ends within its first 16 bytes');
  }
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/**
 * A nonce made from the plaintext's SHA-256 under the file key: another plaintext gets another
 * nonce, as it must, and sealing the same one again gives the same bytes, so that a repetition
 * after a crash cannot leave a payload that differs from the hash in the ledger.
 */
export function payloadNonce(fileKey: Uint8Array, plaintextSha256: Uint8Array): Buffer {
  const key = hkdfSync('sha256', fileKey, '', 'consentry/payload-nonce/v1', 32);
  const mac = createHmac('sha256', Buffer.from(key)).update(plaintextSha256).digest();
  return mac.subarray(0, payloadNonceBytes);
}

/** The payload in pieces: the nonce, then chunk by chunk. `nonce` is never used for two texts. */
export function* encodePayload(
  fileKey: Uint8Array,
  nonce: Uint8Array,
  plaintext: Iterable<Uint8Array>,
): Generator<Buffer> {
  const chunks = payloadChunks(payloadKey(fileKey, nonce));
  yield Buffer.from(nonce);
  for (const piece of plaintext) yield* chunks.add(piece);
  yield chunks.end();
}

/** The same of a text that comes by and by. */
export async function* encodePayloadOf(
  fileKey: Uint8Array,
  nonce: Uint8Array,
  plaintext: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const chunks = payloadChunks(payloadKey(fileKey, nonce));
  yield Buffer.from(nonce);
  for await (const piece of plaintext) yield* chunks.add(piece);
  yield chunks.end();
}

function payloadChunks(key: Buffer) {
  const chunk = Buffer.alloc(chunkBytes);
  let used = 0;
  let index = 0;
  return {
    *add(piece: Uint8Array): Generator<Buffer> {
      for (let at = 0; at < piece.length; ) {
        // A full chunk waits until more comes: the last one is marked as such.
        if (used === chunkBytes) {
          yield sealChunk(key, index, false, chunk);
          index += 1;
          used = 0;
        }
        const count = Math.min(piece.length - at, chunkBytes - used);
        chunk.set(piece.subarray(at, at + count), used);
        at += count;
        used += count;
      }
    },
    end: (): Buffer => sealChunk(key, index, true, chunk.subarray(0, used)),
  };
}

function sealChunk(key: Buffer, index: number, last: boolean, plaintext: Buffer): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', key, chunkNonce(index, last), {
    authTagLength: tagBytes,
  });
  const sealed = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([sealed, cipher.getAuthTag()]);
}

/** Throws `recording_damaged` when the bytes are not this chunk of this payload. */
export function openChunk(key: Buffer, index: number, last: boolean, sealed: Buffer): Buffer {
  const tagAt = sealed.length - tagBytes;
  if (tagAt < 0) throw damagedChunk(index);
  if (tagAt === 0 && index > 0) throw damagedChunk(index);
  const decipher = createDecipheriv('chacha20-poly1305', key, chunkNonce(index, last), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(sealed.subarray(tagAt));
  const plaintext = decipher.update(sealed.subarray(0, tagAt));
  try {
    decipher.final();
  } catch {
    throw damagedChunk(index);
  }
  assert(plaintext.length === tagAt, 'a stream cipher keeps the length');
  return plaintext;
}

function damagedChunk(index: number): ConsentryError {
  const { start } = chunkSpan(index, Number.POSITIVE_INFINITY);
  return new ConsentryError('recording_damaged', `the payload does not verify from byte ${start}`);
}

function chunkNonce(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}
