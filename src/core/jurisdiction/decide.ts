/**
 * Which recording rule a call is under. The law goes with the person and not with the seat of the
 * business, so the strictest rule of all places in which any party may be decides. Whatever is
 * unknown, withheld, contradictory or past its review date counts as the strictest.
 *
 * None of this loosens what Consentry does: it asks everybody for an affirmative act everywhere.
 */
import { assert } from '../error.ts';
import type { Day } from './day.ts';
import {
  type Demand,
  isStale,
  type PlaceRules,
  rulesFor,
  type Shortfall,
  stricter,
  strictest,
} from './lookup.ts';
import { countryOf } from './place.ts';
import { loadRules, type Rule, type RuleTable, vendorSuffix } from './rules.ts';
import { version } from './table/provenance.ts';
import { unitedStates } from './table/us.ts';
import { world } from './table/world.ts';
import { type Doubt, type Evidence, findWhereabouts, type Whereabouts } from './whereabouts.ts';

export const shippedRules: RuleTable = loadRules(version, [...unitedStates, ...world]);

/** Stands among the ids of rules wherever a doubt, and no row, asks for all. */
export const strictestId = 'strictest';

export interface Party extends Evidence {
  /** How the party is called in the answer, such as `from`. */
  readonly name: string;
}

export interface PartyRule extends Whereabouts {
  readonly name: string;
  readonly mode: Demand;
  readonly ruleIds: readonly string[];
  readonly placeRules: readonly PlaceRules[];
}

/** Something that made a party's rule stricter, or that an operator should know. */
export type Warning =
  | ({ readonly party: string } & (Shortfall | { readonly is: Doubt | 'weak' }))
  | { readonly is: 'stale' | 'refused'; readonly rule: string; readonly party: null }
  | { readonly is: 'before-checked'; readonly party: null };

export interface Decision {
  /** Version of the table of rules. */
  readonly version: string;
  readonly day: Day;
  readonly mode: Demand;
  /** Of every rule that holds for a party, sorted; with `strictest` if a doubt decided too. */
  readonly ruleIds: readonly string[];
  /** Names of the parties whose places ask for `mode`; they alone decide. */
  readonly decidedBy: readonly string[];
  readonly everyPartyMustConsent: boolean;
  /** Null is not known: no rule was found to ask for it, and none to say that it may be left. */
  readonly announcementMustBeRecorded: true | null;
  /** The rule on named vendors that transcribe or analyse; null if none was found. */
  readonly vendorRow: { readonly ruleIds: readonly string[]; readonly mode: Demand } | null;
  readonly parties: readonly PartyRule[];
  readonly warnings: readonly Warning[];
}

/** @param parties everybody on the call, at least one */
export function decide(
  parties: readonly Party[],
  day: Day,
  table: RuleTable = shippedRules,
): Decision {
  assert(parties.length > 0, 'a call has a party');
  const decided = parties.map((party) => decideParty(party, day, table));
  const mode = decided.map((party) => party.mode).reduce(stricter);
  const vendors = vendorRules(decided, table);
  return {
    version: table.version,
    day,
    mode,
    ruleIds: sorted(decided.flatMap(({ ruleIds }) => ruleIds)),
    decidedBy: decided.filter((party) => party.mode === mode).map(({ name }) => name),
    everyPartyMustConsent: mode !== 'one',
    announcementMustBeRecorded: mustRecordAnnouncement(decided, table) ? true : null,
    vendorRow: vendors.length === 0 ? null : { ruleIds: vendors, mode: strictest },
    parties: decided,
    warnings: [
      ...decided.flatMap(warningsOf),
      ...vendorWarnings(vendors, day, table),
      ...beforeChecked(decided, day),
    ],
  };
}

/** What is kept of a decision where only the rule matters. */
export interface RecordingRule {
  readonly mode: Demand;
  readonly ruleIds: readonly string[];
  readonly version: string;
}

/** Where a party was found to be, whatever it was found from. */
export type PlacedParty = Pick<Whereabouts, 'places' | 'doubt'>;

export function recordingRule(parties: readonly Party[], day: Day): RecordingRule {
  return ruleOfPlaces(parties.map(findWhereabouts), day);
}

/** The same rule as `decide` finds, without what else there is to say about it. */
export function ruleOfPlaces(
  parties: readonly PlacedParty[],
  day: Day,
  table: RuleTable = shippedRules,
): RecordingRule {
  assert(parties.length > 0, 'a call has a party');
  const ruled = parties.map((party) => rulePlaces(party, day, table));
  return {
    mode: ruled.map(({ mode }) => mode).reduce(stricter),
    ruleIds: sorted(ruled.flatMap(({ ruleIds }) => ruleIds)),
    version: table.version,
  };
}

function decideParty(party: Party, day: Day, table: RuleTable): PartyRule {
  const whereabouts = findWhereabouts(party);
  return { ...whereabouts, name: party.name, ...rulePlaces(whereabouts, day, table) };
}

function rulePlaces(
  { places, doubt }: PlacedParty,
  day: Day,
  table: RuleTable,
): Pick<PartyRule, 'mode' | 'ruleIds' | 'placeRules'> {
  const placeRules = places.map((place) => rulesFor(place, day, table));
  const inDoubt = doubt !== null || placeRules.some(({ shortfalls }) => shortfalls.length > 0);
  const found = placeRules.map(({ demand }) => demand).reduce(stricter, 'one');
  const ids = placeRules.flatMap(({ rules }) => rules.map(({ id }) => id));
  return {
    mode: doubt === null ? found : strictest,
    ruleIds: sorted(inDoubt ? [...ids, strictestId] : ids),
    placeRules,
  };
}

const sorted = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();

const rulesOf = (party: PartyRule): readonly Rule[] =>
  party.placeRules.flatMap(({ rules }) => rules);

/**
 * Every rule that may hold for a party: of all places if it may be anywhere, and of all parts of a
 * country if the part, or the rule of the part, is missing.
 */
function mayBeUnder(party: PartyRule, table: RuleTable): readonly Rule[] {
  const all = [...table.rules.values()];
  if (party.doubt !== null) return all;
  const open = party.placeRules
    .filter(({ shortfalls }) => shortfalls.some(({ is }) => hidesRules.has(is)))
    .map(({ place }) => countryOf(place));
  return [...rulesOf(party), ...all.filter(({ id }) => open.includes(countryOf(id)))];
}

const hidesRules: ReadonlySet<Shortfall['is']> = new Set(['division-unknown', 'refused']);

function vendorRules(parties: readonly PartyRule[], table: RuleTable): readonly string[] {
  const named = parties
    .flatMap((party) => mayBeUnder(party, table))
    .flatMap(({ id, vendorRule }) => vendorRule ?? (id.endsWith(vendorSuffix) ? id : []));
  return sorted(named);
}

function mustRecordAnnouncement(parties: readonly PartyRule[], table: RuleTable): boolean {
  return parties
    .flatMap((party) => mayBeUnder(party, table))
    .some((rule) => rule.announcementMustBeRecorded !== null);
}

/** A vendor's row that did not load or is stale asks for no less than it did. */
function vendorWarnings(ids: readonly string[], day: Day, table: RuleTable): readonly Warning[] {
  return ids.flatMap((rule): readonly Warning[] => {
    const row = table.rules.get(rule);
    if (row === undefined) return [{ is: 'refused', rule, party: null }];
    return isStale(row, day) ? [{ is: 'stale', rule, party: null }] : [];
  });
}

function warningsOf(party: PartyRule): readonly Warning[] {
  const { name, doubt, confidence, placeRules } = party;
  return [
    ...(doubt === null ? [] : [{ party: name, is: doubt }]),
    ...(doubt === null && confidence === 'low' ? [{ party: name, is: 'weak' } as const] : []),
    ...placeRules.flatMap(({ shortfalls }) => shortfalls.map((one) => ({ ...one, party: name }))),
  ];
}

/** A decision about a day of which nobody looked up whether the rules were the same. */
function beforeChecked(parties: readonly PartyRule[], day: Day): readonly Warning[] {
  const isEarly = parties.flatMap(rulesOf).some(({ checkedOn }) => day < checkedOn);
  return isEarly ? [{ is: 'before-checked', party: null }] : [];
}
