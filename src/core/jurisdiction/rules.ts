/**
 * Rules on recording calls, as data: what a row holds and when it loads. A row that does not say
 * where it is from, or until when it may be relied on, is refused, and whoever it would have been
 * for gets the strictest rule.
 */
import { assert } from '../error.ts';
import { type Day, parseDay } from './day.ts';

/** What a law asks, as it was found. */
export const modes = ['one', 'notice', 'all', 'all-telephone', 'conflict', 'unknown'] as const;
export type Mode = (typeof modes)[number];

/**
 * How sure a row or a place is. For rows: `medium` if two secondary sources agree or a law firm's
 * or an authority's own page was read, `low` for one secondary source, `none` for no source.
 */
export const confidences = ['none', 'low', 'medium', 'high'] as const;
export type Confidence = (typeof confidences)[number];

/** Null is not known. There is no “no”: nothing here may ever be read as permission. */
export type Known = 'yes' | 'unverified' | null;
const knowns: readonly unknown[] = ['yes', 'unverified', null];

export interface Rule {
  /** The place it holds in: `US-CA`, `DE`, `EU`. With `-vendor`: on the ears of named vendors. */
  readonly id: string;
  readonly mode: Mode;
  readonly statute: string | null;
  /** What a person can sue for. */
  readonly privateRight: string | null;
  /** Notice may satisfy this law. Recorded, and never used to open a gate or to loosen anything. */
  readonly noticeSuffices: Known;
  /** The announcement is itself part of the proof, so it has to be recorded. */
  readonly announcementMustBeRecorded: Known;
  readonly beepSuffices: Known;
  /** The row on transcription and AI by a named vendor, where there is one. */
  readonly vendorRule: string | null;
  readonly note: string | null;
  readonly source: readonly string[];
  readonly checkedOn: Day;
  /** The last day it is relied on. */
  readonly reviewBy: Day;
  readonly confidence: Confidence;
}

type Required = 'id' | 'mode' | 'source' | 'checkedOn' | 'reviewBy' | 'confidence';
/** A row as it is written: what is left out is not known. */
export type RuleRow = Pick<Rule, Required> & Partial<Omit<Rule, Required>>;

export interface RuleTable {
  /** Such as `2026-11-22`; goes wherever a decision goes. */
  readonly version: string;
  readonly rules: ReadonlyMap<string, Rule>;
  /** Ids of rows that did not load, and why. */
  readonly refused: ReadonlyMap<string, string>;
}

/** @throws if a row has no id: it cannot be known whom it would have protected */
export function loadRules(version: string, rows: readonly unknown[]): RuleTable {
  assert(parseDay(version) !== null, 'the version of a rule table is a day');
  const rules = new Map<string, Rule>();
  const refused = new Map<string, string>();
  for (const row of rows) {
    const fields = fieldsOf(row);
    const id = fields['id'];
    assert(typeof id === 'string' && idForm.test(id), 'every rule has an id');
    const fault = rules.has(id) || refused.has(id) ? 'its id is there twice' : faultOf(fields);
    if (fault === null) rules.set(id, completed(row as RuleRow));
    else {
      rules.delete(id);
      refused.set(id, fault);
    }
  }
  return { version, rules, refused };
}

/** The row on vendors stands beside the row of its place. */
export const vendorSuffix = '-vendor';
const idForm = /^[A-Z]{2}(-[A-Z0-9]{1,3})?(-vendor)?$/;

function fieldsOf(row: unknown): Readonly<Record<string, unknown>> {
  return typeof row === 'object' && row !== null ? { ...row } : {};
}

/** Null if the row may load. */
function faultOf(row: Readonly<Record<string, unknown>>): string | null {
  const { mode, source, confidence } = row;
  if (!modes.some((one) => one === mode)) return 'its mode is none of the known ones';
  if (!Array.isArray(source) || source.length === 0) return 'it has no source';
  if (!source.every((one) => typeof one === 'string' && /[a-z0-9]{3}/i.test(one))) {
    return 'a source of it is empty';
  }
  const checkedOn = parseDay(row['checkedOn']);
  if (checkedOn === null) return 'the day it was checked on is missing or is no day';
  const reviewBy = parseDay(row['reviewBy']);
  if (reviewBy === null) return 'its review date is missing or is no day';
  if (reviewBy < checkedOn) return 'its review date is before the day it was checked on';
  if (!confidences.some((one) => one === confidence)) return 'it does not say how sure it is';
  const facts = ['noticeSuffices', 'announcementMustBeRecorded', 'beepSuffices'];
  if (!facts.every((name) => knowns.includes(row[name] ?? null))) {
    return 'it has a fact that is neither yes, unverified nor unknown';
  }
  return null;
}

function completed(row: RuleRow): Rule {
  return {
    statute: null,
    privateRight: null,
    noticeSuffices: null,
    announcementMustBeRecorded: null,
    beepSuffices: null,
    vendorRule: null,
    note: null,
    ...row,
  };
}
