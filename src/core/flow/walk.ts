import type { Advance, CallSnapshot } from '../call/advance.ts';
import type { CallEvent, Earlier } from '../call/event.ts';
import { answers, earlierAnswers, stretches } from '../words.ts';
import type { CompiledFlow } from './compile.ts';
import { isAsk } from './definition.ts';
import { ringsSomebody } from './definition-bridge.ts';
import type { Witness } from './witness.ts';

/** A state of the walk: the leg, and what a witness knows of it. */
export interface Node {
  readonly snapshot: CallSnapshot | null;
  readonly witness: Witness;
  /** How it was first reached: the shortest way. */
  readonly from: { readonly node: Node; readonly event: CallEvent } | null;
  /** Filled in by the walk: one step an event, in the order of the alphabet. */
  readonly steps: Edge[];
}

export interface Edge {
  readonly event: CallEvent;
  readonly step: Advance;
  readonly to: Node;
}

/** What becomes of those who are rung. */
const partnerEvents: readonly CallEvent[] = [
  { type: 'READY' },
  { type: 'UNANSWERED' },
  { type: 'LEFT' },
];

type Started = Extract<CallEvent, { type: 'STARTED' }>;

const started: Started = { type: 'STARTED' };

/**
 * How a call can begin: within business hours, and outside them where the flow has any; with a person
 * and with an answering machine; each with everything that may be known of its person.
 */
export function beginningsOf(flow: CompiledFlow): readonly CallEvent[] {
  const known = earlierOf(flow).map(
    (earlier): Started =>
      Object.keys(earlier).length === 0 ? { type: 'STARTED' } : { type: 'STARTED', earlier },
  );
  const either = [...known, ...known.map((event): Started => ({ ...event, machine: true }))];
  if (flow.definition.hours === undefined) return either;
  return [...either, ...either.map((event): Started => ({ ...event, closed: true }))];
}

/**
 * Every combination of answers that the flow remembers, a child's among them. Of what it does not
 * remember it is told at most that its person is a child, and then for everything.
 */
function earlierOf({ definition, purposes }: CompiledFlow): readonly Earlier[] {
  const asks = Object.values(definition.steps).filter(isAsk);
  const remembered = asks.filter(({ remember }) => remember !== undefined);
  const barred = Object.fromEntries(purposes.map((purpose) => [purpose, 'barred'])) as Earlier;
  let known: readonly Earlier[] = [{}];
  for (const { ask } of remembered) {
    known = known.flatMap((one) => [one, ...earlierAnswers.map((was) => ({ ...one, [ask]: was }))]);
  }
  return remembered.length === purposes.length ? known : [...known, barred];
}

/** A key that leads nowhere in any menu, `*`, silence, and every key that leads somewhere. */
function choicesOf({ definition }: CompiledFlow): readonly CallEvent[] {
  const { erase } = definition.bridge;
  const keys = Object.values(definition.steps).flatMap((step) =>
    'choices' in step && typeof step.choices === 'object' ? Object.keys(step.choices) : [],
  );
  for (const step of Object.values(definition.steps)) {
    if ('rate' in step) keys.push('1', String(step.highest));
  }
  if (erase !== undefined) keys.push(erase.key);
  // A message is ended by any key.
  const takesMessages = Object.values(definition.steps).some((step) => 'voicemail' in step);
  if (keys.length === 0 && !takesMessages) return [];
  const used = [...new Set(keys)].sort();
  return [...used, '#', '*', null].map((key): CallEvent => ({ type: 'CHOSE', key }));
}

/** Everything that can happen to a leg of this flow, each kind once. */
export function alphabetOf(flow: CompiledFlow): readonly CallEvent[] {
  const { purposes, keys } = flow;
  const reminds = Object.values(flow.definition.steps).some(
    (step) => isAsk(step) && step.remember !== undefined,
  );
  const heardOver = stretches.filter((stretch) => stretch !== 'reminder' || reminds);
  const heard = heardOver.flatMap((stretch) => [
    ...answers.map((answer): CallEvent => ({ type: 'HEARD', stretch, answer })),
    { type: 'HEARD', stretch, answer: 'deny', person: true } as const,
    ...(keys.none === undefined
      ? []
      : [{ type: 'HEARD', stretch, answer: 'deny', none: true } as const]),
  ]);
  // With one purpose all or nobody; with several also each one alone.
  const groups = purposes.length > 1 ? purposes.map((purpose) => [purpose]) : [];
  return [
    started,
    ...(purposes.length > 0 ? heard : []),
    ...choicesOf(flow),
    { type: 'SPOKEN' },
    { type: 'STAR' },
    ...purposes.map((purpose): CallEvent => ({ type: 'WITHDRAW', purpose })),
    { type: 'PAUSE' },
    { type: 'RESUME' },
    ...[purposes, [], ...groups].map((granted): CallEvent => ({ type: 'OTHERS', granted })),
    { type: 'OTHERS', granted: [], each: true },
    ...(Object.values(flow.definition.steps).some(ringsSomebody) ? partnerEvents : []),
    { type: 'MACHINE' },
    { type: 'FAILED' },
    { type: 'HANGUP' },
  ];
}

/** The events of the first, shortest way to a state. */
export function pathTo(node: Node): readonly CallEvent[] {
  const path: CallEvent[] = [];
  for (let at = node.from; at !== null; at = at.node.from) path.unshift(at.event);
  return path;
}
