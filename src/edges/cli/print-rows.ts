import { columns } from './columns.ts';
import type { Terminal } from './terminal.ts';

export interface Table<Row> {
  readonly head: readonly string[];
  readonly cells: (row: Row) => readonly string[];
  /** Said where there are no rows. */
  readonly none: string;
  /** What `--json` prints of a row; without it, the row. */
  readonly view?: (row: Row) => unknown;
}

/** Rows as a table, or as JSON, an object a line. */
export function printRows<Row>(
  { json }: { readonly json: boolean },
  { out, err }: Pick<Terminal, 'out' | 'err'>,
  rows: readonly Row[],
  { head, cells, none, view = (row) => row }: Table<Row>,
): void {
  if (json) for (const row of rows) out(JSON.stringify(view(row)));
  else if (rows.length === 0) err(none);
  else for (const text of columns([head, ...rows.map(cells)])) out(text);
}
