/**
 * How long records are kept: rules by kind, and by line, campaign and purpose where a rule names
 * them. The most specific rule decides; of equally specific ones the shortest. Where no rule speaks,
 * records stay.
 */
import { screeningPurposes } from '../suppression/inquiry.ts';
import { type Instant, purposes, type Uuid } from '../words.ts';

export const recordKinds = ['calls', 'recordings', 'transcripts', 'texts', 'forms'] as const;
export type RecordKind = (typeof recordKinds)[number];

/** What a call is for: whom we call and why, or what was granted in it. */
export const retentionPurposes = [...new Set([...screeningPurposes, ...purposes])] as const;

export interface RetentionRule {
  readonly kind: RecordKind;
  /** Null: whatever it is for. */
  readonly purpose: string | null;
  /** Null: of any line. */
  readonly lineId: Uuid | null;
  /** Null: of any campaign, or of none. */
  readonly campaign: string | null;
  /** Null: it stays, whatever broader rules say. */
  readonly days: number | null;
}

export const daysMin = 1;
/** A hundred years. */
export const daysMax = 36_525;
const dayMs = 86_400_000;

export interface RecordFacts {
  /** What its age is counted from. */
  readonly at: Instant;
  readonly lineId: Uuid | null;
  readonly campaign: string | null;
  readonly purposes: readonly string[];
}

/** Things that hang on a call: how many, and what the ages of the first and last count from. */
export interface Parts {
  readonly count: number;
  readonly oldest: Instant;
  readonly newest: Instant;
}

export interface CallFacts extends RecordFacts {
  /** Null: there are none. */
  readonly recordings: Parts | null;
  readonly forms: Parts | null;
  /** A legal hold keeps it. */
  readonly isHeld: boolean;
  /** Somebody still has to see to something that was asked for in it. */
  readonly isOpen: boolean;
}

/**
 * `due`: its time is over; `held`: it would be, and a legal hold keeps it; `open`: it would be, and
 * a request that hangs on it is not done; `kept`: its time is not over, or no rule ends it.
 */
export type Verdict = 'due' | 'held' | 'open' | 'kept';

function matches(rule: RetentionRule, kind: RecordKind, facts: RecordFacts): boolean {
  return (
    rule.kind === kind &&
    (rule.purpose === null || facts.purposes.includes(rule.purpose)) &&
    (rule.lineId === null || rule.lineId === facts.lineId) &&
    (rule.campaign === null || rule.campaign === facts.campaign)
  );
}

const specificity = ({ purpose, lineId, campaign }: RetentionRule): number =>
  [purpose, lineId, campaign].filter((one) => one !== null).length;

const length = ({ days }: RetentionRule): number => days ?? Number.POSITIVE_INFINITY;

/** The rule that decides about a record; null: none does. */
export function ruleFor(
  rules: readonly RetentionRule[],
  kind: RecordKind,
  facts: RecordFacts,
): RetentionRule | null {
  let found: RetentionRule | null = null;
  for (const rule of rules) {
    if (!matches(rule, kind, facts)) continue;
    if (found === null) found = rule;
    else {
      const more = specificity(rule) - specificity(found);
      if (more > 0 || (more === 0 && length(rule) < length(found))) found = rule;
    }
  }
  return found;
}

/** When a record's time is over; null: never. */
export function endOf(
  rules: readonly RetentionRule[],
  kind: RecordKind,
  facts: RecordFacts,
): Instant | null {
  const days = ruleFor(rules, kind, facts)?.days ?? null;
  return days === null ? null : facts.at + days * dayMs;
}

/** A part that a rule of its own keeps longer keeps its call: whose voice it is must be found. */
function lastOf(
  rules: readonly RetentionRule[],
  kind: 'recordings' | 'forms',
  call: CallFacts,
): Instant | null {
  const parts = call[kind];
  if (parts === null || ruleFor(rules, kind, call) === null) return Number.NEGATIVE_INFINITY;
  return endOf(rules, kind, { ...call, at: parts.newest });
}

/** When a whole call goes, with all that hangs on it; null: never. */
export function endOfCall(rules: readonly RetentionRule[], call: CallFacts): Instant | null {
  const ends = [
    endOf(rules, 'calls', call),
    lastOf(rules, 'recordings', call),
    lastOf(rules, 'forms', call),
  ];
  return ends.includes(null) ? null : Math.max(...(ends as Instant[]));
}

function judge(end: Instant | null, asOf: Instant, isHeld: boolean, isOpen: boolean): Verdict {
  if (end === null || end > asOf) return 'kept';
  if (isHeld) return 'held';
  return isOpen ? 'open' : 'due';
}

export function judgeCall(
  rules: readonly RetentionRule[],
  call: CallFacts,
  asOf: Instant,
): Verdict {
  return judge(endOfCall(rules, call), asOf, call.isHeld, call.isOpen);
}

/** @param record a recording, a text or a form by itself; line and purposes are those of its call */
export function judgeRecord(
  rules: readonly RetentionRule[],
  kind: RecordKind,
  record: RecordFacts & { readonly isHeld: boolean },
  asOf: Instant,
): Verdict {
  return judge(endOf(rules, kind, record), asOf, record.isHeld, false);
}

/** Nothing that is younger can be due by any rule of the kind; null: no rule of it ends anything. */
export function youngestDue(
  rules: readonly RetentionRule[],
  kind: RecordKind,
  asOf: Instant,
): Instant | null {
  const all = rules.flatMap((rule) =>
    rule.kind === kind && rule.days !== null ? [rule.days] : [],
  );
  return all.length === 0 ? null : asOf - Math.min(...all) * dayMs;
}

/** Whether what calls are for has to be looked up. */
export const namesPurpose = (rules: readonly RetentionRule[]): boolean =>
  rules.some(({ purpose }) => purpose !== null);

/** A text is of no call: only its kind is known of it. */
export const isSelective = (rule: RetentionRule): boolean => specificity(rule) > 0;

/** What makes two rules speak of the same records. */
export const sameRecords = (a: RetentionRule, b: RetentionRule): boolean =>
  a.kind === b.kind &&
  a.purpose === b.purpose &&
  a.lineId === b.lineId &&
  a.campaign === b.campaign;

export interface RuleDifference {
  readonly kind: RecordKind;
  readonly purpose: string | null;
  readonly lineId: Uuid | null;
  readonly campaign: string | null;
  /** Days; `none`: there was no rule, or there is none any more. */
  readonly before: number | null | 'none';
  readonly after: number | null | 'none';
}

/** What changed from one version of the schedule to the next. */
export function differences(
  before: readonly RetentionRule[],
  after: readonly RetentionRule[],
): readonly RuleDifference[] {
  const all = [...after, ...before.filter((old) => !after.some((one) => sameRecords(old, one)))];
  return all.flatMap((rule) => {
    const daysIn = (rules: readonly RetentionRule[]): RuleDifference['before'] => {
      const found = rules.find((one) => sameRecords(rule, one));
      return found === undefined ? 'none' : found.days;
    };
    const { kind, purpose, lineId, campaign } = rule;
    const [was, is] = [daysIn(before), daysIn(after)];
    return was === is ? [] : [{ kind, purpose, lineId, campaign, before: was, after: is }];
  });
}
