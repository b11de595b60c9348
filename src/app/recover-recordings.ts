import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import type { AgeHeaders, RecordingKeys } from './ports.ts';
import { fileKeyOf } from './recording-key.ts';
import {
  clearErased,
  clearUnbegun,
  type Quarantined,
  quarantine,
  type SealOutcome,
  type SealParts,
  sealRecording,
} from './seal-recording.ts';

export interface RecoverParts extends SealParts {
  readonly keys: Pick<RecordingKeys, 'identity'>;
  readonly headers: Pick<AgeHeaders, 'open'>;
  /** True for a recording that this process is writing now: it is left alone. */
  isLive(id: Uuid): boolean;
  /**
   * True when no other process writes recordings of this database: then one that is live there
   * and has no spool here has lost it, and is put in quarantine.
   */
  readonly isOnlyRecorder: boolean;
}

/** How many spools ended how. */
export interface RecoverReport {
  readonly sealed: number;
  readonly partial: number;
  /** Erased, or never begun. */
  readonly removed: number;
  readonly quarantined: readonly (Quarantined & { readonly id: Uuid })[];
}

/**
 * Seals what a process that died left behind. Run before the first call of a process is answered;
 * it may be run again at any time, for instance when a vault is back.
 */
export async function recoverRecordings(parts: RecoverParts): Promise<RecoverReport> {
  const count = { sealed: 0, partial: 0, erased: 0 };
  const quarantined: (Quarantined & { id: Uuid })[] = [];
  for (const id of await unfinished(parts)) {
    const ended = await recoverOne(parts, id);
    if (ended.outcome !== 'quarantined') count[ended.outcome] += 1;
    else quarantined.push({ id, ...ended });
  }
  return { sealed: count.sealed, partial: count.partial, removed: count.erased, quarantined };
}

/**
 * Recovery beside recordings that begin and end, for what could not be sealed when it ended. Run it
 * at intervals that are much longer than a recording takes to be set up. A spool is touched only
 * if it was idle the time before as well: one that is new may belong to a recording that nobody
 * counts as live yet. Rows without a spool are left alone for the same reason.
 */
export function createRecovery(
  parts: Omit<RecoverParts, 'isOnlyRecorder'>,
): () => Promise<RecoverReport> {
  let idleBefore: ReadonlySet<Uuid> = new Set();
  return async () => {
    const idle = (await parts.spool.list()).filter((id) => !parts.isLive(id));
    const left = new Set(idle.filter((id) => idleBefore.has(id)));
    idleBefore = new Set(idle);
    const isLive = (id: Uuid): boolean => !left.has(id) || parts.isLive(id);
    return recoverRecordings({ ...parts, isOnlyRecorder: false, isLive });
  };
}

async function unfinished(parts: RecoverParts): Promise<readonly Uuid[]> {
  const ids = new Set(await parts.spool.list());
  if (parts.isOnlyRecorder) {
    for (const recording of await parts.store.unsealed()) ids.add(recording.id);
  }
  return [...ids].filter((id) => !parts.isLive(id));
}

/** One recording that cannot be had must not keep the others, or the start, waiting. */
async function recoverOne(parts: RecoverParts, id: Uuid): Promise<SealOutcome> {
  let reason: Quarantined['reason'] = 'key';
  try {
    const fileKey = await fileKeyOf(parts, id);
    reason = 'storage';
    return await sealRecording(parts, id, fileKey);
  } catch (error) {
    if (!(error instanceof ConsentryError)) throw error;
    if (error.code === 'recording_gone') return withoutHeader(parts, id);
    return quarantine(parts.store, id, reason, error.publicText);
  }
}

/** Whether it was erased, or a part of the database is missing, its row says. */
async function withoutHeader(parts: RecoverParts, id: Uuid): Promise<SealOutcome> {
  const recording = await parts.store.find(id);
  try {
    if (recording === null) return await clearUnbegun(parts, id);
    if (recording.state === 'erased') return await clearErased(parts, recording);
  } catch (error) {
    if (!(error instanceof ConsentryError)) throw error;
    return quarantine(parts.store, id, 'storage', error.publicText);
  }
  return quarantine(parts.store, id, 'key', 'it is not erased, and its header is not there');
}
