import { createHash } from 'node:crypto';
import { ConsentryError } from '../core/error.ts';
import {
  chunkCount,
  chunkSpan,
  payloadBytes,
  payloadKey,
  payloadNonceBytes,
} from '../core/recording/age-payload.ts';
import { type Place, placeOfChunk } from '../core/recording/place.ts';
import { audioBytesPerMs } from '../core/recording/records.ts';
import { wavBytes, wavHeader, wavHeaderBytes } from '../core/recording/wav.ts';
import type { Uuid } from '../core/words.ts';
import type { RecordingRow, RecordingState, RecordingStore, Vault } from './ports.ts';
import { findSealed, openChunkAt, readSpan, type SealedRow } from './read-recording.ts';
import { type FileKeyParts, fileKeyOf } from './recording-key.ts';

export interface VerifyParts extends FileKeyParts {
  readonly store: Pick<RecordingStore, 'find' | 'header'>;
  readonly vault: Pick<Vault, 'read' | 'size'>;
}

/**
 * What was looked at.
 *
 * header   opens with its L1 identity, and its MAC holds
 * size     the payload in the vault is as long as the row says
 * sha256   and has the hash that went into the ledger
 * payload  every chunk verifies; the place is where the first one does not
 * facts    the sound is a WAV file of the row's length, and the gaps lie within it
 */
export const checks = ['header', 'size', 'sha256', 'payload', 'facts'] as const;
export type Check = (typeof checks)[number];

export interface Problem {
  readonly check: Check;
  readonly detail: string;
  /** Null when the check has no place in the payload. */
  readonly place: Place | null;
}

export interface VerifyReport {
  readonly id: Uuid;
  readonly state: RecordingState;
  readonly ok: boolean;
  /** In the order of `checks`; the payload's is the first damaged place. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a whole recording and says what does not hold. Throws what `findSealed` throws when there
 * is nothing to verify, and `recording_unavailable` when the vault does not answer.
 */
export async function verifyRecording(parts: VerifyParts, id: Uuid): Promise<VerifyReport> {
  const recording = await findSealed(parts, id);
  const problems: Problem[] = [];
  const add = (check: Check, detail: string, place: Place | null = null) =>
    problems.push({ check, detail, place });

  const fileKey = await openHeader(parts, id, add);
  const size = await parts.vault.size(recording.vaultName);
  if (size === null) add('size', 'the payload is not in the vault');
  else {
    if (size !== recording.payloadBytes) {
      add('size', `the payload has ${size} bytes instead of ${recording.payloadBytes}`);
    }
    await checkPayload(parts.vault, recording, fileKey, add);
  }
  checkGaps(recording, add);
  return { id, state: recording.state, ok: problems.length === 0, problems };
}

type Add = (check: Check, detail: string, place?: Place) => void;

/** Null when the file key cannot be had: the hash can still be checked. */
async function openHeader(parts: VerifyParts, id: Uuid, add: Add): Promise<Uint8Array | null> {
  try {
    return await fileKeyOf(parts, id);
  } catch (error) {
    if (!(error instanceof ConsentryError)) throw error;
    add('header', error.publicText);
    return null;
  }
}

/**
 * One pass over the payload: the hash of all of it, and chunk by chunk while good. The row says
 * how long it was, so a payload that was cut is damaged from the cut on, and not before.
 */
async function checkPayload(
  vault: Pick<Vault, 'read'>,
  recording: SealedRow,
  fileKey: Uint8Array | null,
  add: Add,
): Promise<void> {
  const total = recording.payloadBytes;
  const sha256 = createHash('sha256');
  const nonce = await readSpan(vault, recording.vaultName, 0, payloadNonceBytes);
  sha256.update(nonce);
  let damage: Place | null = null;
  const isWhole = nonce.length === payloadNonceBytes;
  const key = fileKey !== null && isWhole ? payloadKey(fileKey, nonce) : null;
  for (let index = 0; index < chunkCount(total); index += 1) {
    const span = chunkSpan(index, total);
    const sealed = await readSpan(vault, recording.vaultName, span.start, span.end);
    sha256.update(sealed);
    if (key === null || damage !== null) continue;
    try {
      const plaintext = openChunkAt(key, index, span.last, sealed);
      if (index === 0) checkWavHeader(recording, plaintext, add);
    } catch (error) {
      if (!(error instanceof ConsentryError)) throw error;
      damage = placeOfChunk(index);
    }
  }
  if (sha256.digest('hex') !== recording.payloadSha256) {
    add('sha256', 'the payload is not the one that was sealed');
  }
  if (!isWhole) damage = placeOfChunk(0);
  if (damage !== null) add('payload', `damaged from ${damage.at} on`, damage);
}

function checkWavHeader(recording: SealedRow, chunk: Buffer, add: Add): void {
  const dataBytes = chunk.length < wavHeaderBytes ? 0 : chunk.readUInt32LE(wavHeaderBytes - 4);
  const isWav =
    chunk.subarray(0, wavHeaderBytes).equals(wavHeader(dataBytes)) &&
    payloadBytes(wavBytes(dataBytes)) === recording.payloadBytes;
  if (!isWav) add('facts', 'the payload is not a mu-law WAV file of its length');
  else if (Math.floor(dataBytes / audioBytesPerMs) !== recording.durationMs) {
    add('facts', `the sound is not ${recording.durationMs} ms long`);
  }
}

function checkGaps({ gaps, durationMs }: RecordingRow, add: Add): void {
  let end = 0;
  for (const gap of gaps) {
    if (gap.atMs < end) add('facts', `the gap at ${gap.atMs} ms overlaps the one before`);
    end = gap.atMs + gap.ms;
  }
  if (end > (durationMs ?? 0)) add('facts', 'a gap lies outside the sound');
}
