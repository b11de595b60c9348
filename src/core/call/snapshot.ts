import { statusOf } from '../consent/status.ts';
import { assert } from '../error.ts';
import type { CompiledFlow } from '../flow/compile.ts';
import { type CallContext, type EnvelopeRules, envelopeRules, onBridge } from '../flow/envelope.ts';
import type { CallMachineState } from '../flow/transition.ts';
import { type Purpose, type Status, statuses } from '../words.ts';

/**
 * Where one leg stands, as plain JSON: kept in the call's row between webhooks. It belongs to the
 * compiled flow it was made by; the pin to name, version and hash lies beside it.
 */
export interface CallSnapshot {
  /** `ended`, or where the regions stand: `{live: {script, envelope}}`. */
  readonly state: StateValue;
  readonly context: CallContext;
  /** True from when the gate of the recording first opens until it may not be recorded any more. */
  readonly streaming: boolean;
}

export type StateValue = string | { readonly [region: string]: StateValue | undefined };

/**
 * `asking` lasts from the first word to the bridge, whatever is said on the way. Who pressed `*` on
 * the bridge and is offered to have the recording erased is still part of the conversation: nobody
 * is recorded as if they had gone.
 */
export type Phase = 'asking' | 'bridged' | 'ended';

export function phaseOf({ state }: CallSnapshot): Phase {
  if (state === 'ended') return 'ended';
  const live = typeof state === 'object' ? state['live'] : undefined;
  const script = typeof live === 'object' ? live['script'] : undefined;
  if (script === 'bridge' || script === 'stopped') return 'bridged';
  const [within] = typeof script === 'object' ? Object.values(script) : [];
  return onBridge.includes(within ?? null) ? 'bridged' : 'asking';
}

/** Purposes that are missing are `unknown`. */
export function statusesOf({ context }: CallSnapshot): Readonly<Partial<Record<Purpose, Status>>> {
  return context.statuses;
}

/** The locale that the party chose; null while they chose none. */
export function localeOf({ context }: CallSnapshot): string | null {
  return context.locale ?? null;
}

/** Whether the carrier has found an answering machine on the leg. */
export const foundMachine = ({ context }: CallSnapshot): boolean => context.machine;

/** The gates that are open, in the flow's order. */
export function openGates(
  snapshot: CallSnapshot,
  rules: EnvelopeRules = envelopeRules,
): readonly Purpose[] {
  const view = { ...snapshot.context, ended: phaseOf(snapshot) === 'ended' };
  const asked = Object.keys(view.statuses) as Purpose[];
  return asked.filter((purpose) => rules.gateOpen(view, purpose)).sort();
}

/** Whom live audio is for: a stream that comes without this permission is turned away. */
export const streamed: Purpose = 'recording';

/** Whether the stream is still kept up for somebody. */
export function mayStream({ statuses, machine }: CallContext): boolean {
  return !machine && statusOf(statuses, streamed) === 'granted';
}

/** States that were resolved: the snapshot that a flow begins with serves all its legs. */
const resolved = new WeakMap<CallSnapshot, CallMachineState>();

/** The machine's state of a snapshot. Throws when the snapshot does not fit the flow. */
export function stateOf(flow: CompiledFlow, snapshot: CallSnapshot): CallMachineState {
  const known = resolved.get(snapshot);
  if (known?.machine === flow.machine) return known;
  assertFits(flow, snapshot.context);
  const state = flow.machine.resolveState({
    // The machine's types do not know the author's names; that they exist is checked below.
    value: snapshot.state as CallMachineState['value'],
    context: snapshot.context,
  });
  // A region that is missing would silently be set to its first state.
  assert(sameState(state.value as StateValue, snapshot.state), 'the snapshot has other regions');
  resolved.set(snapshot, state);
  return state;
}

function sameState(a: StateValue | undefined, b: StateValue | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => sameState(a[name], b[name]))
  );
}

function assertFits({ purposes, locales }: CompiledFlow, context: CallContext): void {
  const { statuses: held, others, paused, machine, attempt, locale } = context;
  for (const [purpose, status] of Object.entries(held)) {
    assert(purposes.includes(purpose as Purpose), 'the snapshot has a purpose of another flow');
    assert(statuses.includes(status), 'the snapshot has an unknown status');
  }
  assert(
    others.every((purpose) => purposes.includes(purpose)),
    'the snapshot has a purpose of another flow',
  );
  assert(
    locale === undefined || locales.includes(locale),
    'the snapshot has a locale of another flow',
  );
  assert(typeof paused === 'boolean' && typeof machine === 'boolean', 'the snapshot lacks a flag');
  assert(Number.isInteger(attempt) && attempt >= 0, 'the snapshot lacks its attempts');
}
