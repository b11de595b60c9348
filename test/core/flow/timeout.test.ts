/** How long a flow waits for a key: its author says, within bounds, and nothing else changes by it. */
import { expect, test } from 'vitest';
import { advance, type CallSnapshot } from '../../../src/core/call/advance.ts';
import type { CallEvent } from '../../../src/core/call/event.ts';
import { proveFlow } from '../../../src/core/flow/check.ts';
import { type CompiledFlow, compileFlow } from '../../../src/core/flow/compile.ts';
import type { FlowDefinition } from '../../../src/core/flow/definition.ts';
import { differencesOf, differenceText } from '../../../src/core/flow/diff.ts';
import { readDefinition } from '../../../src/core/flow/read.ts';
import { everything, messages, remembering, survey } from '../../model/flows.ts';

const silence = (stretch: string): CallEvent =>
  ({ type: 'HEARD', stretch, answer: 'silence' }) as CallEvent;
const yes: CallEvent = { type: 'HEARD', stretch: 'choices', answer: 'grant' };
const chose = (key: string | null): CallEvent => ({ type: 'CHOSE', key });

/** Seconds of silence that each listening waits for, by what is said before it. */
function waitsIn(flow: CompiledFlow, events: readonly CallEvent[]): readonly (string | number)[] {
  let snapshot: CallSnapshot | null = null;
  const waits: (string | number)[] = [];
  for (const event of events) {
    const step = advance(flow, snapshot, event);
    snapshot = step.snapshot;
    for (const effect of step.effects) {
      if (effect.type === 'ask') {
        waits.push(...effect.stretches.flatMap(({ promptId, timeoutS }) => [promptId, timeoutS]));
      }
      if (effect.type !== 'choose') continue;
      waits.push(effect.prompts.at(-1)?.promptId ?? '', effect.timeoutS);
    }
  }
  return waits;
}

const started: CallEvent = { type: 'STARTED' };
const withTimeout = (definition: FlowDefinition, timeout?: number): CompiledFlow =>
  compileFlow({ ...definition, ...(timeout !== undefined && { timeout }) });

test.each([
  [undefined, 6],
  [12, 12],
])('of %s it is %i seconds after choices and menus, first and again', (timeout, seconds) => {
  const through = [started, chose('1'), silence('choices'), yes, yes, chose('1'), { type: 'STAR' }];
  expect(waitsIn(withTimeout(everything, timeout), through as CallEvent[])).toEqual([
    'language',
    seconds,
    'recording-purpose',
    1,
    'recording-choices',
    seconds,
    'recording-retry',
    seconds,
    'transcription-purpose',
    1,
    'transcription-choices',
    seconds,
    'after',
    seconds,
    // Somebody waits on the bridge meanwhile.
    'erase-offer',
    3,
  ]);
});

test('of 20 it is 20 after a rating, and before a message; the message has its own length', () => {
  const rated = waitsIn(withTimeout(survey, 20), [started, yes, chose(null)]);
  expect(rated.slice(-4)).toEqual(['rate-service', 20, 'rate-service', 20]);
  const gone: CallEvent[] = [{ type: 'UNANSWERED' }, { type: 'SPOKEN' }];
  const no: CallEvent = { type: 'HEARD', stretch: 'choices', answer: 'deny' };
  const told = waitsIn(withTimeout(messages, 20), [started, no, ...gone, chose('1'), yes]);
  expect(told.slice(-8)).toEqual([
    'after',
    20,
    'message-purpose',
    1,
    'message-choices',
    20,
    'speak-now',
    120,
  ]);
});

test('a reminder is over when it is, however long the flow waits for keys', () => {
  const earlier: CallEvent = { type: 'STARTED', earlier: { recording: 'granted' } };
  expect(waitsIn(withTimeout(remembering, 20), [earlier])).toEqual(['recording-remembered', 2]);
});

test('every theorem holds with another', () => {
  expect(proveFlow(withTimeout(survey, 20)).counterExamples).toEqual([]);
});

test.each([3, 21, 6.5, '6'])('%s is no time-out', (timeout) => {
  const read = readDefinition({ ...everything, timeout });
  expect('mistakes' in read && read.mistakes).toEqual([
    { path: ['timeout'], message: 'must be a whole number from 4 to 20' },
  ]);
});

test('a difference tells the seconds, and none where the usual ones are written out', () => {
  const told = (timeout: number) =>
    differencesOf(
      withTimeout(everything),
      withTimeout({ ...everything, version: 2 }, timeout),
      (_, id) => id,
    ).map(differenceText);
  expect(told(12)).toEqual(['silence that is no answer: 12 s, was 6 s.']);
  expect(told(6)).toEqual([]);
});
