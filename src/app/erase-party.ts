/** Erases what was recorded in one call, of one party or of everybody. */
import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import { type EraseParts, eraseRecording } from './erase-recording.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Clock, RecordingStore } from './ports.ts';

export interface ErasePartyParts extends Omit<EraseParts, 'prepareErasure' | 'store'> {
  readonly store: EraseParts['store'] & Pick<RecordingStore, 'ofCall'>;
  readonly entries: Pick<EntryMaker, 'access'>;
  readonly clock: Clock;
  /** Resolves when no sealing is under way: what was just stopped is then a file like others. */
  settled(): Promise<void>;
}

/**
 * May be repeated: what is erased already makes no second entry. Each recording is tried, whatever
 * becomes of the others.
 *
 * @param partyId null: of everybody
 * @param by whose doing it is, for the entry: a user's or key's id, or `withdrawal`
 * @throws `storage_failed` where something is left that can be seen, or cannot be looked at
 */
export async function eraseParty(
  parts: ErasePartyParts,
  callId: Uuid,
  partyId: Uuid | null,
  by: string,
): Promise<void> {
  await parts.settled();
  let left = 0;
  for (const recording of await parts.store.ofCall(callId)) {
    if (partyId !== null && recording.partyId !== partyId) continue;
    const facts = { callId, partyId: recording.partyId, recordingId: recording.id };
    const at = parts.clock.now();
    const prepareErasure = () =>
      parts.entries.access({ kind: 'erasure', purpose: 'recording', ...facts, at, by });
    const { header, payload, spool } = await eraseRecording(
      { ...parts, prepareErasure },
      recording.id,
    );
    if ([header, payload, spool].some((found) => found !== 'gone')) left += 1;
  }
  if (left > 0) {
    const what =
      'recordings were erased and cannot be opened, and bytes of them are left; try again';
    throw new ConsentryError('storage_failed', `${left} ${what}`);
  }
}
