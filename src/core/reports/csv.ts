import type { Report } from './report.ts';

/** Begins like a formula in a spreadsheet; an apostrophe in front keeps it a text. */
const formula = /^[=+\-@\t\r]/;

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const inert = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

const measures = [
  'callers',
  'calls',
  'meanMs',
  'medianMs',
  'answered',
  'asked',
  'heard',
  'granted',
  'refused',
  'silent',
  'withdrawn',
] as const;

/** RFC 4180; a line for each cell, also for those that are hidden. */
export function csvOf({ rows, columns, cells }: Report): string {
  const lines = rows.flatMap((row, r) =>
    columns.map((column, c) => {
      const cell = cells[r]?.[c] ?? null;
      return [row, column, ...measures.map((name) => cell?.[name] ?? null)];
    }),
  );
  const all = [['row', 'column', ...measures], ...lines];
  return all.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}
