/** What the comings and goings of those who were rung mean for the caller who waits for them. */
import type { CallEvent } from '../core/call/event.ts';
import type { CallState, LegState } from './call-state.ts';
import { isInvitedComing } from './company.ts';

const isOther = ({ role }: LegState): boolean => role !== 'caller';

/**
 * The events for every caller on the call, after a turn: somebody is on the bridge; or the last of
 * those who were there has hung up; or the last who picked up has gone without ever coming to it.
 * A flow that waits for nobody ignores them.
 */
export function partnerEvents(before: CallState, after: CallState): readonly CallEvent[] {
  if (after.ring === undefined) return [];
  const others = after.legs.filter(isOther);
  if (others.some(({ phase }) => phase === 'bridged')) return [{ type: 'READY' }];
  if (others.some(({ phase }) => phase !== 'ended')) return [];
  if (isInvitedComing(after)) return [];
  const gone = before.legs.filter((leg) => {
    const now = others.find(({ callSid }) => callSid === leg.callSid);
    return isOther(leg) && leg.phase !== 'ended' && now?.phase === 'ended';
  });
  if (gone.length === 0) return [];
  return [{ type: gone.some(({ phase }) => phase === 'bridged') ? 'LEFT' : 'UNANSWERED' }];
}
