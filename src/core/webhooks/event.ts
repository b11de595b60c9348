/**
 * What others are told of facts: that there is one, and by which ids it is found here. Never a number,
 * a name or a word; whoever wants more asks the API, which knows whether they may have it.
 */
import type { Instant, Uuid } from '../words.ts';
import { batchType } from './batch-event.ts';

/** By the kind of the entry. Screenings and the audit are told to nobody. */
export const typeOfKind: Readonly<Record<string, string>> = {
  request: 'consent.requested',
  grant: 'consent.granted',
  reminder: 'consent.reminded',
  refusal: 'consent.refused',
  withdrawal: 'consent.withdrawn',
  expiry: 'consent.expired',
  pause: 'recording.paused',
  resume: 'recording.resumed',
  sealing: 'recording.sealed',
  listening: 'recording.listened',
  download: 'recording.downloaded',
  erasure: 'recording.erased',
  listing: 'opt-out.listed',
  lifting: 'opt-out.lifted',
  choice: 'choice.kept',
  certificate: 'person.erased',
  redaction: 'records.redacted',
  hold: 'hold.placed',
  release: 'hold.lifted',
  rights: 'rights.changed',
  correction: 'person.corrected',
};

export const eventTypes: readonly string[] = [...Object.values(typeOfKind), batchType];
export const testType = 'webhook.test';

export interface Told {
  readonly entryId: Uuid | null;
  readonly callId: Uuid | null;
  readonly partyId: Uuid | null;
  readonly recordingId: Uuid | null;
  readonly purpose: string | null;
  readonly at: Instant;
}

/** As the Standard Webhooks specification shapes a body (standard-webhooks, 1.0.0). */
export function bodyOf(type: string, told: Told): string {
  const { entryId, callId, partyId, recordingId, purpose, at } = told;
  const data = { entry: entryId, receipt: entryId, call: callId, party: partyId };
  const rest = { recording: recordingId, purpose };
  return JSON.stringify({
    type,
    timestamp: new Date(at).toISOString(),
    data: { ...data, ...rest },
  });
}
