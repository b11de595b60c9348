/**
 * Rules on calling and texting, as dated rows. A row that does not say where it is from or until when
 * it may be relied on is refused, and its place gets the strictest that any row of its country asks.
 */
import { assert } from '../error.ts';
import { type Day, parseDay } from '../jurisdiction/day.ts';
import type { Place } from '../jurisdiction/place.ts';
import { type Confidence, confidences } from '../jurisdiction/rules.ts';
import { readWeek, type WeekText } from './hours.ts';
import { type HolidayCalendarId, holidayCalendars } from './table/holidays.ts';
import type { Zone } from './zones.ts';

/** At most so many attempts within a time that rolls on. */
export interface Cap {
  readonly attemptsMax: number;
  readonly windowMs: number;
  /** Whether attempts on another subject count. */
  readonly per: 'subject' | 'number';
}

/** How long a relationship lets one call in spite of a national list. */
export interface Relationship {
  readonly purchaseMonths: number;
  readonly inquiryMonths: number;
}

/** `opt-out`: whom no list names may be called. `opt-in`: silence of the lists is not enough. */
export const callingModes = ['opt-out', 'opt-in'] as const;
export type CallingMode = (typeof callingModes)[number];

/** Lists that a place keeps for whoever does not want to be sold to. */
export const registryKinds = ['national', 'state', 'tps', 'ctps', 'dncl'] as const;
export type RegistryKind = (typeof registryKinds)[number];

/** A list that has to be looked at before a sales call, and how old it may be. */
export interface Registry {
  readonly kind: RegistryKind;
  readonly daysMax: number;
}

export interface CallingRule {
  /** Names one row: its place, and the day it begins if there are several. */
  readonly id: string;
  readonly place: Place;
  readonly mode: CallingMode;
  /** Null if nobody said any; the country's, or the cautious ones, hold then. */
  readonly hours: WeekText | null;
  readonly holidays: HolidayCalendarId | null;
  /** Clocks that count beside those where the number may be. */
  readonly clocks: readonly Zone[];
  readonly cap: Cap | null;
  readonly registries: readonly Registry[];
  readonly relationship: Relationship | null;
  /** Nobody may be asked again so long after they refused. */
  readonly restAfterRefusal: { readonly days: number } | { readonly months: number } | null;
  readonly wirelessBarred: boolean;
  /** The first and the last day it holds on; null is before and after everything. */
  readonly effectiveFrom: Day | null;
  readonly effectiveTo: Day | null;
  readonly note: string | null;
  readonly source: readonly string[];
  readonly checkedOn: Day;
  /** The last day it is relied on. */
  readonly reviewBy: Day;
  readonly confidence: Confidence;
}

type Required = 'place' | 'source' | 'checkedOn' | 'reviewBy' | 'confidence';
/** A row as it is written: what is left out is not asked, and nothing is asked by being left out. */
export type CallingRow = Pick<CallingRule, Required> & Partial<Omit<CallingRule, Required | 'id'>>;

export interface CallingTable {
  readonly version: string;
  readonly rules: readonly CallingRule[];
  /** Places of rows that did not load, and why. */
  readonly refused: ReadonlyMap<Place, string>;
}

/** @throws if a row has no place: it cannot be known whom it would have protected */
export function loadCallingRules(version: string, rows: readonly unknown[]): CallingTable {
  assert(parseDay(version) !== null, 'the version of a table of rules is a day');
  const rules: CallingRule[] = [];
  const refused = new Map<Place, string>();
  for (const row of rows) {
    const fields: Readonly<Record<string, unknown>> =
      typeof row === 'object' && row !== null ? { ...row } : {};
    const place = fields['place'];
    assert(typeof place === 'string' && /^[A-Z]{2}(-[A-Z]{2})?$/.test(place), 'a rule has a place');
    const fault = faultOf(fields);
    if (fault !== null) refused.set(place, fault);
    else rules.push(completed(row as CallingRow));
  }
  return { version, rules, refused };
}

/** Null if the row may load. */
function faultOf(row: Readonly<Record<string, unknown>>): string | null {
  const { source, hours, holidays, cap, registries = [] } = row;
  if (!Array.isArray(source) || source.length === 0) return 'it has no source';
  if (!source.every((one) => typeof one === 'string' && /[a-z0-9]{3}/i.test(one))) {
    return 'a source of it is empty';
  }
  const checkedOn = parseDay(row['checkedOn']);
  if (checkedOn === null) return 'the day it was checked on is missing or is no day';
  const reviewBy = parseDay(row['reviewBy']);
  if (reviewBy === null || reviewBy < checkedOn) {
    return 'its review date is missing, is no day, or is before the day it was checked on';
  }
  if (!confidences.some((one) => one === row['confidence']))
    return 'it does not say how sure it is';
  const borders = [row['effectiveFrom'] ?? null, row['effectiveTo'] ?? null];
  if (!borders.every((one) => one === null || parseDay(one) !== null)) {
    return 'a day it begins or ends on is no day';
  }
  if (!callingModes.some((one) => one === (row['mode'] ?? 'opt-out')))
    return 'it has no known mode';
  if (hours !== undefined && hours !== null && readWeek(hours as WeekText) === null) {
    return 'its hours cannot be read';
  }
  if (typeof holidays === 'string' && !Object.hasOwn(holidayCalendars, holidays)) {
    return 'its holidays are not in the table';
  }
  if (cap !== undefined && cap !== null && !isCap(cap as Cap)) return 'its cap is not one';
  const areLists = (registries as readonly Registry[]).every(
    ({ kind, daysMax }) => registryKinds.includes(kind) && daysMax > 0,
  );
  return areLists ? null : 'it names a list of no known kind, or of no age';
}

const isCap = ({ attemptsMax, windowMs }: Cap): boolean =>
  Number.isInteger(attemptsMax) && attemptsMax > 0 && windowMs > 0;

function completed(row: CallingRow): CallingRule {
  const { effectiveFrom = null } = row;
  return {
    id: effectiveFrom === null ? row.place : `${row.place}@${effectiveFrom}`,
    mode: 'opt-out',
    hours: null,
    holidays: null,
    clocks: [],
    cap: null,
    registries: [],
    relationship: null,
    restAfterRefusal: null,
    wirelessBarred: false,
    effectiveFrom,
    effectiveTo: null,
    note: null,
    ...row,
  };
}
