/**
 * To whom data of a person went, when, and what: the carrier, with every call and text, and whoever
 * took something away. Listening here is no disclosure; the audit has it. No speech vendor is in
 * here, because nothing is sent to one.
 */
import type { Instant, Uuid } from '../core/words.ts';

export const disclosedThings = ['call', 'text', 'recording', 'extract'] as const;

export interface Disclosure {
  /** `carrier`, or who took it: a user's or key's id. */
  readonly recipient: string;
  readonly what: (typeof disclosedThings)[number];
  readonly at: Instant;
  readonly callId: Uuid | null;
}

export interface DisclosureStore {
  /** Oldest first. */
  of(personId: Uuid): Promise<readonly Disclosure[]>;
}

/** By recipient, with every time. */
export async function showDisclosures(store: DisclosureStore, personId: Uuid) {
  const all = await store.of(personId);
  const recipients = [...new Set(all.map(({ recipient }) => recipient))];
  return {
    id: personId,
    recipients: recipients.map((recipient) => {
      const own = all.filter((one) => one.recipient === recipient);
      const times = own.map(({ what, at, callId }) => ({
        what,
        at: new Date(at).toISOString(),
        callId,
      }));
      return { recipient, count: own.length, disclosures: times };
    }),
  };
}
