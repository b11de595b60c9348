/**
 * How far a person may see beside what their role says: only calls of some lines, of some
 * campaigns, of one direction. What lies outside is not there for them.
 */
import type { Uuid } from '../words.ts';

/** Null: without this limit. All that are set have to hold. */
export interface Limits {
  readonly lines: readonly Uuid[] | null;
  readonly campaigns: readonly string[] | null;
  readonly direction: 'inbound' | 'outbound' | null;
}

export const unlimited: Limits = { lines: null, campaigns: null, direction: null };

export const isUnlimited = ({ lines, campaigns, direction }: Limits): boolean =>
  lines === null && campaigns === null && direction === null;

/** What decides who may see a call. */
export interface CallPlace {
  readonly lineId: Uuid | null;
  readonly direction: 'inbound' | 'outbound';
  readonly campaign: string | null;
}

/** @param place of the call it belongs to; null: to none, which only who has no limits may see */
export function isWithin(limits: Limits, place: CallPlace | null): boolean {
  if (isUnlimited(limits)) return true;
  if (place === null) return false;
  const { lines, campaigns, direction } = limits;
  return (
    (direction === null || direction === place.direction) &&
    (lines === null || (place.lineId !== null && lines.includes(place.lineId))) &&
    (campaigns === null || (place.campaign !== null && campaigns.includes(place.campaign)))
  );
}
