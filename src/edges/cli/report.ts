/** Reports and releases, asked of the server that runs, as the API gives them. */
import { z } from 'zod';
import { dimensions } from '../../core/reports/facts.ts';
import { releaseRows } from '../../core/reports/release.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import type { CommandParts } from './parts.ts';
import { askPerson as ask } from './person.ts';

const share = z.union([z.number(), z.string()]).nullable();
const cell = z.looseObject({
  callers: z.number(),
  calls: z.number(),
  medianMs: z.number(),
  answered: share,
  asked: share,
  granted: share,
  refused: share,
  silent: share,
  withdrawn: share,
});
const report = z.looseObject({
  rows: z.array(z.string()),
  columns: z.array(z.string()),
  cells: z.array(z.array(cell.nullable())),
  hidden: z.number(),
  leftOut: z.boolean(),
});
const release = z.looseObject({
  month: z.string(),
  rows: z.array(z.string()),
  columns: z.array(z.string()),
  cells: z.array(z.array(z.number().nullable())),
  rowTotals: z.array(z.number()),
  columnTotals: z.array(z.number()),
  leftOut: z.number(),
});

const perCent = (of: z.infer<typeof share>): string => (of === null ? '' : `${of} %`);
const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

export const reportCalls = command({
  summary: 'counts calls by line, campaign, region, language, outcome or period',
  about:
    'Callers, calls, how long, and what became of the question. In one table nothing is said of ' +
    'fewer than five callers, nor anything from which it could be worked out. Two tables laid over ' +
    'each other can say more, so each is written down; for others there is `report release`.',
  operands: [],
  options: {
    since: { value: 'TIME', about: 'Start of a day, UTC.', default: 'thirty days before' },
    until: { value: 'TIME', about: 'Exclusive.', default: 'the start of today' },
    by: { value: 'WHAT', about: 'What rows are.', allowed: dimensions, default: 'line' },
    and: { value: 'WHAT', about: 'What columns are; left out: one column.', allowed: dimensions },
    csv: { about: 'Prints CSV.' },
  },
  examples: [
    { args: '', does: 'counts the last thirty days by line' },
    {
      args: '--since 2026-03-01T00:00:00Z --until 2026-04-01T00:00:00Z --by region --and outcome --csv',
      does: 'prints a table of both as CSV',
    },
  ],
  async run(input, parts) {
    const query = new URLSearchParams();
    for (const name of ['since', 'until'] as const) {
      const time = timeOf(input, name);
      if (time !== null) query.set(name, time);
    }
    const by = input.value('by');
    const and = input.value('and');
    if (by !== null) query.set('rows', by);
    if (and !== null) query.set('columns', and);
    const path = `/reports/calls?${query}`;
    if (input.has('csv')) return printCsv(parts, `${path}&format=csv`);
    const answer = await ask(parts, 'reports:read', { method: 'GET', path });
    if (answer === null) return exitCodes.failed;
    if (input.json) parts.terminal.out(JSON.stringify(answer));
    else printReport(parts, report.parse(answer), by ?? 'line', and);
    return exitCodes.done;
  },
});

function timeOf(input: Input<'since' | 'until' | 'by' | 'and' | 'csv'>, name: 'since' | 'until') {
  const text = input.value(name);
  if (text === null) return null;
  if (Number.isNaN(Date.parse(text))) {
    throw new UsageError(`--${name} has to be a time, such as 2026-03-01T00:00:00Z`);
  }
  return new Date(text).toISOString();
}

async function printCsv({ askServer, terminal }: CommandParts, path: string): Promise<number> {
  const response = await askServer('reports:read', { method: 'GET', path });
  const text = await response.text();
  if (response.ok) terminal.out(text.trimEnd());
  else terminal.err(text);
  return response.ok ? exitCodes.done : exitCodes.failed;
}

function printReport(
  { terminal }: CommandParts,
  { rows, columns: across, cells, hidden, leftOut }: z.infer<typeof report>,
  by: string,
  and: string | null,
): void {
  const head = [
    'CALLERS',
    'CALLS',
    'MEDIAN',
    'ANSWERED',
    'ASKED',
    'YES',
    'NO',
    'SILENT',
    'TAKEN BACK',
  ];
  const titles = [by.toUpperCase(), ...(and === null ? [] : [and.toUpperCase()]), ...head];
  const lines = rows.flatMap((row, r) =>
    across.flatMap((column, c) => {
      const one = cells[r]?.[c] ?? null;
      const name = [row, ...(and === null ? [] : [column])];
      if (one === null || one.calls === 0) return [];
      const counts = [String(one.callers), String(one.calls), seconds(one.medianMs)];
      const shares = [one.answered, one.asked, one.granted, one.refused, one.silent, one.withdrawn];
      return [[...name, ...counts, ...shares.map(perCent)]];
    }),
  );
  if (lines.length === 0) terminal.err('too few callers to say anything');
  else for (const text of columns([titles, ...lines])) terminal.out(text);
  if (hidden > 0) terminal.err(`${hidden} cells are hidden: of too few callers, or beside such`);
  if (leftOut) terminal.err('some had too few callers even together, and count nowhere');
}

export const reportRelease = command({
  summary: 'makes the table of a month that may be given to others',
  about:
    'At least ten callers in everything that is told, and nothing that could be worked out. It is ' +
    'frozen: one for a month, always by the same rows.',
  operands: [{ name: 'MONTH', about: 'Such as 2026-03; it has to be over.' }],
  options: {
    by: { value: 'WHAT', about: 'What rows are.', allowed: releaseRows, default: 'line' },
    epsilon: { value: 'N', about: 'Adds noise, once; 0.1 (much) to 2 (little), and 4 in a year.' },
  },
  examples: [
    { args: '2026-03', does: 'releases March by line' },
    { args: '2026-03 --by region --epsilon 1', does: 'releases it by region, with noise' },
  ],
  async run(input, parts) {
    const epsilon = input.value('epsilon');
    const body = {
      month: input.operands[0] ?? '',
      rows: input.value('by') ?? 'line',
      ...(epsilon !== null && { epsilon: Number(epsilon) }),
    };
    const path = '/reports/releases';
    const answer = await ask(parts, 'reports:release', { method: 'POST', path, body });
    return printRelease(parts, answer, input.json);
  },
});

export const reportShow = command({
  summary: 'shows the release of a month',
  about: 'As it was made: it never changes.',
  operands: [{ name: 'MONTH', about: 'Such as 2026-03.' }],
  options: {},
  examples: [
    { args: '2026-03', does: 'shows it as a table' },
    { args: '2026-03 --json', does: 'prints it as JSON' },
  ],
  async run(input, parts) {
    const path = `/reports/releases/${encodeURIComponent(input.operands[0] ?? '')}`;
    const answer = await ask(parts, 'reports:read', { method: 'GET', path });
    return printRelease(parts, answer, input.json);
  },
});

function printRelease({ terminal }: CommandParts, answer: unknown, json: boolean): number {
  if (answer === null) return exitCodes.failed;
  if (json) {
    terminal.out(JSON.stringify(answer));
    return exitCodes.done;
  }
  const { rows, columns: across, cells, rowTotals, columnTotals, leftOut } = release.parse(answer);
  const lines = rows.map((row, r) => [
    row,
    ...(cells[r] ?? []).map((count) => (count === null ? 'hidden' : String(count))),
    String(rowTotals[r]),
  ]);
  const total = columnTotals.reduce((all, n) => all + n, 0);
  const last = ['ALL', ...columnTotals.map(String), String(total)];
  const head = ['', ...across.map((name) => name.toUpperCase()), 'ALL'];
  for (const text of columns([head, ...lines, last])) terminal.out(text);
  if (leftOut > 0) terminal.err(`${leftOut} rows could not be told, and count nowhere`);
  return exitCodes.done;
}
