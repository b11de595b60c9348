/**
 * Permits for dialers of others: a screening that allowed a contact can be asked to leave one, and
 * whoever dials uses it up just before. Made with its screening's entry, or not at all.
 */

import { maskNumber } from '../core/access/mask.ts';
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import { parseNumber } from '../core/suppression/number.ts';
import { scopesOf } from '../core/suppression/scopes.ts';
import type { Uuid } from '../core/words.ts';
import type { People } from './call-ports.ts';
import type { EntryMaker } from './make-entry.ts';
import type { DialStore } from './outbound-ports.ts';
import type { Cap, PermitRefusal, PermitStore } from './permit-ports.ts';
import type { Clock, Random } from './ports.ts';
import type { ScreeningAsk } from './screen.ts';

export interface PermitParts {
  readonly permits: PermitStore;
  readonly people: Pick<People, 'ensure' | 'find'>;
  readonly entries: Pick<EntryMaker, 'screening'>;
  readonly dials: Pick<DialStore, 'addEntry'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** A dialer that takes longer has to ask again. */
const permitMs = 60_000;

/** What a screening came to, as far as its evidence goes. */
export interface Decided {
  readonly decision: 'allow' | 'deny' | 'hold';
  readonly caps: readonly Cap[];
  /** As the entry keeps it. */
  readonly evidence: object;
}

export interface Kept {
  readonly evidenceId: Uuid;
  readonly permit?: { readonly id: Uuid; readonly notAfter: string };
  /** Present if somebody said no, or took the last place of a cap, since the lists were read. */
  readonly refused?: { readonly code: 'INTERNAL_DNC' | 'FREQUENCY_CAP'; readonly until?: string };
}

/**
 * Keeps a screening as evidence, with a permit if it allowed the contact.
 *
 * @param number as it was written
 * @param by a user's or key's id
 */
export async function keepScreening(
  parts: PermitParts,
  { channel, purpose, campaign, subject, from = null }: ScreeningAsk,
  number: string,
  { decision, caps, evidence }: Decided,
  by: string,
): Promise<Kept> {
  const { permits, people, entries, dials, clock, random } = parts;
  const at = clock.now();
  const e164 = parseNumber(number)?.e164 ?? null;
  const person = e164 === null ? null : await people.ensure(e164);
  const leafPurpose = channel === 'call' ? 'marketing-calls' : 'marketing-texts';
  const facts = { kind: 'screening', purpose: leafPurpose, callId: null } as const;
  const entryFor = (decided: Decided['decision'], found: Json) => {
    const said = { contactFor: purpose, campaign, decision: decided, found, by, at };
    return entries.screening({ ...facts, number: e164 ?? number, ...said }, person);
  };
  const entry = entryFor(decision, JSON.parse(JSON.stringify(evidence)) as Json);
  if (decision !== 'allow' || person === null) {
    await dials.addEntry(entry);
    return { evidenceId: entry.id };
  }
  const id = random.uuid();
  const notAfter = at + permitMs;
  const made = await permits.make({
    id,
    number: person.number,
    channel,
    purpose,
    subject: subject ?? campaign ?? purpose,
    scopes: scopesOf(purpose, campaign, from),
    caps,
    at,
    notAfter,
    entry,
  });
  if (made.is === 'made') {
    return { evidenceId: entry.id, permit: { id, notAfter: new Date(notAfter).toISOString() } };
  }
  const refused =
    made.is === 'listed'
      ? ({ code: 'INTERNAL_DNC' } as const)
      : ({ code: 'FREQUENCY_CAP', until: new Date(made.freeAt).toISOString() } as const);
  const late = entryFor(made.is === 'listed' ? 'deny' : 'hold', {
    number: maskNumber(person.number),
    reasons: [refused],
  });
  await dials.addEntry(late);
  return { evidenceId: late.id, refused };
}

const refusals: Readonly<Record<PermitRefusal, string>> = {
  unknown: '',
  used: 'the permit was used before',
  expired: 'the permit is over; screen the number again',
  listed: 'the number was listed since; it must not be contacted',
  'other-number': 'the permit is for another number',
};

/**
 * Just before the contact.
 *
 * @param number whom one is about to contact; null: the permit alone is shown, and stands for the
 *   number it was made for
 * @throws `not_found`, or `permit_void` with the reason
 */
export async function consumePermit(
  { permits, people, clock }: Pick<PermitParts, 'permits' | 'people' | 'clock'>,
  id: Uuid,
  number: string | null,
  by: string,
): Promise<void> {
  const shown = number ?? (await numberOf({ permits, people }, id));
  // Whoever was erased since has no number any more that anybody could contact.
  if (shown === null) throw new ConsentryError('not_found');
  const e164 = parseNumber(shown)?.e164 ?? shown;
  const refusal = await permits.consume(id, e164, by, clock.now());
  if (refusal === null) return;
  if (refusal === 'unknown') throw new ConsentryError('not_found');
  throw new ConsentryError('permit_void', refusals[refusal], { extra: { reason: refusal } });
}

async function numberOf(
  { permits, people }: Pick<PermitParts, 'permits' | 'people'>,
  id: Uuid,
): Promise<string | null> {
  const holder = await permits.personOf(id);
  return holder === null ? null : ((await people.find(holder))?.number ?? null);
}
