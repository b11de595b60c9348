/** What callers hear differently, and nothing that they do not. */
import { describe, expect, test } from 'vitest';
import { compileFlow } from '../../../src/core/flow/compile.ts';
import type { AskStep, FlowDefinition } from '../../../src/core/flow/definition.ts';
import { differencesOf, differenceText } from '../../../src/core/flow/diff.ts';

const ask: AskStep = {
  ask: 'recording',
  purpose: 'why',
  choices: 'how',
  retry: 'once-more',
  attempts: 2,
  granted: 'thanks',
  refused: 'bridge',
};
const first: FlowDefinition = {
  name: 'asks',
  version: 1,
  role: 'caller',
  locales: ['en', 'de'],
  speech: false,
  keys: { grant: '1', refuse: '2', person: '0' },
  first: 'greet',
  steps: {
    greet: { say: 'hello', next: 'ask' },
    ask,
    thanks: { say: 'thank-you', next: 'bridge' },
  },
  bridge: { withdrawn: 'stopped', unrecorded: 'not-recorded' },
};

/** Prompts that end in `-copy` have the same words as those they copy. */
const words = (locale: string, id: string) => `${locale} words of ${id.replace('-copy', '')}`;

function told(change: Partial<FlowDefinition>, textOf = words): readonly string[] {
  const second = compileFlow({ ...first, version: 2, ...change });
  return differencesOf(compileFlow(first), second, textOf).map(
    (one) => `${one.locale ?? 'all'}: ${differenceText(one)}`,
  );
}

describe('callers hear no difference', () => {
  test.each<[string, Partial<FlowDefinition>]>([
    ['in another version of the same', {}],
    [
      'when a prompt has another name and the same words',
      {
        steps: { ...first.steps, greet: { say: 'hello-copy', next: 'ask' } },
      },
    ],
    [
      'when a step is renamed',
      {
        first: 'welcome',
        steps: {
          welcome: { say: 'hello', next: 'question' },
          question: { ...ask, granted: 'gratitude' },
          gratitude: { say: 'thank-you', next: 'bridge' },
        },
      },
    ],
    [
      'when steps stand in another order',
      {
        steps: Object.fromEntries(Object.entries(first.steps).reverse()),
      },
    ],
  ])('%s', (_, change) => {
    expect(told(change)).toEqual([]);
  });
});

describe('callers are told apart', () => {
  test.each<[string, Partial<FlowDefinition>, readonly string[]]>([
    [
      'other words, in each language',
      { steps: { ...first.steps, greet: { say: 'good-day', next: 'ask' } } },
      [
        'en: Step greet: says was “en words of hello”, is “en words of good-day”',
        'de: Step greet: says was “de words of hello”, is “de words of good-day”',
      ],
    ],
    [
      'a prompt more',
      { locales: ['en'], steps: { ...first.steps, ask: { ...ask, again: 'listen' } } },
      ['all: de is not spoken any more.', 'en: Step ask: new (too early): “en words of listen”'],
    ],
    ['another language', { locales: ['en', 'de', 'fr'] }, ['all: fr is spoken, too.']],
    [
      'another key, told once',
      { keys: { grant: '5', refuse: '2', person: '0', none: '9' } },
      ['all: The key for yes is 5, was 1.', 'all: The key for no to everything is new: 9.'],
    ],
    ['answers in words', { speech: true }, ['all: answers in words: yes, was no.']],
    [
      'more attempts',
      { steps: { ...first.steps, ask: { ...ask, attempts: 3 } } },
      ['all: Step ask: attempts: 3, was 2.'],
    ],
    [
      'an answer that leads elsewhere',
      { steps: { ...first.steps, ask: { ...ask, refused: 'thanks' } } },
      [
        'all: Step ask: “no: 2 or *” leads to thanks, led to bridge.',
        'all: Step ask: “nothing, or doubt, to the end” leads to thanks, led to bridge.',
      ],
    ],
    [
      'an answer that leads elsewhere by another key',
      {
        keys: { grant: '5', refuse: '2', person: '0' },
        steps: { ...first.steps, ask: { ...ask, refused: 'thanks' } },
      },
      ['all: The key for yes is 5, was 1.', 'all: Step ask: “no” leads to thanks, led to bridge.'],
    ],
    [
      'another purpose',
      { steps: { ...first.steps, ask: { ...ask, ask: 'transcription' } } },
      ['all: Step ask: asks for: transcription, was recording.'],
    ],
    [
      'a step more',
      {
        locales: ['en'],
        steps: {
          ...first.steps,
          thanks: { say: 'thank-you', next: 'tune' },
          tune: { say: 'music', next: 'bridge' },
        },
      },
      [
        'all: de is not spoken any more.',
        'all: Step thanks: “then” leads to tune, led to bridge.',
        'all: Step tune (say) is new.',
        'en: Step tune: new (says): “en words of music”',
      ],
    ],
    [
      'a step less',
      {
        locales: ['en'],
        steps: { greet: { say: 'hello', next: 'ask' }, ask: { ...ask, granted: 'bridge' } },
      },
      [
        'all: de is not spoken any more.',
        'all: Step ask: “yes: 1” leads to bridge, led to thanks.',
        'all: Step thanks (say) is gone.',
        'en: Step thanks: no longer said (says): “en words of thank-you”',
      ],
    ],
    [
      'other words in the conversation',
      { locales: ['en'], bridge: { withdrawn: 'over', unrecorded: 'not-recorded' } },
      [
        'all: de is not spoken any more.',
        'en: after * was “en words of stopped”, is “en words of over”',
      ],
    ],
    [
      'a key that erases',
      {
        locales: ['en'],
        bridge: { ...first.bridge, erase: { key: '3', offer: 'offer', done: 'erased' } },
      },
      [
        'all: de is not spoken any more.',
        'all: The key that erases, after * is new: 3.',
        'en: new (then offered): “en words of offer”',
        'en: new (erased): “en words of erased”',
      ],
    ],
    [
      'business hours',
      { hours: { zone: 'Europe/Berlin', open: { mon: '09:00-17:00' } } },
      ['all: business hours: mon 09:00-17:00 (Europe/Berlin), was none.'],
    ],
  ])('by %s', (_, change, sentences) => {
    expect(told(change)).toEqual(sentences);
  });

  test('by words that are not there', () => {
    const textOf = (locale: string, id: string) => (id === 'good-day' ? null : words(locale, id));
    const steps = { ...first.steps, greet: { say: 'good-day', next: 'ask' } };
    expect(told({ locales: ['en'], steps }, textOf as typeof words)[1]).toContain(
      'is “(good-day is not there)”',
    );
  });
});

test('keys of a menu are compared one by one', () => {
  const menu = (choices: Record<string, string>) => ({
    ...first,
    first: 'menu',
    steps: {
      ...first.steps,
      menu: { menu: 'what', choices, otherwise: 'greet', attempts: 2 },
    },
  });
  const before = compileFlow(menu({ 1: 'greet', 2: 'end', 3: 'repeat' }));
  const after = compileFlow(menu({ 1: 'greet', 2: 'bridge', 4: 'end' }));
  expect(differencesOf(before, after, words).map(differenceText)).toEqual([
    'Step menu: “key 2” leads to bridge, led to end.',
    'Step menu: “key 3”, which led to the menu again, is gone.',
    'Step menu: “key 4” is new and leads to end.',
  ]);
});

test('whom the flow has asked by another flow, and whose permission it takes, are told', () => {
  const bridge = { ...first.bridge, agent: 'agent-standing', record: 'each' } as const;
  expect(told({ bridge })).toEqual([
    'all: whoever is rung is asked by: agent-standing, was agent.',
    'all: recorded with the permission of: each, was everybody.',
  ]);
});
