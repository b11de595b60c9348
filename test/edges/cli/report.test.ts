import { expect, test } from 'vitest';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import { consentry } from './console.ts';

const cell = {
  callers: 44,
  calls: 50,
  meanMs: 60_000,
  medianMs: 55_000,
  answered: 90,
  asked: 90,
  heard: 89,
  granted: 68,
  refused: 32,
  silent: null,
  withdrawn: '<5',
};
const report = {
  rows: ['DE', 'US-CA'],
  columns: [''],
  cells: [[cell], [null]],
  hidden: 1,
  leftOut: true,
};
const release = {
  month: '2026-03',
  rows: ['DE'],
  columns: ['granted', 'refused'],
  cells: [[30, null]],
  rowTotals: [44],
  columnTotals: [30, 14],
  leftOut: 2,
};

function played(body: object | string) {
  const asked: ServerAsk[] = [];
  const askServer = async (_: string, what: ServerAsk) => {
    asked.push(what);
    return new Response(typeof body === 'string' ? body : JSON.stringify(body));
  };
  return { asked, askServer };
}
const march = ['--since', '2026-03-01T00:00:00Z', '--until', '2026-04-01T00:00:00Z'];

test('report calls is a table, and says what it leaves out', async () => {
  const { asked, askServer } = played(report);
  const { code, out, err } = await consentry(
    { askServer },
    'report',
    'calls',
    ...march,
    '--by',
    'region',
  );
  expect(code).toBe(0);
  expect(asked[0]?.path).toBe(
    '/reports/calls?since=2026-03-01T00%3A00%3A00.000Z&until=2026-04-01T00%3A00%3A00.000Z&rows=region',
  );
  expect(out).toMatch(/DE +44 +50 +55 s +90 % +90 % +68 % +32 % +<5 %/);
  expect(out).not.toContain('US-CA');
  expect(err).toContain('1 cells are hidden');
});

test('report calls prints CSV as it comes', async () => {
  const { asked, askServer } = played('row,column\r\nDE,\r\n');
  const { out } = await consentry({ askServer }, 'report', 'calls', ...march, '--csv');
  expect(out).toBe('row,column\r\nDE,\n');
  expect(asked[0]?.path).toContain('&format=csv');
});

test('a time has to be one', async () => {
  expect((await consentry({}, 'report', 'calls', '--since', 'March')).code).toBe(2);
});

test('report release asks for it, and shows what was released', async () => {
  const { asked, askServer } = played(release);
  const args = ['2026-03', '--by', 'region', '--epsilon', '1'];
  const { code, out, err } = await consentry({ askServer }, 'report', 'release', ...args);
  expect([code, asked[0]?.body]).toEqual([0, { month: '2026-03', rows: 'region', epsilon: 1 }]);
  expect(out).toMatch(/DE +30 +hidden +44/);
  expect(out).toMatch(/ALL +30 +14 +44/);
  expect(err).toContain('2 rows');
});

test('report show prints it as JSON', async () => {
  const { askServer } = played(release);
  const { out } = await consentry({ askServer }, 'report', 'show', '2026-03', '--json');
  expect(JSON.parse(out)).toEqual(release);
});
