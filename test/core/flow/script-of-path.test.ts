/** A counter-example played as a call: the caller's acts lead to the same events again. */
import { describe, expect, test } from 'vitest';
import { enqueueActions } from 'xstate';
import { Party } from '../../../src/carrier/script.ts';
import { scriptFrom } from '../../../src/carrier/script-check.ts';
import { advance, type CallSnapshot, phaseOf } from '../../../src/core/call/advance.ts';
import type { Effect } from '../../../src/core/call/effect.ts';
import type { CallEvent } from '../../../src/core/call/event.ts';
import { answerOf, wantsPerson } from '../../../src/core/consent/answer.ts';
import { proveFlow } from '../../../src/core/flow/check.ts';
import {
  type CallMachine,
  type CompiledFlow,
  compileFlow,
} from '../../../src/core/flow/compile.ts';
import type { FlowDefinition } from '../../../src/core/flow/definition.ts';
import { envelopeRules } from '../../../src/core/flow/envelope.ts';
import { scriptOfPath } from '../../../src/core/flow/script-of-path.ts';

const definition: FlowDefinition = {
  name: 'asks',
  version: 1,
  role: 'caller',
  locales: ['en'],
  speech: false,
  keys: { grant: '1', refuse: '2', person: '0' },
  first: 'ask',
  steps: {
    ask: {
      ask: 'recording',
      purpose: 'why',
      choices: 'how',
      again: 'listen',
      retry: 'once-more',
      attempts: 2,
      granted: 'bridge',
      refused: 'bridge',
    },
  },
  bridge: { withdrawn: 'stopped', unrecorded: 'not-recorded' },
};

const flow = compileFlow(definition);
const withMenu = compileFlow({
  ...definition,
  first: 'menu',
  steps: {
    menu: { menu: 'which', choices: { 1: 'ask', 9: 'bridge' }, otherwise: 'ask', attempts: 2 },
    ...definition.steps,
  },
});

const erasing = compileFlow({
  ...definition,
  bridge: { ...definition.bridge, erase: { key: '3', offer: 'offer', done: 'erased' } },
});

type Replaced = Parameters<CallMachine['provide']>[0];
const replacing = (parts: Replaced) => ({ ...flow, machine: flow.machine.provide(parts) });
const withGate = (forgets: Partial<Parameters<typeof envelopeRules.gateOpen>[0]>) =>
  compileFlow(definition, {
    gateOpen: (view, purpose) => envelopeRules.gateOpen({ ...view, ...forgets }, purpose),
  });
const grants = {
  guards: {
    isEarly: () => false,
    grants: ({ event }: { event: CallEvent }) => event.type === 'HEARD' && event.answer === 'grant',
  },
};

/** Plays a script as the practice carrier does, at every listening, and notes what it makes. */
function play(played: CompiledFlow, json: string): readonly CallEvent[] {
  const party = new Party(scriptFrom(JSON.parse(json)));
  const events: CallEvent[] = [];
  let snapshot: CallSnapshot | null = null;
  let next: CallEvent | null = { type: 'STARTED' };
  while (next !== null && events.length < 20) {
    events.push(next);
    const step = advance(played, snapshot, next);
    snapshot = step.snapshot;
    next = phaseOf(snapshot) === 'ended' ? null : reaction(played, party, step.effects);
  }
  return events;
}

function reaction(
  { keys }: CompiledFlow,
  party: Party,
  effects: readonly Effect[],
): CallEvent | null {
  for (const effect of effects) {
    if (effect.type === 'bridge') {
      const step = party.nextBridgeStep();
      if (step === null) return null;
      return 'star' in step ? { type: 'STAR' } : { type: 'HANGUP' };
    }
    if (effect.type === 'choose') {
      const act = party.actAt({ first: true, last: true });
      if ('hangup' in act) return { type: 'HANGUP' };
      return { type: 'CHOSE', key: 'press' in act ? act.press : null };
    }
    if (effect.type !== 'ask') continue;
    for (const [index, { stretch }] of effect.stretches.entries()) {
      const last = index === effect.stretches.length - 1;
      const act = party.actAt({ first: index === 0, last });
      if ('hangup' in act) return { type: 'HANGUP' };
      if ('silent' in act && !last) continue;
      const digits = 'press' in act ? act.press : null;
      const heard = { digits, speech: null, confidence: null };
      const answer = answerOf(heard, keys, false, 'en');
      const person = wantsPerson(heard, keys) ? { person: true } : {};
      return { type: 'HEARD', stretch, answer, ...person };
    }
  }
  return null;
}

const callers: ReadonlySet<CallEvent['type']> = new Set([
  'STARTED',
  'HEARD',
  'CHOSE',
  'STAR',
  'HANGUP',
]);
const byCaller = (events: readonly CallEvent[]) => events.filter(({ type }) => callers.has(type));

const mutants: readonly (readonly [string, CompiledFlow])[] = [
  ['a yes over the purpose is taken', replacing(grants)],
  [
    'doubt is taken for a yes',
    replacing({
      guards: { grants: ({ event }) => event.type === 'HEARD' && event.stretch === 'choices' },
    }),
  ],
  ['the star does nothing', replacing({ guards: { canWithdraw: () => false } })],
  ['hanging up leaves the gate open', withGate({ ended: false })],
  ['the gate forgets that it is paused', withGate({ paused: false })],
  ['a no is not heard', replacing({ guards: { denies: () => false } })],
  [
    'silence is asked again for ever',
    replacing({
      guards: { mayRetry: () => true },
      actions: { nextAttempt: enqueueActions(() => {}) as never },
    }),
  ],
];

describe('the script of a counter-example', () => {
  test.each(mutants)('shows again that %s', (_, broken) => {
    const { counterExamples } = proveFlow(broken);
    const paths = counterExamples.map(({ path }) => path).filter((path) => path.length > 0);
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      const { script } = scriptOfPath(broken, path);
      const wanted = byCaller(path);
      expect(play(broken, JSON.stringify(script)).slice(0, wanted.length)).toEqual(wanted);
    }
  });

  test('names what no caller does, in its place', () => {
    const [example] = proveFlow(withGate({ paused: false })).counterExamples;
    expect(scriptOfPath(flow, example?.path ?? [])).toEqual({
      script: {
        answers: [{ press: '1' }],
        otherwise: { silent: true },
        bridge: [{ hangup: true, atMs: 2000 }],
      },
      remarks: [{ step: 3, how: 'by API: POST /v1/calls/{call}/recording {"state": "paused"}' }],
    });
  });
});

describe('a path', () => {
  const ways: readonly (readonly [string, CompiledFlow, readonly CallEvent[]])[] = [
    [
      'with answers too early and too late',
      flow,
      [
        { type: 'STARTED' },
        { type: 'HEARD', stretch: 'purpose', answer: 'grant' },
        { type: 'HEARD', stretch: 'choices', answer: 'unclear' },
        { type: 'HEARD', stretch: 'choices', answer: 'grant' },
        { type: 'STAR' },
        { type: 'HANGUP' },
      ],
    ],
    [
      'to a person',
      flow,
      [
        { type: 'STARTED' },
        { type: 'HEARD', stretch: 'purpose', answer: 'deny', person: true },
        { type: 'HANGUP' },
      ],
    ],
    [
      'that takes permission back, and has what was recorded erased',
      erasing,
      [
        { type: 'STARTED' },
        { type: 'HEARD', stretch: 'choices', answer: 'grant' },
        { type: 'STAR' },
        { type: 'CHOSE', key: '3' },
        { type: 'HANGUP' },
      ],
    ],
    [
      'that ends where erasing is offered',
      erasing,
      [
        { type: 'STARTED' },
        { type: 'HEARD', stretch: 'choices', answer: 'grant' },
        { type: 'STAR' },
        { type: 'HANGUP' },
      ],
    ],
    ['that ends in the question', flow, [{ type: 'STARTED' }, { type: 'HANGUP' }]],
    [
      'through a menu',
      withMenu,
      [
        { type: 'STARTED' },
        { type: 'CHOSE', key: null },
        { type: 'CHOSE', key: '1' },
        { type: 'HEARD', stretch: 'choices', answer: 'silence' },
        { type: 'HEARD', stretch: 'choices', answer: 'deny' },
        { type: 'HANGUP' },
      ],
    ],
  ];

  test.each(ways)('%s is played as it is, without a remark', (_, played, path) => {
    const { script, remarks } = scriptOfPath(played, path);
    expect(remarks).toEqual([]);
    expect(play(played, JSON.stringify(script))).toEqual(path);
  });

  test('with a key that leads nowhere presses one that leads nowhere', () => {
    const path: readonly CallEvent[] = [{ type: 'STARTED' }, { type: 'CHOSE', key: '#' }];
    expect(scriptOfPath(withMenu, path).script.answers).toEqual([{ press: '8' }]);
  });

  test('with what nothing listens for has remarks only', () => {
    const path: readonly CallEvent[] = [
      { type: 'STARTED', closed: true },
      { type: 'CHOSE', key: '1' },
      { type: 'STAR' },
      { type: 'HEARD', stretch: 'purpose', answer: 'silence' },
      { type: 'WITHDRAW', purpose: 'recording' },
      { type: 'MACHINE' },
    ];
    const { script, remarks } = scriptOfPath(flow, path);
    expect(script.answers).toEqual([]);
    expect(remarks.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
