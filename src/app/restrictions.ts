/**
 * Who asked that their data is kept and not used (GDPR 18): nobody listens to them, nothing of them
 * is exported, and in no call of theirs does a gate open, until it is lifted.
 */
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';

export interface RestrictionStore {
  /** Null lifts it. False: it was so already. */
  set(personId: Uuid, at: Instant | null): Promise<boolean>;
  ofPerson(personId: Uuid): Promise<boolean>;
  /** Of whoever is heard in it. */
  ofRecording(recordingId: Uuid): Promise<boolean>;
}

/** @throws `restricted` */
export async function refuseRestricted(isRestricted: Promise<boolean>): Promise<void> {
  if (await isRestricted) throw new ConsentryError('restricted');
}
