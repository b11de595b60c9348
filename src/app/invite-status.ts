/** What becomes of those who wait for a party whom we rang and who does not come. */
import type { CallParts } from './call-parts.ts';
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
    if (endedAt !== null || state.inviteOver === true || state.strangers.length > 0) return null;
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
