/** A text message: what it may say, and that it holds up no call. */
import { expect, test } from 'vitest';
import { advance } from '../../../src/core/call/advance.ts';
import { proveFlow } from '../../../src/core/flow/check.ts';
import { drawingOf } from '../../../src/core/flow/draw/model.ts';
import { tableOf } from '../../../src/core/flow/draw/table.ts';
import { mistakesOf } from '../../../src/core/flow/mistakes.ts';
import { unknownVariables, withChoices } from '../../../src/core/flow/prompt.ts';
import { promptBreaches } from '../../../src/core/flow/prompt-rules.ts';
import { readDefinition } from '../../../src/core/flow/read.ts';
import { texting, textingFlow } from '../../model/flows.ts';

test('all theorems about the machine hold', () => {
  expect(proveFlow(textingFlow).counterExamples).toEqual([]);
});

test('is sent on the way, and the call goes on in the same document', () => {
  const { snapshot } = advance(textingFlow, null, { type: 'STARTED' });
  const { effects } = advance(textingFlow, snapshot, { type: 'CHOSE', key: '1' });
  expect(effects).toEqual([
    { type: 'say', promptId: 'goodbye' },
    { type: 'hangup' },
    { type: 'text', promptId: 'address' },
  ]);
});

test.each<[string, Record<string, string>, string | null]>([
  ['has the address of the page of choices', { address: '{controller}: {choices}' }, null],
  [
    'has no other variable',
    { address: '{controller}: {number}' },
    'address has the variable {number}',
  ],
  ['says who writes', { address: 'Hello. {choices}' }, 'address lacks {controller}'],
  [
    'says nothing of a person',
    { address: '{controller}: +49 151 12345678' },
    'address holds a number; only ids and links may be in a message',
  ],
  [
    'is short',
    { address: `{controller} ${'x'.repeat(250)}` },
    'address is a text message of more than 250 characters',
  ],
  [
    'has its address to itself: no voice reads one out',
    { address: '{controller}', goodbye: 'Go to {choices}' },
    'goodbye speaks {choices}, which is for texts',
  ],
])('%s', (_, words, reason) => {
  const text = (_locale: string, id: string) => words[id] ?? `Words of ${id}`;
  const reasons = promptBreaches(texting, text).map((breach) => breach.reason);
  expect(reasons).toEqual(reason === null ? [] : [`en/${reason}`]);
});

test('the address is put in as it is', () => {
  const address = 'https://example.com/privacy/choices';
  expect(withChoices('See {choices}, {choices}', address)).toBe(`See ${address}, ${address}`);
  expect(unknownVariables('{choices} {chioces}')).toEqual(['{chioces}']);
});

test('a message that leads nowhere is a mistake, with what was meant', () => {
  const steps = { ...texting.steps, write: { text: 'address', nxet: 'goodbye' } };
  const result = readDefinition({ ...texting, steps });
  const mistakes = 'mistakes' in result ? result.mistakes : mistakesOf(result.definition);
  expect(mistakes.map(({ message }) => message).join('\n')).toContain('did you mean next?');
});

test('a drawing shows its words', () => {
  const table = tableOf(drawingOf(textingFlow, 'en', (_, id) => `Words of ${id}.`));
  expect(table).toContain('text message  address: “Words of address.”');
});
