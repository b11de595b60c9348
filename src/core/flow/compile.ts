import { ConsentryError } from '../error.ts';
import type { Hex, Purpose, Role } from '../words.ts';
import { dialState, queueState } from './bridging.ts';
import { branchState, endState, languageState, menuState, taskState, textState } from './choice.ts';
import {
  type FlowDefinition,
  type KeyMap,
  promptIdsOf,
  questionOf,
  type Step,
} from './definition.ts';
import { type CallContext, type EnvelopeRules, envelopeRules } from './envelope.ts';
import {
  bridgeState,
  envelopeState,
  failure,
  stoppedState,
  withdrawing,
} from './envelope-states.ts';
import { flowHash } from './hash.ts';
import { mistakesOf } from './mistakes.ts';
import { askState, go, say } from './question.ts';
import { rateState } from './rating.ts';
import { type CallState, callSetup, type Question } from './setup.ts';
import { voicemailState } from './voicemail.ts';

/** A flow ready to run. One is shared by every call that is pinned to its hash. */
export interface CompiledFlow {
  readonly name: string;
  readonly version: number;
  /** SHA-256 of the canonical definition. */
  readonly hash: Hex;
  readonly role: Role;
  readonly locales: readonly string[];
  /** The purposes it asks for, in the order of the definition. */
  readonly purposes: readonly Purpose[];
  readonly keys: KeyMap;
  readonly speech: boolean;
  /** Every prompt it can speak. */
  readonly promptIds: readonly string[];
  readonly definition: FlowDefinition;
  readonly machine: CallMachine;
  /** What a leg remembers before anything happened to it. */
  readonly context: CallContext;
  readonly rules: EnvelopeRules;
}

export type CallMachine = ReturnType<typeof machineOf>;

/**
 * Compiles a definition. Throws `flow_invalid` whose detail lists every mistake, one a line.
 * What a compiled flow does is proved by `check.ts`.
 */
export function compileFlow(
  definition: FlowDefinition,
  rules: EnvelopeRules = envelopeRules,
): CompiledFlow {
  const mistakes = mistakesOf(definition);
  if (mistakes.length > 0) {
    const lines = mistakes.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ConsentryError('flow_invalid', lines.join('\n'));
  }
  const { name, version, role, locales, keys, speech } = definition;
  const questions = askedIn(definition);
  const purposes = [...new Set(questions.map(({ purpose }) => purpose))];
  // Alone on the line everybody else, who is nobody, has granted everything.
  const context: CallContext = {
    statuses: {},
    others: purposes,
    paused: false,
    machine: false,
    attempt: 0,
  };
  return {
    name,
    version,
    hash: flowHash(definition),
    role,
    locales,
    purposes,
    keys,
    speech,
    promptIds: promptIdsOf(definition),
    definition,
    machine: machineOf(definition, questions, context),
    context,
    rules,
  };
}

/**
 * Parallel regions: the author's script and our envelope. Hanging up is above both, so that no
 * state can miss it.
 */
function machineOf(
  definition: FlowDefinition,
  questions: readonly Question[],
  context: CallContext,
) {
  const purposes = context.others;
  return callSetup.createMachine({
    id: 'leg',
    context,
    initial: 'live',
    states: {
      live: {
        type: 'parallel',
        on: { HANGUP: { target: 'ended' } },
        states: {
          script: scriptOf(definition, purposes),
          envelope: envelopeState(questions, purposes, definition.bridge.record === 'each'),
        },
      },
      ended: { on: { WITHDRAW: withdrawing(questions, purposes) } },
    },
  });
}

/** The author's steps, under their own names, between our `start` and our `bridge`. */
function scriptOf(definition: FlowDefinition, purposes: readonly Purpose[]): CallState {
  const { unrecorded, erase } = definition.bridge;
  const steps = Object.entries(definition.steps).map(([name, step]): [string, CallState] => [
    name,
    stateOfStep(definition, name, step, purposes),
  ]);
  return {
    initial: 'start',
    on: { FAILED: { ...go('bridge'), actions: failure(purposes, unrecorded) } },
    states: {
      start: {
        on: {
          STARTED: [
            {
              guard: 'isToldMore',
              ...go(definition.first),
              actions: [
                { type: 'noteClosed' },
                { type: 'noteMachineAtStart' },
                { type: 'noteEarlier' },
              ],
            },
            go(definition.first),
          ],
        },
      },
      ...Object.fromEntries(steps),
      bridge: bridgeState(definition, purposes),
      ...(erase === undefined ? {} : { stopped: stoppedState(definition.bridge, erase) }),
    },
  };
}

function stateOfStep(
  definition: FlowDefinition,
  name: string,
  step: Step,
  purposes: readonly Purpose[],
): CallState {
  const { bridge } = definition;
  if ('ask' in step) {
    const { speech, timeout, person = 'bridge' } = definition;
    const setting = { speech, timeout, person, unrecorded: bridge.unrecorded };
    return askState(step, setting, purposes);
  }
  if ('rate' in step) return rateState(name, step, definition);
  if ('voicemail' in step) return voicemailState(name, step, definition, purposes);
  if ('dial' in step) return dialState(step, definition, purposes);
  if ('queue' in step) return queueState(name, step, definition, purposes);
  if ('menu' in step) return menuState(step, definition);
  if ('language' in step) return languageState(step, definition);
  if ('branch' in step) return branchState(step);
  if ('task' in step) return taskState(step);
  if ('text' in step) return textState(step);
  if ('end' in step) return endState(step);
  return { entry: [say(step.say)], always: go(step.next) };
}

/** Each by its purpose, and the ones about a message beside those about the conversation. */
function askedIn({ steps }: FlowDefinition): readonly Question[] {
  return Object.values(steps).flatMap((step): readonly Question[] => {
    const question = questionOf(step);
    if (question === null) return [];
    const promptIds = [question.purpose, question.choices];
    return [{ purpose: question.ask, promptIds, ...('voicemail' in step && { message: true }) }];
  });
}
