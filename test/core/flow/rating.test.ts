/** The questions of a survey: to whom they are put, and whose answers are kept. */
import { describe, expect, test } from 'vitest';
import { advance, phaseOf } from '../../../src/core/call/advance.ts';
import type { CallEvent } from '../../../src/core/call/event.ts';
import { proveFlow } from '../../../src/core/flow/check.ts';
import { compileFlow } from '../../../src/core/flow/compile.ts';
import { differencesOf, differenceText } from '../../../src/core/flow/diff.ts';
import { drawingOf } from '../../../src/core/flow/draw/model.ts';
import { tableOf } from '../../../src/core/flow/draw/table.ts';
import { mistakesOf } from '../../../src/core/flow/mistakes.ts';
import { promptBreaches } from '../../../src/core/flow/prompt-rules.ts';
import { readDefinition } from '../../../src/core/flow/read.ts';
import { survey, surveyFlow } from '../../model/flows.ts';

function play(...events: CallEvent[]) {
  let last = advance(surveyFlow, null, { type: 'STARTED' });
  const answers: string[] = [];
  for (const event of events) {
    last = advance(surveyFlow, JSON.parse(JSON.stringify(last.snapshot)), event);
    for (const effect of last.effects) {
      if (effect.type === 'answer') answers.push(`${effect.step} ${effect.key}`);
    }
  }
  const asked = last.effects.flatMap((effect) =>
    effect.type === 'choose' ? effect.prompts.map(({ promptId }) => promptId) : [],
  );
  const changes = last.changes.map(({ kind }) => kind);
  return { answers, asked, changes, said: last.effects, phase: phaseOf(last.snapshot) };
}

const heard = (answer: 'grant' | 'deny'): CallEvent => ({
  type: 'HEARD',
  stretch: 'choices',
  answer,
});
const chose = (key: string | null): CallEvent => ({ type: 'CHOSE', key });

test('all theorems about the machine hold', () => {
  expect(proveFlow(surveyFlow).counterExamples).toEqual([]);
});

test('who allows it is asked one question after the other, and each answer is kept', () => {
  expect(play(heard('grant')).asked).toEqual(['rate-service']);
  const { answers, asked } = play(heard('grant'), chose('4'), chose('1'));
  expect(answers).toEqual(['service 4', 'solved 1']);
  expect(asked).toEqual(['after']);
});

test('who refuses is asked nothing more, and goes on where the others do', () => {
  expect(play(heard('deny'))).toMatchObject({ answers: [], asked: ['after'] });
});

test.each([null, '6', '0', '#'])('%s is no answer: the question is put once more', (key) => {
  expect(play(heard('grant'), chose(key)).asked).toEqual(['rate-service']);
  const twice = play(heard('grant'), chose(key), chose(key));
  expect(twice).toMatchObject({ answers: [], asked: ['rate-solved'] });
});

test('a key above the highest is no answer to that question', () => {
  const { answers, asked } = play(heard('grant'), chose('5'), chose('4'));
  expect([answers, asked]).toEqual([['service 5'], ['after']]);
});

test('star takes the permission back, says so, and asks nothing more', () => {
  const { answers, asked, changes, said } = play(heard('grant'), chose('4'), chose('*'));
  expect([answers, asked, changes]).toEqual([['service 4'], ['after'], ['withdrawal']]);
  expect(said[0]).toEqual({ type: 'say', promptId: 'deleted' });
  expect(play(heard('grant'), chose('*')).asked).toEqual(['after']);
});

test('an answer that comes after a withdrawal by another way is not kept', () => {
  const withdrawn = { type: 'WITHDRAW', purpose: 'survey' } as const;
  const { answers, asked } = play(heard('grant'), withdrawn, chose('4'));
  expect([answers, asked]).toEqual([[], ['after']]);
});

describe('mistakes', () => {
  const read = (raw: object): string => {
    const result = readDefinition(raw);
    const mistakes = 'mistakes' in result ? result.mistakes : mistakesOf(result.definition);
    return mistakes.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
  };
  const withRate = (change: object) => ({
    ...survey,
    steps: { ...survey.steps, service: { rate: 'rate-service', next: 'solved', ...change } },
  });

  test('what is left out has a usual value', () => {
    const result = readDefinition(withRate({}));
    expect('definition' in result && result.definition.steps['service']).toEqual({
      rate: 'rate-service',
      stopped: 'survey-stopped',
      highest: 5,
      attempts: 2,
      next: 'solved',
    });
  });

  test.each<[string, object, string]>([
    ['one key', withRate({ highest: 1 }), 'service.highest: must be a whole number from 2 to 9'],
    ['ten keys', withRate({ highest: 10 }), 'service.highest: must be a whole number from 2 to 9'],
    ['a key as text', withRate({ highest: '5' }), 'service.highest: must be a whole number'],
    ['nowhere to go on', withRate({ next: 'nowhere' }), 'service.next: there is no step'],
    ['a member nearly known', withRate({ higest: 4 }), 'did you mean highest?'],
    [
      'nobody asked whether it may be kept',
      { ...survey, steps: { ...survey.steps, ask: { ...survey.steps['ask'], ask: 'analysis' } } },
      'service.rate: keeps an answer, so a step has to ask for survey',
    ],
  ])('%s', (_, raw, mistake) => {
    expect(read(raw)).toContain(mistake);
  });

  test('a prompt that leaves a key unsaid is no question', () => {
    const words = (_: string, id: string) => (id === 'rate-solved' ? 'From 1 to 5.' : id);
    const reasons = promptBreaches(survey, words).map(({ reason }) => reason);
    expect(reasons).toContain('en/rate-solved does not say 3');
    expect(reasons).not.toContain('en/rate-solved does not say 1');
  });
});

test('a drawing and a difference tell which keys are kept', () => {
  const words = (_: string, id: string) => `Words of ${id}.`;
  const table = tableOf(drawingOf(surveyFlow, 'en', words));
  expect(table).toContain('keys 1 to 5 are kept, while survey is allowed');
  const service = { ...survey.steps['service'], highest: 9 } as never;
  const changed = compileFlow({ ...survey, version: 2, steps: { ...survey.steps, service } });
  const told = differencesOf(surveyFlow, changed, words).map(differenceText);
  expect(told).toEqual(['Step service: keys: 1 to 9, was 1 to 5.']);
});
