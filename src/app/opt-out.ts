/**
 * Somebody does not want to be called or texted any more, or does again. Whatever way the word
 * came, it is this verb; once it has returned, no decision anywhere allows what was refused.
 */
import { maskNumber } from '../core/access/mask.ts';
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import { mayLift, textSources } from '../core/suppression/lifting.ts';
import type {
  Channel,
  ListingReason,
  ListingScope,
  OwnChange,
} from '../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { People, Person } from './call-ports.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Guard, Listed, OwnListStore, ReviewWanted } from './own-list-ports.ts';
import type { Clock, Random } from './ports.ts';
import { endRest, keepRest, purposeOf, type RestParts } from './rest-after-opt-out.ts';

export interface OptOutParts {
  readonly ownList: OwnListStore;
  /** This process's copy, which must not wait to hear of what was written here. */
  readonly ownCopy: { apply(change: OwnChange): void };
  readonly people: Pick<People, 'ensure'>;
  readonly entries: Pick<EntryMaker, 'listing' | 'choice'>;
  /** Where the rest from being asked again is kept. */
  readonly choices: RestParts['choices'];
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
  /** Ends calls of ours that ring at a number, or under a prefix, that is listed now. */
  readonly cancelRinging?: (number: string) => Promise<void>;
  /** Seals what somebody wrote, for whoever looks at it, under their own key. */
  readonly sealNote?: (person: Person, reviewId: Uuid, note: string) => Buffer;
}

export interface OptOut {
  /** E.164, or the beginning of numbers with `*` behind it. */
  readonly number: string;
  readonly channels: readonly Channel[];
  readonly scope: ListingScope;
  readonly reason: ListingReason;
  /** By what way it came, such as `api`, `text` or `keypad`. */
  readonly source: string;
  /** A user's or key's id, or `caller`. */
  readonly by: string;
  /** True: it counts, and a person is to look at whether it was meant. */
  readonly provisional?: boolean;
  /** What was written, where somebody has to look at it. */
  readonly note?: string;
  /** Null: for ever. */
  readonly until?: Instant | null;
  /** The number of ours on which the carrier heard it itself. */
  readonly heardOn?: string | null;
  /** When it was said; left out: now. The same instant again is the same word. */
  readonly saidAt?: Instant;
}

export interface ListingView {
  readonly channel: Channel;
  readonly scope: ListingScope;
  readonly listed: boolean;
  readonly provisional: boolean;
  readonly reason: ListingReason;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly until: string | null;
  readonly receiptId: Uuid | null;
}

export interface OptOutView {
  /** Masked. */
  readonly number: string;
  readonly listings: readonly ListingView[];
}

interface Change extends OptOut {
  readonly listed: boolean;
  readonly evidence: Json;
  readonly guard?: Guard;
}

/** @returns the channels in which something was changed */
export async function change(
  parts: Omit<OptOutParts, 'ownList'> & { readonly ownList: Pick<OwnListStore, 'put'> },
  wanted: Change,
): Promise<readonly OwnChange[]> {
  const { number, channels, scope, reason, source, by, listed, evidence } = wanted;
  const { provisional = false, until = null, heardOn = null, guard, note } = wanted;
  const at = parts.clock.now();
  const saidAt = Math.min(wanted.saidAt ?? at, at);
  // A prefix is nobody's number.
  const person = number.endsWith('*') ? null : await parts.people.ensure(number);
  const review = provisional ? reviewOf(parts, person, note) : null;
  const options = {
    heardOn,
    ...(review !== null && { review }),
    ...(guard !== undefined && { guard }),
  };
  const changes: OwnChange[] = [];
  for (const channel of channels) {
    const kind = listed ? 'listing' : 'lifting';
    const facts = { kind, purpose: purposeOf[channel], number, scope, provisional } as const;
    const entry = parts.entries.listing(
      { ...facts, reason, source, by, until, at, evidence },
      person,
    );
    const listing = { number, channel, scope, listed, provisional, reason, source, by, until };
    const made = await parts.ownList.put({ ...listing, at, saidAt }, entry, options);
    if (made !== null) changes.push(made);
  }
  return changes;
}

function reviewOf(
  { random, sealNote }: Pick<OptOutParts, 'random' | 'sealNote'>,
  person: Person | null,
  note: string | undefined,
): ReviewWanted {
  const id = random.uuid();
  const isSealed = person !== null && note !== undefined && sealNote !== undefined;
  const noteSealed = isSealed ? sealNote(person, id, note) : null;
  return { id, personId: person?.id ?? null, noteSealed };
}

/**
 * Doing it again changes nothing but when they said it last, which only what is later than that
 * lifts. @returns what stands for the number afterwards
 */
export async function optOut(parts: OptOutParts, wanted: OptOut): Promise<OptOutView> {
  const changes = await change(parts, { ...wanted, listed: true, evidence: null });
  for (const made of changes) parts.ownCopy.apply(made);
  // Also when it was listed before: whoever asks again may have seen the first answer fail.
  await parts.cancelRinging?.(wanted.number);
  const stands = await parts.ownList.find(wanted.number);
  if (!wanted.number.endsWith('*')) {
    const person = await parts.people.ensure(wanted.number);
    await keepRest(parts, person, stands, wanted.by);
  }
  return viewOfAll(wanted.number, stands);
}

/**
 * Takes a number off the list by the person's own later word.
 *
 * @param evidence SHA-256 of the document that holds it, hexadecimal, and when it was made
 * @throws `not_found` where nothing of the kind is listed; `conflict` where the word is older
 */
export async function liftOptOut(
  parts: OptOutParts,
  wanted: Omit<OptOut, 'provisional' | 'until'>,
  evidence: { readonly sha256: string; readonly at: Instant | null },
): Promise<OptOutView> {
  const { channels, scope, number } = wanted;
  const stands = (await parts.ownList.find(number)).filter(
    (one) => mayLift('document', one) && channels.includes(one.channel) && one.scope === scope,
  );
  if (stands.length === 0) {
    throw new ConsentryError('not_found', 'the number is not listed in that scope');
  }
  const { sha256: document, at } = evidence;
  if (at !== null && stands.some(({ askedAt }) => askedAt >= at)) {
    throw new ConsentryError('conflict', 'the document is older than what it would lift');
  }
  const said = at === null ? { document } : { document, at: new Date(at).toISOString() };
  await lift(parts, { ...wanted, channels: stands.map((one) => one.channel) }, stands, said);
  return viewOfAll(number, await parts.ownList.find(number));
}

export interface Restart {
  readonly number: string;
  /** When the word came. */
  readonly at: Instant;
  /** The number of ours on which the carrier heard it itself; null: only we did. */
  readonly heardOn: string | null;
  readonly evidence: Json;
}

/**
 * The person's own word for texts, as carriers know it: lifts a stop of texts that came the same
 * way, before this word, and nothing else (`lifting.ts`).
 */
export async function restartTexts(
  parts: OptOutParts,
  { number, at, heardOn, evidence }: Restart,
): Promise<void> {
  const stands = (await parts.ownList.find(number)).filter(
    (one) => mayLift('start', one) && one.askedAt < at,
  );
  if (stands.length === 0) return;
  const about = { number, channels: ['text'], scope: 'all', reason: 'request' } as const;
  const who = { source: heardOn === null ? 'text' : 'carrier', by: 'caller' };
  const guard = { provisional: false, sources: textSources, before: at };
  const word = { ...about, ...who, guard, heardOn };
  await lift(parts, word, stands, evidence);
}

async function lift(
  parts: OptOutParts,
  wanted: OptOut & { readonly guard?: Guard },
  stands: readonly Listed[],
  evidence: Json,
): Promise<void> {
  const changes = await change(parts, { ...wanted, listed: false, evidence });
  for (const made of changes) parts.ownCopy.apply(made);
  if (wanted.number.endsWith('*')) return;
  const person = await parts.people.ensure(wanted.number);
  const lifted = stands.filter((one) => changes.some(({ channel }) => channel === one.channel));
  await endRest(parts, person, lifted, wanted.by);
}

export function viewOfAll(number: string, listings: readonly Listed[]): OptOutView {
  const masked = number.endsWith('*') ? number : maskNumber(number);
  return { number: masked, listings: listings.map(viewOf) };
}

function viewOf({ channel, scope, listed, provisional, reason, ...rest }: Listed): ListingView {
  const { since, until, entryId } = rest;
  return {
    channel,
    scope,
    listed,
    provisional,
    reason,
    since: new Date(since).toISOString(),
    until: until === null ? null : new Date(until).toISOString(),
    receiptId: entryId,
  };
}
