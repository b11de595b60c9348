/**
 * Somebody who is to be added to a call is called like anybody else: the number is screened before it
 * is rung, dialled or not the decision has its entry, and it is looked at once more as the carrier is
 * asked. Who wants no calls from the line, or in the campaign, that the call belongs to is not rung for it.
 * Addresses that are no numbers are our own telephones.
 *
 * Somebody on the line wants to speak to them now, so hours of calling do not stand against it, as
 * they would against a call of ours out of the blue; and a help desk may have a toll-free number.
 */
import { parseNumber } from '../core/suppression/number.ts';
import type { Uuid } from '../core/words.ts';
import type { People } from './call-ports.ts';
import type { ContactStore } from './contact-ports.ts';
import { notDialled, screeningEntry } from './enter-screening.ts';
import type { EntryMaker } from './make-entry.ts';
import type { DialStore, Screen } from './outbound-ports.ts';
import type { Clock } from './ports.ts';

export interface ScreenPartyParts {
  readonly screen: Screen;
  readonly people: Pick<People, 'ensure'>;
  readonly entries: Pick<EntryMaker, 'screening'>;
  readonly dials: Pick<DialStore, 'addEntry'>;
  readonly clock: Clock;
  readonly contacts: Pick<ContactStore, 'isListed'>;
}

export interface PartyCandidate {
  readonly callId: Uuid;
  readonly to: string;
  /** A user's or key's id. */
  readonly by: string;
}

const aboutHours: ReadonlySet<string> = new Set(['OUTSIDE_HOURS', 'HOLIDAY']);

/** Toll-free codes of North America (FCC), and the international one (ITU-T E.169.1). */
const tollFree = /^\+(1(800|833|844|855|866|877|888)\d{7}|800\d{8})$/;

function standsAgainst(number: string, code: string): boolean {
  if (code === 'PREMIUM_OR_TOLLFREE') return !tollFree.test(number);
  return !aboutHours.has(code);
}

const listing = { code: 'INTERNAL_DNC' } as const;

/** @throws `not_dialled` with every reason */
export async function screenParty(
  { screen, people, entries, dials, clock, contacts }: ScreenPartyParts,
  { callId, to, by }: PartyCandidate,
): Promise<void> {
  const number = parseNumber(to)?.e164 ?? null;
  if (number === null) return;
  const purpose = 'service';
  const screened = await screen({ number, channel: 'call', purpose, campaign: null });
  const found = screened.reasons.filter(({ code }) => standsAgainst(number, code));
  const about = { number, channel: 'call', scopes: ['all'], callId } as const;
  const isListed = await contacts.isListed({ ...about, at: clock.now() });
  const isNew = isListed && found.every(({ code }) => code !== listing.code);
  const reasons = isNew ? [...found, listing] : found;
  const unlisted = reasons.length === 0 ? 'allow' : screened.decision;
  const decided = { ...screened, reasons, decision: isListed ? 'deny' : unlisted } as const;
  const contact = { callId, number, purpose, campaign: null, by } as const;
  const entry = screeningEntry({ entries, clock }, contact, await people.ensure(number), decided);
  await dials.addEntry(entry);
  if (decided.decision !== 'allow') throw notDialled(decided, entry);
}
