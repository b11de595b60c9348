/** Reports in which nobody is told apart. */
import { z } from 'zod';
import type { KeptRelease } from '../../../app/report-ports.ts';
import {
  epsilonMax,
  epsilonMin,
  makeRelease,
  type ReportParts,
  reportCalls,
} from '../../../app/reports.ts';
import { ConsentryError } from '../../../core/error.ts';
import { csvOf } from '../../../core/reports/csv.ts';
import { dimensions, periods } from '../../../core/reports/facts.ts';
import { releaseRows } from '../../../core/reports/release.ts';
import { internalK } from '../../../core/reports/report.ts';
import { purposes } from '../../../core/words.ts';
import { type Route, route } from './route.ts';
import { nameShapes } from './shapes.ts';

export interface ReportRouteParts {
  readonly reportParts: ReportParts;
}

const share = z
  .union([z.int(), z.enum(['<5', '>95'])])
  .nullable()
  .describe('Per cent; `<5` and `>95` where few are on one side; null: too few to say.');
const whole = z.int().min(0);
const cell = z.object({
  callers: whole,
  calls: whole.describe('At most five of a caller.'),
  meanMs: whole,
  medianMs: whole,
  answered: share,
  asked: share,
  heard: share,
  granted: share,
  refused: share,
  silent: share,
  withdrawn: share,
});
const report = z.object({
  rows: z.array(z.string()),
  columns: z.array(z.string()),
  period: z.enum(periods).describe('The finest in which there were enough callers.'),
  cells: z.array(z.array(cell.nullable())).describe('By row, then column; null: hidden.'),
  hidden: whole,
  leftOut: z.boolean().describe('True: some had too few callers even together.'),
  rowTotals: z.array(whole),
  columnTotals: z.array(whole),
});
const release = z.object({
  month: z.string(),
  rowsBy: z.enum(releaseRows),
  madeBy: z.string(),
  madeAt: z.iso.datetime(),
  rows: z.array(z.string()),
  columns: z.array(z.string()),
  cells: z.array(z.array(whole.nullable())),
  rowTotals: z.array(whole),
  columnTotals: z.array(whole),
  leftOut: whole,
  rules: z.object({ k: z.int(), l: z.int(), t: z.number() }),
  noise: z
    .object({
      epsilon: z.number(),
      unit: z.literal('caller').describe('Who is hidden by it.'),
      cap: z.int().describe('Calls of one caller that count in the whole release.'),
      yearBudget: z.number().describe('Epsilons of releases add up, to this in a year at most.'),
    })
    .nullable()
    .describe('Which cells are hidden, and which rows are put together, is not noisy.'),
});
const releasePage = z.object({ data: z.array(release), next: z.null() });
const dayMs = 86_400_000;
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month, such as 2026-03');
nameShapes({ callReport: report, release, releasePage });

const reportQuery = z.strictObject({
  since: z.iso
    .datetime()
    .optional()
    .describe('Start of a day, UTC; thirty days before `until` unless said.'),
  until: z.iso
    .datetime()
    .optional()
    .describe('Exclusive; start of a day, UTC; of today unless said.'),
  rows: z.enum(dimensions).default('line'),
  columns: z.enum(dimensions).optional(),
  purpose: z.enum(purposes).default('recording'),
  format: z.enum(['json', 'csv']).default('json'),
});
const releaseBody = z.strictObject({
  month,
  rows: z.enum(releaseRows).default('line').describe('The same as of the releases before.'),
  epsilon: z
    .number()
    .min(epsilonMin)
    .max(epsilonMax)
    .nullable()
    .default(null)
    .describe('Noise, drawn once: the smaller, the more. Null: none.'),
});

const viewOf = ({ table, madeAt, ...rest }: KeptRelease) => ({
  ...rest,
  ...table,
  madeAt: new Date(madeAt).toISOString(),
});

export const reportRoutes = ({ reportParts }: ReportRouteParts): readonly Route[] => [
  route({
    method: 'get',
    path: '/reports/calls',
    name: 'reportCalls',
    scope: 'reports:read',
    // Counts are exact, and two tables can be subtracted: that somebody asked stays known.
    audit: 'read',
    summary: 'Calls, counted',
    about: `How many callers and calls, how long, and what became of the question, by one or two things. In one table nothing is said of fewer than ${internalK} callers, nor anything from which it could be worked out. Two tables laid over each other can say more, so each is written down in the audit, and none is for others: see \`makeRelease\`.`,
    query: reportQuery,
    answers: [{ status: 200, about: 'The table.', shape: report }],
    errors: ['conflict'],
    handle: async ({ query }) => {
      const { rows, columns = null, purpose, format } = query;
      const now = reportParts.clock.now();
      const until = query.until === undefined ? now - (now % dayMs) : Date.parse(query.until);
      const since = query.since === undefined ? until - 30 * dayMs : Date.parse(query.since);
      const made = await reportCalls(reportParts, { since, until, rows, columns, purpose });
      if (format === 'json') return { status: 200, json: made };
      return { status: 200, type: 'text/csv; charset=utf-8', bytes: Buffer.from(csvOf(made)) };
    },
  }),
  route({
    method: 'get',
    path: '/reports/releases',
    name: 'listReleases',
    scope: 'reports:read',
    audit: 'none',
    summary: 'What was released',
    answers: [{ status: 200, about: 'Newest month first.', shape: releasePage }],
    handle: async () => {
      const data = (await reportParts.releases.list()).map(viewOf);
      return { status: 200, json: { data, next: null } };
    },
  }),
  route({
    method: 'get',
    path: '/reports/releases/{month}',
    name: 'getRelease',
    scope: 'reports:read',
    audit: 'none',
    summary: 'The release of a month',
    params: z.object({ month }),
    answers: [{ status: 200, about: 'As it was made.', shape: release }],
    errors: ['not_found'],
    handle: async ({ params }) => {
      const found = await reportParts.releases.find(params.month);
      if (found === null) throw new ConsentryError('not_found');
      return { status: 200, json: viewOf(found) };
    },
  }),
  route({
    method: 'post',
    path: '/reports/releases',
    name: 'makeRelease',
    scope: 'reports:release',
    audit: 'change',
    summary: 'Make the release of a month',
    about:
      'One table of calls by row and outcome that may be given to others: at least ten callers in everything that is told, two outcomes in each row, none that differs much from everybody, and nothing that could be worked out. It is frozen: one for a month, always by the same rows.',
    body: releaseBody,
    once: true,
    answers: [{ status: 201, about: 'The release.', shape: release }],
    errors: ['conflict'],
    handle: async ({ key, body }) => ({
      status: 201,
      json: viewOf(await makeRelease(reportParts, { ...body, by: key.id })),
    }),
  }),
];
