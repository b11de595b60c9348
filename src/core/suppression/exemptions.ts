/**
 * What may stand against a listing: a business relationship, and the person's written permission.
 * A request to the caller itself gives way to neither, unless the permission is documented and later.
 */
import type { Instant } from '../words.ts';
import type { Relationship } from './calling-rules.ts';
import type { Hit, Inquiry, Permission } from './inquiry.ts';
import {
  bitOf,
  type ExemptionCode,
  ownRequestBits,
  permissionBits,
  relationshipBits,
} from './reasons.ts';

export interface Exemption {
  readonly code: ExemptionCode;
  /** Of the permission. */
  readonly receiptId?: string;
  /** When the permission was given, or the purchase or the question was. */
  readonly since: Instant;
  /** Null is without end. */
  readonly until: Instant | null;
}

/** On the same day of the month, or the last one if the month is shorter; UTC. */
export function addMonths(at: Instant, months: number): Instant {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}

/** The latest permission that stands and is for this purpose and channel; null if none is. */
export function permissionFor(inquiry: Inquiry): Permission | null {
  const { known, at, now, purpose, channel } = inquiry;
  let best: Permission | null = null;
  for (const one of known.permissions) {
    const isFor = one.purpose === purpose && (one.channel === null || one.channel === channel);
    const stands = one.expiresAt === null || one.expiresAt > Math.max(at, now);
    if (!isFor || !stands || one.receiptId === '' || one.givenAt > Math.min(at, now)) continue;
    if (known.withdrawnAt !== null && known.withdrawnAt >= one.givenAt) continue;
    if (best === null || one.givenAt > best.givenAt) best = one;
  }
  return best;
}

/** The relationship that lasts longest; null if there is none any more at `at`. */
export function relationshipFor(inquiry: Inquiry, lengths: Relationship | null): Exemption | null {
  if (lengths === null) return null;
  const { lastPurchaseAt, lastInquiryAt } = inquiry.known;
  const [purchase, question] = [
    dated('EBR_PURCHASE', lastPurchaseAt, lengths.purchaseMonths, inquiry),
    dated('EBR_INQUIRY', lastInquiryAt, lengths.inquiryMonths, inquiry),
  ];
  if (purchase === null || question === null) return purchase ?? question;
  return (question.until ?? 0) > (purchase.until ?? 0) ? question : purchase;
}

function dated(
  code: ExemptionCode,
  since: Instant | null,
  months: number,
  { at, now }: Inquiry,
): Exemption | null {
  if (since === null || since > Math.min(at, now)) return null;
  const until = addMonths(since, months);
  return Math.max(at, now) < until ? { code, since, until } : null;
}

export interface Lifted {
  /** What still stands. */
  readonly bits: number;
  /** Those that were of use, and no others. */
  readonly exemptions: readonly Exemption[];
}

/** @param bits reasons as they were found, before anything was lifted */
export function lift(bits: number, inquiry: Inquiry, lengths: Relationship | null): Lifted {
  const permission = permissionFor(inquiry);
  const exemptions: Exemption[] = [];
  let left = bits;
  if (permission !== null) {
    const own = left & ownRequestBits;
    if (own !== 0) left &= ~liftedRequests(own, inquiry, permission);
    left &= ~permissionBits;
  }
  if (permission !== null && left !== bits) {
    const { receiptId, givenAt: since, expiresAt: until } = permission;
    exemptions.push({ code: 'WRITTEN_PERMISSION', receiptId, since, until });
  }
  if ((left & relationshipBits) !== 0) {
    const relationship = relationshipFor(inquiry, lengths);
    if (relationship !== null) {
      left &= ~relationshipBits;
      exemptions.push(relationship);
    }
  }
  return { bits: left, exemptions };
}

/** Of requests to the caller, those that are all known to be older than the permission. */
function liftedRequests(bits: number, { seen, known }: Inquiry, permission: Permission): number {
  const isOlder = (since: Instant | null): boolean => since !== null && since < permission.givenAt;
  const areOlder = (kind: Hit['kind']): boolean =>
    seen.hits.every((hit) => !(hit.kind === kind || hit.provisional) || isOlder(hit.since));
  const isWithdrawalOlder = known.withdrawnAt === null || isOlder(known.withdrawnAt);
  return (
    (areOlder('internal') ? bits & bitOf.INTERNAL_DNC : 0) |
    (areOlder('campaign') ? bits & bitOf.INTERNAL_DNC_CAMPAIGN : 0) |
    (isWithdrawalOlder && areOlder('withdrawn') ? bits & bitOf.CONSENT_WITHDRAWN : 0)
  );
}
