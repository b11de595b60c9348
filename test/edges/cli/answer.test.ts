import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { consentry, jsonLines } from './console.ts';

const answers = (out: string) => jsonLines(out).map(({ answer }) => answer);

test.each([
  ['yes', 'grant'],
  ['Yes, go ahead.', 'grant'],
  ['1', 'grant'],
  ['no', 'deny'],
  ['2', 'deny'],
  ['0', 'deny'],
  ['*', 'deny'],
  ["please don't record me", 'deny'],
  ['I guess', 'unclear'],
  ['yes?', 'unclear'],
  ['11', 'unclear'],
  ['12', 'unclear'],
  ['3', 'unclear'],
  ['', 'silence'],
  ['  ', 'silence'],
])('“%s” is taken for %s', async (words, answer) => {
  const { code, out } = await consentry({}, 'answer', '--json', words);
  expect(code).toBe(0);
  expect(jsonLines(out)).toEqual([{ answer, why: expect.stringMatching(/^[a-z].{10,}$/) }]);
  expect(jsonLines(out).map(Object.keys)).toEqual([['answer', 'why']]);
});

test.each(['en', 'en-US', 'en-GB', 'EN-us'])('%s is English', async (locale) => {
  const { out } = await consentry({}, 'answer', '--json', '--locale', locale, 'yes', 'no');
  expect(answers(out)).toEqual(['grant', 'deny']);
});

test.each([
  ['de-AT', 'ja, ich bin einverstanden', 'grant'],
  ['de-DE', 'ich stimme nicht zu', 'deny'],
  ['es-MX', 'sí, adelante', 'grant'],
  ['es-ES', 'por supuesto que no', 'deny'],
  ['fr-CA', 'oui, je suis d’accord', 'grant'],
  ['fr-FR', 'bien sûr que non', 'deny'],
  ['pt-BR', 'pode gravar, sim', 'grant'],
  ['pt-PT', 'claro que não', 'deny'],
  ['it-IT', 'sì, certo', 'grant'],
  ['nl-BE', 'liever niet', 'deny'],
  ['nl-NL', 'misschien', 'unclear'],
])('in %s “%s” is taken for %s', async (locale, words, answer) => {
  const { out } = await consentry({}, 'answer', '--json', '--locale', locale, words);
  expect(answers(out)).toEqual([answer]);
});

test('words in another language are unclear, and it says why; keys are the same in all', async () => {
  const { out } = await consentry({}, 'answer', '--json', '--locale', 'pl-PL', 'tak', 'yes', '1');
  expect(answers(out)).toEqual(['unclear', 'unclear', 'grant']);
  expect(jsonLines(out)[0]?.['why']).toContain('language (pl)');
});

test('one answer a line of standard input, in order, whatever pieces it comes in', async () => {
  const text = '\ufeffyes please\r\n\nnope\n{"text":"yes"}\n{"locale":"fr","text":"yes"}\n déjà';
  const bytes = Buffer.from(text);
  for (const size of [1, 2, 7, bytes.length]) {
    const stdin = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const { code, out } = await consentry({ stdin }, 'answer', '--file', '-', '--json');
    expect(code).toBe(0);
    expect(answers(out)).toEqual(['grant', 'silence', 'deny', 'grant', 'unclear', 'unclear']);
  }
});

test('lines are read from a file too, and a line feed at the end begins no line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cli-answer-'));
  try {
    writeFileSync(join(folder, 'words.txt'), 'yes\nno\n');
    const { out } = await consentry({}, 'answer', '--file', join(folder, 'words.txt'));
    expect(out).toBe(
      'grant    an explicit yes, and nothing else was said\ndeny     a no was said\n',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['yes\n{"text":7}\n', 'line 2 is not an object with text'],
  ['yes\n{"text":\n', 'line 2 is not an object with text'],
  ['yes\n{"text":"no","locale":"x_y"}\n', 'line 2 has a locale that is not a language tag'],
  [Buffer.from([0x79, 0xff, 0x0a]), 'standard input is not UTF-8 text'],
  ['y'.repeat(70_000), 'a line of standard input is longer than 64 KiB'],
])('a line that cannot be read ends it, named by its number', async (text, error) => {
  const { code, err } = await consentry({ stdin: [text] }, 'answer', '--file', '-', '--json');
  expect(code).toBe(1);
  expect(err).toContain(`consentry: ${error}`);
  expect(err.split('\n')).toHaveLength(2);
});

test('a file that is not there is named', async () => {
  const { code, err } = await consentry({}, 'answer', '--file', '/nonexistent/words.txt');
  expect({ code, err }).toEqual({
    code: 1,
    err: 'consentry: /nonexistent/words.txt cannot be read (ENOENT)\n',
  });
});
