/**
 * Somebody does not want to be called or texted any more, or does again. Whatever way the word
 * came, it is this verb; once it has returned, no decision anywhere allows what was refused.
 */
import { maskNumber } from '../core/access/mask.ts';
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import type {
  Channel,
  ListingReason,
  ListingScope,
  OwnChange,
} from '../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { People } from './call-ports.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Listed, OwnListStore } from './own-list-ports.ts';
import type { Clock } from './ports.ts';

export interface OptOutParts {
  readonly ownList: OwnListStore;
  /** This process's copy, which must not wait to hear of what was written here. */
  readonly ownCopy: { apply(change: OwnChange): void };
  readonly people: Pick<People, 'ensure'>;
  readonly entries: Pick<EntryMaker, 'listing'>;
  readonly clock: Clock;
  /** Ends calls of ours that ring at a number, or under a prefix, that is listed now. */
  readonly cancelRinging?: (number: string) => Promise<void>;
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
  /** Null: for ever. */
  readonly until?: Instant | null;
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

const purposeOf = { call: 'marketing-calls', text: 'marketing-texts' } as const;

async function put(
  parts: OptOutParts,
  { number, channels, scope, reason, source, by, provisional = false, until = null }: OptOut,
  listed: boolean,
  evidence: Json,
): Promise<void> {
  const at = parts.clock.now();
  // A prefix is nobody's number.
  const person = number.endsWith('*') ? null : await parts.people.ensure(number);
  for (const channel of channels) {
    const kind = listed ? 'listing' : 'lifting';
    const facts = { kind, purpose: purposeOf[channel], number, scope, provisional } as const;
    const entry = parts.entries.listing(
      { ...facts, reason, source, by, until, at, evidence },
      person,
    );
    const listing = { number, channel, scope, listed, provisional, reason, source, by, until, at };
    const change = await parts.ownList.put(listing, entry);
    if (change !== null) parts.ownCopy.apply(change);
  }
  // Also when it was listed before: whoever asks again may have seen the first answer fail.
  if (listed) await parts.cancelRinging?.(number);
}

/** Doing it again changes nothing. @returns what stands for the number afterwards */
export async function optOut(parts: OptOutParts, wanted: OptOut): Promise<OptOutView> {
  await put(parts, wanted, true, null);
  return listingsOf(parts, wanted.number);
}

/**
 * Takes a number off the list by the person's own later word.
 *
 * @param evidence SHA-256 of the document that holds it, hexadecimal
 * @throws `not_found` where nothing of the kind is listed
 */
export async function liftOptOut(
  parts: OptOutParts,
  wanted: Omit<OptOut, 'provisional' | 'until'>,
  evidence: string,
): Promise<OptOutView> {
  const stands = await parts.ownList.find(wanted.number);
  const isListed = stands.some(
    ({ channel, scope, listed }) =>
      listed && wanted.channels.includes(channel) && scope === wanted.scope,
  );
  if (!isListed) throw new ConsentryError('not_found', 'the number is not listed in that scope');
  const channels = wanted.channels.filter((channel) =>
    stands.some((one) => one.listed && one.channel === channel && one.scope === wanted.scope),
  );
  await put(parts, { ...wanted, channels }, false, { document: evidence });
  return listingsOf(parts, wanted.number);
}

async function listingsOf({ ownList }: OptOutParts, number: string): Promise<OptOutView> {
  const listings = await ownList.find(number);
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
