/**
 * One turn of a call: events go to the legs they concern, and every other leg hears what that
 * means for it. Pure: the state after it, what is to be done, what is to be entered.
 */
import { type Advance, advance, openGates, phaseOf, statusesOf } from '../core/call/advance.ts';
import type { Effect, StatusChange } from '../core/call/effect.ts';
import type { CallEvent } from '../core/call/event.ts';
import { assert } from '../core/error.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import { isWithin } from '../core/flow/hours.ts';
import type { CallSid, Instant, Role, Uuid } from '../core/words.ts';
import type { CallState, FlowPin, LegState } from './call-state.ts';
import { isCompany, othersOf } from './company.ts';
import { partnerEvents } from './partner-events.ts';
import type { EarlierAnswers } from './remembered-answers.ts';

export interface LegEvent {
  readonly callSid: CallSid;
  readonly event: CallEvent;
}

export interface Turn {
  readonly state: CallState;
  readonly effects: readonly { readonly callSid: CallSid; readonly effect: Effect }[];
  readonly changes: readonly { readonly leg: LegState; readonly change: StatusChange }[];
}

type FlowOf = (pin: FlowPin) => CompiledFlow;

/** What STARTED leads to: the same for every leg of a flow, so it is worked out once. */
const beginnings = {
  open: new WeakMap<CompiledFlow, Advance>(),
  closed: new WeakMap<CompiledFlow, Advance>(),
};

function beginningOf(flow: CompiledFlow, closed: boolean): Advance {
  const worked = beginnings[closed ? 'closed' : 'open'];
  const known = worked.get(flow);
  if (known !== undefined) return known;
  const beginning = advance(flow, null, { type: 'STARTED', ...(closed ? { closed } : {}) });
  worked.set(flow, beginning);
  return beginning;
}

/** For somebody of whom something is known. */
function beginningFor(flow: CompiledFlow, closed: boolean, { earlier }: EarlierAnswers): Advance {
  return advance(flow, null, { type: 'STARTED', ...(closed ? { closed } : {}), earlier });
}

/** A leg before its first event has been settled with the others. */
export function startLeg(
  flow: CompiledFlow,
  leg: { callSid: CallSid; partyId: Uuid; role: Role; personId: Uuid | null },
  at: Instant,
  known: EarlierAnswers | null = null,
): { leg: LegState; effects: readonly Effect[]; changes: readonly StatusChange[] } {
  const { hours } = flow.definition;
  const closed = hours !== undefined && !isWithin(hours, at);
  const { snapshot, effects, changes } =
    known === null ? beginningOf(flow, closed) : beginningFor(flow, closed, known);
  return {
    leg: {
      ...leg,
      flow: { name: flow.name, version: flow.version, hash: flow.hash },
      snapshot,
      statuses: statusesOf(snapshot),
      openGates: openGates(snapshot),
      phase: phaseOf(snapshot),
      nextStep: null,
      awaits: 'nothing',
      streamName: null,
      ...(known !== null && { grants: known.grants }),
    },
    effects,
    changes,
  };
}

/** @param earlier the state before, where `before` already differs in who is on the bridge */
export function takeTurn(
  flowOf: FlowOf,
  before: CallState,
  events: readonly LegEvent[],
  earlier: CallState = before,
): Turn {
  const effects: { callSid: CallSid; effect: Effect }[] = [];
  const changes: { leg: LegState; change: StatusChange }[] = [];
  let state = before;

  function deliver(callSid: CallSid, event: CallEvent): void {
    const leg = state.legs.find((candidate) => candidate.callSid === callSid);
    assert(leg !== undefined, 'an event concerns a leg of its call');
    const step = advance(flowOf(leg.flow), leg.snapshot, event);
    if (step.snapshot === leg.snapshot) return;
    const moved: LegState = {
      ...leg,
      snapshot: step.snapshot,
      statuses: statusesOf(step.snapshot),
      openGates: openGates(step.snapshot),
      phase: phaseOf(step.snapshot),
    };
    state = { ...state, legs: state.legs.map((one) => (one === leg ? moved : one)) };
    for (const effect of step.effects) effects.push({ callSid, effect });
    for (const change of step.changes) changes.push({ leg: moved, change });
  }

  for (const { callSid, event } of events) deliver(callSid, event);
  for (const event of partnerEvents(before, state)) {
    for (const { callSid, role } of state.legs) if (role === 'caller') deliver(callSid, event);
  }
  // A leg alone with its machine's default (everybody else agrees) needs no word of the others.
  if (isCompany(state) || isCompany(earlier)) {
    for (const { callSid } of state.legs) {
      const leg = state.legs.find((candidate) => candidate.callSid === callSid);
      if (leg === undefined || leg.phase === 'ended') continue;
      deliver(callSid, othersOf(flowOf, state, leg));
    }
  }
  return { state, effects, changes };
}
