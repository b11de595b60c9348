/** What can still be laid at somebody's door: to be looked at regularly, as techniques age. */
import type { Release } from '../reports/release.ts';
import type { Instant } from '../words.ts';

/** `people`: whose number can still be opened. Transcripts: none are kept. */
export const identifiableKinds = ['calls', 'recordings', 'texts', 'forms', 'people'] as const;
export type IdentifiableKind = (typeof identifiableKinds)[number];

export interface Remaining {
  /** Records that still say whose they are. */
  readonly raw: number;
  /** Those that did once. */
  readonly redacted: number;
  /** Of the raw ones; null: there are none. */
  readonly oldest: Instant | null;
}

/**
 * Share that was redacted, in whole percent: rounded down, so that 100 is all of it; null: there
 * never was any.
 */
export function redactedPercent({ raw, redacted }: Remaining): number | null {
  const all = raw + redacted;
  return all === 0 ? null : Math.floor((100 * redacted) / all);
}

export interface ReleaseStrength {
  readonly month: string;
  /** The fewest callers behind anything it tells, as it was held to. */
  readonly k: number;
  readonly l: number;
  readonly t: number;
  readonly epsilon: number | null;
  /** The smallest number in it that is not 0; null: it has none. */
  readonly smallest: number | null;
  readonly hidden: number;
}

export function strengthOf(month: string, table: Release): ReleaseStrength {
  const cells = table.cells.flat();
  const told = [...cells, ...table.rowTotals, ...table.columnTotals].filter(
    (count) => count !== null && count > 0,
  ) as number[];
  return {
    month,
    ...table.rules,
    epsilon: table.noise?.epsilon ?? null,
    smallest: told.length === 0 ? null : Math.min(...told),
    hidden: cells.filter((count) => count === null).length,
  };
}
