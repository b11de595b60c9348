/**
 * A proof that cannot fail proves nothing: each theorem is tried against compilers and envelopes
 * that are broken on purpose, and must name the fault with a path that shows it.
 */

import { describe, expect, test } from 'vitest';
import { assign, enqueueActions } from 'xstate';
import { proveFlow } from '../../src/core/flow/check.ts';
import { type CallMachine, type CompiledFlow, compileFlow } from '../../src/core/flow/compile.ts';
import { envelopeRules } from '../../src/core/flow/envelope.ts';
import { callSetup } from '../../src/core/flow/setup.ts';
import type { TheoremNumber } from '../../src/core/flow/theorems.ts';
import {
  everything,
  everythingFlow,
  messagesFlow,
  namedFlow,
  reaching,
  reachingFlow,
  shippedFlow,
  survey,
  surveyFlow,
  textingFlow,
  twoQuestions,
  twoQuestionsFlow,
} from './flows.ts';

const inbound = shippedFlow('inbound');
const inboundEach = shippedFlow('inbound-each');
const remembered = shippedFlow('inbound-remembered');

/** The flow takes no notice of what was answered so earlier. */
const forgetting = (answer: string): CompiledFlow =>
  rewritten(remembered, (text) => text.replaceAll(`"was":"${answer}"`, '"was":"nothing"'));

type Replaced = Parameters<CallMachine['provide']>[0];

const replacing = (flow: CompiledFlow, parts: Replaced): CompiledFlow => ({
  ...flow,
  machine: flow.machine.provide(parts),
});

/** The compiled machine with its text changed; the change must hit. */
function rewritten(flow: CompiledFlow, change: (config: string) => string): CompiledFlow {
  const before = JSON.stringify(flow.machine.config);
  const after = change(before);
  if (after === before) throw new Error('the mutation changes nothing');
  return { ...flow, machine: callSetup.createMachine(JSON.parse(after)) as CallMachine };
}

const withGate = (forgets: Partial<Parameters<typeof envelopeRules.gateOpen>[0]>): CompiledFlow =>
  compileFlow(inbound.definition, {
    gateOpen: (view, purpose) => envelopeRules.gateOpen({ ...view, ...forgets }, purpose),
  });

const forgetsWaiting: typeof envelopeRules.gateOpen = ({ waiting: _, ...view }, purpose) =>
  envelopeRules.gateOpen(view, purpose);

const granted = { statuses: { recording: 'granted' as const } };
/** An action that does nothing and asks for nothing. */
const nothing = enqueueActions(() => {}) as never;
const grantEntry = {
  type: 'change' as const,
  params: { kind: 'grant', purpose: 'recording', promptIds: [], answer: 'grant' } as const,
};

const mutants: readonly (readonly [TheoremNumber, string, () => CompiledFlow])[] = [
  [1, 'the gate forgets who else is on the bridge', () => withGate({ others: ['recording'] })],
  [1, 'the gate forgets that it is paused', () => withGate({ paused: false })],
  [1, 'the gate forgets that a machine answered', () => withGate({ machine: false, ...granted })],
  [1, 'the gate never opens', () => withGate({ paused: true })],
  [1, 'a pause cannot be ended', () => replacing(inbound, { actions: { resume: nothing } })],
  [
    1,
    'a flow for everyone lets each be recorded alone',
    () => rewritten(inbound, (text) => text.replaceAll('"each":false', '"each":true')),
  ],
  [
    1,
    'a flow for each waits for the others all the same',
    () => rewritten(inboundEach, (text) => text.replaceAll('"each":true', '"each":false')),
  ],
  [
    1,
    'a flow for each takes nobody else into account, whatever the flow of the caller says',
    () =>
      compileFlow(inboundEach.definition, {
        gateOpen: (view, purpose) =>
          envelopeRules.gateOpen({ ...view, others: ['recording'] }, purpose),
      }),
  ],
  [
    1,
    'who else is on the bridge is not noticed',
    () => replacing(inbound, { guards: { othersDiffer: () => false } }),
  ],
  [
    2,
    'a yes over the purpose is taken',
    () =>
      replacing(inbound, {
        guards: {
          isEarly: () => false,
          grants: ({ event }) => event.type === 'HEARD' && event.answer === 'grant',
        },
      }),
  ],
  [
    2,
    'after a yes over the purpose the choices follow, but not the purpose',
    () => rewritten(inbound, (text) => text.replaceAll('"target":"again"', '"target":"retry"')),
  ],
  [
    2,
    'doubt is taken for a yes',
    () =>
      replacing(inbound, {
        guards: { grants: ({ event }) => event.type === 'HEARD' && event.stretch === 'choices' },
      }),
  ],
  [2, 'a machine may say yes', () => replacing(inbound, { actions: { noteMachine: nothing } })],
  [
    2,
    'a question put to a machine can be granted',
    () =>
      replacing(inbound, {
        guards: { isVoid: ({ context }) => context['statuses']?.['recording'] !== 'requested' },
      }),
  ],
  [
    2,
    'an earlier grant counts although nobody heard the reminder',
    () => replacing(remembered, { guards: { isUncontested: () => true } }),
  ],
  [
    2,
    'doubt about a reminder is taken for agreement',
    () =>
      replacing(remembered, {
        guards: {
          isUncontested: ({ event }) => 'stretch' in event && event.stretch === 'reminder',
        },
      }),
  ],
  [
    2,
    'people are reminded of what they never granted',
    () =>
      replacing(remembered, {
        guards: {
          wasEarlier: (_: unknown, { was }: { was: string }) => was === 'granted',
        } as never,
      }),
  ],
  [2, 'who refused is asked in the next call', () => forgetting('refused')],
  [2, 'a child is asked', () => forgetting('barred')],
  [
    2,
    'a machine that was found is reminded',
    () => replacing(remembered, { guards: { isPast: () => false } }),
  ],
  [2, 'a machine is asked', () => replacing(remembered, { guards: { isMachine: () => false } })],
  [
    2,
    'that a machine picked up is forgotten',
    () => replacing(remembered, { actions: { noteMachineAtStart: nothing } }),
  ],
  [
    2,
    'a reminder is skipped, and counts all the same',
    () =>
      rewritten(remembered, (text) =>
        text.replace(
          '"target":"reminder"',
          '"target":"#leg.live.script.tell-recorded","actions":[{"type":"remind","params":{"purpose":"recording","promptIds":[]}}]',
        ),
      ),
  ],
  [
    3,
    'a no to a reminder is dropped',
    () => replacing(remembered, { actions: { contradict: nothing } }),
  ],
  [
    4,
    'a reminder grants and no entry is written',
    () => replacing(remembered, { actions: { remind: assign(granted) } }),
  ],
  [
    5,
    'nobody is ever reminded',
    () => replacing(remembered, { actions: { noteEarlier: nothing } }),
  ],
  [3, 'a withdrawal is ignored', () => replacing(inbound, { guards: { concerns: () => false } })],
  [
    3,
    'a withdrawal of another purpose is taken for this one',
    () =>
      replacing(twoQuestionsFlow, {
        actions: {
          withdraw: enqueueActions(({ context, enqueue }) => {
            if (context['statuses'].recording !== 'granted') return;
            enqueue.assign({ statuses: { ...context['statuses'], recording: 'withdrawn' } });
            enqueue({
              type: 'change',
              params: { kind: 'withdrawal', purpose: 'recording', promptIds: [], answer: 'deny' },
            });
          }) as never,
        },
      }),
  ],
  [3, 'the star does nothing', () => replacing(inbound, { guards: { canWithdraw: () => false } })],
  [
    3,
    'hanging up is not noticed',
    () => rewritten(inbound, (text) => text.replace('"HANGUP"', '"HANGUPS"')),
  ],
  [3, 'hanging up leaves the gate open', () => withGate({ ended: false })],
  [
    4,
    'a status changes and no entry is written',
    () => replacing(inbound, { actions: { grant: assign(granted) } }),
  ],
  [
    4,
    'an entry is written and no status changes',
    () =>
      replacing(inbound, {
        actions: { grant: enqueueActions((x) => x.enqueue(grantEntry)) as never },
      }),
  ],
  [
    4,
    'one change writes two entries',
    () =>
      replacing(inbound, {
        actions: {
          grant: enqueueActions(({ enqueue }) => {
            enqueue.assign(granted);
            enqueue(grantEntry);
            enqueue(grantEntry);
          }) as never,
        },
      }),
  ],
  [
    5,
    'silence is not answered in the end',
    () =>
      replacing(inbound, { guards: { mayRetry: () => true }, actions: { nextAttempt: nothing } }),
  ],
  [
    5,
    'silence is not answered at all',
    () =>
      replacing(inbound, {
        guards: {
          mayRetry: ({ context, event }) =>
            event.type === 'HEARD' && event.answer !== 'silence' && context['attempt'] < 2,
          isVoid: () => false,
        },
        actions: { refuse: nothing },
      }),
  ],
  [
    5,
    'the bridge speaks nothing',
    () =>
      rewritten(inbound, (text) => text.replaceAll('{"type":"bridge"}', '{"type":"call-agent"}')),
  ],
  [
    5,
    'the machine asks for what nobody knows',
    () => rewritten(inbound, (text) => text.replace('"type":"call-agent"', '"type":"dial"')),
  ],
  [5, 'a step is never reached', () => replacing(inbound, { guards: { isEarly: () => false } })],
  [
    6,
    'a no is asked again',
    () =>
      replacing(inbound, {
        guards: {
          denies: () => false,
          grants: ({ event }) => 'answer' in event && event.answer === 'grant',
        },
      }),
  ],
  [
    6,
    'who says no is hung up on',
    () =>
      compileFlow({
        ...inbound.definition,
        steps: {
          ...inbound.definition.steps,
          'tell-unrecorded': { say: 'not-recorded', next: 'end' },
        },
      }),
  ],
  [
    6,
    'who says no is asked more',
    () =>
      compileFlow({
        ...twoQuestions,
        steps: {
          ...twoQuestions.steps,
          recording: { ...twoQuestions.steps['recording'], granted: 'thanks' } as never,
        },
      }),
  ],
  [
    7,
    'the key for a person leads to the next question',
    () => replacing(twoQuestionsFlow, { guards: { wantsPerson: () => false } }),
  ],
  [
    4,
    'a key in a menu grants',
    () =>
      replacing(everythingFlow, {
        actions: {
          noteLocale: enqueueActions(({ enqueue }) => {
            enqueue.assign({ statuses: { recording: 'granted' } });
            enqueue(grantEntry);
          }) as never,
        },
      }),
  ],
  [
    3,
    'the star in the bridge offers to erase and withdraws nothing',
    () =>
      rewritten(everythingFlow, (text) =>
        text.replace('"actions":[{"type":"withdrawAll"}]', '"actions":[{"type":"noAttempt"}]'),
      ),
  ],
  [
    3,
    'what the star ended is not named',
    () => replacing(namedFlow, { actions: { tellEnded: nothing } }),
  ],
  [
    3,
    'the star names what nobody allowed',
    () =>
      replacing(namedFlow, {
        actions: {
          tellEnded: enqueueActions(({ enqueue }) => {
            for (const promptId of Object.values(namedFlow.definition.bridge.ended ?? {})) {
              enqueue({ type: 'say', params: { promptId } });
            }
          }) as never,
        },
      }),
  ],
  [
    3,
    'the star in a menu does nothing',
    () => replacing(everythingFlow, { guards: { stars: () => false, starsAgain: () => false } }),
  ],
  [
    5,
    'a menu is spoken for ever',
    () =>
      replacing(everythingFlow, {
        guards: { mayRetry: () => true },
        actions: { nextAttempt: nothing },
      }),
  ],
  [
    5,
    'a menu drops its silence',
    () => rewritten(everythingFlow, (text) => text.replaceAll('"type":"choose"', '"type":"task"')),
  ],
  [
    5,
    'business hours are not noticed',
    () => replacing(everythingFlow, { actions: { noteClosed: nothing } }),
  ],
  [
    6,
    'who says no comes to another menu',
    () =>
      compileFlow({
        ...everything,
        steps: {
          ...everything.steps,
          know: {
            branch: [{ when: 'granted', purpose: 'recording', next: 'recorded-menu' }],
            otherwise: 'bridge',
          },
        },
      }),
  ],
  [
    7,
    'the key for none refuses only this question',
    () => replacing(everythingFlow, { actions: { refuseRest: nothing } }),
  ],
  [
    5,
    'nobody who picks up is told anything',
    () =>
      rewritten(reachingFlow, (text) => text.replaceAll(/"whisper":\{[^}]*\}/g, '"whisper":null')),
  ],
  [
    1,
    'who waits is recorded meanwhile',
    () => compileFlow(reaching, { gateOpen: (view, purpose) => forgetsWaiting(view, purpose) }),
  ],
  [
    1,
    'who was brought to somebody still counts as waiting',
    () => replacing(reachingFlow, { actions: { noteArrived: nothing } }),
  ],
  [
    3,
    'the star does nothing while it rings',
    () => replacing(reachingFlow, { guards: { canWithdraw: () => false } }),
  ],
  [
    3,
    'the star is not heard on the way out of the bridge',
    () =>
      rewritten(reachingFlow, (text) =>
        text.replaceAll('"unanswered":{"on":{"STAR"', '"unanswered":{"on":{"CHOSE"'),
      ),
  ],
  [
    5,
    'who is called out of the bridge hears nothing',
    () =>
      rewritten(reachingFlow, (text) =>
        text.replaceAll('"SPOKEN":{"target":"#leg.live.script.wait"}', '"SPOKEN":{}'),
      ),
  ],
  [
    5,
    'somebody waits for ever',
    () =>
      replacing(reachingFlow, {
        guards: { mayRetry: () => true },
        actions: { nextAttempt: nothing },
      }),
  ],
  [
    6,
    'who says no is put through to somebody else',
    () =>
      compileFlow({
        ...reaching,
        steps: {
          ...reaching.steps,
          recording: { ...reaching.steps['recording'], refused: 'ring-another' } as never,
          'ring-another': { ...reaching.steps['ring'], dial: '+442079460999' } as never,
        },
      }),
  ],
  [
    2,
    'a message is recorded of whoever comes',
    () =>
      replacing(messagesFlow, {
        actions: {
          noteAsked: enqueueActions(({ enqueue }) => {
            enqueue.assign(granted);
            enqueue(grantEntry);
          }) as never,
        },
      }),
  ],
  [
    2,
    'a machine may leave a message',
    () =>
      replacing(messagesFlow, {
        guards: { isMachine: () => false, isVoid: () => false },
        actions: { noteMachine: nothing },
      }),
  ],
  [
    3,
    'the star does not end a message',
    () => replacing(messagesFlow, { guards: { stars: () => false } }),
  ],
  [
    5,
    'whether a message may be recorded is asked for ever',
    () =>
      rewritten(messagesFlow, (text) =>
        text.replaceAll(
          '#leg.live.script.mailbox.declined"',
          '#leg.live.script.mailbox.question.first"',
        ),
      ),
  ],
  [
    6,
    'who leaves no message is not called back',
    () =>
      rewritten(messagesFlow, (text) =>
        text.replace(
          /("declined":\{"always":\[\{[^[]*"actions":\[)\{"type":"task"[^}]*\}\}/,
          '$1{"type":"noAttempt"}',
        ),
      ),
  ],
  [
    7,
    'who wants a person is not called back',
    () =>
      rewritten(messagesFlow, (text) =>
        text.replaceAll('"kind":"call-back"', '"kind":"complaint"'),
      ),
  ],
  [
    1,
    'an answer is kept after it was forbidden',
    () => replacing(surveyFlow, { guards: { lacks: () => false } }),
  ],
  [
    1,
    'a question is put to those who refused, and their answer kept',
    () =>
      rewritten(surveyFlow, (text) =>
        text
          .replaceAll(
            '{"guard":{"type":"isGranted","params":{"purpose":"survey"}},"target":"first"}',
            '{"target":"first"}',
          )
          .replaceAll('"type":"lacks"', '"type":"isToldMore"'),
      ),
  ],
  [
    3,
    'the star in a survey takes nothing back',
    () => replacing(surveyFlow, { guards: { stars: () => false, lacks: () => false } }),
  ],
  [
    5,
    'a question of a survey is put for ever',
    () =>
      replacing(surveyFlow, {
        guards: { mayRetry: () => true },
        actions: { nextAttempt: nothing },
      }),
  ],
  [
    6,
    'who takes part in no survey is hung up on',
    () =>
      compileFlow({
        ...survey,
        steps: { ...survey.steps, ask: { ...survey.steps['ask'], refused: 'goodbye' } as never },
      }),
  ],
  [
    5,
    'a text message is never sent',
    () => rewritten(textingFlow, (text) => text.replaceAll('"type":"text"', '"type":"unring"')),
  ],
  [7, 'a no is not heard', () => replacing(inbound, { guards: { denies: () => false } })],
  [7, 'no key leads to a person', () => ({ ...inbound, keys: { ...inbound.keys, person: '' } })],
];

describe('a broken machine is caught', () => {
  test.each(mutants)('by theorem %i: %s', (theorem, _, breakIt) => {
    const { counterExamples } = proveFlow(breakIt());
    const found = counterExamples.find((example) => example.theorem === theorem);
    expect(found, JSON.stringify(counterExamples)).toBeDefined();
    // Theorems about steps come with the way to the step.
    if (theorem < 5) expect(found?.path[0]).toMatchObject({ type: 'STARTED' });
  });
});

test('a counter-example is the shortest way to the fault', () => {
  const { counterExamples } = proveFlow(withGate({ paused: false }));
  expect(
    counterExamples.map(({ theorem, path }) => [theorem, path.map(({ type }) => type)]),
  ).toEqual([[1, ['STARTED', 'HEARD', 'PAUSE']]]);
});
