/** Two-way tables with totals, as they are published: some cells are hidden. */

export interface CountTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row, then column. */
  readonly counts: readonly (readonly number[])[];
}

/** Null: hidden. Totals count what is hidden too. */
export interface PublishedTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly (readonly (number | null)[])[];
  readonly rowTotals: readonly number[];
  readonly columnTotals: readonly number[];
}

/** A cell by row and column. */
export type Place = readonly [row: number, column: number];

export const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0);

export const columnOf = (counts: CountTable['counts'], column: number): readonly number[] =>
  counts.map((row) => row[column] ?? 0);

export function publish(table: CountTable, hidden: readonly Place[]): PublishedTable {
  const { rows, columns, counts } = table;
  const isHidden = new Set(hidden.map(([row, column]) => `${row},${column}`));
  return {
    rows,
    columns,
    cells: counts.map((cells, row) =>
      cells.map((count, column) => (isHidden.has(`${row},${column}`) ? null : count)),
    ),
    rowTotals: counts.map(sum),
    columnTotals: columns.map((_, column) => sum(columnOf(counts, column))),
  };
}
