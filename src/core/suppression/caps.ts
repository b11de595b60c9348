/**
 * How often a number may be tried within a time that rolls on. Pure arithmetic over the instants of
 * attempts: whoever keeps them takes and writes them in one transaction, or the count means nothing.
 */
import type { Instant } from '../words.ts';
import type { Cap } from './calling-rules.ts';

export interface Attempt {
  readonly at: Instant;
  /** What it was about; an attempt of which nobody knows counts for every subject. */
  readonly subject: string | null;
}

/**
 * Attempts that count against one at `at`. Those that are planned for later count too: the one that
 * is asked about would stand in the same window with them.
 */
export function countWithin(
  cap: Cap,
  attempts: readonly Attempt[],
  at: Instant,
  subject: string | null,
): number {
  let count = 0;
  for (const attempt of attempts) {
    if (attempt.at > at - cap.windowMs && counts(cap, attempt, subject)) count += 1;
  }
  return count;
}

const counts = (cap: Cap, attempt: Attempt, subject: string | null): boolean =>
  cap.per === 'number' ||
  subject === null ||
  attempt.subject === null ||
  attempt.subject === subject;

/** The first instant from `at` on at which a cap lets another attempt pass. */
export function freeFrom(
  cap: Cap,
  attempts: readonly Attempt[],
  at: Instant,
  subject: string | null,
): Instant {
  if (countWithin(cap, attempts, at, subject) < cap.attemptsMax) return at;
  const times = attempts.filter((one) => counts(cap, one, subject)).map((one) => one.at);
  const [blocking = at] = times.sort((one, other) => one - other).slice(-cap.attemptsMax);
  return blocking + cap.windowMs;
}

export type Reservation =
  | { readonly granted: true; readonly attempts: readonly Attempt[] }
  | { readonly granted: false; readonly cap: Cap; readonly count: number; readonly next: Instant };

/** Takes a place for an attempt under every cap, or says which is used up and until when. */
export function reserve(
  caps: readonly Cap[],
  attempts: readonly Attempt[],
  attempt: Attempt,
): Reservation {
  const { at, subject } = attempt;
  for (const cap of caps) {
    const count = countWithin(cap, attempts, at, subject);
    if (count < cap.attemptsMax) continue;
    const next = Math.max(...caps.map((one) => freeFrom(one, attempts, at, subject)));
    return { granted: false, cap, count, next };
  }
  return { granted: true, attempts: [...attempts, attempt] };
}
