/**
 * The report on calls for people of the business: exact counts where enough callers hide in them
 * (k of 5), nothing where they do not, and nothing from which that could be worked out.
 */
import type { CallFact, Dimension, Outcome, Period } from './facts.ts';
import { periods } from './facts.ts';
import { hiddenCells } from './suppress.ts';
import { type CountTable, columnOf, type Place, sum } from './table.ts';
import { type Cell, type Tally, tally, withoutSmall } from './tally.ts';

export const internalK = 5;
/** Both parts of a share have to be of so many calls. */
const partMin = 3;
/** Lengths are told to this, ms. */
const roundedMs = 5_000;

/** Per cent, or that it is below 5 or above 95; null: too few to say. */
export type Share = number | '<5' | '>95' | null;

export interface CellView {
  readonly callers: number;
  readonly calls: number;
  readonly meanMs: number;
  readonly medianMs: number;
  readonly answered: Share;
  readonly asked: Share;
  /** Of those who were asked. */
  readonly heard: Share;
  readonly granted: Share;
  readonly refused: Share;
  readonly silent: Share;
  readonly withdrawn: Share;
}

export interface Report {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly period: Period;
  /** By row, then column. Null: hidden. */
  readonly cells: readonly (readonly (CellView | null)[])[];
  readonly hidden: number;
  /** True: some rows or columns had too few callers even together, and count nowhere. */
  readonly leftOut: boolean;
  /** Calls, what is hidden counted too. */
  readonly rowTotals: readonly number[];
  readonly columnTotals: readonly number[];
}

const nobody: Cell = {
  callers: new Map(),
  durations: [],
  outcomes: new Map(),
  calls: 0,
  answered: 0,
};

/** Null: not even a table with cells hidden could be shown. */
export function reportOf(
  all: readonly CallFact[],
  by: { readonly rows: Dimension; readonly columns: Dimension | null },
  k: number = internalK,
): Report | null {
  const period = periodFor(all, by, k);
  const facts = atLeast(all, by, period, k);
  const counted = tally(facts, { ...by, period });
  const table = tableOf(counted);
  const isOneWay = by.columns === null;
  const hidden = isOneWay
    ? []
    : hiddenCells(table, ([r, c]: Place): boolean => callersIn(counted, r, c) < k);
  if (hidden === null) return null;
  const isHidden = new Set(hidden.map(String));
  return {
    rows: counted.rows,
    columns: counted.columns,
    period,
    leftOut: facts.length < all.length,
    cells: counted.rows.map((row, r) =>
      counted.columns.map((column, c) => {
        const cell = counted.cell(row, column);
        return isHidden.has(`${r},${c}`) ? null : viewOf(cell ?? nobody, k);
      }),
    ),
    hidden: hidden.length,
    rowTotals: table.counts.map(sum),
    columnTotals: table.columns.map((_, c) => sum(columnOf(table.counts, c))),
  };
}

/** Leaving a row out can make a column small, and the other way round. */
export function atLeast(
  facts: readonly CallFact[],
  { rows, columns }: { readonly rows: Dimension; readonly columns: Dimension | null },
  period: Period,
  k: number,
): readonly CallFact[] {
  let kept = facts;
  for (;;) {
    const byRow = withoutSmall(kept, rows, period, k);
    const next = columns === null ? byRow : withoutSmall(byRow, columns, period, k);
    if (next === kept) return kept;
    kept = next;
  }
}

/** The finest in which every period has enough callers; months if none has. */
function periodFor(
  facts: readonly CallFact[],
  { rows, columns }: { readonly rows: Dimension; readonly columns: Dimension | null },
  k: number,
): Period {
  if (rows !== 'period' && columns !== 'period') return 'month';
  const fits = periods.find((period) => {
    const all = tally(facts, { rows: 'period', columns: null, period });
    return all.rows.every((_, r) => callersIn(all, r, 0) >= k);
  });
  return fits ?? 'month';
}

export function tableOf({ rows, columns, cell }: Tally): CountTable {
  const counts = rows.map((row) => columns.map((column) => cell(row, column)?.calls ?? 0));
  return { rows, columns, counts };
}

export function callersIn({ rows, columns, cell }: Tally, r: number, c: number): number {
  return cell(rows[r] ?? '', columns[c] ?? '')?.callers.size ?? 0;
}

export function viewOf(
  { callers, calls, durations, outcomes, answered }: Cell,
  k: number,
): CellView {
  const of = (...names: readonly Outcome[]): number =>
    names.reduce((all, name) => all + (outcomes.get(name) ?? 0), 0);
  const asked = calls - of('not asked');
  const sorted = [...durations].sort((a, b) => a - b);
  return {
    callers: callers.size,
    calls,
    meanMs: rounded(sum(durations) / Math.max(1, durations.length)),
    medianMs: rounded(sorted[Math.floor(sorted.length / 2)] ?? 0),
    answered: shareOf(answered, calls, k),
    asked: shareOf(asked, calls, k),
    heard: shareOf(of('granted', 'refused', 'withdrawn'), asked, k),
    granted: shareOf(of('granted', 'withdrawn'), asked, k),
    refused: shareOf(of('refused'), asked, k),
    silent: shareOf(of('silent'), asked, k),
    withdrawn: shareOf(of('withdrawn'), asked, k),
  };
}

const rounded = (ms: number): number => Math.round(ms / roundedMs) * roundedMs;

/** A share of few calls, or with few on one side, would be a statement about those few. */
export function shareOf(part: number, whole: number, k: number): Share {
  if (whole < k) return null;
  const perCent = (100 * part) / whole;
  if (part >= partMin && whole - part >= partMin) return Math.round(perCent);
  if (perCent < 5) return '<5';
  return perCent > 95 ? '>95' : null;
}
