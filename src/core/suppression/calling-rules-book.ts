/**
 * The rules that a number is under, compiled once for its area code: rows of every place it may be
 * in, and of their countries, joined so that the strictest of each holds. What was compiled holds
 * while the same rows are in force and relied on, and is made anew across such a border.
 */
import type { Day } from '../jurisdiction/day.ts';
import { countryOf, type Place } from '../jurisdiction/place.ts';
import { usTerritories } from '../jurisdiction/table/places.ts';
import type { Instant } from '../words.ts';
import type {
  CallingRule,
  CallingTable,
  Cap,
  Registry,
  RegistryKind,
  Relationship,
} from './calling-rules.ts';
import { intersectWeeks, readWeek, type Week, weekText } from './hours.ts';
import { holidayCalendars } from './table/holidays.ts';
import { makeWindow, type Window } from './window.ts';
import { union, type Zone, zonesOfPlace } from './zones.ts';

/** A list that has to be looked at, the rule that says so, and the key its state is found by. */
export interface RequiredList extends Registry {
  readonly place: Place;
  readonly rule: string;
  readonly key: string;
}

/** Why a rule stands for others too, or in for one. */
export interface CallingWarning {
  readonly is: 'stale' | 'refused' | 'unsure';
  readonly rule: string;
}

export interface CompiledRules {
  readonly places: readonly Place[];
  readonly zones: readonly Zone[];
  readonly rules: readonly CallingRule[];
  readonly window: Window;
  readonly caps: readonly { readonly cap: Cap; readonly rule: string }[];
  readonly registries: readonly RequiredList[];
  /** The rules that ask for consent; none where silence of the lists is enough. */
  readonly optIn: readonly string[];
  readonly wirelessBarred: readonly string[];
  readonly rests: readonly CallingRule[];
  readonly relationship: Relationship | null;
  readonly warnings: readonly CallingWarning[];
  /** What every view of a decision tells, made once. */
  readonly told: {
    readonly ids: readonly string[];
    readonly warnings: readonly string[];
    readonly hours: string;
  };
}

/** What a national list is of, where the rules of several countries meet. */
export const keyOf = (kind: RegistryKind, place: Place): string => `${kind} ${place}`;

const dayMs = 86_400_000;
/** A day is today somewhere from 14 hours before it begins in UTC until 12 after it ends. */
const eastMs = 14 * 3_600_000;
const westMs = 12 * 3_600_000;

const startOf = (day: Day): Instant => Date.parse(`${day}T00:00:00Z`);
/** A rule holds wherever its first day has begun for somebody, and its last has not yet ended. */
const holdsFrom = ({ effectiveFrom }: CallingRule): Instant =>
  effectiveFrom === null ? Number.NEGATIVE_INFINITY : startOf(effectiveFrom) - eastMs;
const holdsUntil = ({ effectiveTo }: CallingRule): Instant =>
  effectiveTo === null ? Number.POSITIVE_INFINITY : startOf(effectiveTo) + dayMs + westMs;
const reliedUntil = ({ reviewBy }: CallingRule): Instant => startOf(reviewBy) + dayMs;

/** A time in which the same rows hold, looked at while the same rows are relied on. */
export interface Era {
  readonly from: Instant;
  readonly until: Instant;
  /** Of the instant in which one looks. */
  readonly seenFrom: Instant;
  readonly seenUntil: Instant;
  readonly rules: readonly CallingRule[];
  readonly stale: ReadonlySet<CallingRule>;
}

export function eraOf(table: CallingTable, at: Instant, now: Instant): Era {
  const borders = table.rules.flatMap((rule) => [holdsFrom(rule), holdsUntil(rule)]);
  const reviews = table.rules.map(reliedUntil);
  const before = (all: readonly Instant[], one: Instant): Instant =>
    Math.max(Number.NEGATIVE_INFINITY, ...all.filter((border) => border <= one));
  const after = (all: readonly Instant[], one: Instant): Instant =>
    Math.min(Number.POSITIVE_INFINITY, ...all.filter((border) => border > one));
  return {
    from: before(borders, at),
    until: after(borders, at),
    seenFrom: before(reviews, now),
    seenUntil: after(reviews, now),
    rules: table.rules.filter((rule) => at >= holdsFrom(rule) && at < holdsUntil(rule)),
    stale: new Set(table.rules.filter((rule) => now >= reliedUntil(rule))),
  };
}

/** Territories of the United States are under its federal rules. */
const lawOf = (place: Place): Place => (usTerritories.has(place) ? 'US' : countryOf(place));

/**
 * Null if the country of one of the places has no row with hours: what nobody looked up, or what
 * did not load, is not allowed.
 *
 * @param zones those of the number; a known address adds its own
 */
export function compileRules(
  table: CallingTable,
  era: Era,
  numberPlaces: readonly Place[],
  numberZones: readonly Zone[],
  address: Place | null,
): CompiledRules | null {
  const places = union([numberPlaces, address === null ? [] : [address]]);
  const laws = union(places.map((place) => [lawOf(place), place]));
  const own = era.rules.filter((rule) => laws.includes(rule.place));
  const isCovered = (place: Place): boolean =>
    own.some((rule) => rule.place === lawOf(place) && rule.hours !== null);
  if (places.length === 0 || !places.every(isCovered)) return null;
  const warnings = warningsOf(table, era, own, laws);
  const countries = new Set(warnings.map(({ rule }) => countryOf(rule)));
  const strict = era.rules.filter((rule) => countries.has(countryOf(rule.place)));
  const rules = [...new Set([...own, ...strict])];
  const zones = union([
    numberZones,
    address === null ? [] : zonesOfPlace(address),
    ...own.map(({ clocks }) => clocks),
  ]);
  const week = intersectWeeks(rules.flatMap(weekOf));
  return {
    places,
    zones,
    rules,
    window: makeWindow(
      zones,
      week,
      rules.flatMap(({ holidays }) => (holidays === null ? [] : [holidayCalendars[holidays]])),
    ),
    caps: rules.flatMap(({ cap, id }) => (cap === null ? [] : [{ cap, rule: id }])),
    registries: [...own.flatMap(registriesOf), ...ofRefused(table, laws)],
    optIn: rules.filter(({ mode }) => mode === 'opt-in').map(({ id }) => id),
    wirelessBarred: rules.filter((rule) => rule.wirelessBarred).map(({ id }) => id),
    rests: rules.filter(({ restAfterRefusal }) => restAfterRefusal !== null),
    relationship: shortest(own),
    warnings,
    told: {
      ids: rules.map(({ id }) => id),
      warnings: warnings.map(({ is, rule }) => `${rule} ${is}`),
      hours: weekText(week),
    },
  };
}

function warningsOf(
  table: CallingTable,
  era: Era,
  own: readonly CallingRule[],
  laws: readonly Place[],
): readonly CallingWarning[] {
  return [
    ...laws
      .filter((place) => table.refused.has(place))
      .map((rule) => ({ is: 'refused', rule }) as const),
    ...own
      .filter((rule) => era.stale.has(rule))
      .map(({ id }) => ({ is: 'stale', rule: id }) as const),
    ...own
      .filter(({ confidence }) => confidence === 'none')
      .map(({ id }) => ({ is: 'unsure', rule: id }) as const),
  ];
}

const weekOf = ({ hours }: CallingRule): readonly Week[] => {
  const week = hours === null ? null : readWeek(hours);
  return week === null ? [] : [week];
};

const registriesOf = ({ place, id, registries }: CallingRule): readonly RequiredList[] =>
  registries.map((one) => ({ ...one, place, rule: id, key: keyOf(one.kind, place) }));

/** A place whose row did not load may have had a list of its own. */
function ofRefused(table: CallingTable, laws: readonly Place[]): readonly RequiredList[] {
  return laws
    .filter((place) => table.refused.has(place))
    .map((place) => {
      const kind = place.length === 2 ? 'national' : 'state';
      return { kind, daysMax: 31, place, rule: place, key: keyOf(kind, place) };
    });
}

/** The shortest that any of them allows; null if one that has a national list allows none. */
function shortest(rules: readonly CallingRule[]): Relationship | null {
  const listing = rules.filter(
    ({ place, registries }) => place.length === 2 && registries.length > 0,
  );
  if (listing.length === 0) return null;
  const of = (months: (one: Relationship) => number): number =>
    Math.min(
      ...listing.map(({ relationship }) => (relationship === null ? 0 : months(relationship))),
    );
  const purchaseMonths = of((one) => one.purchaseMonths);
  const inquiryMonths = of((one) => one.inquiryMonths);
  return purchaseMonths === 0 ? null : { purchaseMonths, inquiryMonths };
}
