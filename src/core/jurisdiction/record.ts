/**
 * What an entry keeps of the rule a call was under: the rule, and as much of each party's place as
 * the rule was found from, never a number. Pure in the places alone, so that whoever asks in every
 * step of a call may remember answers.
 */
import { roles } from '../words.ts';
import type { Day } from './day.ts';
import { type PlacedParty, ruleOfPlaces, shippedRules } from './decide.ts';
import type { Demand } from './lookup.ts';
import type { Place } from './place.ts';
import type { Confidence, RuleTable } from './rules.ts';
import type { Doubt } from './whereabouts.ts';

/** Whose place counts: everybody's with a leg, the line's, and of strangers on the bridge. */
export const recordedRoles = [...roles, 'line', 'stranger'] as const;
export type RecordedRole = (typeof recordedRoles)[number];

/** What was known of one party's place. A type and not an interface, so that it is JSON. */
export type RecordedPlace = {
  readonly role: RecordedRole;
  /** Every place the party may be in; none if nothing pointed anywhere. */
  readonly places: readonly Place[];
  readonly confidence: Confidence;
  /** Why the place is not known well enough for any rule but the strictest. */
  readonly doubt: Doubt | null;
};

/** As of the day of its entry. */
export type RecordedRule = {
  /** Version of the table of rules. */
  readonly table: string;
  readonly mode: Demand;
  readonly rules: readonly string[];
  readonly parties: readonly RecordedPlace[];
};

/** @param parties everybody on the call, at least one */
export function recordedRule(
  parties: readonly RecordedPlace[],
  day: Day,
  table: RuleTable = shippedRules,
): RecordedRule {
  const placed: readonly PlacedParty[] = parties;
  const { mode, ruleIds, version } = ruleOfPlaces(placed, day, table);
  return {
    table: version,
    mode,
    rules: ruleIds,
    parties: parties.map(({ role, places, confidence, doubt }) => ({
      role,
      places,
      confidence,
      doubt,
    })),
  };
}

/** Ids of rules that are past their review date. */
export function staleRules(day: Day, table: RuleTable = shippedRules): readonly string[] {
  return [...table.rules.values()].filter(({ reviewBy }) => day > reviewBy).map(({ id }) => id);
}
