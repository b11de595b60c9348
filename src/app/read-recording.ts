import { ConsentryError } from '../core/error.ts';
import {
  chunkBytes,
  chunkCount,
  chunkSpan,
  openChunk,
  payloadKey,
  payloadNonceBytes,
} from '../core/recording/age-payload.ts';
import { placeOfChunk } from '../core/recording/place.ts';
import type { Uuid } from '../core/words.ts';
import type { RecordingRow, RecordingStore, Vault } from './ports.ts';
import { type FileKeyParts, fileKeyOf } from './recording-key.ts';

export interface ReadParts extends FileKeyParts {
  readonly store: Pick<RecordingStore, 'find' | 'header'>;
  readonly vault: Pick<Vault, 'read'>;
}

/** A recording whose key was unwrapped: its WAV file can be read in ranges. */
export interface OpenRecording {
  readonly recording: SealedRow;
  /** Of the whole WAV file. */
  readonly bytes: number;
  /**
   * WAV bytes from `start` (inclusive) to `end` (exclusive). Reads and verifies the 64 KiB chunks
   * the range touches, and gives out nothing that did not verify: throws `recording_damaged`
   * after the last good chunk. Throws `range_unsatisfiable` when the range is empty or outside.
   */
  read(start?: number, end?: number): AsyncGenerator<Uint8Array>;
}

export type SealedRow = RecordingRow & {
  readonly payloadSha256: string;
  readonly payloadBytes: number;
};

/**
 * Throws `not_found`, `recording_gone` when it was erased, `recording_unavailable` while it is
 * live or in quarantine, `key_missing`, or `recording_damaged` when its header is.
 */
export async function openRecording(parts: ReadParts, id: Uuid): Promise<OpenRecording> {
  const recording = await findSealed(parts, id);
  const fileKey = await fileKeyOf(parts, id);
  const chunks = chunkCount(recording.payloadBytes);
  const bytes = recording.payloadBytes - payloadNonceBytes - chunks * 16;
  return {
    recording,
    bytes,
    read: (start = 0, end = bytes) => readRange(parts.vault, recording, fileKey, start, end, bytes),
  };
}

export async function findSealed(
  parts: { readonly store: Pick<RecordingStore, 'find'> },
  id: Uuid,
): Promise<SealedRow> {
  const recording = await parts.store.find(id);
  if (recording === null) throw new ConsentryError('not_found');
  const { payloadSha256, payloadBytes } = recording;
  if (recording.state === 'erased') throw new ConsentryError('recording_gone');
  if (recording.state === 'live' || payloadSha256 === null || payloadBytes === null) {
    throw new ConsentryError('recording_unavailable', `the recording is ${recording.state}`);
  }
  return { ...recording, payloadSha256, payloadBytes };
}

async function* readRange(
  vault: Pick<Vault, 'read'>,
  { vaultName, payloadBytes }: SealedRow,
  fileKey: Uint8Array,
  start: number,
  end: number,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  if (start < 0 || start >= end || start >= bytes) throw new ConsentryError('range_unsatisfiable');
  const stop = Math.min(end, bytes);
  const key = payloadKey(fileKey, await readSpan(vault, vaultName, 0, payloadNonceBytes));
  for (let index = Math.floor(start / chunkBytes); index * chunkBytes < stop; index += 1) {
    const span = chunkSpan(index, payloadBytes);
    const sealed = await readSpan(vault, vaultName, span.start, span.end);
    const chunk = openChunkAt(key, index, span.last, sealed);
    const from = index * chunkBytes;
    yield chunk.subarray(Math.max(0, start - from), Math.min(chunk.length, stop - from));
  }
}

/** Throws `recording_damaged` with the place, for those who look and those who listen. */
export function openChunkAt(key: Buffer, index: number, last: boolean, sealed: Buffer): Buffer {
  try {
    return openChunk(key, index, last, sealed);
  } catch (cause) {
    const { atByte, at } = placeOfChunk(index);
    throw new ConsentryError('recording_damaged', `from ${at} on (payload byte ${atByte})`, {
      cause,
    });
  }
}

/** Shorter than asked for when the payload ends there. */
export async function readSpan(
  vault: Pick<Vault, 'read'>,
  name: string,
  start: number,
  end: number,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of vault.read(name, start, end)) pieces.push(piece);
  return Buffer.concat(pieces);
}
