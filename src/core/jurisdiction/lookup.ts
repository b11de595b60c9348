/** Which rules hold in a place on a day, and what they ask together. */

import type { Day } from './day.ts';
import { countryOf, type Place } from './place.ts';
import type { Mode, Rule, RuleTable } from './rules.ts';
import { euMembers } from './table/places.ts';
import { unsettled } from './table/world.ts';

/**
 * What a rule comes to, from the loosest to the strictest. Only `one` lets the yes of one party
 * do; whatever is in doubt asks for all.
 */
export const demands = ['one', 'notice', 'all'] as const;
export type Demand = (typeof demands)[number];

export const demandOf: Readonly<Record<Mode, Demand>> = {
  one: 'one',
  notice: 'notice',
  all: 'all',
  'all-telephone': 'all',
  conflict: 'all',
  unknown: 'all',
};

export const strictest: Demand = 'all';

export function stricter(one: Demand, other: Demand): Demand {
  return demands.indexOf(one) > demands.indexOf(other) ? one : other;
}

/** Why a rule, or a place without one, asks for the strictest although no law was found to. */
export type Shortfall =
  | { readonly is: 'no-rule' | 'division-unknown' | 'unsettled'; readonly place: Place }
  | { readonly is: 'stale' | 'refused' | 'unsure'; readonly rule: string };

export interface PlaceRules {
  readonly place: Place;
  readonly rules: readonly Rule[];
  readonly demand: Demand;
  readonly shortfalls: readonly Shortfall[];
}

export function rulesFor(place: Place, day: Day, table: RuleTable): PlaceRules {
  const { ids, shortfall } = idsFor(place, table);
  const rules = ids.flatMap((id) => table.rules.get(id) ?? []);
  const shortfalls: readonly Shortfall[] = [
    ...(shortfall === null ? [] : [shortfall]),
    ...ids.filter((id) => table.refused.has(id)).map((rule) => ({ is: 'refused', rule }) as const),
    ...rules.flatMap((rule) => shortfallOf(rule, day) ?? []),
  ];
  const found = rules.map(({ mode }) => demandOf[mode]).reduce(stricter, 'one');
  return { place, rules, demand: shortfalls.length > 0 ? strictest : found, shortfalls };
}

/** Past its review date a rule is not relied on, however strict it was. */
export function isStale(rule: Rule, day: Day): boolean {
  return day > rule.reviewBy;
}

function shortfallOf(rule: Rule, day: Day): Shortfall | null {
  if (isStale(rule, day)) return { is: 'stale', rule: rule.id };
  return rule.confidence === 'none' ? { is: 'unsure', rule: rule.id } : null;
}

interface Ids {
  /** Of rows that are there, or were refused. */
  readonly ids: readonly string[];
  readonly shortfall: Shortfall | null;
}

function idsFor(place: Place, table: RuleTable): Ids {
  const isThere = (id: string): boolean => table.rules.has(id) || table.refused.has(id);
  const country = countryOf(place);
  const own = isThere(place) ? place : country;
  const union = euMembers.has(country) ? ['EU'] : [];
  const ids = [...new Set([own, country, ...union])].filter(isThere);
  return {
    ids,
    shortfall: gapIn(
      place,
      own,
      ids,
      union.some((id) => !isThere(id)),
    ),
  };
}

/** States of the US need a row of their own: the federal one is only the least there is. */
function gapIn(
  place: Place,
  own: string,
  ids: readonly string[],
  unionIsMissing: boolean,
): Shortfall | null {
  const country = countryOf(place);
  if (ids.length === 0 || unionIsMissing) return { is: 'no-rule', place };
  if (unsettled.has(place)) return { is: 'unsettled', place };
  const hasUnsettled = [...unsettled.keys()].some((one) => countryOf(one) === country);
  if (place === country && (country === 'US' || hasUnsettled)) {
    return { is: 'division-unknown', place };
  }
  if (country === 'US' && (own === country || !ids.includes(country))) {
    return { is: 'no-rule', place };
  }
  return null;
}
