/**
 * How long somebody who failed to sign in has to wait: per account against who knows an address,
 * per network address against who knows many. NIST SP 800-63B-4, 3.2.2 allows 100 failures in a
 * row at most; with the waits below a hundred take more than a day.
 */
import type { Instant } from '../words.ts';

/** Failures in a row, and when the last one was. */
export interface Failures {
  readonly count: number;
  readonly lastAt: Instant;
}

/** So many are free: people mistype. */
const free = { account: 5, address: 20 } as const;
const firstWaitMs = 5_000;
const waitMaxMs = 15 * 60_000;
/** After so long without another try, a row of failures is over. */
export const forgottenMs = 24 * 3_600_000;

/** When the next try may be made; not later than `at`: now. */
export function nextTryAt(kind: keyof typeof free, failures: Failures | null): Instant {
  if (failures === null) return 0;
  const over = failures.count - free[kind];
  if (over < 0) return 0;
  return failures.lastAt + Math.min(waitMaxMs, firstWaitMs * 2 ** over);
}

/** After a failure. */
export function afterFailure(failures: Failures | null, at: Instant): Failures {
  const before = failures === null || at - failures.lastAt > forgottenMs ? 0 : failures.count;
  return { count: before + 1, lastAt: at };
}
