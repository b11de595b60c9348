/** Proofs beside the callers: in a thread, one at a time, and never for ever. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, expect, test } from 'vitest';
import { checkFlow } from '../../src/app/check-flow.ts';
import { playableReport } from '../../src/app/playable-report.ts';
import { compileFlow } from '../../src/core/flow/compile.ts';
import { type ThreadProver, threadProver } from '../../src/main/prover.ts';
import { prompts, shipped } from '../model/flows.ts';

const inbound = shipped.current('inbound') ?? expect.unreachable();
const strict = shipped.current('inbound-strict') ?? expect.unreachable();
const promptText = prompts.text;
const { steps } = inbound.definition;
const unfair = compileFlow({
  ...inbound.definition,
  steps: { ...steps, 'tell-unrecorded': { say: 'not-recorded', next: 'end' } },
});

let prover: ThreadProver;
afterEach(() => prover.close());

test.each([
  ['a flow that is proved', inbound],
  ['a flow that is not', unfair],
])('%s has the same report as without a thread', async (_, flow) => {
  prover = threadProver();
  const report = await prover.prove(flow, promptText);
  expect(report).toEqual(playableReport(flow, checkFlow(flow, promptText)));
});

test('words that are missing are missed in the thread, too', async () => {
  prover = threadProver();
  const { theorems } = await prover.prove(inbound, () => null);
  expect(theorems.filter(({ holds }) => !holds).map(({ number }) => number)).toEqual([8]);
});

test('while it is at work nobody else waits for it', async () => {
  prover = threadProver();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const from = performance.now();
  delay.enable();
  const { states } = await prover.prove(strict, promptText);
  delay.disable();
  const tookMs = performance.now() - from;
  expect(states).toBeGreaterThan(1_000);
  // A walk in this thread would be one delay, as long as nearly all of it.
  expect(delay.max / 1e6).toBeLessThan(tookMs / 2);
});

test('one runs, few wait, and the rest is told when to come again', async () => {
  prover = threadProver({ waitingMax: 1 });
  const two = [prover.prove(inbound, promptText), prover.prove(inbound, promptText)];
  await expect(prover.prove(inbound, promptText)).rejects.toMatchObject({
    code: 'unavailable',
    status: 503,
    retryAfterS: 10,
  });
  for (const { holds } of await Promise.all(two)) expect(holds).toBe(true);
  expect(await prover.prove(inbound, promptText)).toMatchObject({ holds: true });
});

test('one that takes too long is ended, and the next is proved', async () => {
  prover = threadProver({ msMax: 1 });
  await expect(prover.prove(strict, promptText)).rejects.toMatchObject({
    code: 'unavailable',
    publicText: 'the proof took longer than 0.001 seconds',
  });
  await prover.close();
  prover = threadProver();
  expect(await prover.prove(inbound, promptText)).toMatchObject({ holds: true });
});

test('one that takes too much memory is ended, and the next is proved', async () => {
  prover = threadProver({ megabytesMax: 16 });
  await expect(prover.prove(strict, promptText)).rejects.toMatchObject({
    publicText: 'the proof took too much memory',
  });
});

test('stopping ends what runs and what waits', async () => {
  prover = threadProver();
  const both = Promise.allSettled([
    prover.prove(strict, promptText),
    prover.prove(strict, promptText),
  ]);
  await prover.close();
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
