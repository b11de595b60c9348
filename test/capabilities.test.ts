/** Keeps `golden/capabilities.md`: which tests show which of the 78 capabilities. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checks } from '../src/core/doctor/examine.ts';

const folder = import.meta.dirname;

/** A test, or a group of tests, whose name says what it shows: `[cap 25] nothing is recorded…`. */
interface Shown {
  readonly file: string;
  readonly name: string;
}

function shownIn(file: string): readonly (readonly [number, Shown])[] {
  const text = readFileSync(join(folder, file), 'utf8');
  const quoted = /(['"`])((?:(?!\1)[^\\\n]|\\.)*\[cap \d+\](?:(?!\1)[^\\\n]|\\.)*)\1/g;
  return [...text.matchAll(quoted)].flatMap(([, , title = '']) => {
    const name = title
      .replace(/ ?\[cap \d+\] ?/g, ' ')
      .replaceAll('\\', '')
      .trim();
    return [...title.matchAll(/\[cap (\d+)\]/g)].map(
      ([, n]) => [Number(n), { file, name }] as const,
    );
  });
}

const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && file !== 'capabilities.test.ts')
  .sort()
  .flatMap(shownIn);

const capabilities = checks
  .flatMap(({ of, title }) => (typeof of === 'number' ? [{ n: of, title }] : []))
  .sort((a, b) => a.n - b.n);

test('the table of capabilities names every test that shows one', async () => {
  const rows = capabilities.map(({ n, title }) => {
    const tests = all
      .filter(([of]) => of === n)
      .map(([, { file, name }]) => `\`${file}\`: ${name.replaceAll('|', '/')}`);
    return `| ${n} | ${title} | ${[...new Set(tests)].join('<br>') || '**nothing yet**'} |`;
  });
  const missing = capabilities.filter(({ n }) => !all.some(([of]) => of === n)).map(({ n }) => n);
  const text = [
    '# What is shown by which test',
    '',
    `${78 - missing.length} of 78 capabilities. Not shown yet: ${missing.join(', ') || 'none'}.`,
    '',
    'Made by `capabilities.test.ts` from names of tests; `npx vitest run --config test/vitest.config.ts',
    'test/capabilities.test.ts -u` makes it again.',
    '',
    '| | Capability | Shown by |',
    '|---|---|---|',
    ...rows,
    '',
  ];
  await expect(text.join('\n')).toMatchFileSnapshot('golden/capabilities.md');
});

test('no test shows a capability that there is not', () => {
  const known = new Set(capabilities.map(({ n }) => n));
  expect(all.length).toBeGreaterThan(40);
  expect(all.filter(([n]) => !known.has(n))).toEqual([]);
});
