/**
 * What a version of a national-size list says of itself, and whether it may come into force. A list
 * never shrinks by accident: half a download looks like a list on which few people stand.
 */
import type { Instant } from '../words.ts';

/** Which list: its kind, and the place that keeps it. */
export const listIdForm =
  /^(?:(?:national|state|tps|ctps|dncl)-[A-Z]{2}(?:-[A-Z0-9]{2,3})?|litigator|reassigned|wireless)$/;

export const listKinds = [
  'national',
  'state',
  'tps',
  'ctps',
  'dncl',
  'litigator',
  'reassigned',
  'wireless',
] as const;
export type ListKind = (typeof listKinds)[number];

/** One file of a version: the bits of an area code, or the sorted numbers of the world. */
export interface ListPart {
  /** Null: of an area code with so few numbers that they stand among those of the world. */
  readonly sha256: string | null;
  readonly count: number;
}

export interface Manifest {
  readonly list: string;
  readonly version: string;
  /** ISO 8601: when it was got from whoever keeps it. Its age is counted from here. */
  readonly obtainedAt: string;
  readonly importedAt: string;
  /** SHA-256 of the file it was made from. */
  readonly sourceSha256: string;
  readonly kind: 'full' | 'change';
  /** Stands for the subscription account it was got under (47 CFR 64.1200(c)(2)); null: not said. */
  readonly accountToken: string | null;
  /** The version before it, which it can be taken back to; null: it is the first. */
  readonly previous: string | null;
  readonly areas: Readonly<Record<string, ListPart>>;
  /** Numbers outside North America, and of area codes with few. Null: there are none. */
  readonly world: ListPart | null;
  readonly total: number;
}

/** Why a version may not come into force without two people who say so. */
export type Doubt =
  | { readonly is: 'shrinks'; readonly from: number; readonly to: number }
  | { readonly is: 'area-missing'; readonly areas: readonly string[] }
  | { readonly is: 'many-rejected'; readonly lines: number; readonly rejected: number }
  | { readonly is: 'does-not-follow'; readonly changes: number; readonly unchanged: number };

const shrinkMax = 0.01;
const rejectedMax = 0.001;
/** Changes that had happened already: a change list for another version has many of them. */
const unchangedMax = 0.01;

/** @param previous the version in force; null: there is none */
export function doubtsOf(
  manifest: Pick<Manifest, 'areas' | 'total' | 'kind'>,
  previous: Pick<Manifest, 'areas' | 'total'> | null,
  read: { readonly lines: number; readonly rejected: number; readonly unchanged: number },
): readonly Doubt[] {
  const doubts: Doubt[] = [];
  const { lines, rejected, unchanged } = read;
  if (previous !== null) {
    const missing = Object.keys(previous.areas).filter(
      (area) => (manifest.areas[area]?.count ?? 0) === 0,
    );
    if (manifest.total < previous.total * (1 - shrinkMax)) {
      doubts.push({ is: 'shrinks', from: previous.total, to: manifest.total });
    }
    if (missing.length > 0) doubts.push({ is: 'area-missing', areas: missing });
  }
  if (rejected > Math.max(1, lines * rejectedMax)) {
    doubts.push({ is: 'many-rejected', lines, rejected });
  }
  if (manifest.kind === 'change' && unchanged > Math.max(1, lines * unchangedMax)) {
    doubts.push({ is: 'does-not-follow', changes: lines, unchanged });
  }
  return doubts;
}

const dayMs = 86_400_000;
/** Days before a list may not be used any more, at which people are told. */
const warnDaysBefore = 6;

export type Age = 'fresh' | 'old' | 'too-old';

/** @param daysMax 31 for the national list (16 CFR 310.4(b)(3)(iv)), 28 for the TPS */
export function ageOf(obtainedAt: Instant, daysMax: number, at: Instant): Age {
  const days = (at - obtainedAt) / dayMs;
  if (days > daysMax) return 'too-old';
  return days > daysMax - warnDaysBefore ? 'old' : 'fresh';
}

/** How old a list of a kind may be, in days. */
export const daysMaxOf = (list: string): number => (/^c?tps-/.test(list) ? 28 : 31);

export function doubtText(doubt: Doubt): string {
  switch (doubt.is) {
    case 'shrinks':
      return `it has ${doubt.to} numbers, the version in force has ${doubt.from}`;
    case 'area-missing':
      return `area codes of the version in force are missing: ${doubt.areas.join(', ')}`;
    case 'many-rejected':
      return `${doubt.rejected} of ${doubt.lines} lines were rejected`;
    case 'does-not-follow':
      return `${doubt.unchanged} of ${doubt.changes} changes had happened already: it may follow another version`;
  }
}
