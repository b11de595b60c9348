/** Who is with whom on a call: whether anybody may be recorded, and whether anybody is left. */
import type { CallEvent } from '../core/call/event.ts';
import { gatedPurposes } from '../core/consent/purpose.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import type { Uuid } from '../core/words.ts';
import type { CallState, FlowPin, LegState } from './call-state.ts';

/** On the bridge, or about to be fetched to it: somebody who waits is counted early, never late. */
function isThere({ phase, snapshot }: LegState): boolean {
  return phase === 'bridged' || (phase === 'asking' && snapshot.context.waiting === true);
}

const isHeld = (leg: LegState): boolean => leg.held === true && leg.phase !== 'ended';

/** True when who is with a leg may say something else than the leg takes for granted. */
export function isCompany({ legs, strangers }: CallState): boolean {
  return legs.length > 1 || strangers.length > 0 || legs.some(({ held }) => held === true);
}

/**
 * What a leg is told of the others. While somebody unknown is on the bridge nobody has granted
 * anything. The same while anybody is on hold: who is held may speak without knowing that they are
 * heard, and those who are left talk of what the held person does not hear. Where the caller's flow
 * lets each party be recorded by their own permission, the legs hear that too, and keep to it if
 * their own flow says the same.
 */
export function othersOf(
  flowOf: (pin: FlowPin) => CompiledFlow,
  state: CallState,
  leg: LegState,
): Extract<CallEvent, { type: 'OTHERS' }> {
  if (state.strangers.length > 0 || state.legs.some(isHeld)) return { type: 'OTHERS', granted: [] };
  const others = state.legs.filter((other) => other !== leg && isThere(other));
  const granted = gatedPurposes.filter((purpose) =>
    others.every((other) => other.statuses[purpose] === 'granted'),
  );
  const caller = state.legs.find(({ role }) => role === 'caller');
  const each = caller !== undefined && flowOf(caller.flow).definition.bridge.record === 'each';
  return { type: 'OTHERS', granted, ...(each && { each }) };
}

const hasLeg = ({ legs }: CallState, id: Uuid): boolean =>
  legs.some(({ partyId }) => partyId === id);

/** Whether somebody who was added has not picked up yet, and still may. */
export function isInvitedComing(state: CallState): boolean {
  return (state.invited ?? []).some(({ partyId, over }) => !over && !hasLeg(state, partyId));
}

/** Whether somebody whom the line or the flow rings may still pick up. */
function isAgentComing(state: CallState): boolean {
  const { agentCalled, inviteOver, ring, legs } = state;
  const isRung = agentCalled && inviteOver !== true && !legs.some(({ role }) => role === 'agent');
  return isRung || (ring !== undefined && !ring.over && !hasLeg(state, ring.partyId));
}

/** Legs that are ours to end: who was let through by a failure talks to somebody else. */
export const legsOf = ({ legs }: CallState): readonly LegState[] =>
  legs.filter(({ phase, letThrough }) => phase !== 'ended' && letThrough !== true);

/** Whether nobody is with the caller, is being asked, or may still come. */
export function isCallerAlone(state: CallState): boolean {
  if (state.strangers.length > 0 || isInvitedComing(state) || isAgentComing(state)) return false;
  return legsOf(state).every(({ role }) => role === 'caller');
}
