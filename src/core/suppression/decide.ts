/**
 * Whether a number may be contacted. Every reason against it is found, none hides another, and what
 * is unknown stands against it like a reason does. The answer is a few numbers; `explain` and
 * `screening` turn it into words.
 */
import type { Place } from '../jurisdiction/place.ts';
import type { Instant } from '../words.ts';
import type { CallingRule, CallingTable } from './calling-rules.ts';
import { type CompiledRules, compileRules, type Era, eraOf } from './calling-rules-book.ts';
import { countWithin, freeFrom } from './caps.ts';
import { addMonths, type Exemption, lift } from './exemptions.ts';
import type { Channel, Hit, Inquiry, ListState, OwnKind } from './inquiry.ts';
import { anywhereKinds, daysMaxOf, isUsable } from './list-use.ts';
import { bitOf, endingBits, refusalOf } from './reasons.ts';
import { type Destination, destinationOf } from './zones.ts';

export interface Verdict {
  readonly decision: 'allow' | 'deny' | 'hold';
  /** Reasons that stand; see `codesOf`. */
  readonly bits: number;
  /** Reasons that were found, with those that an exemption lifted. */
  readonly found: number;
  readonly exemptions: readonly Exemption[];
  /** Null if the number is of no kind that has rules. */
  readonly rules: CompiledRules | null;
  readonly destination: Destination;
}

export interface Screener {
  readonly table: CallingTable;
  screen(inquiry: Inquiry): Verdict;
  /**
   * The first instant from `at` on at which only time stood in the way and no longer does; null if
   * something else does, or if there is none within a year.
   */
  nextPermitted(inquiry: Inquiry): Instant | null;
}

const noExemptions: readonly Exemption[] = Object.freeze([]);
const areaCodesMax = 1000;
const dayMs = 86_400_000;

/** What was compiled for one era: by area code, and by country or known address beside it. */
interface Shelf {
  readonly era: Era;
  readonly byAreaCode: (Compiled | undefined)[];
  readonly others: Map<string, Compiled>;
}
interface Compiled {
  readonly destination: Destination;
  readonly rules: CompiledRules | null;
}
/** Countries times addresses that are known; what is beyond is compiled again. */
const othersMax = 2_000;

export function makeScreener(table: CallingTable): Screener {
  let shelf = shelfAt(0, 0);
  function shelfAt(at: Instant, now: Instant): Shelf {
    const era = eraOf(table, at, now);
    return { era, byAreaCode: new Array(areaCodesMax), others: new Map() };
  }

  function compiledFor({ number, at, now, known }: Inquiry): Compiled {
    const { from, until, seenFrom, seenUntil } = shelf.era;
    if (at < from || at >= until || now < seenFrom || now >= seenUntil) shelf = shelfAt(at, now);
    const code = known.address === null ? areaCodeOf(number) : 0;
    if (code === 0) return otherwise(number, known.address);
    const compiled = shelf.byAreaCode[code];
    if (compiled !== undefined) return compiled;
    const made = compile(destinationOf(number), null);
    shelf.byAreaCode[code] = made;
    return made;
  }

  function otherwise(number: string, address: Place | null): Compiled {
    const destination = destinationOf(number);
    const key = `${destination.is} ${destination.prefix} ${address}`;
    const known = shelf.others.get(key);
    if (known !== undefined) return known;
    if (shelf.others.size >= othersMax) shelf.others.clear();
    const made = compile(destination, address);
    shelf.others.set(key, made);
    return made;
  }

  function compile(destination: Destination, address: Place | null): Compiled {
    if (destination.is !== 'area') return { destination, rules: null };
    const { places, zones } = destination;
    return { destination, rules: compileRules(table, shelf.era, places, zones, address) };
  }

  function screen(inquiry: Inquiry): Verdict {
    const { destination, rules } = compiledFor(inquiry);
    const found =
      (rules === null ? destinationBits(destination) : rulesBits(inquiry, rules)) |
      ownBits(inquiry);
    if (found === 0) {
      const decision = 'allow';
      return { decision, bits: 0, found, exemptions: noExemptions, rules, destination };
    }
    const { bits, exemptions } = lift(found, inquiry, rules?.relationship ?? null);
    const decision = refusalOf(bits) ?? 'allow';
    return { decision, bits, found, exemptions, rules, destination };
  }

  function nextPermitted(inquiry: Inquiry): Instant | null {
    const latest = inquiry.at + 400 * dayMs;
    let at = inquiry.at;
    while (at < latest) {
      const one = { ...inquiry, at };
      const { bits, rules } = screen(one);
      if (bits === 0) return at;
      if ((bits & ~endingBits) !== 0 || rules === null) return null;
      const next = endOfReasons(one, rules) ?? Number.POSITIVE_INFINITY;
      if (next <= at) return null;
      // beyond a border of rules others hold: look again from there
      at = Math.min(next, shelf.era.until);
    }
    return null;
  }

  return { table, screen, nextPermitted };
}

/** Zero if it is none: the code of a number that is written as `+1` and ten digits. */
function areaCodeOf(number: string): number {
  if (number.length !== 12 || number.charCodeAt(0) !== 43 || number.charCodeAt(1) !== 49) return 0;
  let code = 0;
  for (let i = 2; i < 12; i += 1) {
    const digit = number.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9 || (digit < 2 && (i === 2 || i === 5))) return 0;
    if (i < 5) code = code * 10 + digit;
  }
  return code;
}

function destinationBits({ is }: Destination): number {
  switch (is) {
    case 'invalid':
      return bitOf.INVALID_NUMBER;
    case 'emergency':
      return bitOf.EMERGENCY_NUMBER;
    case 'service':
      return bitOf.PREMIUM_OR_TOLLFREE;
    default: // an area without rules is as unknown as one that is in no table
      return bitOf.UNKNOWN_AREA_CODE;
  }
}

/** What stands against any contact, wherever the number is. */
function ownBits({ seen, known, policy, purpose, campaign, at }: Inquiry): number {
  const isSelling = purpose !== 'service';
  let bits = seen.ageMs <= policy.replicaAgeMsMax ? 0 : bitOf.REPLICA_STALE;
  for (const hit of seen.hits) bits |= bitOfHit(hit, isSelling, campaign);
  if (known.withdrawnAt !== null) bits |= bitOf.CONSENT_WITHDRAWN;
  if (known.reassigned === 'yes') bits |= bitOf.REASSIGNED;
  if (!isSelling) return bits;
  if (known.reassigned === 'no-data') bits |= bitOf.REASSIGNED_NO_DATA;
  if (known.noReaskUntil !== null && at < known.noReaskUntil) bits |= bitOf.NO_REASK_PERIOD;
  return bits;
}

/** What a listing comes to for a contact; 0: nothing. */
export function bitOfHit(hit: Hit, isSelling: boolean, campaign: string | null): number {
  if (hit.kind === 'internal' || hit.provisional === true) return bitOf.INTERNAL_DNC;
  if (hit.kind === 'campaign') {
    // an inquiry that names no campaign may be for the one that was stopped
    const isOther = campaign !== null && hit.campaign !== undefined && hit.campaign !== campaign;
    return isOther ? 0 : bitOf.INTERNAL_DNC_CAMPAIGN;
  }
  if (hit.kind === 'withdrawn') return bitOf.CONSENT_WITHDRAWN;
  if (hit.kind === 'reassigned') return bitOf.REASSIGNED;
  return isSelling ? bitOfList[hit.kind] : 0;
}

const bitOfList: Readonly<Record<Exclude<Hit['kind'], OwnKind | 'reassigned'>, number>> = {
  litigator: bitOf.LITIGATOR,
  wireless: 0, // says what kind of line it is; whether that matters is a rule's
  national: bitOf.NATIONAL_DNC,
  state: bitOf.STATE_DNC,
  tps: bitOf.TPS,
  ctps: bitOf.CTPS,
  dncl: bitOf.DNCL_CA,
};

function rulesBits(inquiry: Inquiry, rules: CompiledRules): number {
  const hours = windowBits(inquiry, rules);
  return inquiry.purpose === 'service' ? hours : hours | sellingBits(inquiry, rules);
}

export function ringMsOf({ channel, policy }: Inquiry): number {
  return channel === 'call' ? policy.ringMs : 0; // a text is delivered at once
}

function windowBits(inquiry: Inquiry, { window }: CompiledRules): number {
  const { at, policy } = inquiry;
  const ringMs = ringMsOf(inquiry);
  let bits = 0;
  const closure = window.closureAt(at, ringMs);
  if (closure !== null) {
    bits = (closure.hours ? bitOf.OUTSIDE_HOURS : 0) | (closure.holiday ? bitOf.HOLIDAY : 0);
  }
  if (policy.own !== null && policy.own.closureAt(at, ringMs) !== null) bits |= bitOf.OUTSIDE_HOURS;
  return bits;
}

/** What the rules ask of whoever sells. */
function sellingBits(inquiry: Inquiry, rules: CompiledRules): number {
  const { seen, known, policy, at, now, subject, channel } = inquiry;
  let bits = rules.optIn.length === 0 ? 0 : bitOf.NO_CONSENT_OPT_IN_COUNTRY;
  for (const { key, daysMax } of rules.registries) {
    const state = seen.states.get(key);
    if (!mayRelyOn(state, channel, now, daysMax)) bits |= bitOf.LIST_STALE;
    else if (!state.covers(inquiry.number)) bits |= bitOf.AREA_CODE_NOT_SUBSCRIBED;
  }
  for (const kind of anywhereKinds) {
    const state = seen.states.get(kind);
    if (state?.channels.includes(channel) !== true) continue;
    // who had such a list relied on it: a number that is not on an old one may be on a new one
    if (!isUsable(state, now, daysMaxOf(kind))) bits |= bitOf.LIST_STALE;
  }
  if (rules.wirelessBarred.length > 0 && mayBeMobile(inquiry)) {
    bits |= bitOf.WIRELESS_STATE_PROHIBITED;
  }
  if (policy.emergencies.size > 0 && rules.places.some((one) => policy.emergencies.has(one))) {
    bits |= bitOf.STATE_EMERGENCY;
  }
  if (known.refusedAt !== null && at < restUntil(known.refusedAt, rules.rests)) {
    bits |= bitOf.REFUSAL_REST_PERIOD;
  }
  if (known.attempts.length === 0) return bits;
  for (const { cap } of rules.caps) {
    if (countWithin(cap, known.attempts, at, subject) >= cap.attemptsMax) {
      bits |= bitOf.FREQUENCY_CAP;
    }
  }
  return bits;
}

/** A line of which nobody knows may be one, and what gets texts is taken for one. */
function mayBeMobile({ channel, known: { line }, seen }: Inquiry): boolean {
  if (channel === 'text' || line === null || line === 'mobile') return true;
  return seen.hits.some(({ kind }) => kind === 'wireless');
}

/** A list that is there, for this channel, and not too old. */
export const mayRelyOn = (
  state: ListState | undefined,
  channel: Channel,
  now: Instant,
  daysMax: number,
): state is ListState =>
  state?.channels.includes(channel) === true && isUsable(state, now, daysMax);

export function restUntil(refusedAt: Instant, rests: readonly CallingRule[]): Instant {
  let until = refusedAt;
  for (const { restAfterRefusal: rest } of rests) {
    if (rest === null) continue;
    const end = 'days' in rest ? refusedAt + rest.days * dayMs : addMonths(refusedAt, rest.months);
    until = Math.max(until, end);
  }
  return until;
}

/** When the first of the reasons that end by themselves might let go; null if never. */
function endOfReasons(inquiry: Inquiry, rules: CompiledRules): Instant | null {
  const { at, known, policy, subject, purpose } = inquiry;
  const ringMs = ringMsOf(inquiry);
  let next = at;
  for (const window of policy.own === null ? [rules.window] : [rules.window, policy.own]) {
    const open = window.nextOpen(next, ringMs);
    if (open === null) return null;
    next = open;
  }
  if (purpose === 'service') return next;
  for (const { cap } of rules.caps) {
    next = Math.max(next, freeFrom(cap, known.attempts, next, subject));
  }
  if (known.refusedAt !== null) next = Math.max(next, restUntil(known.refusedAt, rules.rests));
  return Math.max(next, known.noReaskUntil ?? next);
}
