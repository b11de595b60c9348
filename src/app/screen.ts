/** Screening: what the lists say of a number now, and whether it may be contacted at a time. */
import type { Place } from '../core/jurisdiction/place.ts';
import type { Screener, Verdict } from '../core/suppression/decide.ts';
import {
  type Channel,
  type Hit,
  type Inquiry,
  type Known,
  type Line,
  type ListState,
  nothingKnown,
  type Policy,
  type ScreeningPurpose,
  type Seen,
  type Stated,
} from '../core/suppression/inquiry.ts';
import { parseNumber } from '../core/suppression/number.ts';
import type { ListingScope } from '../core/suppression/own-change.ts';
import { scopesOf } from '../core/suppression/scopes.ts';
import { type ScreeningView, screeningOf } from '../core/suppression/screening.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Clock } from './ports.ts';

/** The lists of a tenant as they are at one moment; read in memory, so that nobody waits. */
export interface ListsNow {
  readonly states: ReadonlyMap<string, ListState>;
  /** Position in the stream of own requests up to which they are read. */
  readonly asOf: number | null;
  /** How long ago they were known to be complete up to there. */
  readonly ageMs: number;
  /** Where a number stands, for a channel; none makes no garbage. */
  hits(number: string, channel: Channel, scopes: readonly ListingScope[]): readonly Hit[];
  /** The same for many numbers, in their order. */
  hitsOfEach(
    numbers: readonly string[],
    channel: Channel,
    scopes: readonly ListingScope[],
  ): readonly (readonly Hit[])[];
}

/** For lists that know no quicker way than one number after the other. */
export const oneByOne =
  (hits: ListsNow['hits']): ListsNow['hitsOfEach'] =>
  (numbers, channel, scopes) =>
    numbers.map((number) => hits(number, channel, scopes));

export interface Lists {
  now(tenantId: Uuid): ListsNow;
}

/** What is known of a person beside the lists: attempts to reach them, what they allowed, and so on. */
export interface KnownPeople {
  /**
   * @param number E.164
   * @param ask what somebody chose counts for one thing and not for another
   */
  find(
    tenantId: Uuid,
    number: string,
    ask: Pick<ScreeningAsk, 'channel' | 'purpose'>,
  ): Promise<Partial<Known>>;
}

export interface ScreenParts {
  readonly people: KnownPeople;
  readonly screener: Screener;
  readonly lists: Lists;
  /** As it is now: it may be another one later. */
  readonly policy: Policy;
  readonly clock: Clock;
}

/** What is the same for every number of a batch. */
export interface ScreeningAsk {
  readonly channel: Channel;
  readonly purpose: ScreeningPurpose;
  /** Null is now. */
  readonly at: Instant | null;
  readonly campaign: string | null;
  readonly subject: string | null;
  /** The id of the line of ours it is from; left out or null: not said. */
  readonly from?: string | null;
}

/** Listings of the own list that concern what is asked about. */
export const scopesAsked = ({ purpose, campaign, from }: ScreeningAsk): readonly ListingScope[] =>
  scopesOf(purpose, campaign, from ?? null);

export interface NumberAsk {
  /** As it was written; what is no number is screened as one that is invalid. */
  readonly number: string;
  /** An address that is known. */
  readonly place: Place | null;
  readonly line: Line | null;
  /** Left out or null: nothing. */
  readonly stated?: Stated | null;
}

export type Screening = ScreeningView & {
  /** Of the entry that keeps it; null: nobody wanted it kept. */
  readonly evidenceId: Uuid | null;
};

/** A decision with all that it rests on. */
export interface Screened {
  readonly inquiry: Inquiry;
  readonly verdict: Verdict;
}

export async function screenNumber(
  parts: ScreenParts,
  tenantId: Uuid,
  ask: ScreeningAsk,
  one: NumberAsk,
): Promise<Screened> {
  const e164 = parseNumber(one.number)?.e164 ?? null;
  // rules that ask what is known of a person are for whoever sells
  const isAsked = ask.purpose !== 'service' && e164 !== null;
  const person = isAsked ? await parts.people.find(tenantId, e164, ask) : {};
  // read last, so that no request is missed that was made while the person was looked up
  const lists = parts.lists.now(tenantId);
  const plain = inquiryOf(parts, ask, one, lists, parts.clock.now());
  const inquiry = isAsked ? { ...plain, known: { ...plain.known, ...person } } : plain;
  return { inquiry, verdict: parts.screener.screen(inquiry) };
}

export function viewOf(screener: Screener, inquiry: Inquiry, verdict: Verdict): Screening {
  return { ...screeningOf(screener, inquiry, verdict), evidenceId: null };
}

const noHits: readonly Hit[] = Object.freeze([]);

export function inquiryOf(
  { policy }: Pick<ScreenParts, 'policy'>,
  ask: ScreeningAsk,
  one: NumberAsk,
  lists: ListsNow,
  now: Instant,
): Inquiry {
  const e164 = parseNumber(one.number)?.e164 ?? null;
  const hits = e164 === null ? noHits : lists.hits(e164, ask.channel, scopesAsked(ask));
  const seen: Seen = { hits, states: lists.states, asOf: lists.asOf, ageMs: lists.ageMs };
  const { channel, purpose, campaign, subject, from = null } = ask;
  return {
    number: e164 ?? one.number.trim(),
    channel,
    purpose,
    at: ask.at ?? now,
    now,
    campaign,
    from,
    subject,
    seen,
    known: knownOf(one),
    policy,
  };
}

function knownOf({ place, line, stated = null }: NumberAsk): Known {
  if (place === null && line === null && stated === null) return nothingKnown;
  return { ...nothingKnown, address: place, line, ...stated };
}
