import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import type { PreparedEntry, RecordingRow, RecordingStore, Spool, Vault } from './ports.ts';

export interface EraseParts {
  readonly store: Pick<RecordingStore, 'find' | 'header' | 'erase'>;
  readonly vault: Pick<Vault, 'remove' | 'size'>;
  readonly spool: Pick<Spool, 'remove' | 'read'>;
  /** Makes the `erasure` entry. */
  prepareErasure(recording: RecordingRow): PreparedEntry | Promise<PreparedEntry>;
  /** True for what was erased once, and a restored backup brought back. */
  readonly despiteHolds?: boolean;
}

/** What a second look found. `unknown`: the place could not be read. */
export type Found = 'gone' | 'remains' | 'unknown';

/** Without its header a recording cannot be opened, from whatever copy: `header` decides. */
export interface EraseReport {
  readonly id: Uuid;
  readonly header: Found;
  readonly payload: Found;
  readonly spool: Found;
}

/**
 * Erases a recording: first, in one transaction, the header row and with it every copy; then the
 * bytes. Doing it again finishes what was left over, and writes no second entry. Throws
 * `not_found`, and `held` while a legal hold keeps it; bytes that cannot be removed are in the report, not thrown.
 */
export async function eraseRecording(parts: EraseParts, id: Uuid): Promise<EraseReport> {
  const { store, vault, spool } = parts;
  const recording = await store.find(id);
  if (recording === null) throw new ConsentryError('not_found');
  await store.erase(id, await parts.prepareErasure(recording), parts.despiteHolds ?? false);
  await attempt(() => vault.remove(recording.vaultName));
  await attempt(() => spool.remove(id));
  return {
    id,
    header: await look(() => store.header(id)),
    payload: await look(() => vault.size(recording.vaultName)),
    spool: await look(() => spool.read(id)),
  };
}

/** A failure shows in the second look. */
async function attempt(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof ConsentryError)) throw error;
  }
}

async function look(read: () => Promise<unknown>): Promise<Found> {
  try {
    return (await read()) === null ? 'gone' : 'remains';
  } catch (error) {
    if (!(error instanceof ConsentryError)) throw error;
    return 'unknown';
  }
}
