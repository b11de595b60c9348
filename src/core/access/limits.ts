/**
 * How far a person may see beside what their role says: only calls of some lines or teams, of some
 * campaigns, of one direction. What lies outside is not there for them.
 */
import type { Uuid } from '../words.ts';

/** Null: without this limit. All that are set have to hold. */
export interface Limits {
  readonly lines: readonly Uuid[] | null;
  /** Of lines that belong to these teams now, whoever they belonged to when the call was. */
  readonly teams: readonly string[] | null;
  readonly campaigns: readonly string[] | null;
  readonly direction: 'inbound' | 'outbound' | null;
}

export const unlimited: Limits = {
  lines: null,
  teams: null,
  campaigns: null,
  direction: null,
};

export const isUnlimited = ({ lines, teams, campaigns, direction }: Limits): boolean =>
  lines === null && teams === null && campaigns === null && direction === null;

/** Whether a line is one of theirs. Campaigns and directions are no matter of lines. */
export const hasLine = (
  { lines, teams }: Limits,
  line: { readonly id: Uuid; readonly team: string | null },
): boolean =>
  (lines === null || lines.includes(line.id)) &&
  (teams === null || (line.team !== null && teams.includes(line.team)));

/** What decides who may see a call. */
export interface CallPlace {
  readonly lineId: Uuid | null;
  /** Of its line. */
  readonly team: string | null;
  readonly direction: 'inbound' | 'outbound';
  readonly campaign: string | null;
}

/** @param place of the call it belongs to; null: to none, which only who has no limits may see */
export function isWithin(limits: Limits, place: CallPlace | null): boolean {
  if (isUnlimited(limits)) return true;
  if (place === null) return false;
  const { lines, teams, campaigns, direction } = limits;
  return (
    (direction === null || direction === place.direction) &&
    (lines === null || (place.lineId !== null && lines.includes(place.lineId))) &&
    (teams === null || (place.team !== null && teams.includes(place.team))) &&
    (campaigns === null || (place.campaign !== null && campaigns.includes(place.campaign)))
  );
}
