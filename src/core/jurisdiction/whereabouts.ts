/**
 * Where a party may be, from what is known of it. A place that somebody declared is better
 * evidence than an account's address, and that better than a number, which says where it was given
 * out and not where its person is. Evidence that contradicts itself is no evidence.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { type Place, smallerOf } from './place.ts';
import type { Confidence } from './rules.ts';
import { areaCodes, serviceCodes } from './table/area-codes.ts';

/** What a carrier's look-up says of a number; numbers move with people unless it is a landline. */
export type LineKind = 'landline' | 'mobile' | 'voip' | 'ported';

export interface Evidence {
  /** E.164; null if it was withheld. */
  readonly number: string | null;
  readonly line?: LineKind;
  /** Said by the party, or by the operator about it. */
  readonly declared?: Place;
  /** Where the account is registered that the party or the line belongs to. */
  readonly account?: Place;
}

export interface Clue {
  readonly kind: 'declared' | 'account' | 'number';
  /** None if it says nothing of a place. */
  readonly places: readonly Place[];
  readonly confidence: Confidence;
  readonly about: ClueAbout;
}

/** What is to be said of a clue. */
export type ClueAbout =
  | { readonly is: 'said' | 'registered' }
  | { readonly is: 'area-code'; readonly code: string; readonly moves: boolean }
  | { readonly is: 'country-code'; readonly code: string; readonly moves: boolean }
  | { readonly is: 'service'; readonly service: string }
  | { readonly is: 'unknown-area-code'; readonly code: string }
  | { readonly is: 'unknown-number' };

/** Why a party's place is not known well enough for any rule but the strictest. */
export const doubts = ['withheld', 'nowhere', 'contradiction'] as const;
export type Doubt = (typeof doubts)[number];

export interface Whereabouts {
  readonly clues: readonly Clue[];
  /** Every place the party may be in; none if nothing points anywhere. */
  readonly places: readonly Place[];
  readonly confidence: Confidence;
  readonly doubt: Doubt | null;
}

export function findWhereabouts(evidence: Evidence): Whereabouts {
  const { number, declared, account } = evidence;
  const clues: readonly Clue[] = [
    ...(declared === undefined ? [] : [clueOf('declared', declared)]),
    ...(account === undefined ? [] : [clueOf('account', account)]),
    ...(number === null ? [] : [numberClue(number, evidence.line)]),
  ];
  const telling = clues.filter(({ places }) => places.length > 0);
  if (telling.length === 0) {
    const doubt = number === null && clues.length === 0 ? 'withheld' : 'nowhere';
    return { clues, places: [], confidence: 'none', doubt };
  }
  const common = telling.map(({ places }) => places).reduce(meet);
  const all = [...new Set(telling.flatMap(({ places }) => places))];
  if (common.length === 0)
    return { clues, places: all, confidence: 'none', doubt: 'contradiction' };
  // who hides their number has left nothing that what is declared could be compared with
  if (number === null) return { clues, places: common, confidence: 'none', doubt: 'withheld' };
  // a clue to the country is not one to the state that another clue points to
  const exact = telling.find(({ places }) => common.every((place) => places.includes(place)));
  return { clues, places: common, confidence: exact?.confidence ?? 'low', doubt: null };
}

function clueOf(kind: 'declared' | 'account', place: Place): Clue {
  return kind === 'declared'
    ? { kind, places: [place], confidence: 'high', about: { is: 'said' } }
    : { kind, places: [place], confidence: 'medium', about: { is: 'registered' } };
}

/** Every place that both allow. */
function meet(some: readonly Place[], others: readonly Place[]): readonly Place[] {
  const both = some.flatMap((one) => others.map((other) => smallerOf(one, other)));
  return [...new Set(both.filter((place) => place !== null))];
}

/** Types whose numbers are reached from, and answered, anywhere. */
const services: Readonly<Record<string, string>> = {
  TOLL_FREE: 'toll-free',
  PREMIUM_RATE: 'premium-rate',
  SHARED_COST: 'shared-cost',
  PERSONAL_NUMBER: 'personal',
  UAN: 'company-wide',
  VOICEMAIL: 'voicemail',
};

function numberClue(e164: string, line: LineKind | undefined): Clue {
  const code = /^\+1([0-9]{3})[0-9]{7}$/.exec(e164)?.[1];
  if (code !== undefined) return areaCodeClue(code, line);
  const number = parsePhoneNumberFromString(e164, { extract: false });
  const type = number?.getType();
  const service = services[type ?? ''];
  if (service !== undefined) return nothing({ is: 'service', service });
  // a number that is not in its country's plan may be in that of any that shares the code
  const country = number?.country;
  const places = country === undefined ? (number?.getPossibleCountries() ?? []) : [country];
  if (number === undefined || places.length === 0) return nothing({ is: 'unknown-number' });
  const moves = isLoose(line, type === 'FIXED_LINE');
  const about = { is: 'country-code', code: number.countryCallingCode, moves } as const;
  return { kind: 'number', places, confidence: moves ? 'low' : 'medium', about };
}

/** North America has no ranges of its own for mobiles: only a look-up tells a landline. */
function areaCodeClue(code: string, line: LineKind | undefined): Clue {
  const service = serviceCodes.get(code);
  if (service !== undefined) return nothing({ is: 'service', service });
  const places = areaCodes.get(code);
  if (places === undefined) return nothing({ is: 'unknown-area-code', code });
  const moves = isLoose(line, false);
  const about = { is: 'area-code', code, moves } as const;
  return { kind: 'number', places, confidence: moves ? 'low' : 'medium', about };
}

const isLoose = (line: LineKind | undefined, inFixedRange: boolean): boolean =>
  line === undefined ? !inFixedRange : line !== 'landline';

const nothing = (about: ClueAbout): Clue => ({
  kind: 'number',
  places: [],
  confidence: 'none',
  about,
});
