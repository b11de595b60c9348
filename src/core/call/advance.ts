import { statusOf } from '../consent/status.ts';
import { assert } from '../error.ts';
import type { CompiledFlow } from '../flow/compile.ts';
import { shutReasons } from '../flow/envelope.ts';
import { type CallMachineState, transition } from '../flow/transition.ts';
import type { Purpose } from '../words.ts';
import { effectsOf } from './actions.ts';
import type { Effect, ShutReason, StatusChange } from './effect.ts';
import type { CallEvent } from './event.ts';
import {
  type CallSnapshot,
  mayStream,
  openGates,
  phaseOf,
  type StateValue,
  stateOf,
  streamed,
} from './snapshot.ts';

export {
  type CallSnapshot,
  foundMachine,
  localeOf,
  openGates,
  type Phase,
  phaseOf,
  statusesOf,
} from './snapshot.ts';

export interface Advance {
  readonly snapshot: CallSnapshot;
  readonly effects: readonly Effect[];
  readonly changes: readonly StatusChange[];
}

/** Where the machine of a leg stands that nothing has happened to. */
const untouched: StateValue = { live: { script: 'start', envelope: {} } };

/**
 * One event of one leg, pure: where the leg stands after it, what is to be done, what is to be
 * entered. A leg begins with `snapshot` null and STARTED. An event that the state ignores gives
 * back the same snapshot object, no effects and no changes.
 *
 * STARTED, HEARD, CHOSE, SPOKEN and STAR answer a webhook where they are expected, and then yield a
 * document; so does FAILED, before the end, always. The other events come from elsewhere and
 * never do.
 *
 * Throws when the snapshot does not fit the flow, or when another event comes before STARTED:
 * defects, never a caller's doing.
 */
export function advance(
  flow: CompiledFlow,
  snapshot: CallSnapshot | null,
  event: CallEvent,
): Advance {
  assert(snapshot !== null || event.type === 'STARTED', `${event.type} came before STARTED`);
  const before = snapshot ?? { state: untouched, context: flow.context, streaming: false };
  const from = stateOf(flow, before);
  const { to, actions } = transition(flow.machine, from, event);
  if (to === from && actions.length === 0) return { snapshot: before, effects: [], changes: [] };
  const { document, edge, changes } = effectsOf(actions);
  const { after, streams, gates } = gated(flow, before, to, event);
  return { snapshot: after, effects: [...streams, ...document, ...gates, ...edge], changes };
}

/**
 * The one place where gates move: what is open after the event is compared with what was open
 * before, so no path can open a gate and forget it. The stream starts when the gate of the recording
 * opens, stays up through pauses, and stops with its grant.
 */
function gated(
  flow: CompiledFlow,
  before: CallSnapshot,
  { value, context }: CallMachineState,
  event: CallEvent,
): { after: CallSnapshot; streams: readonly Effect[]; gates: readonly Effect[] } {
  const moved: CallSnapshot = { state: value as StateValue, context, streaming: before.streaming };
  const wereOpen = openGates(before, flow.rules);
  const areOpen = openGates(moved, flow.rules);
  const shut = wereOpen
    .filter((purpose) => !areOpen.includes(purpose))
    .map((purpose): Effect => {
      const reason = shutReason(moved, purpose, event);
      assert(reason !== null, `${event.type} shut a gate`);
      return { type: 'shut-gate', purpose, reason };
    });
  const open = areOpen
    .filter((purpose) => !wereOpen.includes(purpose))
    .map((purpose): Effect => ({ type: 'open-gate', purpose }));

  const streaming = before.streaming
    ? mayStream(context) && phaseOf(moved) !== 'ended'
    : areOpen.includes(streamed);
  const streams: Effect[] =
    streaming === before.streaming ? [] : [{ type: streaming ? 'start-stream' : 'stop-stream' }];
  return { after: { ...moved, streaming }, streams, gates: [...shut, ...open] };
}

/** A recording goes on after the waiting; where nothing was taken back, nothing is over. */
function shutReason(after: CallSnapshot, purpose: Purpose, { type }: CallEvent): ShutReason | null {
  const { statuses, waiting } = after.context;
  if (statusOf(statuses, purpose) !== 'granted') return shutReasons[type];
  if (phaseOf(after) === 'ended') return 'hangup';
  return waiting === true ? 'pause' : shutReasons[type];
}
