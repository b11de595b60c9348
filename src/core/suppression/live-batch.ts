/** When a line of a live batch may not be contacted any more, and for which reason. */

import { bitOfHit } from './decide.ts';
import type { Channel, Hit, ScreeningPurpose } from './inquiry.ts';
import { channels, type OwnChange } from './own-change.ts';
import { codesOf, type ReasonCode } from './reasons.ts';
import { concerns, scopesOf } from './scopes.ts';

/** What all lines of a batch were asked for, but those that ask otherwise. */
export interface AskedOf {
  readonly channel: Channel;
  readonly purpose: ScreeningPurpose;
  readonly campaign: string | null;
}

/** Why a line changed. */
export interface LineChange {
  readonly line: number;
  readonly code: ReasonCode;
  readonly list: string;
  readonly version: string;
}
export type Reason = Omit<LineChange, 'line'>;

/**
 * What an own request comes to for a line whose number it is; null: it is for another channel or
 * campaign, or lifts something. A line that asks otherwise than its batch is told of every request.
 */
export function reasonOfChange(
  { channel, scope, listed, provisional, reason, seq }: OwnChange,
  asked: AskedOf,
  otherwise: boolean,
): Reason | null {
  if (!listed) return null;
  // a stop that is only probable covers both channels
  const isFor = provisional || channel === asked.channel;
  // a batch does not say from which line its numbers are contacted
  const isOf = concerns(scopesOf(asked.purpose, asked.campaign, null), scope);
  if (!otherwise && !(isFor && isOf)) return null;
  return { code: codeOf(scope, provisional, reason), list: 'own', version: String(seq) };
}

function codeOf(
  scope: OwnChange['scope'],
  provisional: boolean,
  reason: OwnChange['reason'],
): ReasonCode {
  if (provisional) return 'INTERNAL_DNC';
  if (scope.startsWith('campaign:')) return 'INTERNAL_DNC_CAMPAIGN';
  return reason === 'withdrawal' ? 'CONSENT_WITHDRAWN' : 'INTERNAL_DNC';
}

/** What a version of a registry comes to for a line. @param hitsOf of this version alone */
export function reasonOfVersion(
  hitsOf: (channel: Channel) => readonly Hit[],
  { channel, purpose, campaign }: AskedOf,
  otherwise: boolean,
): Reason | null {
  for (const one of otherwise ? channels : [channel]) {
    for (const hit of hitsOf(one)) {
      const [code] = codesOf(bitOfHit(hit, otherwise || purpose !== 'service', campaign));
      if (code !== undefined) return { code, list: hit.list, version: hit.version ?? '' };
    }
  }
  return null;
}
