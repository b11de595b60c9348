/**
 * One turn of a call: events go to the legs they concern, and every other leg hears what that
 * means for it. Pure: the state after it, what is to be done, what is to be entered.
 */
import { type CallSnapshot, openGates, phaseOf, statusesOf } from '../core/call/advance.ts';
import type { Effect, StatusChange } from '../core/call/effect.ts';
import type { CallEvent } from '../core/call/event.ts';
import { assert } from '../core/error.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import { isWithin } from '../core/flow/hours.ts';
import type { CallSid, Instant, Role, Uuid } from '../core/words.ts';
import type { CallState, FlowPin, LegState } from './call-state.ts';
import { isCompany, othersOf } from './company.ts';
import { advanceKnown } from './known-steps.ts';
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

/** What readers of a leg are told, so that they need no machine. */
type Standing = Pick<LegState, 'snapshot' | 'statuses' | 'openGates' | 'phase'>;

/** Many legs stand in the same place, so it is looked at once. */
const standings = new WeakMap<CallSnapshot, Standing>();

function standingIn(snapshot: CallSnapshot): Standing {
  let standing = standings.get(snapshot);
  if (standing === undefined) {
    standing = {
      snapshot,
      statuses: statusesOf(snapshot),
      openGates: openGates(snapshot),
      phase: phaseOf(snapshot),
    };
    standings.set(snapshot, standing);
  }
  return standing;
}

/** One object for each flow: every leg of it has it. */
const pins = new WeakMap<CompiledFlow, FlowPin>();

function pinOf(flow: CompiledFlow): FlowPin {
  let pin = pins.get(flow);
  if (pin === undefined) {
    pin = { name: flow.name, version: flow.version, hash: flow.hash };
    pins.set(flow, pin);
  }
  return pin;
}

/** What is told of a leg as it begins. */
export interface Beginning {
  readonly at: Instant;
  readonly known?: EarlierAnswers | null;
  /** The carrier has found an answering machine. */
  readonly machine?: boolean;
}

/** A leg before its first event has been settled with the others. */
export function startLeg(
  flow: CompiledFlow,
  leg: { callSid: CallSid; partyId: Uuid; role: Role; personId: Uuid | null },
  { at, known = null, machine = false }: Beginning,
): { leg: LegState; effects: readonly Effect[]; changes: readonly StatusChange[] } {
  const { hours } = flow.definition;
  const closed = hours !== undefined && !isWithin(hours, at);
  const event = {
    type: 'STARTED',
    ...(closed ? { closed } : {}),
    ...(machine ? { machine } : {}),
    ...(known !== null && { earlier: known.earlier }),
  } as const;
  const { snapshot, effects, changes } = advanceKnown(flow, null, event);
  return {
    leg: {
      ...leg,
      flow: pinOf(flow),
      ...standingIn(snapshot),
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
    const step = advanceKnown(flowOf(leg.flow), leg.snapshot, event);
    const { snapshot, effects: asked, changes: entered } = step;
    if (snapshot === leg.snapshot && asked.length + entered.length === 0) return;
    const moved: LegState = { ...leg, ...standingIn(snapshot) };
    state = { ...state, legs: state.legs.map((one) => (one === leg ? moved : one)) };
    for (const effect of asked) effects.push({ callSid, effect });
    for (const change of entered) changes.push({ leg: moved, change });
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
