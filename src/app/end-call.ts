/** How a call ends: one leg's end decides which others are hung up. */
import type { CallSid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import { changeCall } from './change-call.ts';
import { type Turn, takeTurn } from './take-turn.ts';

/**
 * The legs to hang up once `callSid` has ended: the caller's end is everybody's; when the last
 * agent leaves, nobody is there to talk to. Empty while the leg is still on.
 */
export function hangUpsAfter(turn: Turn, callSid: CallSid): readonly CallSid[] {
  const legs = turn.state.legs;
  const ended = legs.find((leg) => leg.callSid === callSid);
  if (ended?.phase !== 'ended') return [];
  const live = legs.filter(({ phase }) => phase !== 'ended');
  const over = ended.role === 'caller' ? true : !live.some(({ role }) => role !== 'caller');
  return over ? live.map((leg) => leg.callSid) : [];
}

/**
 * A leg is over, by whatever sign: status callback, end of stream and bridge, or the carrier's
 * answer when asked. Nothing happens for a leg that nobody knows or that has ended before.
 */
export async function endLeg(parts: CallParts, callSid: CallSid): Promise<void> {
  const call = parts.cache.byCallSid(callSid) ?? (await parts.store.findByCallSid(callSid));
  if (call === null) return;
  await changeCall(parts, call.id, ({ state }) => {
    const leg = state.legs.find((candidate) => candidate.callSid === callSid);
    if (leg === undefined || leg.phase === 'ended') return null;
    const turn = takeTurn(parts.flows.pinned, state, [{ callSid, event: { type: 'HANGUP' } }]);
    // An agent who never got onto the bridge leaves nobody alone on it.
    const wasThere = leg.role === 'caller' || leg.phase === 'bridged';
    return { turn, hangUp: wasThere ? hangUpsAfter(turn, callSid) : [] };
  });
}
