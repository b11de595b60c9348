/** Files that lie sealed until they are fetched or read: an age payload, whose key is kept apart. */
import { createHash } from 'node:crypto';
import {
  chunkBytes,
  chunkCount,
  chunkSpan,
  encodePayloadOf,
  openChunk,
  payloadKey,
  payloadNonceBytes,
} from '../core/recording/age-payload.ts';
import type { Hex } from '../core/words.ts';
import type { Random, Vault } from './ports.ts';

const fileKeyBytes = 16;

export interface SealedBytes {
  readonly fileKey: Uint8Array;
  readonly sealedBytes: number;
  readonly plainBytes: number;
  /** Of what is in it. */
  readonly sha256: Hex;
}

/**
 * Lies down whole under that name, or not at all. What breaks in `plain` is thrown as it is: it is no
 * fault of where files lie.
 */
export async function sealFile(
  { files, random }: { readonly files: Pick<Vault, 'put'>; readonly random: Pick<Random, 'bytes'> },
  name: string,
  plain: AsyncIterable<Uint8Array>,
): Promise<SealedBytes> {
  const hash = createHash('sha256');
  let [plainBytes, sealedBytes] = [0, 0];
  let broken: { readonly error: unknown } | undefined;
  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of plain) {
        hash.update(piece);
        plainBytes += piece.length;
        yield piece;
      }
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  const fileKey = random.bytes(fileKeyBytes);
  async function* sealed(): AsyncGenerator<Buffer> {
    const nonce = random.bytes(payloadNonceBytes);
    for await (const chunk of encodePayloadOf(fileKey, nonce, counted())) {
      sealedBytes += chunk.length;
      yield chunk;
    }
  }
  await files.put(name, sealed()).catch((error: unknown) => {
    throw broken === undefined ? error : broken.error;
  });
  return { fileKey, sealedBytes, plainBytes, sha256: hash.digest('hex') };
}

/**
 * What is in a file from one byte on, up to another.
 *
 * @param total bytes of the sealed file
 */
export async function* openFile(
  files: Pick<Vault, 'read'>,
  name: string,
  fileKey: Uint8Array,
  total: number,
  from: number,
  to = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  const read = async (start: number, end: number) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of files.read(name, start, end)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const key = payloadKey(fileKey, await read(0, payloadNonceBytes));
  const firstChunk = Math.floor(from / chunkBytes);
  for (let i = firstChunk; i < chunkCount(total) && i * chunkBytes < to; i += 1) {
    const { start, end, last } = chunkSpan(i, total);
    const opened = openChunk(key, i, last, await read(start, end));
    yield opened.subarray(i === firstChunk ? from % chunkBytes : 0, to - i * chunkBytes);
  }
}
