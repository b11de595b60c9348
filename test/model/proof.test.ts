/** Every flow that is shipped is proved, and so is the compiler on a flow with two questions. */
import { expect, test } from 'vitest';
import { checkFlow } from '../../src/app/check-flow.ts';
import { proveFlow } from '../../src/core/flow/check.ts';
import { compileFlow } from '../../src/core/flow/compile.ts';
import { theorems } from '../../src/core/flow/theorems.ts';
import { beginningsOf } from '../../src/core/flow/walk.ts';
import { prompts, rememberingFlow, shipped, twoQuestions, twoQuestionsFlow } from './flows.ts';

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

test('the theorems hold of a flow that remembers, whatever it remembers', () => {
  const { counterExamples, states } = proveFlow(rememberingFlow);
  expect(counterExamples).toEqual([]);
  expect(states).toBeGreaterThan(2000);
});

test('every way that people may be known is walked: granted, refused, a child, or not at all', () => {
  const known = beginningsOf(rememberingFlow).map((event) =>
    event.type === 'STARTED' ? (event.earlier ?? {}) : null,
  );
  expect(new Set(known.map((earlier) => JSON.stringify(earlier))).size).toBe(16);
  expect(known).toContainEqual({});
  expect(known).toContainEqual({ recording: 'granted', transcription: 'refused' });
  expect(beginningsOf(twoQuestionsFlow)).toEqual([
    { type: 'STARTED' },
    { type: 'STARTED', earlier: { recording: 'barred', transcription: 'barred' } },
    { type: 'STARTED', machine: true },
    { type: 'STARTED', earlier: { recording: 'barred', transcription: 'barred' }, machine: true },
  ]);
});

test('the theorems hold of questions that are spoken three times', () => {
  const patient = Object.entries(twoQuestions.steps).map(([name, step]) => [
    name,
    'ask' in step ? { ...step, attempts: 3 } : step,
  ]);
  const flow = compileFlow({ ...twoQuestions, steps: Object.fromEntries(patient) });
  expect(proveFlow(flow).counterExamples).toEqual([]);
});
