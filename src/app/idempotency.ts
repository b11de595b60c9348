/** One answer per Idempotency-Key: a client that did not hear it may ask again without harm. */
import { ConsentryError } from '../core/error.ts';
import type { Instant } from '../core/words.ts';
import type { ApiKey, Ciphers, IdempotencyStore } from './api-ports.ts';
import type { Clock } from './ports.ts';

export interface OnceParts {
  readonly idempotency: IdempotencyStore;
  readonly ciphers: Ciphers;
  readonly clock: Clock;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface OnceAsk {
  readonly apiKey: ApiKey;
  /** The client's Idempotency-Key. */
  readonly key: string;
  /** Method, path and body: what has to be the same for the answer to be the same. */
  readonly request: string;
}

export type Once = (ask: OnceAsk, answer: () => Promise<Answer>) => Promise<StoredAnswer>;

export interface StoredAnswer extends Answer {
  /** True when the answer was given before and nothing was done now. */
  readonly isReplay: boolean;
}

/** Answers are kept for a day. */
const keptMs = 86_400_000;
const forgetRestMs = 600_000;
/**
 * Nothing that is answered here takes near as long: an older claim was left by a process that
 * died. Whoever asks again is answered anew, so what is done under a claim must bear repeating.
 */
const abandonedMs = 60_000;

/**
 * The result answers a request at most once per key. A request that is refused has changed
 * nothing; it is forgotten, and may be sent again with the same key.
 *
 * Throws `idempotency_mismatch` when the key was used for another request, and `conflict` while
 * the first request is still being answered.
 */
export function createOnce({ idempotency, ciphers, clock }: OnceParts): Once {
  let forgotten: Instant = clock.monotonic();

  async function forget(): Promise<void> {
    if (clock.monotonic() < forgotten + forgetRestMs) return;
    forgotten = clock.monotonic();
    await idempotency.forget(clock.now() - keptMs);
  }

  return async ({ apiKey, key, request }, answer) => {
    const cipher = ciphers(apiKey.tenantId);
    const context = `idempotency/${apiKey.id}/${key}`;
    await forget();
    const held = { apiKeyId: apiKey.id, key, at: clock.now() };
    const claim = await idempotency.claim({
      ...held,
      // Keyed: a plain hash of a body with a number in it could be found by counting.
      fingerprint: cipher.token(`request/${request}`),
      abandonedMs,
    });
    if (claim.is === 'other-request') throw new ConsentryError('idempotency_mismatch');
    if (claim.is === 'running') {
      const detail = 'the first request with this Idempotency-Key is still being answered';
      throw new ConsentryError('conflict', detail);
    }
    if (claim.is === 'answered') {
      const body = cipher.open(null, context, claim.answer.body).toString('utf8');
      return { status: claim.answer.status, body, isReplay: true };
    }
    let given: Answer;
    try {
      given = await answer();
    } catch (error) {
      await idempotency.release(held);
      throw error;
    }
    const body = cipher.seal(null, context, Buffer.from(given.body));
    await idempotency.settle(held, { status: given.status, body });
    return { ...given, isReplay: false };
  };
}
