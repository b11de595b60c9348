import { type AnyActorScope, createActor } from 'xstate';
import type { CallEvent } from '../call/event.ts';
import type { CallMachine } from './compile.ts';

export type CallMachineState = ReturnType<CallMachine['resolveState']>;

/** An action the machine asked for: its name and its constant parameters. */
export interface Action {
  readonly type: string;
  readonly params: unknown;
}

/**
 * XState's own `transition()` makes an actor for every event, two thirds of its 50 µs. The scope
 * holds nothing of a call, so one for each machine serves all calls (16 µs). The actor is never
 * started: nothing runs, no timer is set.
 */
const scopes = new WeakMap<CallMachine, AnyActorScope>();

function scopeOf(machine: CallMachine): AnyActorScope {
  const known = scopes.get(machine);
  if (known !== undefined) return known;
  const self = createActor(machine);
  const scope: AnyActorScope = {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: () => {},
    defer: () => {},
    emit: () => {},
    stopChild: () => {},
    actionExecutor: () => {},
  };
  scopes.set(machine, scope);
  return scope;
}

/** Pure. `to === from` when the state ignores the event. */
export function transition(
  machine: CallMachine,
  from: CallMachineState,
  event: CallEvent,
): { readonly to: CallMachineState; readonly actions: readonly Action[] } {
  const actions: Action[] = [];
  const scope = scopeOf(machine);
  scope.actionExecutor = ({ type, params }) => {
    actions.push({ type, params });
  };
  return { to: machine.transition(from, event, scope), actions };
}
