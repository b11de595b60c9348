/**
 * What may be given to others: one frozen table for a month, with more callers in every class (k of
 * 10), at least two outcomes in each (l of 2), none whose outcomes differ much from everybody's (t of
 * 0.3), cells hidden so that none can be worked out, and noise where it is asked for. Rows that do
 * not meet that are put together, and left out, with their part of the totals, if that is not enough.
 */
import { type AnonymityClass, distinctL, equalDistance, everybody } from './anonymity.ts';
import { attack } from './attack.ts';
import type { CallFact, Dimension } from './facts.ts';
import { type DrawBelow, discreteLaplace } from './laplace.ts';
import { atLeast, callersIn, tableOf } from './report.ts';
import { hiddenCells } from './suppress.ts';
import { type PublishedTable, publish } from './table.ts';
import { other, tally } from './tally.ts';

export const releaseRules = { k: 10, l: 2, t: 0.3 } as const;

/** By what a release may be cut. By its outcome it is cut anyway. */
export const releaseRows = [
  'line',
  'campaign',
  'region',
  'language',
] as const satisfies readonly Dimension[];
export type ReleaseRow = (typeof releaseRows)[number];

export interface Noise {
  readonly epsilon: number;
  /** Calls of one caller that count: what one person can change. */
  readonly cap: number;
}

export interface Release extends PublishedTable {
  readonly rules: typeof releaseRules;
  readonly noise: Noise | null;
  /** Rows that could not be shown at all. */
  readonly leftOut: number;
}

const capOfCaller = 5;
/** Noisy counts are told to the nearest 5. */
const roundedTo = 5;

/** Null: nothing of that month can be released. */
export function releaseOf(
  facts: readonly CallFact[],
  rows: ReleaseRow,
  epsilon: number | null,
  draw: DrawBelow,
): Release | null {
  const { k } = releaseRules;
  const merged = mergeWeak(facts, rows);
  const kept = atLeast(merged.facts, { rows, columns: 'outcome' }, 'month', k);
  // What was put together may be weaker than its parts were.
  if (kept.length === 0 || weakRows(kept, rows).size > 0) return null;
  const counted = tally(kept, { rows, columns: 'outcome', period: 'month' });
  const table = tableOf(counted);
  const hidden = hiddenCells(table, ([r, c]) => callersIn(counted, r, c) < k);
  if (hidden === null) return null;
  const exact = publish(table, hidden);
  // Whoever looks for a way in has looked before it leaves.
  if (attack(exact).length > 0) return null;
  const noise = epsilon === null ? null : { epsilon, cap: capOfCaller };
  const told = noise === null ? exact : withNoise(exact, noise, draw);
  return { ...told, rules: releaseRules, noise, leftOut: merged.leftOut };
}

function mergeWeak(facts: readonly CallFact[], rows: ReleaseRow) {
  const first = weakRows(facts, rows);
  const merged = facts.map((fact) => (first.has(fact[rows]) ? { ...fact, [rows]: other } : fact));
  const second = weakRows(merged, rows);
  const kept = merged.filter((fact) => !second.has(fact[rows]));
  const leftOut = second.has(other) ? first.size + second.size - 1 : second.size;
  return { facts: kept, leftOut };
}

/** Rows that give away too much of whoever is in them. */
function weakRows(facts: readonly CallFact[], rows: ReleaseRow): ReadonlySet<string> {
  const counted = tally(facts, { rows, columns: null, period: 'month' });
  const classes = new Map<string, AnonymityClass>(
    counted.rows.map((row) => [row, { values: counted.cell(row, '')?.outcomes ?? new Map() }]),
  );
  const all = everybody([...classes.values()]);
  const isWeak = ([row, one]: [string, AnonymityClass]): boolean =>
    (counted.cell(row, '')?.callers.size ?? 0) < releaseRules.k ||
    distinctL(one) < releaseRules.l ||
    equalDistance(one, all) > releaseRules.t;
  return new Set([...classes].filter(isWeak).map(([row]) => row));
}

/** Drawn once, for ever: who sees the same number with other noise takes the mean. */
function withNoise(
  table: PublishedTable,
  { epsilon, cap }: Noise,
  draw: DrawBelow,
): PublishedTable {
  const scale = { numerator: Math.round((cap * 1_000) / epsilon), denominator: 1_000 };
  const noisy = (count: number): number => {
    const told = Math.max(0, count + discreteLaplace(draw, scale));
    const rounded = Math.round(told / roundedTo) * roundedTo;
    return rounded < releaseRules.k ? 0 : rounded;
  };
  return {
    ...table,
    cells: table.cells.map((row) => row.map((count) => (count === null ? null : noisy(count)))),
    rowTotals: table.rowTotals.map(noisy),
    columnTotals: table.columnTotals.map(noisy),
  };
}
