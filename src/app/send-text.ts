/**
 * One text message about the call, to the party's own number. It holds a prompt's words and nothing
 * of a person; it is a service message, so the business's own stops hold, and nothing else is asked.
 */
import type { Uuid } from '../core/words.ts';
import type { LineBook } from './call-parts.ts';
import type { CarrierTask, People } from './call-ports.ts';
import type { Contact, ContactStore } from './contact-ports.ts';
import { contactUnlisted } from './contact-unlisted.ts';
import type { Carrier, Clock } from './ports.ts';

export interface TextBody {
  readonly personId: Uuid;
  readonly lineId: Uuid;
  readonly text: string;
}

export interface TextParts {
  readonly lines: Pick<LineBook, 'byId'>;
  readonly carrier: Pick<Carrier, 'sendText'>;
  readonly people: People;
  readonly contacts: ContactStore;
  /** Enters that somebody was not contacted, because the list said no at the last moment. */
  readonly enterListed: (contact: Contact) => Promise<void>;
  readonly clock: Clock;
}

/**
 * @param mark called before the carrier is asked: a time-out must never become a second message
 * @returns false if nothing was sent, because there is nobody to send it to, or they want no texts
 */
export async function sendText(
  { lines, carrier, people, contacts, clock, enterListed }: TextParts,
  { id, callId }: Pick<CarrierTask, 'id' | 'callId'>,
  { personId, lineId, text }: TextBody,
  mark: () => Promise<void>,
): Promise<boolean> {
  const [line, person] = await Promise.all([lines.byId(lineId), people.find(personId)]);
  const from = line?.number ?? null;
  if (from === null || person === null) {
    await mark();
    return false;
  }
  const { number } = person;
  const scopes = ['all', `line:${lineId}`] as const;
  const told = { id, number, channel: 'text', scopes, callId, partyId: null } as const;
  const contact = { ...told, at: clock.now() };
  const isSent = await contactUnlisted(contacts, contact, async () => {
    await mark();
    await carrier.sendText({ to: number, from, text });
    return null;
  });
  if (!isSent) {
    await mark();
    await enterListed(contact);
  }
  return isSent;
}
