/**
 * The last moment before the carrier is asked to ring or write to somebody. The list is looked at where
 * it is kept, not in this process's copy, which is some hundredths of a second behind: a word that was
 * acknowledged counts always.
 */
import type { CallSid } from '../core/words.ts';
import type { Contact, ContactStore } from './contact-ports.ts';

/**
 * @param ask asks the carrier, once; what rings then, or null for what is done with
 * @returns false if the number is listed, and nobody was asked
 * @throws what `ask` throws
 */
export async function contactUnlisted(
  contacts: ContactStore,
  contact: Contact,
  ask: () => Promise<CallSid | null>,
): Promise<boolean> {
  if (!(await contacts.begin(contact))) return false;
  let callSid: CallSid | null = null;
  try {
    callSid = await ask();
  } finally {
    // Who lists the number waits for this, but never longer than a request to the carrier may take.
    const over = callSid === null ? contacts.end(contact.id) : contacts.rings(contact.id, callSid);
    await over.catch(() => {});
  }
  return true;
}
