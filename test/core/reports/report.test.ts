import { describe, expect, test } from 'vitest';
import { attack } from '../../../src/core/reports/attack.ts';
import {
  type CallFact,
  type Outcome,
  outcomeOf,
  periodOf,
} from '../../../src/core/reports/facts.ts';
import { releaseOf, releaseRules } from '../../../src/core/reports/release.ts';
import { reportOf, shareOf } from '../../../src/core/reports/report.ts';
import { generator } from '../../support/chance.ts';

const base: CallFact = {
  caller: 'a',
  line: 'sales',
  campaign: '',
  region: 'US-CA',
  direction: 'inbound',
  language: 'en',
  outcome: 'granted',
  day: '2026-03-04',
  durationMs: 60_000,
  answered: true,
};
const many = (n: number, more: Partial<CallFact>, name = JSON.stringify(more)): CallFact[] =>
  Array.from({ length: n }, (_, i) => ({ ...base, caller: `${name} ${i}`, ...more }));
const quiet = (limit: number) => limit - 1;

describe('what became of a question', () => {
  test.each<[readonly string[], boolean, Outcome]>([
    [[], false, 'not asked'],
    [['request'], false, 'left'],
    [['request', 'grant'], false, 'granted'],
    [['reminder'], false, 'granted'],
    [['request', 'refusal'], false, 'refused'],
    [['request', 'refusal'], true, 'silent'],
    [['request', 'grant', 'withdrawal'], false, 'withdrawn'],
    [['request', 'grant', 'expiry'], false, 'granted'],
    [['request', 'grant', 'sealing', 'listening'], false, 'granted'],
    [['sealing'], false, 'not asked'],
  ])('%j is %s', (kinds, silent, expected) => {
    expect(outcomeOf(kinds, silent)).toBe(expected);
  });
});

test.each([
  ['day', '2026-03-01'],
  ['week', '2026-02-23'],
  ['month', '2026-03'],
] as const)('a Sunday is in the %s %s', (period, expected) => {
  expect(periodOf('2026-03-01', period)).toBe(expected);
});

describe('a report for the business', () => {
  test('counts callers, of each five calls at most, and everybody withheld as one', () => {
    const often = Array.from({ length: 40 }, () => ({ ...base, caller: 'often' }));
    const withheld = Array.from({ length: 40 }, () => ({ ...base, caller: null }));
    const report = reportOf([...often, ...withheld, ...many(4, {})], {
      rows: 'line',
      columns: null,
    });
    expect(report?.cells[0]?.[0]).toMatchObject({ callers: 6, calls: 14 });
  });

  test('of few callers says nothing, and no total says it either', () => {
    const facts = [...many(50, {}), ...many(4, { line: 'help' })];
    const report = reportOf(facts, { rows: 'line', columns: null });
    expect(report).toMatchObject({ rows: ['sales'], columnTotals: [50], leftOut: true });
  });

  test('puts few with few, where they are enough together', () => {
    const facts = [...many(50, {}), ...many(3, { line: 'help' }), ...many(3, { line: 'desk' })];
    const report = reportOf(facts, { rows: 'line', columns: null });
    expect(report).toMatchObject({
      rows: ['(other)', 'sales'],
      columnTotals: [56],
      leftOut: false,
    });
  });

  test('by two things hides what can be hidden without giving it away', () => {
    const facts = [
      ...many(30, { line: 'a', region: 'x' }),
      ...many(30, { line: 'a', region: 'y' }),
      ...many(3, { line: 'b', region: 'x' }),
      ...many(30, { line: 'b', region: 'y' }),
      ...many(20, { line: 'c', region: 'x' }),
      ...many(20, { line: 'c', region: 'y' }),
    ];
    const report = reportOf(facts, { rows: 'line', columns: 'region' });
    if (report === null) throw new Error('there is a report');
    const cells = report.cells.map((row) => row.map((cell) => cell?.calls ?? null));
    expect(cells[1]?.[0]).toBeNull();
    expect(report.hidden).toBe(4);
    expect(attack({ ...report, cells })).toEqual([]);
  });

  test('takes the finest periods in which there are enough callers', () => {
    const daily = ['02', '03', '04'].flatMap((day) => many(6, { day: `2026-03-${day}` }));
    expect(reportOf(daily, { rows: 'period', columns: null })?.rows).toHaveLength(3);
    const thin = [...many(3, { day: '2026-03-02' }), ...many(3, { day: '2026-03-04' })];
    expect(reportOf(thin, { rows: 'period', columns: null })).toMatchObject({
      period: 'week',
      rows: ['2026-03-02'],
    });
  });

  test('shares are of those who were asked, and never about one or two', () => {
    expect([shareOf(50, 100, 5), shareOf(1, 100, 5), shareOf(99, 100, 5)]).toEqual([
      50,
      '<5',
      '>95',
    ]);
    expect([shareOf(2, 10, 5), shareOf(9, 10, 5), shareOf(2, 4, 5)]).toEqual([null, null, null]);
    const facts = [
      ...many(60, {}),
      ...many(20, { outcome: 'refused' }),
      ...many(10, { outcome: 'silent' }),
      ...many(10, { outcome: 'not asked' }),
    ];
    expect(reportOf(facts, { rows: 'line', columns: null })?.cells[0]?.[0]).toMatchObject({
      asked: 90,
      heard: 89,
      granted: 67,
      refused: 22,
      silent: 11,
      withdrawn: '<5',
    });
  });

  test('one very long call does not show', () => {
    const facts = [...many(5, {}), { ...base, caller: 'long', durationMs: 9 * 3_600_000 }];
    const cell = reportOf(facts, { rows: 'line', columns: null })?.cells[0]?.[0];
    expect(cell?.meanMs).toBeLessThan(6 * 60_000);
  });
});

describe('a release [cap 78]', () => {
  const spread = (line: string, granted: number, refused: number): CallFact[] => [
    ...many(granted, { line, outcome: 'granted' }),
    ...many(refused, { line, outcome: 'refused' }),
  ];

  test('has ten callers in every class, and two outcomes', () => {
    const facts = [
      ...spread('a', 30, 20),
      ...spread('b', 25, 15),
      ...spread('c', 4, 3),
      ...spread('d', 12, 0),
    ];
    const release = releaseOf(facts, 'line', null, quiet);
    expect(release?.rows).toEqual(['(other)', 'a', 'b']);
    expect(release?.cells.flat().every((n) => n === null || n === 0 || n >= releaseRules.k)).toBe(
      true,
    );
    expect(release).toMatchObject({ leftOut: 0, noise: null });
  });

  test('leaves out what differs much from everybody', () => {
    const facts = [...spread('a', 100, 90), ...spread('b', 100, 95), ...spread('c', 2, 60)];
    const release = releaseOf(facts, 'line', null, quiet);
    expect([release?.rows, release?.leftOut]).toEqual([['a', 'b'], 1]);
    expect(release?.columnTotals).toEqual([200, 185]);
  });

  test('of a month with too few is none', () => {
    expect(releaseOf(spread('a', 5, 4), 'line', null, quiet)).toBeNull();
    expect(releaseOf([], 'line', null, quiet)).toBeNull();
  });

  test('gives nobody away to pen and paper, whatever the month was like', () => {
    let released = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const chance = generator(seed);
      const some = (of: readonly string[]) => of[Math.floor(chance() ** 2 * of.length)] ?? '';
      const facts = Array.from(
        { length: 100 + Math.floor(chance() * 400) },
        (_, i): CallFact => ({
          ...base,
          caller: `${i % 300}`,
          line: some(['a', 'b', 'c', 'd', 'e', 'f']),
          outcome: some(['granted', 'refused', 'silent', 'left', 'withdrawn']) as Outcome,
        }),
      );
      const release = releaseOf(facts, 'line', null, quiet);
      if (release === null) continue;
      released += 1;
      expect(attack(release)).toEqual([]);
      const margins = [...release.rowTotals, ...release.columnTotals];
      expect(margins.every((n) => n >= releaseRules.k)).toBe(true);
    }
    expect(released).toBeGreaterThan(150);
  });

  test('with noise tells to the nearest five, and nothing below the threshold', () => {
    const chance = generator(3);
    const draw = (limit: number) => Math.floor(chance() * limit);
    const facts = [...spread('a', 300, 200), ...spread('b', 250, 190)];
    const release = releaseOf(facts, 'line', 1, draw);
    const told = [...(release?.cells.flat() ?? []), ...(release?.rowTotals ?? [])];
    expect(told.every((n) => n !== null && n % 5 === 0 && (n === 0 || n >= 10))).toBe(true);
    expect(release?.noise).toEqual({ epsilon: 1, unit: 'caller', cap: 5, yearBudget: 4 });
  });

  test('with noise counts five calls of a caller, wherever they were', () => {
    let odd = false;
    // Draws no noise: 0 of the range, then tails, then not negative.
    const silent = (limit: number) => {
      if (limit === 5_000) return 0;
      if (limit !== 2) return limit - 1;
      odd = !odd;
      return odd ? 1 : 0;
    };
    const facts = [...spread('a', 300, 200), ...spread('b', 250, 190)];
    const often = (['a', 'b'] as const).flatMap((line) =>
      (['granted', 'refused'] as const).flatMap((outcome) =>
        Array.from({ length: 5 }, () => ({ ...base, caller: 'often', line, outcome })),
      ),
    );
    const all = (of: readonly CallFact[]) =>
      (releaseOf(of, 'line', 1, silent)?.cells.flat() ?? []).reduce<number>(
        (n, cell) => n + (cell ?? 0),
        0,
      );
    expect(all(facts)).toBe(940);
    expect(all([...facts, ...often])).toBe(945);
  });

  test('with noise draws it for cells alone: totals are sums of them', () => {
    const chance = generator(11);
    const draw = (limit: number) => Math.floor(chance() * limit);
    const facts = [...spread('a', 3_000, 2_000), ...spread('b', 2_500, 1_900)];
    for (let tries = 0; tries < 20; tries += 1) {
      const release = releaseOf(facts, 'line', 0.1, draw);
      release?.cells.forEach((row, r) => {
        const cells = row.reduce<number>((n, cell) => n + (cell ?? 0), 0);
        expect(Math.abs(cells - (release.rowTotals[r] ?? 0))).toBeLessThanOrEqual(7.5);
      });
      expect(release?.cells).toHaveLength(2);
    }
  });
});
