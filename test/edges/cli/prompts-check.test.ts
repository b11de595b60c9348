import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadFlows } from '../../../src/adapters/flows/files.ts';
import { loadPrompts } from '../../../src/adapters/prompts/files.ts';
import type { FlowShelf } from '../../../src/edges/cli/parts.ts';
import { consentry, jsonLines, lines } from './console.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const seven = ['en', 'es', 'fr', 'de', 'pt', 'it', 'nl'];
let shelf: FlowShelf;
const refused = () => Promise.reject(new Error('this verb publishes'));

beforeAll(async () => {
  const flows = await loadFlows(join(root, 'flows'));
  const prompts = await loadPrompts(join(root, 'prompts'));
  shelf = {
    flows: flows.all(),
    isPublished: flows.isPublished,
    promptText: prompts.text,
    promptAudio: prompts.audioFound,
    promptNames: [...prompts.texts.keys()],
    published: flows.published,
    lock: { append: refused, alone: refused },
  };
});

/** The shipped prompts, some of them changed: null takes one away. */
const check = (change: Record<string, string | null>, ...args: readonly string[]) =>
  consentry(
    {
      openFlows: async () => ({
        ...shelf,
        promptNames: shelf.promptNames
          .concat(Object.keys(change))
          .filter((name) => change[name] !== null),
        promptText: (locale, id) => {
          const name = `${locale}/${id}`;
          return name in change ? (change[name] ?? null) : shelf.promptText(locale, id);
        },
      }),
    },
    'prompts',
    'check',
    ...args,
  );

test('[cap 38] the shipped prompts pass in seven languages, with their seconds in a table', async () => {
  const { code, out, err } = await check({});
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const table = lines(out);
  expect(table[0]?.split(/\s{2,}/)).toEqual(['seconds to speak', ...seven]);
  expect(table.at(-1)).toBe('7 languages: nothing to mend');
  for (const name of readdirSync(join(root, 'prompts/en'))) {
    const row = table.find((line) => line.startsWith(`${name.slice(0, -'.txt'.length)} `));
    expect(row?.trim().split(/\s+/).slice(1)).toHaveLength(7);
    expect(row).toMatch(/^\S+(\s+\d+\.\d){7}$/);
  }
});

test('in JSON there is nothing to say where nothing is wrong', async () => {
  expect(await check({}, '--json')).toMatchObject({ code: 0, out: '' });
});

test('a missing file is named in its language, and only there', async () => {
  const { code, out } = await check({ 'nl/recorded': null }, '--json');
  expect(code).toBe(1);
  expect(jsonLines(out)).toEqual([
    { locale: 'nl', id: 'recorded', rule: 'missing', reason: 'is not there', fails: true },
  ]);
  const shown = lines((await check({ 'nl/recorded': null }, 'nl', 'de')).out);
  expect(shown.find((line) => line.startsWith('recorded '))).toMatch(/ - +\d\.\d$/);
  expect(shown.slice(-2)).toEqual(['nl/recorded is not there', '2 languages: 1 to mend']);
});

test('a fault is marked in the table, said once, and only for the languages asked for', async () => {
  const change = { 'fr/greeting': 'Cet appel peut être enregistré.' };
  const { code, out } = await check(change, 'fr');
  expect(code).toBe(1);
  expect(lines(out).find((line) => line.startsWith('greeting '))).toMatch(/\d!$/);
  expect(out.match(/does not say whether it is recorded/g)).toHaveLength(1);
  expect((await check(change, 'de')).code).toBe(0);
});

test('a language that is not known passes on what all have, and that is said', async () => {
  const polish = Object.fromEntries(
    shelf.promptNames
      .filter((name) => name.startsWith('en/'))
      .map((name) => [name.replace('en/', 'pl/'), '{controller} 1 2 5 9 0']),
  );
  const { code, out } = await check(polish, '--json');
  expect(code).toBe(0);
  expect(jsonLines(out)).toEqual([
    expect.objectContaining({ locale: 'pl', id: null, rule: 'language', fails: false }),
  ]);
  const late = { ...polish, 'pl/recording-choices': '{controller} 2 1 0' };
  const { code: failed, out: found } = await check(late, '--json', 'pl');
  expect(failed).toBe(1);
  expect(jsonLines(found).map(({ rule }) => rule)).toEqual(['language', 'order']);
});

test('a region is read from its own folder, and its language where it has none', async () => {
  expect((await check({}, 'de-AT')).code).toBe(0);
  const { out } = await check({ 'de-AT/recorded': 'Vielleicht wird aufgezeichnet.' }, '--json');
  expect(jsonLines(out)).toEqual([
    expect.objectContaining({ locale: 'de-AT', id: 'recorded', rule: 'may-be' }),
  ]);
});

test('what is no language tag is a command line that cannot be meant', async () => {
  expect(await check({}, 'x_y')).toMatchObject({ code: 2, out: '' });
});
