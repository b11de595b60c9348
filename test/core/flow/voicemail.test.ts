/** A message: who may leave one, what begins and ends it, and who is called back. */
import { describe, expect, test } from 'vitest';
import { advance, openGates, phaseOf } from '../../../src/core/call/advance.ts';
import type { CallEvent } from '../../../src/core/call/event.ts';
import { proveFlow } from '../../../src/core/flow/check.ts';
import { drawingOf } from '../../../src/core/flow/draw/model.ts';
import { tableOf } from '../../../src/core/flow/draw/table.ts';
import { mistakesOf } from '../../../src/core/flow/mistakes.ts';
import { readDefinition } from '../../../src/core/flow/read.ts';
import { messages, messagesFlow } from '../../model/flows.ts';

function play(...events: CallEvent[]) {
  let last = advance(messagesFlow, null, { type: 'STARTED' });
  const changes = [...last.changes];
  for (const event of events) {
    last = advance(messagesFlow, JSON.parse(JSON.stringify(last.snapshot)), event);
    changes.push(...last.changes);
  }
  const { snapshot, effects } = last;
  return {
    effects,
    types: effects.map(({ type }) => type),
    all: changes.map(({ kind, promptIds: [id] }) => `${kind} ${id ?? ''}`.trim()),
    open: openGates(snapshot),
    phase: phaseOf(snapshot),
  };
}

const heard = (answer: 'grant' | 'deny' | 'silence', more: object = {}): CallEvent =>
  ({ type: 'HEARD', stretch: 'choices', answer, ...more }) as CallEvent;
const chose = (key: string | null): CallEvent => ({ type: 'CHOSE', key });
/** Refuses, reaches nobody, and is led to the mailbox. */
const refused: CallEvent[] = [
  heard('deny'),
  { type: 'UNANSWERED' },
  { type: 'SPOKEN' },
  chose('1'),
];
const granted: CallEvent[] = [heard('grant'), ...refused.slice(1)];

test('all theorems about the machine hold', () => {
  expect(proveFlow(messagesFlow).counterExamples).toEqual([]);
});

test('who refused the recording of the conversation is asked for a message, as another thing', () => {
  expect(play(...refused)).toMatchObject({ types: ['ask'], open: [] });
  const { types, all, open } = play(...refused, heard('grant'));
  expect(types).toEqual(['start-stream', 'choose', 'open-gate', 'task']);
  expect(open).toEqual(['recording']);
  expect(all).toEqual([
    'request recording-purpose',
    'refusal recording-purpose',
    'request message-purpose',
    'grant message-purpose',
  ]);
});

test('who allowed recording is not asked again', () => {
  const { types, effects } = play(...granted);
  expect(types).toEqual(['choose', 'task']);
  expect(effects[0]).toMatchObject({
    prompts: [{ promptId: 'speak-now' }],
    timeoutS: 120,
    tone: true,
  });
});

test.each(['#', '5', null])('%s ends a message; nothing is kept after it', (key) => {
  const { types, open, phase } = play(...refused, heard('grant'), chose(key));
  expect(types).toEqual(['stop-stream', 'say', 'say', 'hangup', 'shut-gate']);
  expect([open, phase]).toEqual([[], 'ended']);
});

test('star ends a message and takes the permission back', () => {
  const { effects, all } = play(...refused, heard('grant'), chose('*'));
  expect(all.at(-1)).toBe('withdrawal');
  expect(effects).toContainEqual({ type: 'say', promptId: 'message-stopped' });
  expect(effects).toContainEqual({ type: 'shut-gate', purpose: 'recording', reason: 'withdrawal' });
});

test.each([
  ['a no', [heard('deny')]],
  ['the wish for a person', [heard('deny', { person: true })]],
  ['silence to the end', [heard('silence'), heard('silence')]],
])('after %s nothing is recorded, and somebody calls back', (_, answers) => {
  const { effects, open } = play(...refused, ...answers);
  expect(effects).toContainEqual({ type: 'task', kind: 'call-back' });
  expect(effects.some(({ type }) => type === 'start-stream')).toBe(false);
  expect(open).toEqual([]);
});

test('a yes before the purpose was said is asked again', () => {
  const early = { type: 'HEARD', stretch: 'purpose', answer: 'grant' } as const;
  expect(play(...refused, early)).toMatchObject({ types: ['say', 'say', 'ask'], open: [] });
});

test('a machine leaves no message and is not called back', () => {
  const machine = { type: 'MACHINE' } as const;
  const before = play(heard('deny'), machine, ...refused.slice(1));
  expect(before.types).toEqual(['hangup']);
  const during = play(...refused, machine, heard('grant'));
  expect(during.types).toEqual(['hangup']);
});

test('a drawing tells it', () => {
  const table = tableOf(drawingOf(messagesFlow, 'en', (_, id) => `Words of ${id}.`));
  expect(table).toContain('asks for a message to be recorded, unless recording is allowed');
  expect(table).toContain('a message lasts 120 s at most; any key ends it');
  expect(table).toContain('message-stopped: “Words of message-stopped.”');
});

describe('mistakes', () => {
  const read = (raw: object): string => {
    const result = readDefinition(raw);
    const mistakes = 'mistakes' in result ? result.mistakes : mistakesOf(result.definition);
    return mistakes.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
  };
  const mailbox = { voicemail: 'speak-now', next: 'noted' };
  const withMailbox = (change: object, more: object = {}) => ({
    ...messages,
    ...more,
    steps: { ...messages.steps, mailbox: { ...mailbox, ...change } },
  });

  test('what is left out is named after what is asked', () => {
    const result = readDefinition(withMailbox({}));
    expect('definition' in result && result.definition.steps['mailbox']).toEqual({
      voicemail: 'speak-now',
      question: {
        ask: 'recording',
        purpose: 'message-purpose',
        choices: 'message-choices',
        retry: 'message-retry',
        attempts: 2,
      },
      stopped: 'message-stopped',
      limit: 120,
      next: 'noted',
    });
  });

  test.each<[string, object, string]>([
    [
      'a message without end',
      withMailbox({ limit: 3600 }),
      'mailbox.limit: must be a whole number from 10 to 600',
    ],
    [
      'one attempt',
      withMailbox({ attempts: 1 }),
      'mailbox.attempts: must be a whole number from 2 to 3',
    ],
    ['a purpose of its own', withMailbox({ ask: 'training' }), 'mailbox: needs exactly one of'],
    ['nothing after it', withMailbox({ next: undefined }), 'mailbox: lacks next'],
    [
      'a conversation after it',
      withMailbox({ next: 'bridge' }),
      'mailbox.next: leads to bridge; after a message only',
    ],
    [
      'an agent who leaves one',
      { ...withMailbox({}), role: 'agent' },
      "only a flow of role caller does; this one's is agent",
    ],
  ])('%s', (_, raw, mistake) => {
    expect(read(raw)).toContain(mistake);
  });

  test('a menu after a message, by whatever way', () => {
    const steps = {
      ...messages.steps,
      again: { menu: 'after', choices: { '1': 'goodbye' }, otherwise: 'goodbye', attempts: 1 },
    };
    const raw = {
      ...messages,
      steps: { ...steps, mailbox, noted: { say: 'noted', next: 'again' } },
    };
    expect(read(raw)).toContain('mailbox.next: leads to again; after a message only');
  });
});
