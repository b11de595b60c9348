/**
 * How a version of a list may be used: for which channels and until when. A list that is too old is
 * as good as none, and one that soon will be says so while there is still time to get a new one.
 */
import type { Instant } from '../words.ts';
import type { Channel } from './own-change.ts';
import { channels } from './own-change.ts';

/** What whoever imported a version said of it. */
export interface VersionTold {
  /** Where it came from; null: not said. */
  readonly source: string | null;
  /** Why its numbers may not be contacted, if its kind does not say so; null: not said. */
  readonly reason: string | null;
  /** Who imported it; null: not said. */
  readonly by: string | null;
  readonly channels: readonly Channel[];
  /** ISO 8601: it may not be relied on any more from then on; null: its age alone decides. */
  readonly until: string | null;
}

export const nothingTold: VersionTold = Object.freeze({
  source: null,
  reason: null,
  by: null,
  channels,
  until: null,
});

/** What ends the use of a version. */
export interface Term {
  readonly obtainedAt: Instant;
  readonly until: Instant | null;
}

/** Lists that no place keeps, and that no rule asks for: whoever has one relies on it. */
export const anywhereKinds = ['litigator', 'reassigned', 'wireless'] as const;
export type AnywhereKind = (typeof anywhereKinds)[number];

/** How old a list of a kind may be, in days: 28 for the TPS, 31 by 16 CFR 310.4(b)(3)(iv). */
export const daysMaxOf = (list: string): number => (/^c?tps-/.test(list) ? 28 : 31);

const dayMs = 86_400_000;
/** Days before a list may not be used any more, at which people are told. */
const warnDaysBefore = 6;

export type Age = 'fresh' | 'old' | 'too-old';

/** The last instant at which it may be relied on. */
export function usableUntil({ obtainedAt, until }: Term, daysMax: number): Instant {
  const old = obtainedAt + daysMax * dayMs;
  return until === null ? old : Math.min(old, until - 1);
}

/** A list from the future is as little known as an old one. */
export const isUsable = (term: Term, now: Instant, daysMax: number): boolean =>
  now <= usableUntil(term, daysMax) && term.obtainedAt - now <= dayMs;

export function ageOf(term: Term, daysMax: number, now: Instant): Age {
  if (!isUsable(term, now, daysMax)) return 'too-old';
  return now > usableUntil(term, daysMax) - warnDaysBefore * dayMs ? 'old' : 'fresh';
}
