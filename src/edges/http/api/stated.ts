/**
 * What whoever asks for a screening has in its own books: when the person last bought and last asked
 * something, which a business relationship is counted from (47 CFR 64.1200(f)(5)), and what the
 * Reassigned Numbers Database answered. It stands in the evidence of the decision.
 */
import { z } from 'zod';
import { instantForm, parseInstant } from '../../../core/instant.ts';
import { parseDay } from '../../../core/jurisdiction/day.ts';
import { reassignments, type Stated } from '../../../core/suppression/inquiry.ts';
import type { Instant } from '../../../core/words.ts';

export const whenForm = `a day such as 2026-03-01, or ${instantForm}`;

/** A day begins at its first instant (UTC), so that nothing lasts longer than it may. Null: neither. */
export function whenOf(value: unknown): Instant | null {
  if (typeof value !== 'string') return null;
  return parseDay(value) === null ? parseInstant(value) : Date.parse(`${value}T00:00:00Z`);
}

const when = z
  .string()
  .max(40)
  .refine((text) => whenOf(text) !== null, `allowed: ${whenForm}`);

/** Fields of a body. */
export const statedFields = {
  lastPurchase: when.optional().describe('When they last bought something: a day, or an instant.'),
  lastInquiry: when.optional().describe('When they last asked about something.'),
  reassigned: z
    .enum(reassignments)
    .optional()
    .describe('What the Reassigned Numbers Database answered since you got their consent.'),
};

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
