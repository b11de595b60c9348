/**
 * How often the public pages may be used: by an address, for a number, and by everybody. Counted in
 * the database, so that it holds for all processes, under pseudonyms.
 */
import { ConsentryError } from '../core/error.ts';
import type { PageStore } from './page-ports.ts';
import type { Clock, FieldCipher } from './ports.ts';

export interface PageLimitParts {
  readonly pages: Pick<PageStore, 'count'>;
  readonly cipher: Pick<FieldCipher, 'token'>;
  readonly clock: Clock;
}

const minuteMs = 60_000;

export const pageLimits = {
  /** Forms sent from one address: a household, or an office behind one. */
  address: { max: 60, spanMs: 10 * minuteMs },
  /** Codes asked for from one address. */
  'code-address': { max: 20, spanMs: 60 * minuteMs },
  /** Codes that one number gets. */
  'code-number': { max: 5, spanMs: 60 * minuteMs },
  /** Codes in all: each costs a text or a call. */
  'code-all': { max: 600, spanMs: 60 * minuteMs },
} as const;
export type PageLimit = keyof typeof pageLimits;

/** Whether it is within the limit, this time included. */
export async function isWithin(
  { pages, cipher, clock }: PageLimitParts,
  limit: PageLimit,
  who: string,
): Promise<boolean> {
  const { max, spanMs } = pageLimits[limit];
  const ends = (Math.floor(clock.now() / spanMs) + 1) * spanMs;
  return (await pages.count(cipher.token(`page/${limit}/${who}`), ends)) <= max;
}

/** @throws `too_many_tries`, with how long to wait */
export async function checkLimit(parts: PageLimitParts, limit: PageLimit, who: string) {
  if (await isWithin(parts, limit, who)) return;
  const { spanMs } = pageLimits[limit];
  const retryAfterS = Math.ceil((spanMs - (parts.clock.now() % spanMs)) / 1_000);
  throw new ConsentryError('too_many_tries', undefined, { retryAfterS });
}

/** Of an IPv6 address its network: somebody has a whole one to choose from (RFC 6177). */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const front = head.split(':').filter((part) => part !== '');
  const back = (tail ?? '').split(':').filter((part) => part !== '');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array<string>(zeros).fill('0'), ...back].slice(0, 4).join(':');
}
