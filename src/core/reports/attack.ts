/**
 * What somebody with pen and paper finds out of a published table: the hidden cells that follow from
 * totals, by elimination and by bounds (no count is below zero). Nothing here knows how the cells to
 * hide were chosen.
 */
import type { Place, PublishedTable } from './table.ts';

interface Equation {
  /** Coefficients of the hidden cells. */
  readonly of: number[];
  equals: number;
}

/** Hidden cells whose counts are known all the same. */
export function attack(table: PublishedTable): readonly Place[] {
  const hidden = hiddenIn(table);
  const equations = equationsOf(table, hidden);
  const solved = new Set([...byElimination(equations, hidden.length), ...byBounds(equations)]);
  return hidden.filter((_, i) => solved.has(i));
}

function hiddenIn({ cells }: PublishedTable): readonly Place[] {
  return cells.flatMap((row, r) =>
    row.flatMap((cell, c): readonly Place[] => (cell === null ? [[r, c]] : [])),
  );
}

function equationsOf(table: PublishedTable, hidden: readonly Place[]): readonly Equation[] {
  const { cells, rowTotals, columnTotals } = table;
  const shown = (values: readonly (number | null | undefined)[]): number =>
    values.reduce<number>((all, value) => all + (value ?? 0), 0);
  const rows = rowTotals.map((total, r) => ({
    of: hidden.map(([row]) => (row === r ? 1 : 0)),
    equals: total - shown(cells[r] ?? []),
  }));
  const columns = columnTotals.map((total, c) => ({
    of: hidden.map(([, column]) => (column === c ? 1 : 0)),
    equals: total - shown(cells.map((row) => row[c])),
  }));
  return [...rows, ...columns];
}

/** Gauss and Jordan. Coefficients of such tables stay -1, 0 and 1, so nothing is rounded. */
function byElimination(equations: readonly Equation[], unknowns: number): readonly number[] {
  const left = equations.map(({ of, equals }) => ({ of: [...of], equals }));
  let pivotRow = 0;
  for (let unknown = 0; unknown < unknowns && pivotRow < left.length; unknown += 1) {
    const found = left.findIndex(({ of }, i) => i >= pivotRow && of[unknown] !== 0);
    if (found < 0) continue;
    const pivot = left[found] as Equation;
    left[found] = left[pivotRow] as Equation;
    left[pivotRow] = pivot;
    const by = pivot.of[unknown] as number;
    for (const other of left) {
      const times = (other.of[unknown] ?? 0) / by;
      if (other === pivot || times === 0) continue;
      for (let i = 0; i < unknowns; i += 1) {
        other.of[i] = (other.of[i] ?? 0) - times * (pivot.of[i] ?? 0);
      }
      other.equals -= times * pivot.equals;
    }
    pivotRow += 1;
  }
  return left.flatMap(({ of }) => {
    const used = of.flatMap((n, i) => (n === 0 ? [] : [i]));
    return used.length === 1 ? used : [];
  });
}

/** Where least and most that a cell can be meet. */
function byBounds(equations: readonly Equation[]): readonly number[] {
  const unknowns = equations[0]?.of.length ?? 0;
  const least = new Array<number>(unknowns).fill(0);
  const most = new Array<number>(unknowns).fill(Number.POSITIVE_INFINITY);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { of, equals } of equations) {
      const used = of.flatMap((n, i) => (n === 0 ? [] : [i]));
      const lows = used.reduce((all, i) => all + (least[i] as number), 0);
      const highs = used.reduce((all, i) => all + (most[i] as number), 0);
      for (const i of used) {
        const high = equals - (lows - (least[i] as number));
        const low = Number.isFinite(highs) ? equals - (highs - (most[i] as number)) : 0;
        if (high < (most[i] as number)) {
          most[i] = high;
          changed = true;
          break;
        }
        if (low > (least[i] as number)) {
          least[i] = low;
          changed = true;
          break;
        }
      }
    }
  }
  return least.flatMap((low, i) => (low === most[i] ? [i] : []));
}
