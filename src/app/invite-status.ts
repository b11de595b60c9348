/** What becomes of those who wait for a party whom we rang and who does not come. */
import type { CallParts } from './call-parts.ts';
import type { CallState, Ring } from './call-state.ts';
import { changeCall } from './change-call.ts';
import { takeTurn } from './take-turn.ts';

/**
 * The party did not pick up, could not be rung, or is not heard of any more. A caller who is alone
 * on the bridge is hung up: nobody will be there to talk to. Nothing happens the second time, if
 * the party has a leg, whatever became of it, or while somebody unknown is on the bridge.
 *
 * @param step the invite's
 */
export async function inviteOver(parts: CallParts, step: string): Promise<void> {
  const invite = await parts.store.findInvite(step);
  if (invite === null) return;
  await changeCall(parts, invite.callId, ({ state, endedAt }) => {
    if (endedAt !== null) return null;
    if (state.ring?.partyId === invite.partyId) return ringOver(parts, state, state.ring);
    // Somebody whom the flow had rung before: the caller waits for another by now.
    const isAgents = state.agentParty === invite.partyId;
    if (!isAgents && (state.ring !== undefined || state.agentParty !== undefined)) return null;
    if (state.inviteOver === true || state.strangers.length > 0) return null;
    if (state.legs.some(({ partyId }) => partyId === invite.partyId)) return null;
    // Who was let through by a failure talks to somebody else, on a line of the carrier's own.
    const live = state.legs.filter(
      ({ phase, letThrough }) => phase !== 'ended' && letThrough !== true,
    );
    const alone = live.every(({ role }) => role === 'caller');
    const turn = takeTurn(parts.flows.pinned, { ...state, inviteOver: true }, [], state);
    return { turn, hangUp: alone ? live.map(({ callSid }) => callSid) : [] };
  });
}

/** Whom the caller's flow had rung does not come: the flow says what then. */
function ringOver({ flows }: CallParts, state: CallState, ring: Ring) {
  if (ring.over || state.legs.some(({ partyId }) => partyId === ring.partyId)) return null;
  const events = state.legs
    .filter(({ role, phase }) => role === 'caller' && phase !== 'ended')
    .map(({ callSid }) => ({ callSid, event: { type: 'UNANSWERED' } as const }));
  const after = { ...state, ring: { ...ring, over: true } };
  return { turn: takeTurn(flows.pinned, after, events, state) };
}
