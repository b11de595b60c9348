import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadPrompts } from '../../src/adapters/prompts/files.ts';
import { wavOf } from '../support/wav.ts';

describe('a folder of prompts', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consentry-prompts-'));
    await mkdir(join(folder, 'en'));
    await mkdir(join(folder, 'en-GB'));
    await writeFile(join(folder, 'en/greeting.txt'), '  Hello. This is {controller}.\n\n');
    await writeFile(join(folder, 'en-GB/greeting.txt'), 'Good day.');
    await writeFile(join(folder, 'README.md'), '{ not a prompt');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (name: string, bytes: string | Uint8Array) => writeFile(join(folder, name), bytes);

  test('is read, trimmed and filled in', async () => {
    const prompts = await loadPrompts(folder);
    expect(prompts.text('en', 'greeting')).toBe('Hello. This is {controller}.');
    expect(prompts.words('en', 'greeting', 'Ann & Co')).toBe('Hello. This is Ann & Co.');
  });

  test('speaks a region by itself, or else by its language', async () => {
    const prompts = await loadPrompts(folder);
    expect(prompts.words('en-GB', 'greeting', '')).toBe('Good day.');
    expect(prompts.words('en-US', 'greeting', 'Ann')).toBe('Hello. This is Ann.');
    expect(prompts.text('de', 'greeting')).toBeNull();
  });

  test('keeps what was heard, and takes what is new', async () => {
    const earlier = await loadPrompts(folder);
    await write('en/greeting.txt', 'Other words.');
    await write('en/question.txt', 'May we?');
    await mkdir(join(folder, 'de'));
    await mkdir(join(folder, 'en-US'));
    await write('de/greeting.txt', 'Guten Tag.');
    await write('en-US/greeting.txt', 'Hi.');
    await rm(join(folder, 'en-GB'), { recursive: true });
    const later = await loadPrompts(folder);

    const { prompts, changed } = later.keeping(earlier, new Set(['greeting']));
    for (const locale of ['en', 'en-GB', 'en-US']) {
      expect(prompts.text(locale, 'greeting')).toBe(earlier.text(locale, 'greeting'));
    }
    expect(prompts.text('de', 'greeting')).toBe('Guten Tag.');
    expect(prompts.text('en', 'question')).toBe('May we?');
    expect([...changed].sort()).toEqual(['en-GB/greeting', 'en-US/greeting', 'en/greeting']);

    const nothingHeard = later.keeping(earlier, new Set()).prompts;
    expect(nothingHeard.text('en', 'greeting')).toBe('Other words.');
  });

  test('loads only what is asked for, whatever is wrong beside it', async () => {
    await write('en/half.txt', 'Half a {prompt');
    const prompts = await loadPrompts(folder, new Set(['greeting']));
    expect(prompts.text('en-GB', 'greeting')).toBe('Good day.');
    expect([...prompts.texts.keys()].sort()).toEqual(['en-GB/greeting', 'en/greeting']);
  });

  test('throws for a prompt that is not there', async () => {
    const prompts = await loadPrompts(folder);
    expect(() => prompts.words('en', 'gone', 'Ann')).toThrow('prompt_missing: en/gone');
  });

  test.each<[string, string | Uint8Array, string]>([
    ['empty', ' \n', 'is empty'],
    ['not UTF-8', Uint8Array.of(0x48, 0xff), 'is not UTF-8'],
    [
      'open in a strange place',
      'Hello {caller}.',
      '{caller} is not a variable; there is {controller}',
    ],
    ['cut', 'Hello {controller', '{ is not a variable'],
  ])('refuses one that is %s', async (_, bytes, reason) => {
    await write('en/wrong.txt', bytes);
    await expect(loadPrompts(folder)).rejects.toThrow(`${join(folder, 'en/wrong.txt')}: ${reason}`);
  });

  test('names every wrong prompt at once', async () => {
    await write('en/a.txt', '');
    await write('en/b.txt', '');
    await expect(loadPrompts(folder)).rejects.toThrow(/a\.txt.*\n.*b\.txt/);
  });
});

describe('a recording beside the words', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consentry-recordings-'));
    await mkdir(join(folder, 'en'));
    await mkdir(join(folder, 'en-GB'));
    await writeFile(join(folder, 'en/thanks.txt'), 'Thank you.');
    await writeFile(join(folder, 'en/hello.txt'), 'This is {controller}.');
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (name: string, bytes: string | Uint8Array) => writeFile(join(folder, name), bytes);

  test('is played for exactly those words, and had by its hash', async () => {
    const file = wavOf({ ms: 1_200 });
    await write('en/thanks.wav', file);
    const prompts = await loadPrompts(folder);
    const audio = prompts.audio('en', 'thanks');
    expect(audio?.ms).toBe(1_200);
    expect(prompts.audio('en-US', 'thanks')).toEqual(audio);
    expect(prompts.audioBytes(audio?.sha256 ?? '')?.equals(file)).toBe(true);
    expect(prompts.audioBytes('0'.repeat(64))).toBeNull();
    // A region with words of its own is not spoken by somebody who says others.
    await write('en-GB/thanks.txt', 'Cheers.');
    expect((await loadPrompts(folder)).audio('en-GB', 'thanks')).toBeNull();
  });

  test('that cannot be played leaves the words to the voice, and stops nothing', async () => {
    await write('en/thanks.wav', 'no sound at all');
    await write('en/hello.wav', wavOf());
    const prompts = await loadPrompts(folder);
    expect(prompts.audio('en', 'thanks')).toBeNull();
    expect(prompts.audioFound('en', 'thanks')).toMatchObject({ fault: expect.any(String) });
    expect(prompts.audio('en', 'hello')).toBeNull();
    expect(prompts.words('en', 'thanks', '')).toBe('Thank you.');
  });

  test('of a prompt that is in use stays as it was heard', async () => {
    await write('en/thanks.wav', wavOf({ ms: 1_000 }));
    const earlier = await loadPrompts(folder);
    await write('en/thanks.wav', wavOf({ ms: 2_000 }));
    const later = await loadPrompts(folder);
    const used = later.keeping(earlier, new Set(['thanks']));
    expect(used.changed).toEqual(['en/thanks']);
    expect(used.prompts.audio('en', 'thanks')?.ms).toBe(1_000);
    const unused = later.keeping(earlier, new Set());
    expect(unused.changed).toEqual([]);
    expect(unused.prompts.audio('en', 'thanks')?.ms).toBe(2_000);
  });
});
