/**
 * How often the API may be asked: by each key and each person, and by each network that shows no key
 * of ours. Counted in this process's memory: a request costs less than asking a database whether it
 * may be answered, and a counter that does not answer would keep everybody waiting.
 */
import { type Bucket, fullBucket, takeToken } from '../core/access/rate.ts';
import { ConsentryError } from '../core/error.ts';
import type { ApiKey } from './api-ports.ts';
import { networkOf } from './page-limits.ts';
import type { Clock, Log } from './ports.ts';

/** Requests a second; null: as often as they like. */
export interface ApiRates {
  /** Of a key without a rate of its own, and of a person. */
  readonly known: number | null;
  /** Of a network address without a key: signing in, and keys that are none. */
  readonly unknown: number | null;
}

/**
 * `own`: only a rate of the key's own holds, for what is asked before each number that is dialled.
 * `never`: somebody's no is not made to wait, and what must stop does.
 */
export type Limited = 'usual' | 'own' | 'never';

export interface RateLimits {
  /** @throws `too_many_requests` */
  known(key: ApiKey, limited: Limited): void;
  /** @throws `too_many_requests` */
  unknown(address: string): void;
}

/** Whoever asked longest ago is forgotten above this, and has a burst again. */
const bucketsMax = 20_000;
const toldRestMs = 60_000;

export function createRateLimits({
  rates,
  clock,
  log,
}: {
  readonly rates: ApiRates;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}): RateLimits {
  const take = { known: createTaker(clock), unknown: createTaker(clock) };
  const told = new Map<string, number>();

  /** Once a minute: whoever asks too often does so often. */
  function tell(keyId: string, perSecond: number): void {
    const now = clock.monotonic();
    if ((told.get(keyId) ?? 0) > now) return;
    if (told.size >= bucketsMax) told.clear();
    told.set(keyId, now + toldRestMs);
    log.warn({ keyId, perSecond }, 'an API key or person asks more often than they may');
  }

  return {
    known({ id, perSecond }, limited) {
      if (limited === 'never') return;
      const rate = perSecond ?? (limited === 'own' ? null : rates.known);
      // A key that says 0 has no limit.
      if (rate === null || rate === 0) return;
      const waitMs = take.known(id, rate);
      if (waitMs === 0) return;
      tell(id, rate);
      throw tooMany(rate, waitMs);
    },
    unknown(address) {
      if (rates.unknown === null) return;
      const waitMs = take.unknown(networkOf(address), rates.unknown);
      if (waitMs > 0) throw tooMany(rates.unknown, waitMs);
    },
  };
}

/** Answers 0, or how long whoever asks has to wait, in ms. */
function createTaker(clock: Clock): (who: string, perSecond: number) => number {
  /** Whoever asked last stands last. */
  const buckets = new Map<string, Bucket>();
  return (who, perSecond) => {
    const now = clock.monotonic();
    const { bucket, waitMs } = takeToken(
      buckets.get(who) ?? fullBucket(perSecond, now),
      perSecond,
      now,
    );
    buckets.delete(who);
    buckets.set(who, bucket);
    if (buckets.size > bucketsMax) {
      const [oldest] = buckets.keys();
      if (oldest !== undefined) buckets.delete(oldest);
    }
    return waitMs;
  };
}

function tooMany(perSecond: number, waitMs: number): ConsentryError {
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1_000));
  return new ConsentryError(
    'too_many_requests',
    `no more than ${perSecond} requests a second are answered here`,
    { retryAfterS },
  );
}
