/**
 * How often somebody may ask: a bucket of tokens, of which each request takes one. They flow in
 * evenly, and no more than two seconds' worth lie in it, so that a burst is let through and a stream
 * above the rate is not.
 */
import type { Instant } from '../words.ts';

export interface Bucket {
  /** May be broken: what flowed in since. */
  readonly tokens: number;
  /** Monotonic, ms. */
  readonly at: Instant;
}

const burstS = 2;
/** A rate of one a second still lets somebody look at a page of several requests. */
const burstMin = 10;

export const burstOf = (perSecond: number): number => Math.max(burstMin, perSecond * burstS);

export const fullBucket = (perSecond: number, at: Instant): Bucket => ({
  tokens: burstOf(perSecond),
  at,
});

/** The bucket after a try, and how long there will be no token, in ms: 0 means that one was taken. */
export function takeToken(
  { tokens, at }: Bucket,
  perSecond: number,
  now: Instant,
): { readonly bucket: Bucket; readonly waitMs: number } {
  const flowed = (Math.max(0, now - at) * perSecond) / 1_000;
  const full = Math.min(burstOf(perSecond), tokens + flowed);
  if (full >= 1) return { bucket: { tokens: full - 1, at: now }, waitMs: 0 };
  const waitMs = Math.ceil(((1 - full) * 1_000) / perSecond);
  return { bucket: { tokens: full, at: now }, waitMs };
}
