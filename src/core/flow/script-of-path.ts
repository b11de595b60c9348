import { type Advance, advance, type CallSnapshot, phaseOf } from '../call/advance.ts';
import type { CallEvent } from '../call/event.ts';
import type { Stretch } from '../words.ts';
import type { CompiledFlow } from './compile.ts';

/** What the simulated caller does while something is listening. */
export type ScriptAct =
  | { readonly press: string }
  | { readonly silent: true }
  | { readonly hangup: true };

/** A script as `consentry call --script` plays it. */
export interface CallScript {
  /** The nth question or menu meets the nth of these. */
  readonly answers: readonly (ScriptAct | { readonly duringPurpose: ScriptAct })[];
  /** Every question after those. */
  readonly otherwise: ScriptAct;
  /** What is done on the bridge, in order; `atMs` counts from its beginning. */
  readonly bridge: readonly (
    | { readonly star: true; readonly atMs: number }
    | { readonly hangup: true; readonly atMs: number }
  )[];
}

/** Something in a path that no caller does: it has to be done by other means, or by nobody. */
export interface ScriptRemark {
  /** Its place in the path, counted from 1. */
  readonly step: number;
  readonly how: string;
}

export interface ScriptOfPath {
  readonly script: CallScript;
  readonly remarks: readonly ScriptRemark[];
}

/** Between two acts on the bridge, and after them before the caller hangs up. */
const actEveryMs = 2_000;

/**
 * The caller's part of a path as a script, and the rest of it as remarks. The path is played
 * through the flow, because the same key means something only while something listens for it. At
 * the end the caller hangs up, so that a simulated call ends.
 */
export function scriptOfPath(flow: CompiledFlow, path: readonly CallEvent[]): ScriptOfPath {
  const answers: CallScript['answers'][number][] = [];
  const bridge: CallScript['bridge'][number][] = [];
  const remarks: ScriptRemark[] = [];
  const nextAct = () => (bridge.length + 1) * actEveryMs;
  let at = beginning;
  for (const [index, event] of path.entries()) {
    const part = partOf(flow, at, event, index > 0);
    if ('answer' in part) answers.push(part.answer);
    if ('onBridge' in part) bridge.push({ [part.onBridge]: true, atMs: nextAct() } as never);
    if ('remark' in part) remarks.push({ step: index + 1, how: part.remark });
    at = placeAfter(flow, at, event);
  }
  const hungUp = path.some(({ type }) => type === 'HANGUP');
  if (!hungUp) bridge.push({ hangup: true, atMs: nextAct() });
  return { script: { answers, otherwise: { silent: true }, bridge }, remarks };
}

/** Where the caller is, as far as it matters for what they can do. */
interface Place {
  readonly snapshot: CallSnapshot | null;
  /** The parts of the question on the air that are listened over. */
  readonly listening: readonly Stretch[] | 'menu' | null;
  readonly bridged: boolean;
}

const beginning: Place = { snapshot: null, listening: null, bridged: false };

/** A machine that is broken may throw, and the path ends there. */
function placeAfter(flow: CompiledFlow, { snapshot, listening }: Place, event: CallEvent): Place {
  let step: Advance;
  try {
    step = advance(flow, snapshot, event);
  } catch {
    return { snapshot, listening: null, bridged: false };
  }
  const phase = phaseOf(step.snapshot);
  let now: Place['listening'] = phase === 'ended' || phase === 'bridged' ? null : listening;
  for (const effect of step.effects) {
    if (effect.type === 'ask') now = effect.stretches.map(({ stretch }) => stretch);
    if (effect.type === 'choose' || effect.type === 'wait') now = 'menu';
  }
  return { snapshot: step.snapshot, listening: now, bridged: phase === 'bridged' };
}

type Part =
  | { readonly answer: CallScript['answers'][number] }
  | { readonly onBridge: 'star' | 'hangup' }
  | { readonly remark: string }
  /** It happens by itself. */
  | Readonly<Record<string, never>>;

function partOf(flow: CompiledFlow, at: Place, event: CallEvent, later: boolean): Part {
  const { listening, bridged } = at;
  switch (event.type) {
    case 'STARTED':
      if (later) return { remark: 'the first webhook comes once more' };
      return beginningPart(event);
    case 'SPOKEN':
      return {};
    case 'HEARD':
      return heardPart(flow, listening === 'menu' ? [] : (listening ?? []), event);
    case 'CHOSE':
      if (listening !== 'menu') return { remark: 'a choice comes although no menu listens' };
      return {
        answer: event.key === null ? { silent: true } : { press: choiceKey(flow, event.key) },
      };
    case 'STAR':
      return bridged ? { onBridge: 'star' } : { remark: '`*` comes although nobody is bridged' };
    case 'HANGUP':
      if (listening !== null) return { answer: { hangup: true } };
      return bridged ? { onBridge: 'hangup' } : { remark: 'the caller hangs up' };
    case 'WITHDRAW':
      return {
        remark: `by API: POST /v1/calls/{call}/withdraw {"purpose": "${event.purpose}"}`,
      };
    case 'PAUSE':
      return { remark: 'by API: POST /v1/calls/{call}/recording {"state": "paused"}' };
    case 'RESUME':
      return { remark: 'by API: POST /v1/calls/{call}/recording {"state": "resumed"}' };
    case 'OTHERS':
      return { remark: othersText(event.granted) };
    case 'READY':
      return { remark: 'somebody who was rung comes onto the bridge' };
    case 'UNANSWERED':
      return { remark: 'nobody who was rung comes' };
    case 'LEFT':
      return { remark: 'whoever was on the bridge with the caller hangs up' };
    case 'MACHINE':
      return { remark: 'the carrier says that an answering machine is on the line' };
    case 'FAILED':
      return { remark: 'the carrier reports an error, or a prompt cannot be played' };
  }
}

function beginningPart(event: Extract<CallEvent, { type: 'STARTED' }>): Part {
  const { closed, machine, earlier = {} } = event;
  const known = Object.entries(earlier).map(([purpose, was]) =>
    was === 'barred' ? `may not grant ${purpose}, being a child` : `has ${was} ${purpose} earlier`,
  );
  const remarks = [
    ...(closed === true ? ['the call comes outside business hours'] : []),
    ...(machine === true ? ['an answering machine picks up'] : []),
    ...(known.length === 0 ? [] : [`the caller ${known.join(' and ')}`]),
  ];
  return remarks.length === 0 ? {} : { remark: remarks.join('; ') };
}

function heardPart(
  { keys }: CompiledFlow,
  listening: readonly Stretch[],
  event: Extract<CallEvent, { type: 'HEARD' }>,
): Part {
  if (!listening.includes(event.stretch)) {
    return { remark: `an answer over the ${event.stretch} comes although nothing listens there` };
  }
  const act = actOf(keys, event);
  if (event.stretch !== 'purpose') return { answer: act };
  // A carrier goes on to the choices when nobody says anything over the purpose.
  if ('silent' in act) return { remark: 'silence over the purpose is reported by no carrier' };
  return { answer: { duringPurpose: act } };
}

function actOf(
  keys: CompiledFlow['keys'],
  { answer, person, none }: Extract<CallEvent, { type: 'HEARD' }>,
): ScriptAct {
  switch (answer) {
    case 'grant':
      return { press: keys.grant };
    case 'deny':
      if (none === true && keys.none !== undefined) return { press: keys.none };
      return { press: person === true ? keys.person : keys.refuse };
    case 'unclear':
      return { press: idleKey(Object.values(keys)) };
    case 'silence':
      return { silent: true };
  }
}

/** `#` in a path stands for any key that leads nowhere; a carrier may keep it for itself. */
function choiceKey({ definition }: CompiledFlow, key: string): string {
  if (key !== '#') return key;
  const used = Object.values(definition.steps).flatMap((step) => {
    if ('rate' in step) return [...'123456789'].slice(0, step.highest);
    return 'choices' in step && typeof step.choices === 'object' ? Object.keys(step.choices) : [];
  });
  const { erase } = definition.bridge;
  return idleKey(erase === undefined ? used : [...used, erase.key]);
}

/** The highest digit that means nothing; there are more digits than meanings, but who knows. */
function idleKey(used: readonly string[]): string {
  return [...'9876543210'].find((digit) => !used.includes(digit)) ?? '#';
}

function othersText(granted: readonly string[]): string {
  return granted.length === 0
    ? 'somebody joins the bridge who has granted nothing'
    : `everybody else on the bridge has granted ${granted.join(' and ')}`;
}
