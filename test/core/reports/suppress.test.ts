import { describe, expect, test } from 'vitest';
import { attack } from '../../../src/core/reports/attack.ts';
import { discreteLaplace } from '../../../src/core/reports/laplace.ts';
import { hiddenCells } from '../../../src/core/reports/suppress.ts';
import { type CountTable, type Place, publish } from '../../../src/core/reports/table.ts';
import { generator } from '../../support/chance.ts';

const k = 10;
const tableOf = (counts: readonly (readonly number[])[]): CountTable => ({
  rows: counts.map((_, i) => `row ${i}`),
  columns: (counts[0] ?? []).map((_, i) => `column ${i}`),
  counts,
});

const hide = (table: CountTable) =>
  hiddenCells(table, ([row, column]) => (table.counts[row]?.[column] ?? 0) < k);

/** Small cells alone, and in each row and column with one of them another: what many do. */
function naive({ counts }: CountTable): readonly Place[] {
  const hidden = new Map<string, Place>();
  const hide = (place: Place) => void hidden.set(String(place), place);
  const small = (n: number) => n > 0 && n < k;
  counts.forEach((row, r) => {
    row.forEach((n, c) => {
      if (small(n)) hide([r, c]);
    });
  });
  counts.forEach((row, r) => {
    const inRow = [...hidden.values()].filter(([one]) => one === r);
    if (inRow.length !== 1) return;
    const others = row
      .map((n, c) => [n, c] as const)
      .filter(([n, c]) => n >= k && c !== inRow[0]?.[1]);
    const [best] = others.sort(([a], [b]) => a - b);
    if (best !== undefined) hide([r, best[1]]);
  });
  (counts[0] ?? []).forEach((_, c) => {
    const inColumn = [...hidden.values()].filter(([, one]) => one === c);
    if (inColumn.length !== 1) return;
    const others = counts
      .map((row, r) => [row[c] ?? 0, r] as const)
      .filter(([n, r]) => n >= k && r !== inColumn[0]?.[0]);
    const [best] = others.sort(([a], [b]) => a - b);
    if (best !== undefined) hide([best[1], c]);
  });
  return [...hidden.values()];
}

function randomTable(seed: number): CountTable {
  const chance = generator(seed);
  const size = () => 3 + Math.floor(chance() * 4);
  const [rows, columns] = [size(), size()];
  const cell = () => {
    const kind = chance();
    if (kind < 0.1) return 0;
    return kind < 0.3 ? 1 + Math.floor(chance() * (k - 1)) : k + Math.floor(chance() * 90);
  };
  return tableOf(Array.from({ length: rows }, () => Array.from({ length: columns }, cell)));
}

describe('the attacker', () => {
  test('finds a cell that is hidden alone, and one whose totals leave nothing else', () => {
    const table = tableOf([
      [3, 20],
      [30, 40],
    ]);
    expect(attack(publish(table, [[0, 0]]))).toEqual([[0, 0]]);
    expect(attack(publish(table, []))).toEqual([]);
    const square: readonly Place[] = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    expect(attack(publish(table, square))).toEqual([]);
  });

  test('finds by bounds what no equation says', () => {
    const table = tableOf([
      [0, 0],
      [5, 7],
    ]);
    const square: readonly Place[] = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ];
    expect(attack(publish(table, square))).toHaveLength(4);
  });
});

describe('what is hidden', () => {
  const tables = Array.from({ length: 1_000 }, (_, seed) => randomTable(seed + 1));

  test('cannot be worked out from any of a thousand tables', () => {
    let published = 0;
    for (const table of tables) {
      const hidden = hide(table);
      if (hidden === null) continue;
      published += 1;
      expect(attack(publish(table, hidden))).toEqual([]);
      const shown = publish(table, hidden).cells.flat();
      expect(shown.every((n) => n === null || n === 0 || n >= k)).toBe(true);
    }
    expect(published).toBeGreaterThan(900);
  });

  test('could be, where each small cell only gets a companion', () => {
    const leaks = tables.filter((table) => attack(publish(table, naive(table))).length > 0);
    expect(leaks.length).toBeGreaterThan(50);
  });

  test('is nothing where nothing is small', () => {
    expect(hide(tableOf([[10, 20]]))).toEqual([]);
  });

  test('is everything where one small cell has no company', () => {
    expect(hide(tableOf([[3]]))).toBeNull();
    expect(
      hide(
        tableOf([
          [3, 0],
          [0, 40],
        ]),
      ),
    ).toBeNull();
  });
});

describe('noise', () => {
  const draws = (epsilon: number, n: number) => {
    const chance = generator(7);
    const below = (limit: number) => Math.floor(chance() * limit);
    const scale = { numerator: Math.round(10 / epsilon), denominator: 10 };
    return Array.from({ length: n }, () => discreteLaplace(below, scale));
  };

  test.each([
    [1, 1.8413],
    [0.1, 199.8],
  ])('of epsilon %d is spread as the theory says, about nothing', (epsilon, variance) => {
    const all = draws(epsilon, 40_000);
    const mean = all.reduce((sum, n) => sum + n, 0) / all.length;
    const spread = all.reduce((sum, n) => sum + n * n, 0) / all.length;
    expect(Math.abs(mean)).toBeLessThan(0.02 * Math.sqrt(variance));
    expect(Math.abs(spread / variance - 1)).toBeLessThan(0.05);
    expect(all.every(Number.isInteger)).toBe(true);
  });

  test('of epsilon 1 falls by e from each number to the next', () => {
    const all = draws(1, 40_000);
    const count = (value: number) => all.filter((n) => n === value).length;
    for (const n of [0, 1, 2]) {
      expect(count(n) / count(n + 1)).toBeGreaterThan(Math.E * 0.85);
      expect(count(n) / count(n + 1)).toBeLessThan(Math.E * 1.15);
    }
  });
});
