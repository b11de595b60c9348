/**
 * By when a request has to be answered: rows with their source and date, as of which they were
 * looked up. Nothing here is legal advice. Where zones differ, the earliest reading counts: the day
 * of receipt is that of the westernmost place of the law, its last day ends in the easternmost.
 */
import type { Instant } from '../words.ts';
import { addBusinessDays, addMonths, type CalendarName, rolled } from './business-days.ts';
import type { RightKind } from './request.ts';

export const rightLaws = ['gdpr', 'ccpa'] as const;
export type RightLaw = (typeof rightLaws)[number];

type Span = readonly [count: number, unit: 'months' | 'days' | 'business-days'];

export interface DeadlineRule {
  readonly id: string;
  readonly law: RightLaw;
  readonly kinds: readonly RightKind[];
  /** By when they are told that it has come; null: the law does not say. */
  readonly confirm: Span | null;
  readonly answer: Span;
  /** In all, from receipt, once they were told why; null: it may not take longer. */
  readonly extended: Span | null;
  readonly calendar: CalendarName;
  /** True: a last day that is closed moves on to the next one that is not. */
  readonly rolls: boolean;
  /** Days, such as 2026-07-01. */
  readonly since: string;
  readonly source: string;
  readonly checkedOn: string;
  readonly reviewBy: string;
  readonly confidence: 'medium' | 'low';
}

export const deadlinesVersion = '2026-11-27';
const looked = { checkedOn: '2026-11-27', reviewBy: '2027-11-27', confidence: 'low' } as const;

export const deadlineRules: readonly DeadlineRule[] = [
  {
    id: 'gdpr-12-3',
    law: 'gdpr',
    kinds: ['know', 'access', 'correct', 'restrict', 'object', 'do-not-sell', 'delete', 'revoke'],
    confirm: null,
    answer: [1, 'months'],
    extended: [3, 'months'],
    calendar: 'eu',
    rolls: true,
    since: '2018-05-25',
    source: 'GDPR article 12(3); Regulation (EEC, Euratom) 1182/71 article 3; EDPB 01/2022',
    ...looked,
  },
  {
    id: 'ccpa-7021',
    law: 'ccpa',
    kinds: ['know', 'access', 'correct', 'delete'],
    confirm: [10, 'business-days'],
    answer: [45, 'days'],
    extended: [90, 'days'],
    calendar: 'us-ca',
    rolls: false,
    since: '2020-08-14',
    source: '11 CCR 7021; Cal. Civ. Code 1798.130(a)(2)',
    ...looked,
  },
  {
    id: 'ccpa-7026',
    law: 'ccpa',
    kinds: ['do-not-sell', 'restrict', 'object'],
    confirm: null,
    answer: [15, 'business-days'],
    extended: null,
    calendar: 'us-ca',
    rolls: false,
    since: '2020-08-14',
    source: '11 CCR 7026(f), 7027(g)',
    ...looked,
  },
  {
    id: 'us-revocation',
    law: 'ccpa',
    kinds: ['revoke'],
    confirm: null,
    answer: [10, 'business-days'],
    extended: null,
    calendar: 'us',
    rolls: false,
    since: '2025-04-11',
    source: '47 CFR 64.1200(a)(10)',
    ...looked,
    confidence: 'medium',
  },
];

export interface Deadlines {
  readonly rule: string;
  readonly table: string;
  readonly source: string;
  /** Last days, such as 2026-12-28. */
  readonly confirmBy: string | null;
  readonly answerBy: string;
  readonly extendedBy: string | null;
  /** From then on it is late. */
  readonly confirmEnds: Instant | null;
  readonly answerEnds: Instant;
  readonly extendedEnds: Instant | null;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Offsets from UTC, hours: of the westernmost place a request comes from, and where a day ends first. */
const edges: Readonly<Record<RightLaw, { readonly west: number; readonly east: number }>> = {
  gdpr: { west: -1, east: 3 }, // the Azores; Finland in summer
  ccpa: { west: -10, east: -4 }, // Hawaii; New York in summer
};

/**
 * Everybody is answered within the shorter time where their number does not say which law is theirs.
 *
 * @param number E.164
 */
export const lawOf = (number: string): RightLaw => (number.startsWith('+1') ? 'ccpa' : 'gdpr');

export function deadlinesOf(law: RightLaw, kind: RightKind, receivedAt: Instant): Deadlines {
  const { west, east } = edges[law];
  const received = Math.floor((receivedAt + west * hourMs) / dayMs);
  const rule = ruleFor(law, kind);
  const last = (span: Span | null) => (span === null ? null : lastDay(rule, received, span));
  const ends = (day: number | null) => (day === null ? null : (day + 1) * dayMs - east * hourMs);
  const answer = lastDay(rule, received, rule.answer);
  const [confirm, extended] = [last(rule.confirm), last(rule.extended)];
  return {
    rule: rule.id,
    table: deadlinesVersion,
    source: rule.source,
    confirmBy: confirm === null ? null : dateOf(confirm),
    answerBy: dateOf(answer),
    extendedBy: extended === null ? null : dateOf(extended),
    confirmEnds: ends(confirm),
    answerEnds: (answer + 1) * dayMs - east * hourMs,
    extendedEnds: ends(extended),
  };
}

function ruleFor(law: RightLaw, kind: RightKind): DeadlineRule {
  const rule = deadlineRules.find((one) => one.law === law && one.kinds.includes(kind));
  if (rule === undefined) throw new Error(`no deadline for ${kind} under ${law}`);
  return rule;
}

function lastDay({ calendar, rolls }: DeadlineRule, received: number, [count, unit]: Span): number {
  if (unit === 'business-days') return addBusinessDays(calendar, received, count);
  const day = unit === 'months' ? addMonths(received, count) : received + count;
  return rolls ? rolled(calendar, day) : day;
}

const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

export const urgencies = ['open', 'soon', 'late'] as const;
export type Urgency = (typeof urgencies)[number];

/** How long before its end a deadline raises an alarm. */
export const soonMs = 3 * dayMs;

export function urgencyOf(dueAt: Instant, now: Instant): Urgency {
  if (now >= dueAt) return 'late';
  return dueAt - now <= soonMs ? 'soon' : 'open';
}
