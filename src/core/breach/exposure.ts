/** Who could read what, by what they have got hold of: the counts that a notice of a breach needs. */
import type { Sealing } from './sealing.ts';

/** What can be taken: a copy of the database, the sealed files, the key that opens all of it. */
export const takings = ['database', 'vault', 'key'] as const;
export type Taking = (typeof takings)[number];

/** What was there. */
export interface Standing {
  /** People whose number could be opened. */
  readonly persons: number;
  /** Recordings that could be opened. */
  readonly recordings: number;
  readonly fields: readonly FieldCount[];
}

export interface FieldCount {
  /** Table and column. */
  readonly place: string;
  readonly column: string;
  readonly category: string;
  readonly sealing: Sealing;
  readonly rows: number;
}

export interface Exposure {
  readonly taken: readonly Taking[];
  /** Named, by their number. */
  readonly persons: number;
  /** That could be heard. */
  readonly recordings: number;
  /** Values that could be read, whosever. */
  readonly values: number;
  /** Values that join rows, without saying whose they are. */
  readonly pseudonyms: number;
}

/** Alone, the vault and the key say nothing: what is sealed lies apart from what opens it. */
export function exposureOf(
  { persons, recordings, fields }: Standing,
  taken: readonly Taking[],
): Exposure {
  const has = (one: Taking) => taken.includes(one);
  const opens = has('database') && has('key');
  const sum = (...sealings: readonly Sealing[]) =>
    fields
      .filter(({ sealing }) => sealings.includes(sealing))
      .reduce((all, { rows }) => all + rows, 0);
  return {
    taken,
    persons: opens ? persons : 0,
    recordings: opens && has('vault') ? recordings : 0,
    values: opens
      ? sum('open', 'tenant', 'person', 'recording')
      : has('database')
        ? sum('open')
        : 0,
    pseudonyms: has('database') ? sum('pseudonym') : 0,
  };
}

/** Everything that may have been taken, least first. */
export const everyTaking: readonly (readonly Taking[])[] = [
  ['vault'],
  ['key'],
  ['database'],
  ['database', 'vault'],
  ['database', 'key'],
  ['database', 'key', 'vault'],
];
