/**
 * What whoever asks for a screening has in its own books: when the person last bought and last asked
 * something, which a business relationship is counted from (47 CFR 64.1200(f)(5)), and what the
 * Reassigned Numbers Database answered. It stands in the evidence of the decision.
 */
import { instantForm, parseInstant } from '../instant.ts';
import { parseDay } from '../jurisdiction/day.ts';
import type { Instant } from '../words.ts';
import type { reassignments, Stated } from './inquiry.ts';

export const whenForm = `a day such as 2026-03-01, or ${instantForm}`;

/** A day begins at its first instant (UTC), so that nothing lasts longer than it may. Null: neither. */
export function whenOf(value: unknown): Instant | null {
  if (typeof value !== 'string') return null;
  return parseDay(value) === null ? parseInstant(value) : Date.parse(`${value}T00:00:00Z`);
}

/** As it is written; times as `whenOf` reads them. */
export interface StatedFields {
  lastPurchase?: string | undefined;
  lastInquiry?: string | undefined;
  reassigned?: (typeof reassignments)[number] | undefined;
}

/** Null: nothing. */
export function statedOf({ lastPurchase, lastInquiry, reassigned }: StatedFields): Stated | null {
  const stated: Stated = {
    ...(lastPurchase !== undefined && { lastPurchaseAt: whenOf(lastPurchase) }),
    ...(lastInquiry !== undefined && { lastInquiryAt: whenOf(lastInquiry) }),
    ...(reassigned !== undefined && { reassigned }),
  };
  return Object.keys(stated).length === 0 ? null : stated;
}
