/**
 * Many rows as a few parameters: one array a column, which `unnest` puts side by side again. Half
 * the database's work of the same rows in JSON, where every value is looked up by its name.
 */

import { assert } from '../../core/error.ts';

export type Cell = string | number | boolean | null;

/** Columns as SQL declares them, by name. */
export type Columns = Readonly<Record<string, string>>;

export class Rows {
  readonly #types: readonly string[];
  readonly #columns: readonly Cell[][];

  constructor(columns: Columns) {
    this.#types = Object.values(columns);
    this.#columns = this.#types.map(() => []);
  }

  /** One row, its cells in the order of the columns. */
  add(cells: readonly Cell[]): void {
    assert(cells.length === this.#columns.length, 'a row has a cell for each column');
    let i = 0;
    for (const column of this.#columns) {
      column.push(cells[i] ?? null);
      i += 1;
    }
  }

  /** One array literal a column, in their order. */
  parameters(): readonly string[] {
    return this.#columns.map((column, i) => {
      const asText = bare.has(this.#types[i] ?? '') ? bareText : cellText;
      let list = '';
      for (const cell of column) list += list === '' ? asText(cell) : `,${asText(cell)}`;
      return `{${list}}`;
    });
  }
}

/** What an array literal takes as it is; `null` would be read as NULL. */
const plain = /^(?!null$)[\w:.+-]+$/i;

/** Of these types nothing needs quotes: numbers, and times that a `Date` wrote. */
const bare: ReadonlySet<string> = new Set(['int', 'boolean', 'timestamptz']);

function bareText(cell: Cell): string {
  return cell === null ? 'NULL' : String(cell);
}

/** An element of a PostgreSQL array literal (PostgreSQL manual, 8.15.6). */
function cellText(cell: Cell): string {
  if (cell === null) return 'NULL';
  if (typeof cell !== 'string') return String(cell);
  return plain.test(cell) ? cell : `"${cell.replace(/["\\]/g, '\\$&')}"`;
}

/** `unnest(...) as name(columns)`, its parameters counted from `first`. */
export function rowsFrom(name: string, columns: Columns, first: number): string {
  const arrays = Object.values(columns).map((type, i) => `$${first + i}::${type}[]`);
  return `unnest(${arrays.join(', ')}) as ${name}(${Object.keys(columns).join(', ')})`;
}
