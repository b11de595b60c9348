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
import { type CountTable, columnOf, type PublishedTable, publish, sum } from './table.ts';
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
  /** Who is hidden by it. */
  readonly unit: 'caller';
  /** Calls of one caller that count in the whole release: what one person can change. */
  readonly cap: number;
  /** Epsilons of releases add up, to this in a year at most. */
  readonly yearBudget: number;
}

export interface Release extends PublishedTable {
  readonly rules: typeof releaseRules;
  readonly noise: Noise | null;
  /** Rows that could not be shown at all. */
  readonly leftOut: number;
}

const capOfCaller = 5;
export const noiseYearBudget = 4;
/** Noisy counts are told to the nearest 5. */
const roundedTo = 5;

/** Null: nothing of that month can be released. */
export function releaseOf(
  all: readonly CallFact[],
  rows: ReleaseRow,
  epsilon: number | null,
  draw: DrawBelow,
): Release | null {
  const { k } = releaseRules;
  const facts = epsilon === null ? all : firstCalls(all);
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
  const noise: Noise | null =
    epsilon === null
      ? null
      : { epsilon, unit: 'caller', cap: capOfCaller, yearBudget: noiseYearBudget };
  const told = noise === null ? exact : withNoise(exact, table, noise, draw);
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

/** Who calls on in another row would change more than the noise is for; withheld is one caller. */
function firstCalls(facts: readonly CallFact[]): readonly CallFact[] {
  const counted = new Map<string, number>();
  return facts.filter(({ caller }) => {
    const before = counted.get(caller ?? '') ?? 0;
    counted.set(caller ?? '', before + 1);
    return before < capOfCaller;
  });
}

/**
 * Drawn once, for ever: who sees the same number with other noise takes the mean. So totals are sums
 * of what was drawn, hidden cells among it, and cost nothing more. Which cells are hidden is not noisy.
 */
function withNoise(
  exact: PublishedTable,
  { counts }: CountTable,
  { epsilon, cap }: Noise,
  draw: DrawBelow,
): PublishedTable {
  const scale = { numerator: Math.round((cap * 1_000) / epsilon), denominator: 1_000 };
  const drawn = counts.map((row) => row.map((count) => count + discreteLaplace(draw, scale)));
  const told = (noisy: number): number => {
    const rounded = Math.round(Math.max(0, noisy) / roundedTo) * roundedTo;
    return rounded < releaseRules.k ? 0 : rounded;
  };
  return {
    ...exact,
    cells: exact.cells.map((row, r) =>
      row.map((count, c) => (count === null ? null : told(drawn[r]?.[c] ?? 0))),
    ),
    rowTotals: drawn.map((row) => told(sum(row))),
    columnTotals: exact.columns.map((_, c) => told(sum(columnOf(drawn, c)))),
  };
}
