/** The steps that ring somebody: what is refused in them, and what they do. */
import { describe, expect, test } from 'vitest';
import { advance, openGates, phaseOf } from '../../../src/core/call/advance.ts';
import type { CallEvent } from '../../../src/core/call/event.ts';
import { proveFlow } from '../../../src/core/flow/check.ts';
import { compileFlow } from '../../../src/core/flow/compile.ts';
import { differencesOf, differenceText } from '../../../src/core/flow/diff.ts';
import { drawingOf } from '../../../src/core/flow/draw/model.ts';
import { tableOf } from '../../../src/core/flow/draw/table.ts';
import { mistakesOf } from '../../../src/core/flow/mistakes.ts';
import { promptBreaches } from '../../../src/core/flow/prompt-rules.ts';
import { readDefinition } from '../../../src/core/flow/read.ts';
import { scriptOfPath } from '../../../src/core/flow/script-of-path.ts';
import { reaching, reachingFlow } from '../../model/flows.ts';

function play(...events: CallEvent[]) {
  let last = advance(reachingFlow, null, { type: 'STARTED' });
  const shut: string[] = [];
  for (const event of events) {
    last = advance(reachingFlow, JSON.parse(JSON.stringify(last.snapshot)), event);
    for (const one of last.effects) if (one.type === 'shut-gate') shut.push(one.reason);
  }
  const types = last.effects.map(({ type }) => type);
  return { ...last, types, phase: phaseOf(last.snapshot), shut, open: openGates(last.snapshot) };
}

const heard = (answer: 'grant' | 'deny', more: object = {}): CallEvent =>
  ({ type: 'HEARD', stretch: 'choices', answer, ...more }) as CallEvent;
const chose = (key: string | null): CallEvent => ({ type: 'CHOSE', key });
const happens = (type: 'READY' | 'UNANSWERED' | 'LEFT' | 'SPOKEN' | 'STAR') => ({ type }) as const;

test('all theorems about the machine hold', () => {
  expect(proveFlow(reachingFlow).counterExamples).toEqual([]);
});

describe('a dial', () => {
  test('bridges, and rings whom it names', () => {
    const { effects, types, phase } = play(heard('grant'));
    expect(types).toEqual(['start-stream', 'bridge', 'open-gate', 'ring']);
    expect(effects.at(-1)).toEqual({
      type: 'ring',
      to: '+442079460000',
      timeoutS: 20,
      whisper: { granted: 'whisper-granted', refused: 'whisper-refused' },
    });
    expect(phase).toBe('bridged');
  });

  test('fetches the caller from the bridge when nobody comes', () => {
    const lost = play(heard('deny'), happens('UNANSWERED'));
    expect([lost.types, lost.phase]).toEqual([['fetch'], 'bridged']);
    const next = play(heard('deny'), happens('UNANSWERED'), happens('SPOKEN'));
    expect([next.types, next.phase]).toEqual([['wait', 'ring'], 'asking']);
  });

  test('a star that comes first withdraws, and leads on all the same', () => {
    const { types, shut } = play(heard('grant'), happens('UNANSWERED'), happens('STAR'));
    expect(types).toEqual(['stop-stream', 'say', 'wait', 'shut-gate', 'ring']);
    expect(shut).toEqual(['withdrawal']);
  });

  test('a star rings nobody again, and offers what the bridge offers', () => {
    const starred = play(heard('grant'), happens('STAR'));
    expect(starred.types).toEqual(['stop-stream', 'choose', 'shut-gate']);
    expect(starred.phase).toBe('bridged');
    const erased = play(heard('grant'), happens('STAR'), chose('3'));
    expect(erased.types).toEqual(['say', 'bridge', 'erase']);
  });

  test('what happens during that offer is done after it', () => {
    const meanwhile = play(heard('grant'), happens('STAR'), happens('LEFT'));
    expect(meanwhile.types).toEqual([]);
    const after = play(heard('grant'), happens('STAR'), happens('LEFT'), chose('3'));
    expect(after.types).toEqual(['say', 'choose', 'erase']);
  });

  test('leads on after the conversation', () => {
    expect(play(heard('grant'), happens('LEFT')).types).toEqual(['fetch']);
    const { types } = play(heard('grant'), happens('LEFT'), happens('SPOKEN'));
    expect(types).toEqual(['choose']);
  });
});

describe('a queue', () => {
  const waiting = [heard('deny', { person: true })];
  const granted = [heard('grant'), happens('UNANSWERED'), happens('SPOKEN')];

  test('is where the key for a person leads', () => {
    expect(play(...waiting).types).toEqual(['say', 'wait', 'ring']);
  });

  test('holds the gate shut, and opens it for the conversation', () => {
    expect(play(...granted)).toMatchObject({ shut: ['pause'], open: [], phase: 'asking' });
    const through = play(...granted, happens('READY'), chose(null));
    expect(through).toMatchObject({ open: ['recording'], phase: 'bridged' });
    expect(through.types).toEqual(['bridge', 'open-gate']);
  });

  test('speaks and rings again, and gives up in the end', () => {
    expect(play(...waiting, chose(null)).types).toEqual(['wait', 'ring']);
    const { types } = play(...waiting, chose(null), chose(null), chose(null));
    expect(types).toEqual(['say', 'say', 'hangup', 'unring', 'task']);
  });

  test('is left by its key, and nobody is rung any more', () => {
    expect(play(...waiting, chose('1')).types).toEqual(['say', 'hangup', 'unring', 'task']);
  });

  test('keeps whom it brought together: no key leads away from somebody who is there', () => {
    expect(play(...waiting, happens('READY')).types).toEqual(['fetch']);
    expect(play(...waiting, happens('READY'), chose('1')).types).toEqual(['bridge']);
  });

  test('goes on when whoever came has gone before the caller was there', () => {
    const back = [...waiting, happens('READY'), happens('LEFT')];
    expect(play(...back).types).toEqual([]);
    expect(play(...back, chose(null)).types).toEqual(['wait', 'ring']);
  });

  test('star in it withdraws what was granted', () => {
    const { types } = play(...granted, chose('*'));
    expect(types).toEqual(['stop-stream', 'say', 'wait', 'ring']);
  });
});

describe('in pictures and differences', () => {
  const words = (_: string, id: string) => `Words of ${id}.`;

  test('a drawing says whom a step rings, what they hear, and where each way leads', () => {
    const table = tableOf(drawingOf(reachingFlow, 'en', words));
    for (const line of [
      'rings +442079460000 for at most 20 s',
      'to whom is rung, if granted  whisper-granted: “Words of whisper-granted.”',
      'after *                      stopped: “Words of stopped.”',
      'nobody comes                 → wait',
      'the other side has hung up   → after',
      'spoken every 30 s, at most 3 times',
      'to a person: 0',
    ]) {
      expect(table).toContain(line);
    }
  });

  test('a difference is whom it rings, for how long, and where it leads', () => {
    const dial = { ...reaching.steps['ring'], dial: 'agent', afterwards: 'sorry' } as never;
    const changed = compileFlow({
      ...reaching,
      person: 'ring',
      version: 2,
      steps: { ...reaching.steps, ring: dial },
    });
    const told = differencesOf(reachingFlow, changed, words).map(differenceText);
    expect(told).toContain(
      'Step ring: rings: agent, 20 s at most, was +442079460000, 20 s at most.',
    );
    expect(told).toContain('Step ring: “the other side has hung up” leads to sorry, led to after.');
    expect(told).toContain('“to a person” leads to ring, led to wait.');
  });

  test('a path is told as a script, with remarks for what no caller does', () => {
    const path = [
      { type: 'STARTED' } as const,
      heard('grant'),
      happens('UNANSWERED'),
      happens('SPOKEN'),
      chose('1'),
    ];
    const { script, remarks } = scriptOfPath(reachingFlow, path);
    expect(script.answers).toEqual([{ press: '1' }, { press: '1' }]);
    expect(remarks).toEqual([{ step: 3, how: 'nobody who was rung comes' }]);
  });
});

test('what is played meanwhile is another prompt of it', () => {
  const wait = { ...reaching.steps['wait'], music: 'song' } as never;
  const flow = compileFlow({ ...reaching, steps: { ...reaching.steps, wait } });
  expect(flow.promptIds).toContain('song');
  expect(proveFlow(flow).counterExamples).toEqual([]);
});

describe('mistakes', () => {
  const read = (raw: object): string => {
    const result = readDefinition(raw);
    const mistakes = 'mistakes' in result ? result.mistakes : mistakesOf(result.definition);
    return mistakes.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
  };
  const { ring, wait } = reaching.steps;
  const withStep = (name: string, change: object, more: object = {}) => ({
    ...reaching,
    ...more,
    steps: { ...reaching.steps, [name]: { ...reaching.steps[name], ...change } },
  });

  test('there are none in it', () => {
    expect(read(reaching)).toBe('');
  });

  test('what is left out has a usual value', () => {
    const { timeout: _, ...dial } = { ...ring, whisper: 'hello' } as never as { timeout: number };
    const {
      every: __,
      attempts: ___,
      to: ____,
      ...queue
    } = wait as never as Record<string, number>;
    const result = readDefinition({
      ...reaching,
      steps: { ...reaching.steps, ring: dial, wait: queue },
    });
    expect('definition' in result && result.definition.steps).toMatchObject({
      ring: { timeout: 25, whisper: { granted: 'hello', refused: 'hello' } },
      wait: { every: 30, attempts: 10, to: 'agent' },
    });
  });

  test.each<[string, object, string]>([
    [
      'a number without its country',
      withStep('ring', { dial: '020 7946 0000' }),
      'ring.dial: must be agent, a number such as',
    ],
    [
      'a number that is none to YAML',
      withStep('ring', { dial: 442079460000 }),
      'ring.dial: must be agent',
    ],
    [
      'an address with a password',
      withStep('ring', { dial: 'sip:a:b@example.com' }),
      'ring.dial: must be',
    ],
    [
      'a ring that never ends',
      withStep('ring', { timeout: 600 }),
      'ring.timeout: must be a whole number from 5 to 120',
    ],
    [
      'half a whisper',
      withStep('ring', { whisper: { granted: 'a' } }),
      'ring.whisper: lacks refused',
    ],
    ['a member nearly known', withStep('ring', { unanswerd: 'wait' }), 'did you mean unanswered?'],
    [
      'nobody comes and nothing follows',
      withStep('ring', { unanswered: undefined }),
      'ring: lacks unanswered',
    ],
    [
      'a way that leads nowhere',
      withStep('ring', { afterwards: 'nowhere' }),
      'ring.afterwards: there is no step',
    ],
    [
      'a queue that leads to itself',
      withStep('wait', { otherwise: 'wait' }),
      'steps.wait: leads back to itself',
    ],
    ['a queue without a way out', withStep('wait', { choices: {} }), 'wait.choices: names no key'],
    [
      'a queue of hours',
      withStep('wait', { attempts: 21 }),
      'wait.attempts: must be a whole number from 1 to 20',
    ],
    [
      'a queue that speaks without a pause',
      withStep('wait', { every: 1 }),
      'wait.every: must be a whole number from 10 to 120',
    ],
    [
      'an agent who rings others',
      { ...reaching, role: 'agent' },
      "only a flow of role caller does; this one's is agent",
    ],
    [
      'a person who is none',
      { ...reaching, person: 'greet' },
      'person: must be a dial or queue step, such as ring, wait',
    ],
  ])('%s', (_, raw, mistake) => {
    expect(read(raw)).toContain(mistake);
  });

  test('a queue that does not name its key, and a whisper that is long, are no flow', () => {
    const words = (_: string, id: string) =>
      id === 'whisper' ? 'word '.repeat(13) : id === 'waiting' ? 'Press 8.' : `Words of ${id}.`;
    const reasons = promptBreaches(reaching, words).map(({ reason }) => reason);
    expect(reasons).toContain('en/waiting does not say 1');
    expect(reasons).not.toContain('en/waiting does not say 8');
    expect(reasons).toContain('en/whisper is a whisper of more than 12 words');
  });
});
