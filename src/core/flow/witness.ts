import { type Advance, phaseOf, statusesOf } from '../call/advance.ts';
import type { Effect } from '../call/effect.ts';
import type { CallEvent, Earlier } from '../call/event.ts';
import { gatedPurposes, isGated } from '../consent/purpose.ts';
import { foldStatuses, type Statuses, statusOf } from '../consent/status.ts';
import { type Purpose, purposes, type Stretch } from '../words.ts';
import type { CompiledFlow } from './compile.ts';
import { type FlowDefinition, questionOf } from './definition.ts';
import { lineAgent } from './definition-bridge.ts';

/**
 * What somebody knows of a leg who sees only what goes in and what comes out: events, effects and
 * entries. The machine's own memory is not asked, so that it cannot vouch for itself.
 */
export interface Witness {
  /** Fold of the entries seen. */
  readonly statuses: Statuses;
  /** Opened and not shut since. */
  readonly gates: readonly Purpose[];
  readonly others: readonly Purpose[];
  readonly paused: boolean;
  readonly machine: boolean;
  readonly ended: boolean;
  readonly streaming: boolean;
  /** Whom the leg had rung last; null while nobody was. */
  readonly rung: string | null;
  /** The question on the air, and the parts of it that are listened over. */
  readonly asking: {
    readonly purpose: Purpose;
    readonly stretches: readonly Stretch[];
    /** The purpose part was spoken to its end before this document's gathers. */
    readonly heard: boolean;
    /** It asks whether a message may be recorded. */
    readonly message: boolean;
  } | null;
  /** The prompts of the menu on the air. */
  readonly choosing: readonly string[] | null;
  /** The menu on the air is one of somebody who waits. */
  readonly waiting: boolean;
  /** The menu on the air is a question of a survey. */
  readonly rating: boolean;
  readonly bridged: boolean;
  /** What was known of the person as the call began. */
  readonly earlier: Earlier;
}

export function freshWitness(flow: CompiledFlow): Witness {
  return {
    statuses: {},
    gates: [],
    others: flow.purposes,
    paused: false,
    machine: false,
    ended: false,
    streaming: false,
    rung: null,
    asking: null,
    choosing: null,
    waiting: false,
    rating: false,
    bridged: false,
    earlier: {},
  };
}

/** Whether audio may pass for a purpose, by what the witness knows. */
export function mayPass(witness: Witness, purpose: Purpose): boolean {
  const { statuses, others, paused, machine, ended, waiting } = witness;
  return (
    isGated(purpose) &&
    statusOf(statuses, purpose) === 'granted' &&
    others.includes(purpose) &&
    !(paused || machine || ended || waiting)
  );
}

/** Every purpose that stands granted. */
export function granted(witness: Witness): readonly Purpose[] {
  return purposes.filter((purpose) => statusOf(witness.statuses, purpose) === 'granted');
}

/** The gated purposes that stand granted. */
export function standing(witness: Witness): readonly Purpose[] {
  return gatedPurposes.filter((purpose) => statusOf(witness.statuses, purpose) === 'granted');
}

/** Has the purpose part of the question on the air been spoken to its end when this event comes? */
export function wasHeard({ asking }: Witness, event: CallEvent): boolean {
  if (asking === null) return false;
  // The second gather can only come back after the first fell through, its prompt spoken.
  const passed = event.type === 'HEARD' && event.stretch === 'choices';
  return asking.heard || (passed && asking.stretches.includes('purpose'));
}

/** Whether a reminder of this purpose was spoken to its end, and nobody said anything. */
export function wasReminded({ asking }: Witness, event: CallEvent, purpose: Purpose): boolean {
  return (
    asking?.purpose === purpose &&
    asking.stretches.includes('reminder') &&
    event.type === 'HEARD' &&
    event.stretch === 'reminder' &&
    event.answer === 'silence'
  );
}

/** What the witness knows after one step. Throws when the entries do not fold. */
export function observe(
  flow: CompiledFlow,
  before: Witness,
  event: CallEvent,
  step: Advance,
): Witness {
  const { effects } = step;
  if (before.ended) {
    const statuses = foldStatuses(before.statuses, step.changes);
    return { ...before, statuses, gates: gatesAfter(before.gates, effects) };
  }
  const has = (type: Effect['type']) => effects.some((effect) => effect.type === type);
  const ended = event.type === 'HANGUP' || has('hangup');
  return {
    statuses: foldStatuses(before.statuses, step.changes),
    gates: gatesAfter(before.gates, effects),
    others: event.type === 'OTHERS' ? othersIn(flow, event) : before.others,
    paused: event.type === 'PAUSE' || (before.paused && event.type !== 'RESUME'),
    machine: before.machine || tellsOfMachine(event),
    ended,
    streaming: has('start-stream') || (before.streaming && !has('stop-stream')),
    rung: rungAfter(before, effects),
    asking:
      ended || has('bridge') || has('choose') || has('wait')
        ? null
        : askedAfter(flow, before, event, effects),
    choosing: ended || has('bridge') || has('ask') ? null : offeredAfter(before, effects),
    waiting:
      !ended &&
      (has('wait') || (before.waiting && !(has('bridge') || has('ask') || has('choose')))),
    rating:
      !ended && !(has('bridge') || has('ask') || has('wait')) && ratedAfter(flow, before, effects),
    bridged:
      !ended && (has('bridge') || (before.bridged && !leavesBridge(flow.definition, effects))),
    // Only the first webhook of a leg brings it.
    earlier: event.type === 'STARTED' ? (event.earlier ?? before.earlier) : before.earlier,
  };
}

function tellsOfMachine(event: CallEvent): boolean {
  return event.type === 'MACHINE' || (event.type === 'STARTED' && event.machine === true);
}

/** Nobody else's permission is needed where this flow and the caller's let each be recorded. */
export function othersIn(
  { purposes: all, definition }: CompiledFlow,
  { granted: common, each }: Extract<CallEvent, { type: 'OTHERS' }>,
): readonly Purpose[] {
  return each === true && definition.bridge.record === 'each' ? all : common;
}

function rungAfter(before: Witness, effects: readonly Effect[]): string | null {
  const ring = effects.find((effect) => effect.type === 'ring');
  if (ring !== undefined) return ring.to;
  return effects.some(({ type }) => type === 'call-agent') ? lineAgent : before.rung;
}

/** A question or a menu is heard off the bridge; the offer to erase is part of the conversation. */
function leavesBridge({ bridge }: FlowDefinition, effects: readonly Effect[]): boolean {
  return effects.some((effect) => {
    if (effect.type !== 'choose') return effect.type === 'ask' || effect.type === 'wait';
    return !effect.prompts.some(({ promptId }) => promptId === bridge.erase?.offer);
  });
}

function gatesAfter(gates: readonly Purpose[], effects: readonly Effect[]): readonly Purpose[] {
  const open = new Set(gates);
  for (const effect of effects) {
    if (effect.type === 'open-gate') open.add(effect.purpose);
    if (effect.type === 'shut-gate') open.delete(effect.purpose);
  }
  return [...open].sort();
}

function askedAfter(
  flow: CompiledFlow,
  before: Witness,
  event: CallEvent,
  effects: readonly Effect[],
): Witness['asking'] {
  const ask = effects.find((effect) => effect.type === 'ask');
  if (ask === undefined) return before.asking;
  const { purpose } = ask;
  const spoken = ask.stretches.map(({ promptId }) => promptId);
  const step = Object.values(flow.definition.steps).find((one) => {
    const question = questionOf(one);
    const prompts = [question?.choices, question?.retry];
    return question?.ask === purpose && spoken.some((id) => prompts.includes(id));
  });
  const said = step === undefined ? undefined : questionOf(step)?.purpose;
  const heard =
    effects.some((one) => one.type === 'say' && one.promptId === said) ||
    (before.asking?.purpose === purpose && wasHeard(before, event));
  const message = step !== undefined && 'voicemail' in step;
  return { purpose, stretches: ask.stretches.map(({ stretch }) => stretch), heard, message };
}

function offeredAfter(before: Witness, effects: readonly Effect[]): Witness['choosing'] {
  const wait = effects.find((effect) => effect.type === 'wait');
  if (wait !== undefined) return [wait.promptId];
  const choose = effects.find((effect) => effect.type === 'choose');
  return choose === undefined ? before.choosing : choose.prompts.map(({ promptId }) => promptId);
}

function ratedAfter(flow: CompiledFlow, before: Witness, effects: readonly Effect[]): boolean {
  const choose = effects.find((effect) => effect.type === 'choose');
  if (choose === undefined) return before.rating;
  return Object.values(flow.definition.steps).some(
    (step) => 'rate' in step && choose.prompts.some(({ promptId }) => promptId === step.rate),
  );
}

/** True when the machine's own memory agrees with what the witness saw. */
export function agrees(witness: Witness, { snapshot }: Advance): boolean {
  const own = statusesOf(snapshot);
  const purposes = [...Object.keys(own), ...Object.keys(witness.statuses)] as Purpose[];
  const phase = phaseOf(snapshot);
  return (
    purposes.every((purpose) => statusOf(own, purpose) === statusOf(witness.statuses, purpose)) &&
    witness.ended === (phase === 'ended') &&
    witness.bridged === (phase === 'bridged')
  );
}
