/**
 * Counts calls by what a report asks for. The unit of privacy is the caller: of each at most five
 * calls count in a cell, and everybody who withheld their number is taken for one.
 */
import { type CallFact, type Dimension, type Outcome, type Period, periodOf } from './facts.ts';

const callsPerCaller = 5;
/** What is longer counts as this: one very long call would be somebody. */
const durationMsMax = 30 * 60_000;

export interface Cell {
  readonly callers: Map<string, number>;
  readonly durations: number[];
  readonly outcomes: Map<Outcome, number>;
  calls: number;
  answered: number;
}

export interface Tally {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  cell(row: string, column: string): Cell | null;
}

export const keyOf = (fact: CallFact, dimension: Dimension | null, period: Period): string => {
  if (dimension === null) return '';
  return dimension === 'period' ? periodOf(fact.day, period) : fact[dimension];
};

export function tally(
  facts: readonly CallFact[],
  by: { readonly rows: Dimension; readonly columns: Dimension | null; readonly period: Period },
): Tally {
  const cells = new Map<string, Map<string, Cell>>();
  const columns = new Set<string>();
  for (const fact of facts) {
    const row = keyOf(fact, by.rows, by.period);
    const column = keyOf(fact, by.columns, by.period);
    columns.add(column);
    const inRow = cells.get(row) ?? new Map<string, Cell>();
    cells.set(row, inRow);
    const cell = inRow.get(column) ?? emptyCell();
    inRow.set(column, cell);
    count(cell, fact);
  }
  return {
    rows: [...cells.keys()].sort(),
    columns: [...columns].sort(),
    cell: (row, column) => cells.get(row)?.get(column) ?? null,
  };
}

function emptyCell(): Cell {
  return { callers: new Map(), durations: [], outcomes: new Map(), calls: 0, answered: 0 };
}

function count(cell: Cell, { caller, durationMs, outcome, answered }: CallFact): void {
  const known = cell.callers.get(caller ?? '') ?? 0;
  cell.callers.set(caller ?? '', known + 1);
  if (known >= callsPerCaller) return;
  cell.calls += 1;
  cell.durations.push(Math.min(durationMs, durationMsMax));
  cell.outcomes.set(outcome, (cell.outcomes.get(outcome) ?? 0) + 1);
  if (answered) cell.answered += 1;
}

export const other = '(other)';

/**
 * A total of few callers is told no more than a cell of few is. What has too few is put together, and
 * left out, totals and all, where that is still too few. Periods are not put together: it would not
 * say when.
 */
export function withoutSmall(
  facts: readonly CallFact[],
  dimension: Dimension,
  period: Period,
  k: number,
): readonly CallFact[] {
  const smallIn = (some: readonly CallFact[]): ReadonlySet<string> => {
    const all = tally(some, { rows: dimension, columns: null, period });
    return new Set(all.rows.filter((row) => (all.cell(row, '')?.callers.size ?? 0) < k));
  };
  const small = smallIn(facts);
  if (small.size === 0) return facts;
  const isSmall = (fact: CallFact): boolean => small.has(keyOf(fact, dimension, period));
  if (dimension === 'period') return facts.filter((fact) => !isSmall(fact));
  const merged = facts.map((fact) => (isSmall(fact) ? { ...fact, [dimension]: other } : fact));
  return smallIn(merged).has(other) ? merged.filter((fact) => fact[dimension] !== other) : merged;
}
