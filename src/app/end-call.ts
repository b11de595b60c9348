/** How a call ends: one leg's end decides which others are hung up. */
import type { CallSid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type { CallState, LegState } from './call-state.ts';
import { changeCall } from './change-call.ts';
import { isCallerAlone, legsOf } from './company.ts';
import { type Turn, takeTurn } from './take-turn.ts';

/**
 * The legs to hang up once a leg has ended: the caller's end is everybody's; when the last of the
 * others leaves, nobody is there to talk to. Empty while the leg is still on.
 *
 * @param before the leg as it was before the turn
 */
export function hangUpsAfter({ state, effects }: Turn, before: LegState): readonly CallSid[] {
  const ended = state.legs.find(({ callSid }) => callSid === before.callSid);
  if (ended?.phase !== 'ended') return [];
  if (before.role === 'caller') return legsOf(state).map(({ callSid }) => callSid);
  // Who never got onto the bridge leaves nobody alone, unless the caller waited for them: an agent
  // may be rung again by hand, and where a line has nobody the caller waits until they hang up.
  const isNoLoss = before.role === 'agent' || state.noAgent === true;
  return before.phase !== 'bridged' && isNoLoss ? [] : leftAlone(state, effects);
}

/** The caller's leg, if nobody is with them or may still come, and their flow has nothing more. */
export function leftAlone(state: CallState, effects: Turn['effects']): readonly CallSid[] {
  if (!isCallerAlone(state)) return [];
  return legsOf(state)
    .filter((leg) => !goesOn(leg, effects))
    .map(({ callSid }) => callSid);
}

/** A caller whose flow has something for them after the conversation, or who waits off the bridge. */
function goesOn({ callSid, phase, fetching }: LegState, effects: Turn['effects']): boolean {
  const fetches = effects.some((one) => one.callSid === callSid && one.effect.type === 'fetch');
  return fetches || fetching === true || phase === 'asking';
}

/**
 * A leg is over, by whatever sign: status callback, end of stream and bridge, or the carrier's
 * answer when asked. Nothing happens for a leg that has ended before.
 *
 * @returns false for a leg that nobody knows, or not yet: its first webhook may be on its way
 */
export async function endLeg(parts: CallParts, callSid: CallSid): Promise<boolean> {
  const call = parts.cache.byCallSid(callSid) ?? (await parts.store.findByCallSid(callSid));
  if (call === null) return false;
  await changeCall(parts, call.id, ({ state }) => {
    const leg = state.legs.find((candidate) => candidate.callSid === callSid);
    if (leg === undefined || leg.phase === 'ended') return null;
    const turn = takeTurn(parts.flows.pinned, state, [{ callSid, event: { type: 'HANGUP' } }]);
    return { turn, hangUp: hangUpsAfter(turn, leg) };
  });
  return true;
}
