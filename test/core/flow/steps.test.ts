/** The steps beside `say` and `ask`: what is refused in them, and what they do. */
import { describe, expect, test } from 'vitest';
import { advance, localeOf, phaseOf } from '../../../src/core/call/advance.ts';
import type { CallEvent } from '../../../src/core/call/event.ts';
import { proveFlow } from '../../../src/core/flow/check.ts';
import type { CompiledFlow } from '../../../src/core/flow/compile.ts';
import { mistakesOf } from '../../../src/core/flow/mistakes.ts';
import { readDefinition } from '../../../src/core/flow/read.ts';
import { everything, everythingFlow } from '../../model/flows.ts';

const flow = everythingFlow;

function play(played: CompiledFlow, ...events: CallEvent[]) {
  let last = advance(played, null, events[0] ?? { type: 'STARTED' });
  const changes = [...last.changes];
  for (const event of events.slice(1)) {
    last = advance(played, JSON.parse(JSON.stringify(last.snapshot)), event);
    changes.push(...last.changes);
  }
  return { ...last, all: changes.map(({ kind, purpose }) => `${kind} ${purpose}`) };
}

const started: CallEvent = { type: 'STARTED' };
const afterHours: CallEvent = { type: 'STARTED', closed: true };
const chose = (key: string | null): CallEvent => ({ type: 'CHOSE', key });
const heard = (answer: 'grant' | 'deny', more: object = {}): CallEvent =>
  ({ type: 'HEARD', stretch: 'choices', answer, ...more }) as CallEvent;
const types = (effects: readonly { type: string }[]) => effects.map(({ type }) => type);

test('all theorems about the machine hold of a flow with every kind of step', () => {
  const { counterExamples, states } = proveFlow(flow);
  expect(counterExamples).toEqual([]);
  expect(states).toBeGreaterThan(1_000);
});

describe('a language', () => {
  test('is offered in each of the languages, and chosen by key', () => {
    expect(play(flow, started).effects).toEqual([
      {
        type: 'choose',
        prompts: [
          { promptId: 'language', locale: 'en' },
          { promptId: 'language', locale: 'es' },
        ],
        timeoutS: 6,
      },
    ]);
    expect(localeOf(play(flow, started, chose('2')).snapshot)).toBe('es');
  });

  test.each([null, '7', '*', '#'])('stays that of the line after %s', (key) => {
    const { snapshot, effects } = play(flow, started, chose(key));
    expect(localeOf(snapshot)).toBeNull();
    expect(types(effects)).toEqual(['ask']);
  });
});

describe('business hours', () => {
  test('lead elsewhere when they are over', () => {
    expect(play(flow, afterHours, chose('1')).effects).toContainEqual(
      expect.objectContaining({ type: 'choose', prompts: [{ promptId: 'closed', locale: null }] }),
    );
  });
});

describe('a menu', () => {
  test('leads where the key leads: word is left, goodbye is said', () => {
    const { effects, snapshot } = play(flow, afterHours, chose('1'), chose('1'));
    expect(effects).toEqual([
      { type: 'say', promptId: 'goodbye' },
      { type: 'hangup' },
      { type: 'task', kind: 'call-back' },
    ]);
    expect(phaseOf(snapshot)).toBe('ended');
  });

  test.each([null, '5', '8', '#'])('is spoken once more after %s, then goes on', (key) => {
    expect(types(play(flow, afterHours, chose('1'), chose(key)).effects)).toEqual(['choose']);
    const { effects } = play(flow, afterHours, chose('1'), chose(key), chose(key));
    expect(types(effects)).toEqual(['say', 'hangup']);
  });

  test('speaks a third time if it may', () => {
    const before = [started, chose('1'), heard('deny'), heard('deny')];
    expect(types(play(flow, ...before, chose(null), chose(null)).effects)).toEqual(['choose']);
    const { effects } = play(flow, ...before, chose(null), chose(null), chose(null));
    expect(types(effects)).toEqual(['bridge', 'call-agent']);
  });

  test('star in it withdraws what was granted, and says so before the menu', () => {
    const granted = [started, chose('1'), heard('grant'), heard('grant')];
    const { effects, all, snapshot } = play(flow, ...granted, chose('*'));
    expect(types(effects)).toEqual(['stop-stream', 'say', 'choose', 'shut-gate', 'shut-gate']);
    expect(all.slice(-2)).toEqual(['withdrawal recording', 'withdrawal transcription']);
    expect(snapshot.streaming).toBe(false);
    const last = play(flow, ...granted, chose(null), chose(null), chose('*'));
    expect(types(last.effects)).toEqual([
      'stop-stream',
      'say',
      'bridge',
      'shut-gate',
      'shut-gate',
      'call-agent',
    ]);
  });
});

describe('after the star that stopped a recording', () => {
  const stopped = [
    started,
    chose('1'),
    heard('grant'),
    heard('grant'),
    chose('1'),
    { type: 'STAR' } as const,
  ];

  test('a second key is offered, with the gates shut and everything withdrawn', () => {
    const { effects, all } = play(flow, ...stopped);
    expect(effects.find(({ type }) => type === 'choose')).toMatchObject({
      prompts: [{ promptId: 'stopped' }, { promptId: 'erase-offer' }],
    });
    expect(types(effects).filter((type) => type === 'shut-gate')).toHaveLength(2);
    expect(all.slice(-2)).toEqual(['withdrawal recording', 'withdrawal transcription']);
  });

  test('the key erases what was recorded, says so, and leads back', () => {
    const { effects, all } = play(flow, ...stopped, chose('3'));
    expect(types(effects)).toEqual(['say', 'bridge', 'erase', 'call-agent']);
    expect(all).toHaveLength(6);
  });

  test.each([null, '1', '*', '#'])('%s erases nothing and leads back', (key) => {
    expect(types(play(flow, ...stopped, chose(key)).effects)).toEqual(['bridge', 'call-agent']);
  });

  test('a second star offers nothing: there is nothing left to take back', () => {
    const path = [...stopped, chose(null), { type: 'STAR' } as const];
    expect(types(play(flow, ...path).effects)).toEqual(['say', 'bridge']);
  });
});

describe('the key for none', () => {
  test('refuses this question and the next, which is not asked', () => {
    const { all, effects } = play(flow, started, chose('1'), heard('deny', { none: true }));
    expect(all).toEqual(['request recording', 'refusal recording', 'refusal transcription']);
    expect(types(effects)).toEqual(['choose']);
  });

  test('takes back what was granted before it', () => {
    const path = [started, chose('1'), heard('grant'), heard('deny', { none: true })];
    const { all } = play(flow, ...path);
    expect(all.slice(-2)).toEqual(['refusal transcription', 'withdrawal recording']);
  });
});

describe('mistakes', () => {
  const withSteps = (steps: Record<string, unknown>, more: object = {}) => ({
    ...everything,
    ...more,
    steps: { ...everything.steps, ...steps },
  });
  const read = (raw: object): string[] => {
    const result = readDefinition(raw);
    const mistakes = 'mistakes' in result ? result.mistakes : mistakesOf(result.definition);
    return mistakes.map(({ path, message }) => `${path.join('.')}: ${message}`);
  };
  const menu = everything.steps['closed-menu'];

  test('there are none in it', () => {
    expect(read(everything)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a menu without keys', { 'closed-menu': { ...menu, choices: {} } }, 'choices: names no key'],
    [
      'a star in a menu',
      { 'closed-menu': { ...menu, choices: { '*': 'bridge' } } },
      "choices.*: must be one digit, such as '1'",
    ],
    [
      'a menu that leads nowhere',
      { 'closed-menu': { ...menu, choices: { '1': 'nowhere' } } },
      'choices.1: there is no step "nowhere"',
    ],
    [
      'a menu spoken for ever',
      { 'closed-menu': { ...menu, attempts: 4 } },
      'attempts: must be a whole number from 1 to 3',
    ],
    [
      'silence that repeats',
      { 'closed-menu': { ...menu, otherwise: 'repeat' } },
      'otherwise: there is no step "repeat"',
    ],
    [
      'a language that the flow has not',
      { tongue: { language: 'language', choices: { '1': 'fr' }, next: 'times' } },
      "tongue.choices.1: fr is not one of the flow's locales: en, es",
    ],
    [
      'a condition that is not known',
      { times: { branch: [{ when: 'opened', next: 'recording' }], otherwise: 'closed-menu' } },
      'did you mean open?',
    ],
    [
      'a branch on what nobody is asked for',
      {
        know: {
          branch: [{ when: 'granted', purpose: 'sale', next: 'bridge' }],
          otherwise: 'recorded-menu',
        },
      },
      'know.branch.0.purpose: must be what a step asks for; asked for are recording, transcription',
    ],
    [
      'a branch without its purpose',
      { know: { branch: [{ when: 'granted', next: 'bridge' }], otherwise: 'recorded-menu' } },
      'know.branch.0.purpose: must be what a step asks for',
    ],
    [
      'a task that nobody knows',
      { 'leave-word': { task: 'tea', next: 'goodbye' } },
      'allowed: call-back',
    ],
    ['a step of two kinds', { goodbye: { end: 'goodbye', say: 'x' } }, 'needs exactly one of'],
  ])('%s', (_name, steps, mistake) => {
    expect(read(withSteps(steps as Record<string, unknown>)).join('\n')).toContain(mistake);
  });

  test.each<[string, object, string]>([
    ['hours without a zone', { hours: { open: {} } }, 'hours: lacks zone'],
    [
      'a zone that is none',
      { hours: { zone: 'Mars/Olympus', open: {} } },
      'hours.zone: must be a time zone',
    ],
    [
      'a day that is none',
      { hours: { zone: 'UTC', open: { wde: '09:00-17:00' } } },
      'did you mean wed?',
    ],
    [
      'hours that end before they begin',
      { hours: { zone: 'UTC', open: { mon: '17:00-09:00' } } },
      'the end later',
    ],
    ['a branch on hours without hours', { hours: undefined }, 'when: closed needs hours'],
    [
      'a key for none that grants',
      { keys: { ...everything.keys, none: '1' } },
      'need different keys',
    ],
  ])('%s', (_name, more, mistake) => {
    const { hours: _hours, ...rest } = everything;
    const base = 'hours' in more && more.hours === undefined ? rest : { ...everything, ...more };
    expect(read(base).join('\n')).toContain(mistake);
  });
});
