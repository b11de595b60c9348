/** Reports on calls for people of the business, and releases for everybody else. */

import { ConsentryError } from '../core/error.ts';
import { attackTogether, type DatedTable } from '../core/reports/attack-releases.ts';
import type { Dimension } from '../core/reports/facts.ts';
import {
  noiseYearBudget,
  type ReleaseRow,
  releaseOf,
  releaseRules,
} from '../core/reports/release.ts';
import { type Report, reportOf } from '../core/reports/report.ts';
import type { Instant, Purpose } from '../core/words.ts';
import { drawBelow } from './draw-below.ts';
import type { Clock, Random } from './ports.ts';
import type { KeptRelease, ReleaseStore, ReportReads } from './report-ports.ts';

export interface ReportParts {
  readonly reportReads: ReportReads;
  readonly releases: ReleaseStore;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ReportAsk {
  readonly since: Instant;
  readonly until: Instant;
  readonly rows: Dimension;
  readonly columns: Dimension | null;
  readonly purpose: Purpose;
}

const dayMs = 86_400_000;
/** A year and a bit: what is longer is asked for in parts, or as releases. */
const rangeMsMax = 400 * dayMs;
export const epsilonMin = 0.1;
export const epsilonMax = 2;

/** @throws `invalid_request` for a time that is none; `conflict` where nothing could be shown */
export async function reportCalls({ reportReads }: ReportParts, ask: ReportAsk): Promise<Report> {
  const { since, until, rows, columns } = ask;
  // By the second, one call could be cut out of everybody's.
  for (const name of ['since', 'until'] as const) {
    if (ask[name] % dayMs !== 0) throw invalid(name, 'has to be the start of a day, UTC');
  }
  if (until <= since) throw invalid('until', 'has to be later than `since`');
  if (until - since > rangeMsMax) throw invalid('until', 'is more than 400 days after `since`');
  if (rows === columns) throw invalid('columns', 'has to be something else than `rows`');
  const report = reportOf(await reportReads.facts(ask), { rows, columns });
  if (report === null) {
    const what =
      'there are too few callers for a table of both; ask for rows alone, or a longer time';
    throw new ConsentryError('conflict', what);
  }
  return report;
}

export interface ReleaseAsk {
  readonly month: string;
  readonly rows: ReleaseRow;
  /** Null: no noise. */
  readonly epsilon: number | null;
  readonly by: string;
}

/**
 * Makes the release of a month, once. It is by the same rows as those before, for two cuts of the
 * same month, or of months beside each other, could be laid over each other.
 *
 * @throws `conflict` if it was made before, or cannot be
 */
export async function makeRelease(parts: ReportParts, ask: ReleaseAsk): Promise<KeptRelease> {
  const { month, rows, epsilon, by } = ask;
  const { reportReads, releases, clock } = parts;
  const since = Date.parse(`${month}-01T00:00:00Z`);
  const until = nextMonth(since);
  const madeAt = clock.now();
  if (until > madeAt) throw invalid('month', 'is not over yet');
  const before = await releases.list();
  if (before.some((one) => one.month === month)) throw released(month);
  const [last] = before;
  if (last !== undefined && last.rowsBy !== rows) {
    throw new ConsentryError('conflict', `releases are by ${last.rowsBy}, and stay so`);
  }
  const isThisYear = (one: KeptRelease): boolean => madeAt - one.madeAt < 365 * dayMs;
  const spent = before
    .filter(isThisYear)
    .reduce((all, one) => all + (one.table.noise?.epsilon ?? 0), 0);
  // Sums of tenths are not exact.
  if (epsilon !== null && spent + epsilon > noiseYearBudget + 1e-9) {
    const what = `releases of a year have an epsilon of ${noiseYearBudget} together`;
    throw new ConsentryError('conflict', `${what}; ${spent.toFixed(2)} of it is spent`);
  }
  const facts = await reportReads.facts({ since, until, purpose: 'recording' });
  const table = releaseOf(facts, rows, epsilon, (below) => drawBelow(parts.random, below));
  if (table === null) {
    throw new ConsentryError('conflict', 'that month had too few callers to tell anybody about it');
  }
  const release = { month, madeBy: by, madeAt, rowsBy: rows, table };
  // Rules above leave nothing to find; whoever has the earlier ones too has looked all the same.
  if (attackTogether([release, ...before].flatMap(datedOf), releaseRules.k).length > 0) {
    throw new ConsentryError('conflict', 'with earlier releases it would tell of too few callers');
  }
  const added = await releases.add(release, before.length);
  if (added === 'crossed') {
    throw new ConsentryError('conflict', 'another release was made meanwhile; ask again');
  }
  if (added === 'known') throw released(month);
  return release;
}

/** Noisy ones cannot be subtracted. */
function datedOf({ month, rowsBy, table }: KeptRelease): readonly DatedTable[] {
  if (table.noise !== null) return [];
  const from = `${month}-01`;
  const until = new Date(nextMonth(Date.parse(from))).toISOString().slice(0, 10);
  return [{ from, until, rowsBy, table }];
}

const nextMonth = (at: Instant): Instant => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
};

const released = (month: string): ConsentryError =>
  new ConsentryError('conflict', `${month} was released already; a release stays as it is`);

function invalid(name: string, what: string): ConsentryError {
  return new ConsentryError('invalid_request', `query.${name}: ${what}`, {
    mistakes: [{ path: `query.${name}`, what }],
  });
}
