/**
 * What an export of each kind has in its columns, the same in every format. Columns keep their
 * names and their order; new ones come at the end, so that what others read goes on being read.
 */
import type { Uuid } from '../words.ts';

export const tableKinds = [
  'calls',
  'texts',
  'consents',
  'persons',
  'recordings',
  'forms',
  'disclosures',
  'accesses',
] as const;
/** What is one table. */
export type TableKind = (typeof tableKinds)[number];
/** `history`: a workbook of several. */
export const exportKinds = [...tableKinds, 'history'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** The sheets of a history, in order, by the table that each shows. */
export const historySheets = [
  { name: 'Calls', kind: 'calls' },
  { name: 'Texts', kind: 'texts' },
  { name: 'Forms', kind: 'forms' },
  { name: 'Consents', kind: 'consents' },
  { name: 'Disclosures', kind: 'disclosures' },
  { name: 'Who accessed', kind: 'accesses' },
] as const satisfies readonly { readonly name: string; readonly kind: TableKind }[];

export const tablesOf = (kind: ExportKind): readonly TableKind[] =>
  kind === 'history' ? historySheets.map((sheet) => sheet.kind) : [kind];

/** `number`: of a person, masked unless it may be seen; `line`: a number of ours, in full. */
export type ColumnType = 'text' | 'time' | 'whole' | 'flag' | 'number' | 'line';
export type Cell = string | number | boolean | null;
export type ExportRow = Readonly<Record<string, Cell>>;

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

const columns = (table: Readonly<Record<string, ColumnType>>): readonly Column[] =>
  Object.entries(table).map(([name, type]) => ({ name, type }));

export const columnsOf: Readonly<Record<TableKind, readonly Column[]>> = {
  calls: columns({
    id: 'text',
    startedAt: 'time',
    endedAt: 'time',
    durationMs: 'whole',
    direction: 'text',
    state: 'text',
    line: 'line',
    campaign: 'text',
    placedFor: 'text',
    flow: 'text',
    flowVersion: 'whole',
    person: 'text',
    number: 'number',
    outcome: 'text',
    recordings: 'whole',
    recordedMs: 'whole',
    redactedAt: 'time',
    source: 'text',
    visitor: 'text',
  }),
  texts: columns({
    id: 'text',
    at: 'time',
    person: 'text',
    number: 'number',
    meaning: 'text',
    answered: 'flag',
  }),
  consents: columns({
    receipt: 'text',
    at: 'time',
    kind: 'text',
    purpose: 'text',
    call: 'text',
    party: 'text',
    line: 'line',
    flow: 'text',
    person: 'text',
    number: 'number',
  }),
  persons: columns({
    id: 'text',
    since: 'time',
    number: 'number',
    calls: 'whole',
    lastCallAt: 'time',
    erased: 'flag',
    name: 'text',
    email: 'text',
  }),
  recordings: columns({
    id: 'text',
    call: 'text',
    startedAt: 'time',
    durationMs: 'whole',
    lostMs: 'whole',
    gaps: 'whole',
    state: 'text',
    role: 'text',
    line: 'line',
    person: 'text',
    number: 'number',
    sha256: 'text',
  }),
  forms: columns({
    id: 'text',
    at: 'time',
    form: 'text',
    call: 'text',
    question: 'text',
    answer: 'text',
    person: 'text',
    number: 'number',
  }),
  disclosures: columns({
    at: 'time',
    recipient: 'text',
    what: 'text',
    call: 'text',
    person: 'text',
    number: 'number',
  }),
  accesses: columns({
    receipt: 'text',
    at: 'time',
    kind: 'text',
    operation: 'text',
    allowed: 'flag',
    by: 'text',
    as: 'text',
    persons: 'whole',
    reason: 'text',
  }),
};

/** What was last said of recording a call: `none` where nobody was asked, or nobody answered. */
export const outcomes = ['granted', 'refused', 'withdrawn', 'expired', 'none'] as const;
export type Outcome = (typeof outcomes)[number];

/** Ids and words of ours, never a number: it is kept as it stands. All that are set have to hold. */
export interface ExportFilter {
  readonly since: number | null;
  readonly until: number | null;
  readonly lineId: string | null;
  readonly campaign: string | null;
  readonly flow: string | null;
  readonly outcome: Outcome | null;
  /** Whose records; null: everybody's. */
  readonly personId: Uuid | null;
}

export const filterNames = [
  'since',
  'until',
  'line',
  'campaign',
  'flow',
  'outcome',
  'person',
] as const;
export type FilterName = (typeof filterNames)[number];

const always = ['since', 'until', 'person'] as const;
const byCall = [...always, 'line', 'campaign', 'flow'] as const;

/** What each kind can be narrowed by; what belongs to no call, by no more than time and person. */
export const filtersOf: Readonly<Record<ExportKind, readonly FilterName[]>> = {
  calls: [...byCall, 'outcome'],
  texts: always,
  consents: byCall,
  persons: always,
  recordings: byCall,
  forms: always,
  disclosures: always,
  accesses: always,
  history: always,
};

/** Of these each row is of a call: who may see some calls only may have those. */
export const kindsOfCalls: readonly ExportKind[] = ['calls', 'consents', 'recordings'];
/** They tell what colleagues did. */
export const kindsOfOversight: readonly ExportKind[] = ['disclosures', 'accesses', 'history'];
