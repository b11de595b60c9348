/**
 * What somebody finds out who has several published tables: totals of the same time by two cuts, and
 * a time less the times inside it. Whatever is left and is below the threshold is a few people. Nothing
 * here knows by which rules tables are released. Noisy tables are not for this: they do not subtract.
 */
import { type PublishedTable, sum } from './table.ts';

export interface DatedTable {
  /** ISO 8601 days. */
  readonly from: string;
  /** Exclusive. */
  readonly until: string;
  readonly rowsBy: string;
  readonly table: PublishedTable;
}

export interface Finding {
  readonly how: 'another cut' | 'overlapping periods';
  /** Of which row, column or cell; `all`: of everybody. */
  readonly what: string;
  readonly left: number;
}

export function attackTogether(tables: readonly DatedTable[], k: number): readonly Finding[] {
  return tables.flatMap((one, i) => [
    ...tables.slice(i + 1).flatMap((other) => byAnotherCut(one, other, k)),
    ...byOverlap(one, tables, k),
  ]);
}

function byAnotherCut(one: DatedTable, other: DatedTable, k: number): readonly Finding[] {
  if (one.from !== other.from || one.until !== other.until) return [];
  return small('another cut', totalsOf(one), [totalsOf(other)], k);
}

/** Less each time inside it alone, and less all of those that do not overlap themselves. */
function byOverlap(one: DatedTable, tables: readonly DatedTable[], k: number): readonly Finding[] {
  const inside = tables
    .filter((other) => other.rowsBy === one.rowsBy && isInside(other, one))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const apart: DatedTable[] = [];
  for (const part of inside) {
    const before = apart.at(-1);
    if (before === undefined || before.until <= part.from) apart.push(part);
  }
  const sets = [...inside.map((part) => [part]), ...(apart.length > 1 ? [apart] : [])];
  return sets.flatMap((parts) => {
    const less = parts.map(everythingOf);
    return small('overlapping periods', everythingOf(one), less, k);
  });
}

const isInside = (part: DatedTable, whole: DatedTable): boolean =>
  part.from >= whole.from &&
  part.until <= whole.until &&
  (part.from !== whole.from || part.until !== whole.until);

type Numbers = ReadonlyMap<string, number | null>;

/** What two cuts of the same calls have in common: their columns. */
function totalsOf({ table }: DatedTable): Numbers {
  const totals = table.columns.map((name, c) => [`column ${name}`, table.columnTotals[c] ?? 0]);
  return new Map([...totals, ['all', sum(table.rowTotals)]] as [string, number][]);
}

function everythingOf(dated: DatedTable): Numbers {
  const { rows, columns, cells, rowTotals } = dated.table;
  const numbers = new Map<string, number | null>(totalsOf(dated));
  for (const [r, row] of rows.entries()) {
    numbers.set(`row ${row}`, rowTotals[r] ?? 0);
    for (const [c, column] of columns.entries()) {
      numbers.set(`${row}, ${column}`, cells[r]?.[c] ?? null);
    }
  }
  return numbers;
}

/** A row or column that is not there may have been left out: nothing is known of it. */
function small(
  how: Finding['how'],
  whole: Numbers,
  parts: readonly Numbers[],
  k: number,
): readonly Finding[] {
  return [...whole].flatMap(([what, number]) => {
    const less = parts.map((part) => part.get(what) ?? null);
    if (number === null || less.includes(null)) return [];
    const left = Math.abs(number - sum(less.map((n) => n ?? 0)));
    return left > 0 && left < k ? [{ how, what, left }] : [];
  });
}
