/** The published examples, as facts of the papers give them. */
import { describe, expect, test } from 'vitest';
import {
  type AnonymityClass,
  classesOf,
  distinctL,
  entropyL,
  equalDistance,
  everybody,
  kOf,
  orderedDistance,
  sizeOf,
  type Tree,
  treeDistance,
} from '../../../src/core/reports/anonymity.ts';

type Row = readonly [looks: string, value: string];
const classes = (rows: readonly Row[]): readonly AnonymityClass[] =>
  classesOf(
    rows,
    ([looks]) => looks,
    ([, value]) => value,
  );

describe('Sweeney 2002, eleven patients', () => {
  const rows: readonly Row[] = [
    ['black 1965 m 0214*', 'short breath'],
    ['black 1965 m 0214*', 'chest pain'],
    ['black 1965 f 0213*', 'hypertension'],
    ['black 1965 f 0213*', 'hypertension'],
    ['black 1964 f 0213*', 'obesity'],
    ['black 1964 f 0213*', 'chest pain'],
    ['white 1964 m 0213*', 'chest pain'],
    ['white 1964 m 0213*', 'obesity'],
    ['white 1964 m 0213*', 'short breath'],
    ['white 1967 m 0213*', 'chest pain'],
    ['white 1967 m 0213*', 'chest pain'],
  ];

  test('is 2-anonymous, and two of its classes say what is wrong with whoever is in them', () => {
    expect(classes(rows).map(sizeOf)).toEqual([2, 2, 2, 3, 2]);
    expect(kOf(classes(rows))).toBe(2);
    expect(Math.min(...classes(rows).map(distinctL))).toBe(1);
  });
});

describe('Machanavajjhala and others 2007, twelve patients', () => {
  const rows = [
    [13053, 28, 'heart'],
    [13068, 29, 'heart'],
    [13068, 21, 'viral'],
    [13053, 23, 'viral'],
    [14853, 50, 'cancer'],
    [14853, 55, 'heart'],
    [14850, 47, 'viral'],
    [14850, 49, 'viral'],
    [13053, 31, 'cancer'],
    [13053, 37, 'cancer'],
    [13068, 36, 'cancer'],
    [13068, 35, 'cancer'],
  ] as const;
  const grouped = (looks: (zip: number, age: number) => string) =>
    classes(rows.map(([zip, age, value]) => [looks(zip, age), value]));

  test('4-anonymous is not diverse: everybody of one class has cancer', () => {
    const all = grouped((zip, age) => (zip > 14000 ? 'old' : age < 30 ? 'young' : 'thirties'));
    expect([kOf(all), Math.min(...all.map(distinctL))]).toEqual([4, 1]);
    expect(Math.min(...all.map(entropyL))).toBeCloseTo(1, 12);
  });

  test('grouped otherwise it is 3-diverse', () => {
    const all = grouped((zip, age) => (age > 40 ? 'over 40' : zip === 13053 ? '13053' : '13068'));
    expect([kOf(all), Math.min(...all.map(distinctL))]).toEqual([4, 3]);
    expect(Math.min(...all.map(entropyL))).toBeCloseTo(2.828427, 6);
  });
});

describe('Li and others 2007, nine patients', () => {
  const rows = [
    [3, 'gastric ulcer'],
    [4, 'gastritis'],
    [5, 'stomach cancer'],
    [6, 'gastritis'],
    [11, 'flu'],
    [8, 'bronchitis'],
    [7, 'bronchitis'],
    [9, 'pneumonia'],
    [10, 'stomach cancer'],
  ] as const;
  const salaries = rows.map(([salary]) => String(salary)).sort((a, b) => Number(a) - Number(b));
  const group = (of: readonly (readonly number[])[], what: 0 | 1) =>
    classes(
      of.flatMap((members, n) =>
        members.map((row): Row => [String(n), String(rows[row - 1]?.[what])]),
      ),
    );
  const four = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ];
  const five = [
    [1, 3, 8],
    [4, 5, 6],
    [2, 7, 9],
  ];
  const distances = (of: readonly AnonymityClass[]) =>
    of.map((one) => orderedDistance(one, everybody(of), salaries));

  test('table 4 gives salaries away, table 5 does not', () => {
    for (const [of, expected] of [
      [four, [0.375, 0.166667, 0.236111]],
      [five, [0.166667, 0.166667, 0.083333]],
    ] as const) {
      const found = distances(group(of, 0));
      expect(found.map((n) => Number(n.toFixed(6)))).toEqual(expected);
    }
  });

  test('table 5, diseases in their tree', () => {
    const tree: Tree = [
      [
        ['flu', 'pneumonia', 'bronchitis'],
        ['pulmonary edema', 'pulmonary embolism'],
      ],
      [
        ['gastric ulcer', 'stomach cancer', 'gastritis'],
        ['colitis', 'colon cancer'],
      ],
    ];
    const all = group(five, 1);
    const found = all.map((one) => treeDistance(one, everybody(all), tree));
    expect(found.map((n) => Number((27 * n).toFixed(9)))).toEqual([7, 8, 5]);
  });
});

test('equal distance is half of what has to change', () => {
  const all = classes([
    ['a', 'yes'],
    ['a', 'yes'],
    ['b', 'no'],
    ['b', 'yes'],
  ]);
  expect(all.map((one) => equalDistance(one, everybody(all)))).toEqual([0.25, 0.25]);
});
