import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { consentry, jsonLines, lines } from './console.ts';
import { shelfOf } from './flow-shelf.ts';

const draw = (...args: readonly string[]) =>
  consentry(shelfOf().parts, 'flow', 'draw', 'asks', ...args);

describe('flow draw', () => {
  test('draws the current version as SVG, and another when asked to', async () => {
    const { code, out, err } = await draw();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^<svg [\s\S]*Flow asks, version 1[\s\S]*<\/svg>\n$/);
    expect((await draw('--version', '2')).out).toContain('Flow asks, version 2');
  });

  test('draws as a table and as Mermaid, in the language asked for', async () => {
    const table = await draw('--format', 'table', '--locale', 'en-GB');
    expect(lines(table.out)[0]).toBe('Flow asks, version 1 (en-GB)');
    expect(table.out).toContain('says  thanks: “Thank you. This call is recorded.”');
    expect((await draw('--format', 'mermaid')).out).toContain('\nflowchart TD\n');
  });

  test('writes all three beside each other, and replaces nothing unasked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'consentry-draw-'));
    const stem = join(folder, 'asks');
    const { code, out } = await draw('--format', 'all', '--out', stem);
    expect(code).toBe(0);
    expect(lines(out)).toEqual(['svg', 'mmd', 'txt'].map((ending) => `wrote ${stem}.${ending}`));
    expect((await readdir(folder)).sort()).toEqual(['asks.mmd', 'asks.svg', 'asks.txt']);
    expect(await readFile(`${stem}.svg`, 'utf8')).toBe((await draw()).out);
    expect(await draw('--format', 'all', '--out', stem)).toMatchObject({ code: 2, out: '' });
    expect(await draw('--format', 'all', '--out', stem, '--force')).toMatchObject({ code: 0 });
    await rm(folder, { recursive: true });
  });

  test('prints nodes, edges and the form as JSON', async () => {
    const [drawn] = jsonLines((await draw('--format', 'table', '--json')).out);
    expect(drawn).toMatchObject({ name: 'asks', version: 1, locale: 'en' });
    expect(drawn?.['edges']).toHaveLength(4);
    expect(drawn?.['nodes']).toHaveLength(4);
    expect(drawn?.['table']).toContain('Flow asks');
    expect(drawn?.['svg']).toBeUndefined();
  });

  test.each([
    [['--version', '9'], 1, 'asks has no version 9; allowed: 1, 2'],
    [['--locale', 'fr'], 2, '--locale cannot be “fr”; allowed: en, en-GB'],
    [['--format', 'png'], 2, '--format'],
  ])('%j is refused', async (args, wanted, sentence) => {
    const { code, out, err } = await draw(...args);
    expect({ code, out }).toEqual({ code: wanted, out: '' });
    expect(err).toContain(sentence);
  });
});

describe('flow diff', () => {
  const diff = (shelf: ReturnType<typeof shelfOf>, ...args: readonly string[]) =>
    consentry(shelf.parts, 'flow', 'diff', 'asks', ...args);

  test('compares the current version with the newest, by language', async () => {
    const { code, out } = await diff(shelfOf());
    expect(code).toBe(0);
    const change =
      '  Step thanks: says was “Thank you. This call is recorded.”, ' +
      'is “Many thanks. This call is recorded.”';
    expect(lines(out)).toEqual([
      'asks 1 → 2: 2 differences',
      '',
      'In en:',
      change,
      '',
      'In en-GB:',
      change,
    ]);
  });

  test('prints each difference with its sentence as JSON', async () => {
    const [told] = jsonLines((await diff(shelfOf(), '1', '2', '--json')).out);
    expect(told).toMatchObject({ name: 'asks', from: 1, to: 2 });
    expect(told?.['differences']).toMatchObject([
      { kind: 'words', locale: 'en', step: 'thanks', sentence: expect.stringContaining('Many') },
      { kind: 'words', locale: 'en-GB' },
    ]);
  });

  test('says so when callers hear none', async () => {
    const { out } = await diff(shelfOf({ first: 'ask' }), '1', '1');
    expect(out).toBe('asks 1 → 1: callers hear no difference.\n');
  });

  test('has nothing to compare when the newest is current', async () => {
    const shelf = shelfOf();
    await consentry(shelf.parts, 'flow', 'publish', 'asks');
    const { code, err } = await diff(shelf);
    expect(code).toBe(1);
    expect(err).toContain('version 2 of asks is the current and the newest one');
  });
});
