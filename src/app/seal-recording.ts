import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { ConsentryError } from '../core/error.ts';
import { encodePayload, payloadBytes, payloadNonce } from '../core/recording/age-payload.ts';
import { segmentMs } from '../core/recording/records.ts';
import { spoolHeaderBytes } from '../core/recording/spool.ts';
import { readSpool } from '../core/recording/spool-reader.ts';
import { Take } from '../core/recording/take.ts';
import { wavFile } from '../core/recording/wav.ts';
import type { Gap, Hex, Uuid } from '../core/words.ts';
import type { PreparedEntry, RecordingRow, RecordingStore, Spool, Vault } from './ports.ts';

export interface SealParts {
  readonly spool: Spool;
  readonly vault: Vault;
  readonly store: RecordingStore;
  /** Makes the `sealing` entry of a recording from the facts it will be sealed with. */
  prepareSealing(recording: RecordingRow): PreparedEntry | Promise<PreparedEntry>;
}

/** What is missing at the end of a spool that was cut off. */
export type Tail = Pick<Gap, 'ms' | 'reason'>;

/** A killed process loses at most the segment it was filling. */
const crashTail: Tail = { ms: segmentMs, reason: 'crash' };

/** Work between two turns of the event loop: about 4 ms. */
const segmentsPerTurn = 256;
const hashedBytesPerTurn = 4 * 1_024 * 1_024;

export type SealOutcome =
  /** By this sealing or an earlier one; the spool is gone. */
  | { readonly outcome: 'sealed' | 'partial'; readonly recording: RecordingRow }
  /** Erased, or never begun: spool and payload are gone. */
  | { readonly outcome: 'erased' }
  | Quarantined;

/**
 * The spool, if there is one, is kept.
 *
 * damaged  it does not verify from a byte on
 * missing  the database knows the recording and there is no spool: how much is lost is not known
 * unknown  there is sound, and the database does not know the recording: it was set back, or is another
 * storage  the vault does not take or show the payload, or the spool cannot be read
 * key      the file key cannot be had
 */
export interface Quarantined {
  readonly outcome: 'quarantined';
  readonly reason: 'damaged' | 'missing' | 'unknown' | 'storage' | 'key';
  readonly detail: string;
}

/**
 * Turns the spool of a recording into its sealed payload: spool → mu-law WAV → age payload in the
 * vault → row, header and entry in one transaction → no spool. Whatever step it dies at, doing it
 * again from the start gives the same state and one entry: the same sound is sealed to the same
 * bytes, and only the first change of state writes.
 *
 * @param tail what is missing if the spool does not end with its end mark
 */
export async function sealRecording(
  parts: SealParts,
  id: Uuid,
  fileKey: Uint8Array,
  tail: Tail = crashTail,
): Promise<SealOutcome> {
  const { spool, store } = parts;
  const recording = await store.find(id);
  if (recording === null) return clearUnbegun(parts, id);
  if (recording.state === 'erased') return clearErased(parts, recording);
  if (recording.state === 'sealed' || recording.state === 'partial') {
    return finishSealed(parts, recording);
  }

  const bytes = await spool.read(id);
  if (bytes === null) return quarantine(store, id, 'missing', 'there is no spool');
  const { take, end } = await readTake(bytes, id, fileKey);
  if (end.end === 'damaged') {
    return quarantine(store, id, 'damaged', `the spool is damaged at byte ${end.atByte}`);
  }
  if (end.end === 'cut') take.addGap(tail.ms, tail.reason);

  let payload: { sha256: Hex; bytes: number };
  try {
    payload = await putPayload(parts.vault, recording.vaultName, fileKey, take);
  } catch (error) {
    if (!(error instanceof ConsentryError) || error.code !== 'storage_failed') throw error;
    return quarantine(store, id, 'storage', error.publicText);
  }

  const facts: RecordingRow = {
    ...recording,
    state: end.end === 'clean' ? 'sealed' : 'partial',
    durationMs: take.durationMs,
    lostMs: recording.lostMs + (end.end === 'clean' ? 0 : tail.ms),
    gaps: take.gaps,
    payloadSha256: payload.sha256,
    payloadBytes: payload.bytes,
  };
  await store.seal(facts, await parts.prepareSealing(facts));

  // It may have been erased meanwhile: then what was just written goes too.
  const after = await store.find(id);
  if (after === null) return clearUnbegun(parts, id);
  if (after.state === 'erased') return clearErased(parts, after);
  return finishSealed(parts, after);
}

export async function quarantine(
  store: Pick<RecordingStore, 'quarantine'>,
  id: Uuid,
  reason: Quarantined['reason'],
  detail: string,
): Promise<Quarantined> {
  await store.quarantine(id);
  return { outcome: 'quarantined', reason, detail };
}

/** The spool goes only when the vault shows the payload in its full length. */
async function finishSealed(parts: SealParts, recording: RecordingRow): Promise<SealOutcome> {
  const detail = await payloadProblem(parts.vault, recording);
  if (detail !== null) return { outcome: 'quarantined', reason: 'storage', detail };
  await parts.spool.remove(recording.id);
  return { outcome: recording.state === 'partial' ? 'partial' : 'sealed', recording };
}

async function payloadProblem(vault: Vault, recording: RecordingRow): Promise<string | null> {
  const expected = recording.payloadBytes;
  try {
    const size = await vault.size(recording.vaultName);
    return size === expected ? null : `the vault shows ${size ?? 'no'} bytes of ${expected}`;
  } catch (error) {
    if (!(error instanceof ConsentryError)) throw error;
    return error.publicText;
  }
}

export async function clearErased(
  { vault, spool }: Pick<SealParts, 'vault' | 'spool'>,
  { id, vaultName }: RecordingRow,
): Promise<SealOutcome> {
  await vault.remove(vaultName);
  await spool.remove(id);
  return { outcome: 'erased' };
}

/**
 * What is erased keeps its row. Of a recording without one only an empty spool goes, whose setting
 * up was cut short: the sound of any other may be the only copy there is.
 */
export async function clearUnbegun(
  { spool }: Pick<SealParts, 'spool'>,
  id: Uuid,
): Promise<SealOutcome> {
  const bytes = await spool.read(id);
  if (bytes !== null && bytes.length > spoolHeaderBytes) {
    const detail = 'the database does not know this recording; its spool is kept';
    return { outcome: 'quarantined', reason: 'unknown', detail };
  }
  await spool.remove(id);
  return { outcome: 'erased' };
}

async function readTake(bytes: Buffer, id: Uuid, fileKey: Uint8Array) {
  const take = new Take();
  const segments = readSpool(bytes, id, fileKey);
  for (let count = 1; ; count += 1) {
    const next = segments.next();
    if (next.done === true) return { take, end: next.value };
    for (const record of next.value) take.add(record);
    if (count % segmentsPerTurn === 0) await setImmediate();
  }
}

/** Throws `storage_failed` also when the vault took the payload and shows another length. */
async function putPayload(vault: Vault, name: string, fileKey: Uint8Array, take: Take) {
  const nonce = payloadNonce(fileKey, await sha256Of(wavFile(take.parts)));
  const sha256 = createHash('sha256');
  const chunks = encodePayload(fileKey, nonce, wavFile(take.parts));
  await vault.put(name, hashed(chunks, sha256));
  const bytes = payloadBytes(take.wavBytes);
  const size = await vault.size(name);
  if (size !== bytes) {
    throw new ConsentryError('storage_failed', `the vault took ${size ?? 'no'} bytes of ${bytes}`);
  }
  return { sha256: sha256.digest('hex'), bytes };
}

async function sha256Of(pieces: Iterable<Uint8Array>): Promise<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    bytes += piece.length;
    if (bytes < hashedBytesPerTurn) continue;
    bytes = 0;
    await setImmediate();
  }
  return hash.digest();
}

function* hashed(pieces: Iterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}
