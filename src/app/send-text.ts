/**
 * One text message about the call, to the party's own number. It holds a prompt's words and nothing
 * of a person; it is a service message, so the business's own stops hold, and nothing else is asked.
 */
import type { Uuid } from '../core/words.ts';
import type { LineBook } from './call-parts.ts';
import type { People } from './call-ports.ts';
import type { Carrier } from './ports.ts';

export interface TextBody {
  readonly personId: Uuid;
  readonly lineId: Uuid;
  readonly text: string;
}

export interface TextParts {
  readonly lines: Pick<LineBook, 'byId'>;
  readonly carrier: Pick<Carrier, 'sendText'>;
  readonly people: People;
  /** False for a number that wants no texts from this business. */
  readonly mayText: (number: string) => boolean;
}

/**
 * @param mark called before the carrier is asked: a time-out must never become a second message
 * @returns false if nothing was sent, because there is nobody to send it to
 */
export async function sendText(
  { lines, carrier, people, mayText }: TextParts,
  { personId, lineId, text }: TextBody,
  mark: () => Promise<void>,
): Promise<boolean> {
  const [line, person] = await Promise.all([lines.byId(lineId), people.find(personId)]);
  await mark();
  const from = line?.number ?? null;
  if (from === null || person === null || !mayText(person.number)) return false;
  await carrier.sendText({ to: person.number, from, text });
  return true;
}
