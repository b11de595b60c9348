/** What becomes of those who wait for a party whom we rang and who does not come. */
import type { CallSid, Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type { CallState, Invited, Ring } from './call-state.ts';
import { changeCall } from './change-call.ts';
import { isCallerAlone, legsOf } from './company.ts';
import { leftAlone } from './end-call.ts';
import { type Turn, takeTurn } from './take-turn.ts';

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
    if (endedAt !== null || hasLeg(state, invite.partyId)) return null;
    return absence(parts, state, invite.partyId);
  });
}

interface Absence {
  readonly turn: Turn;
  readonly hangUp?: readonly CallSid[];
}

const hasLeg = ({ legs }: CallState, id: Uuid): boolean =>
  legs.some(({ partyId }) => partyId === id);

/**
 * Nobody is there of those who were rung: it was not answered, or by an answering machine that has
 * been hung up on. Null: nobody waited for them.
 */
export function absence(
  { flows }: Pick<CallParts, 'flows'>,
  state: CallState,
  id: Uuid,
): Absence | null {
  const { ring, agentParty } = state;
  if (ring?.partyId === id) return ringOver(flows, state, ring);
  const added = (state.invited ?? []).find(({ partyId }) => partyId === id);
  if (added !== undefined) return added.over ? null : addedOver(flows, state, added);
  // Somebody whom the flow had rung before: the caller waits for another by now.
  if (agentParty !== id && (ring !== undefined || agentParty !== undefined)) return null;
  if (state.inviteOver === true || state.strangers.length > 0) return null;
  const turn = takeTurn(flows.pinned, { ...state, inviteOver: true }, [], state);
  return { turn, hangUp: leftAlone(turn.state, turn.effects) };
}

/**
 * Who was added does not come, or is not wanted any more. If nobody else is there, the others have
 * left while it rang: the flow goes on as it would have done then, or the call is over. On a line
 * that has nobody the caller waits on, as they did before.
 */
export function invitedOver({ flows }: CallParts, state: CallState, added: Invited) {
  return added.over || hasLeg(state, added.partyId) ? null : addedOver(flows, state, added);
}

function addedOver(flows: CallParts['flows'], state: CallState, added: Invited): Absence {
  const invited = (state.invited ?? []).map((one) =>
    one.step === added.step ? { ...one, over: true } : one,
  );
  const after = { ...state, invited };
  const isLost = isCallerAlone(after) && state.noAgent !== true;
  const events = isLost
    ? legsOf(after).map(({ callSid }) => ({ callSid, event: { type: 'LEFT' } as const }))
    : [];
  const turn = takeTurn(flows.pinned, after, events, state);
  return { turn, hangUp: isLost ? leftAlone(turn.state, turn.effects) : [] };
}

/** Whom the caller's flow had rung does not come: the flow says what then. */
function ringOver(flows: CallParts['flows'], state: CallState, ring: Ring): Absence | null {
  if (ring.over) return null;
  const events = state.legs
    .filter(({ role, phase }) => role === 'caller' && phase !== 'ended')
    .map(({ callSid }) => ({ callSid, event: { type: 'UNANSWERED' } as const }));
  const after = { ...state, ring: { ...ring, over: true } };
  return { turn: takeTurn(flows.pinned, after, events, state) };
}
