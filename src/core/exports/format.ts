/**
 * The formats of an export. Those that are text are written a piece at a time: whatever its length,
 * one piece is held.
 */
import {
  type Column,
  columnsOf,
  type ExportKind,
  type ExportRow,
  type TableKind,
} from './columns.ts';
import { csvHead, csvRow } from './csv.ts';

export const exportFormats = ['csv', 'jsonl', 'xlsx', 'vcon', 'wav', 'age'] as const;
export type ExportFormat = (typeof exportFormats)[number];
/** Of a table: a piece can be written without the rest. */
export type TextFormatName = 'csv' | 'jsonl';

const tableFormats = ['csv', 'jsonl', 'xlsx'] as const;

/** What each kind can be written as; the first where nothing is said. */
export const formatsOf: Readonly<Record<ExportKind, readonly [ExportFormat, ...ExportFormat[]]>> = {
  calls: [...tableFormats, 'vcon'],
  texts: tableFormats,
  consents: tableFormats,
  persons: tableFormats,
  recordings: [...tableFormats, 'wav', 'age'],
  forms: tableFormats,
  disclosures: tableFormats,
  accesses: tableFormats,
  history: ['xlsx'],
};

export interface FormatFacts {
  readonly type: string;
  readonly extension: string;
}

export const formatFacts: Readonly<Record<ExportFormat, FormatFacts>> = {
  csv: { type: 'text/csv; charset=utf-8', extension: 'csv' },
  jsonl: { type: 'application/jsonl', extension: 'jsonl' },
  xlsx: {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extension: 'xlsx',
  },
  // One vCon a line (draft-ietf-vcon-vcon-core-04).
  vcon: { type: 'application/jsonl', extension: 'vcon.jsonl' },
  wav: { type: 'application/zip', extension: 'zip' },
  age: { type: 'application/zip', extension: 'zip' },
};

export interface TextFormat {
  head(columns: readonly Column[]): string;
  row(columns: readonly Column[], row: ExportRow): string;
}

const jsonl: TextFormat = {
  head: () => '',
  row: (columns, row) =>
    `${JSON.stringify(Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null])))}\n`,
};

export const textFormats: Readonly<Record<TextFormatName, TextFormat>> = {
  csv: { head: csvHead, row: csvRow },
  jsonl,
};

/** Safe on every file system and in every header: it is made of words of ours. */
export const exportFileName = (kind: ExportKind, id: string, format: ExportFormat): string =>
  `consentry-${kind}-${id}.${formatFacts[format].extension}`;

/** @param pages of rows, in order */
export async function* encodeText(
  kind: TableKind,
  format: TextFormatName,
  pages: AsyncIterable<readonly ExportRow[]>,
): AsyncGenerator<Buffer> {
  const columns = columnsOf[kind];
  const { head, row } = textFormats[format];
  const start = head(columns);
  if (start !== '') yield Buffer.from(start);
  for await (const rows of pages) {
    yield Buffer.from(rows.map((one) => row(columns, one)).join(''));
  }
}
