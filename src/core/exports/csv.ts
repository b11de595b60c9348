/**
 * Rows as CSV (RFC 4180): CRLF, quotes doubled. A cell that a spreadsheet would take for a formula
 * is made inert with an apostrophe in front, as OWASP's "CSV Injection" advises; numbers of people
 * start with a plus, so they are among them.
 */
import type { Cell, Column, ExportRow } from './columns.ts';

const formula = /^[=+\-@\t\r]/;
const special = /[",\r\n]/;

/** What no spreadsheet calculates. Whole numbers are no texts, and stay as they are. */
export const inertText = (text: string): string => (formula.test(text) ? `'${text}` : text);

const quoted = (text: string): string =>
  special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'string' ? quoted(inertText(cell)) : String(cell);
}

export const csvHead = (columns: readonly Column[]): string =>
  `${columns.map(({ name }) => quoted(name)).join(',')}\r\n`;

export const csvRow = (columns: readonly Column[], row: ExportRow): string =>
  `${columns.map(({ name }) => cellText(row[name])).join(',')}\r\n`;
