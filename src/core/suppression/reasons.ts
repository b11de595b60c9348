/**
 * Why a number may not be contacted: stable codes, each with what it comes to. In a decision they
 * are bits of one number, so that asking about a number that nothing stands against makes no garbage.
 */

/**
 * `deny`: only the person can change it, or the operator's lists must first be put right. `hold`:
 * it can become allowed without the person doing anything, mostly by waiting.
 */
export type Refusal = 'deny' | 'hold';

export const reasonCodes = [
  'INTERNAL_DNC',
  'INTERNAL_DNC_CAMPAIGN',
  'CONSENT_WITHDRAWN',
  'NATIONAL_DNC',
  'STATE_DNC',
  'TPS',
  'CTPS',
  'DNCL_CA',
  'NO_CONSENT_OPT_IN_COUNTRY',
  'LITIGATOR',
  'REASSIGNED',
  'REASSIGNED_NO_DATA',
  'WIRELESS_STATE_PROHIBITED',
  'OUTSIDE_HOURS',
  'HOLIDAY',
  'STATE_EMERGENCY',
  'FREQUENCY_CAP',
  'REFUSAL_REST_PERIOD',
  'NO_REASK_PERIOD',
  'AREA_CODE_NOT_SUBSCRIBED',
  'LIST_STALE',
  'REPLICA_STALE',
  'INVALID_NUMBER',
  'UNKNOWN_AREA_CODE',
  'EMERGENCY_NUMBER',
  'PREMIUM_OR_TOLLFREE',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

export const exemptionCodes = ['EBR_PURCHASE', 'EBR_INQUIRY', 'WRITTEN_PERMISSION'] as const;
export type ExemptionCode = (typeof exemptionCodes)[number];

/** The bit of every code; there are fewer than 31, so that they stay small integers. */
export const bitOf = Object.fromEntries(reasonCodes.map((code, i) => [code, 1 << i])) as Readonly<
  Record<ReasonCode, number>
>;

/** Those that end by themselves, at an instant that is known. */
export const endingBits =
  bitOf.OUTSIDE_HOURS |
  bitOf.HOLIDAY |
  bitOf.FREQUENCY_CAP |
  bitOf.REFUSAL_REST_PERIOD |
  bitOf.NO_REASK_PERIOD;

/**
 * A rest after a refusal ends by itself too, but it is months long and owed to what the person said:
 * to a dialler that would try held numbers again it is a no.
 */
export const holdBits =
  bitOf.OUTSIDE_HOURS |
  bitOf.HOLIDAY |
  bitOf.FREQUENCY_CAP |
  bitOf.STATE_EMERGENCY |
  bitOf.REASSIGNED_NO_DATA |
  bitOf.REPLICA_STALE;

/** Requests made to the caller itself: nothing lifts them but what the person documented later. */
export const ownRequestBits =
  bitOf.INTERNAL_DNC | bitOf.INTERNAL_DNC_CAMPAIGN | bitOf.CONSENT_WITHDRAWN;

/** What a business relationship lifts: national lists, and nothing else (47 CFR 64.1200(f)(5)). */
export const relationshipBits = bitOf.NATIONAL_DNC | bitOf.DNCL_CA;

/** What written permission lifts: lists of people who did not ask to be called, and their kind. */
export const permissionBits =
  relationshipBits |
  bitOf.STATE_DNC |
  bitOf.TPS |
  bitOf.CTPS |
  bitOf.NO_CONSENT_OPT_IN_COUNTRY |
  bitOf.WIRELESS_STATE_PROHIBITED;

export const codesOf = (bits: number): readonly ReasonCode[] =>
  reasonCodes.filter((code) => (bits & bitOf[code]) !== 0);

/** Null if nothing stands against it. */
export function refusalOf(bits: number): Refusal | null {
  if (bits === 0) return null;
  return (bits & ~holdBits) === 0 ? 'hold' : 'deny';
}
