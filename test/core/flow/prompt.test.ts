import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fillPrompt, promptHash, unknownVariables } from '../../../src/core/flow/prompt.ts';
import { promptBreaches } from '../../../src/core/flow/prompt-rules.ts';
import { prompts, shipped, shippedFlow } from '../../model/flows.ts';

describe('a prompt', () => {
  test('is filled with the name of the business, as often as it is said', () => {
    expect(fillPrompt('{controller} asks. {controller} records.', { controller: 'Ann & Co' })).toBe(
      'Ann & Co asks. Ann & Co records.',
    );
  });

  test('takes a name as it is, whatever is in it', () => {
    expect(fillPrompt('Hello {controller}.', { controller: "{controller} $& $1 <b>'" })).toBe(
      "Hello {controller} $& $1 <b>'.",
    );
  });

  test.each([
    ['Hello {controller}.', []],
    ['Hello.', []],
    ['Hello {caller}.', ['{caller}']],
    ['Hello {Controller}.', ['{Controller}']],
    ['Hello {}.', ['{}']],
    ['Hello {controller.', ['{']],
    ['Hello }{.', ['}', '{']],
  ])('%j has the unknown variables %j', (text, unknown) => {
    expect(unknownVariables(text)).toEqual(unknown);
  });

  test('is hashed as it is spoken', () => {
    const spoken = fillPrompt('Café {controller}', { controller: 'Ann' });
    expect(promptHash(spoken)).toBe(createHash('sha256').update('Café Ann').digest('hex'));
    expect(promptHash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

describe('the prompts of a flow', () => {
  const said = (flow: string, change: Record<string, string | null>): readonly string[] =>
    promptBreaches({ ...shippedFlow(flow).definition, locales: ['en'] }, (locale, id) =>
      id in change ? (change[id] ?? null) : prompts.text(locale, id),
    ).map(({ reason }) => reason);
  const choices = 'recording-choices';
  const text = prompts.text('en', choices) ?? '';

  test('hold as they are shipped', () => {
    for (const { definition } of shipped.all()) {
      expect(promptBreaches(definition, prompts.text)).toEqual([]);
    }
  });

  test.each<[string, Record<string, string | null>, string]>([
    ['one is missing', { recorded: null }, 'en/recorded is not there'],
    ['the grant is not offered', { [choices]: text.replace('1', 'one') }, 'does not say 1'],
    [
      'the refusal is not offered',
      { [choices]: text.replace('press 2', 'say no') },
      'does not say 2',
    ],
    ['nobody can be reached', { [choices]: text.replace('press 0', 'call us') }, 'does not say 0'],
    [
      'the retry offers one choice',
      { 'recording-retry': 'To allow recording, press 1.' },
      'recording-retry does not say 2',
    ],
    ['a key hides in a number', { 'recording-retry': 'Press 12 or 21.' }, 'does not say 1'],
    [
      'the refusal comes first',
      { 'recording-retry': 'To refuse, press 2. To allow, press 1.' },
      'says the refusal first',
    ],
    [
      'withdrawal is hidden',
      { [choices]: text.replace('star at any time', 'star') },
      'does not say how to withdraw',
    ],
    [
      'one choice is longer',
      { [choices]: text.replace('To refuse recording', 'To refuse any recording of this call') },
      'sentences of different length',
    ],
    [
      'nobody asks',
      { 'recording-purpose': 'With your permission this call is recorded.' },
      'lacks {controller}',
    ],
    [
      'the caller waits too long',
      {
        greeting:
          'Hello and welcome to the very friendly house of {controller}, where all of us are glad that you call us today.',
      },
      'comes to the first choice after',
    ],
    ['nobody listens that long', { 'listen-first': 'word '.repeat(61) }, 'is longer than 60 words'],
    [
      'it is left open',
      { greeting: 'This call may be recorded by {controller}.' },
      'does not say whether it is recorded',
    ],
    [
      'silence is taken for a yes',
      { greeting: 'Stay on the line to agree.' },
      'takes staying on for an answer',
    ],
    ['no means yes', { greeting: 'Do you mind?' }, 'could mean yes'],
    [
      'the purpose is vague',
      { 'recording-purpose': '{controller} records for quality purposes.' },
      'names no clear purpose',
    ],
    [
      'a computer is claimed',
      { 'recording-purpose': '{controller} records. A computer listens.' },
      'and none does',
    ],
    ['a variable is invented', { greeting: 'Hello {caller}.' }, 'has the variable {caller}'],
  ])('do not hold when %s', (_, change, reason) => {
    expect(said('inbound', change).join('\n')).toContain(reason);
  });

  test('do not hold when a computer listens in secret', () => {
    const text = '{controller} records this call to check its service.';
    const secret = { 'recording-purpose-speech': text };
    expect(said('inbound-speech', secret)).toEqual([
      'en/recording-purpose-speech does not say that a computer listens',
    ]);
  });

  test('are needed in every locale', () => {
    const { definition } = shippedFlow('agent');
    const found = promptBreaches({ ...definition, locales: ['en', 'pl'] }, prompts.text);
    expect(found).toHaveLength(shippedFlow('agent').promptIds.length);
    expect(found.every(({ reason }) => reason.startsWith('pl/'))).toBe(true);
  });
});
