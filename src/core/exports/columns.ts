/**
 * What an export of each kind has in its columns, the same in every format. Columns keep their
 * names and their order; new ones come at the end, so that what others read goes on being read.
 */
export const exportKinds = ['calls', 'texts', 'consents', 'persons'] as const;
export type ExportKind = (typeof exportKinds)[number];

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

export const columnsOf: Readonly<Record<ExportKind, readonly Column[]>> = {
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
}

export type FilterName = 'since' | 'until' | 'line' | 'campaign' | 'flow' | 'outcome';

/** What each kind can be narrowed by; texts and persons belong to no call. */
export const filtersOf: Readonly<Record<ExportKind, readonly FilterName[]>> = {
  calls: ['since', 'until', 'line', 'campaign', 'flow', 'outcome'],
  texts: ['since', 'until'],
  consents: ['since', 'until', 'line', 'campaign', 'flow'],
  persons: ['since', 'until'],
};
