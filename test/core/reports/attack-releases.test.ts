/** Each way in is tried against releases that keep no rule but those of one table. */
import { describe, expect, test } from 'vitest';
import { attackTogether, type DatedTable } from '../../../src/core/reports/attack-releases.ts';
import type { CallFact } from '../../../src/core/reports/facts.ts';
import { type ReleaseRow, releaseOf, releaseRules } from '../../../src/core/reports/release.ts';

const { k } = releaseRules;

function calls(count: number, more: Partial<CallFact>): CallFact[] {
  const fact: CallFact = {
    caller: null,
    line: 'a',
    campaign: 'none',
    region: 'DE',
    direction: 'inbound',
    language: 'de',
    outcome: 'granted',
    day: '2026-01-10',
    durationMs: 60_000,
    answered: true,
    ...more,
  };
  const name = JSON.stringify(more);
  return Array.from({ length: count }, (_, i) => ({ ...fact, caller: `${name} ${i}` }));
}

function released(
  facts: readonly CallFact[],
  rowsBy: ReleaseRow,
  from: string,
  until: string,
): DatedTable {
  const within = facts.filter(({ day }) => day >= from && day < until);
  const table = releaseOf(within, rowsBy, null, (below) => below - 1);
  if (table === null) throw new Error('there is something to release');
  return { from, until, rowsBy, table };
}

const month = (facts: readonly CallFact[], n: number, rowsBy: ReleaseRow = 'line') =>
  released(facts, rowsBy, `2026-0${n}-01`, `2026-0${n + 1}-01`);

/** Three months, and a little more on one line in each. */
const quarter = ['2026-01-10', '2026-02-10', '2026-03-10'].flatMap((day, i) => [
  ...calls(100 + i, { day }),
  ...calls(80, { day, outcome: 'refused' }),
  ...calls(90, { day, line: 'b' }),
  ...calls(70, { day, line: 'b', outcome: 'refused' }),
]);

describe('releases laid over each other', () => {
  test('of months beside each other give nobody away', () => {
    const months = [1, 2, 3].map((n) => month(quarter, n));
    expect(attackTogether(months, k)).toEqual([]);
  });

  test('of one month by two cuts give away whom one of them left out', () => {
    const facts = [...quarter, ...calls(4, { line: 'c', region: 'DE' })];
    const found = attackTogether([month(facts, 1), month(facts, 1, 'region')], k);
    expect(found).toContainEqual({ how: 'another cut', what: 'column granted', left: 4 });
    expect(found).toContainEqual({ how: 'another cut', what: 'all', left: 4 });
  });

  test('of a time, and of all but a few days of it, give away those days', () => {
    const facts = [...quarter, ...calls(3, { day: '2026-01-31', outcome: 'refused' })];
    const tables = [month(facts, 1), released(facts, 'line', '2026-01-01', '2026-01-31')];
    const found = attackTogether(tables, k);
    const how = 'overlapping periods';
    expect(found).toContainEqual({ how, what: 'a, refused', left: 3 });
    expect(found).toContainEqual({ how, what: 'row a', left: 3 });
    expect(attackTogether([...tables].reverse(), k)).toEqual(found);
  });

  test('of a time, and of several inside it, give away what lies between', () => {
    const facts = [
      ...quarter.filter(({ day }) => day < '2026-03-01'),
      ...calls(5, { day: '2026-03-20' }),
    ];
    const whole = released(facts, 'line', '2026-01-01', '2026-04-01');
    const months = [1, 2].map((n) => month(facts, n));
    expect(attackTogether([whole, ...months], k)).toEqual([
      { how: 'overlapping periods', what: 'column granted', left: 5 },
      { how: 'overlapping periods', what: 'all', left: 5 },
      { how: 'overlapping periods', what: 'row a', left: 5 },
      { how: 'overlapping periods', what: 'a, granted', left: 5 },
    ]);
  });

  test('say nothing of what is hidden in one of them, or of enough', () => {
    const facts = [...quarter, ...calls(40, { day: '2026-01-31' })];
    const tables = [month(facts, 1), released(facts, 'line', '2026-01-01', '2026-01-31')];
    expect(attackTogether(tables, k)).toEqual([]);
  });
});
