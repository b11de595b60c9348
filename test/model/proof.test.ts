/** Every flow that is shipped is proved, and so is the compiler on a flow with two questions. */
import { expect, test } from 'vitest';
import { checkFlow } from '../../src/app/check-flow.ts';
import { proveFlow } from '../../src/core/flow/check.ts';
import { compileFlow } from '../../src/core/flow/compile.ts';
import { theorems } from '../../src/core/flow/theorems.ts';
import { prompts, shipped, twoQuestions, twoQuestionsFlow } from './flows.ts';

test.each(shipped.all().map((flow) => [`${flow.name} version ${flow.version}`, flow] as const))(
  'all eight theorems hold of %s',
  (_, flow) => {
    const report = checkFlow(flow, prompts.text);
    expect(report.theorems.flatMap(({ counterExamples }) => counterExamples)).toEqual([]);
    expect(report.holds).toBe(true);
    expect(report.theorems.map(({ sentence }) => sentence)).toEqual(Object.values(theorems));
    expect(report.states).toBeGreaterThan(20);
  },
);

test('the theorems about the machine hold of a flow with two questions', () => {
  const { counterExamples, states, edges } = proveFlow(twoQuestionsFlow);
  expect(counterExamples).toEqual([]);
  expect(states).toBeGreaterThan(1000);
  expect(edges).toBeGreaterThan(20 * 1000);
});

test('the theorems hold of questions that are spoken three times', () => {
  const patient = Object.entries(twoQuestions.steps).map(([name, step]) => [
    name,
    'ask' in step ? { ...step, attempts: 3 } : step,
  ]);
  const flow = compileFlow({ ...twoQuestions, steps: Object.fromEntries(patient) });
  expect(proveFlow(flow).counterExamples).toEqual([]);
});
