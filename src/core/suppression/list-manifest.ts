/**
 * What a version of a national-size list says of itself, and whether it may come into force. A list
 * never shrinks by accident: half a download looks like a list on which few people stand.
 */
import type { Instant } from '../words.ts';
import { nothingTold, type Term, type VersionTold } from './list-use.ts';
import type { Channel } from './own-change.ts';

/** Which list: its kind, and the place that keeps it. */
export const listIdForm =
  /^(?:(?:national|state|tps|ctps|dncl)-[A-Z]{2}(?:-[A-Z0-9]{2,3})?|litigator|reassigned|wireless)$/;

/** The tenant's own list: it lies in Postgres, has no versions, and is always there. */
export const ownList = 'own';

/** Whose a list is, ISO 3166-1, such as `GB` of `tps-GB`; null: no country's. */
export const homeOf = (list: string): string | null => /^[a-z]+-([A-Z]{2})/.exec(list)?.[1] ?? null;

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
  /** Versions that were made before this was asked for do not have it. */
  readonly told?: VersionTold;
  /** The version before it, which it can be taken back to; null: it is the first. */
  readonly previous: string | null;
  readonly areas: Readonly<Record<string, ListPart>>;
  /** Numbers outside North America, and of area codes with few. Null: there are none. */
  readonly world: ListPart | null;
  readonly total: number;
}

export const toldOf = ({ told }: Pick<Manifest, 'told'>): VersionTold => told ?? nothingTold;

export function termOf(manifest: Pick<Manifest, 'obtainedAt' | 'told'>): Term {
  const { until } = toldOf(manifest);
  const end: Instant | null = until === null ? null : Date.parse(until);
  return { obtainedAt: Date.parse(manifest.obtainedAt), until: end };
}

/** Why a version may not come into force without two people who say so. */
export type Doubt =
  | { readonly is: 'shrinks'; readonly from: number; readonly to: number }
  | { readonly is: 'area-missing'; readonly areas: readonly string[] }
  | { readonly is: 'fewer-channels'; readonly channels: readonly Channel[] }
  | { readonly is: 'many-rejected'; readonly lines: number; readonly rejected: number }
  | { readonly is: 'does-not-follow'; readonly changes: number; readonly unchanged: number }
  /** Got before the version in force was: it knows of nobody who came after it. */
  | { readonly is: 'older'; readonly obtainedAt: string; readonly than: string }
  /** Nobody is on it, and everybody could be called. */
  | { readonly is: 'empty' }
  /** A full list of which every line says add or delete. */
  | { readonly is: 'holds-changes' }
  | { readonly is: 'wrong-hash'; readonly expected: string; readonly found: string }
  | { readonly is: 'wrong-count'; readonly expected: number; readonly found: number }
  /** The list is to be no more. */
  | { readonly is: 'retires'; readonly from: number };

/** Different people who have to look at what stands against a version. */
export const vouchersNeeded = 2;

/** What whoever sent a file said it is; null: nothing was said. */
export interface Expected {
  /** SHA-256 of the file. */
  readonly sha256: string | null;
  /** Numbers on the list afterwards. */
  readonly count: number | null;
}

const shrinkMax = 0.01;
const rejectedMax = 0.001;
/** Changes that had happened already: a change list for another version has many of them. */
const unchangedMax = 0.01;

/** Fewer by so much that somebody has to look. */
export const shrinks = (from: number, to: number): boolean => to < from * (1 - shrinkMax);

/** What a file is not that it was said to be. */
export function doubtsOfFile(
  { sha256, count }: Expected,
  found: { readonly sha256: string; readonly count: number },
): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (sha256 !== null && sha256 !== found.sha256) {
    doubts.push({ is: 'wrong-hash', expected: sha256, found: found.sha256 });
  }
  if (count !== null && count !== found.count) {
    doubts.push({ is: 'wrong-count', expected: count, found: found.count });
  }
  return doubts;
}

/** What reading a file came to. */
export interface FileRead {
  readonly lines: number;
  readonly rejected: number;
  readonly unchanged: number;
  /** Every number of it is said to be added or deleted. */
  readonly areChanges: boolean;
}

/** @param previous the version in force; null: there is none */
export function doubtsOf(
  manifest: Pick<Manifest, 'areas' | 'total' | 'kind' | 'told'>,
  previous: Pick<Manifest, 'areas' | 'total' | 'told'> | null,
  read: FileRead,
): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (manifest.total === 0) doubts.push({ is: 'empty' });
  if (previous !== null) {
    const missing = Object.keys(previous.areas).filter(
      (area) => (manifest.areas[area]?.count ?? 0) === 0,
    );
    if (shrinks(previous.total, manifest.total)) {
      doubts.push({ is: 'shrinks', from: previous.total, to: manifest.total });
    }
    if (missing.length > 0) doubts.push({ is: 'area-missing', areas: missing });
    const still = toldOf(manifest).channels;
    const channels = toldOf(previous).channels.filter((one) => !still.includes(one));
    if (channels.length > 0) doubts.push({ is: 'fewer-channels', channels });
  }
  return [...doubts, ...doubtsOfRead(manifest.kind, read)];
}

/** Whoever takes a version back wants the older one; whoever imports a file does not. */
export function doubtsOfAge(
  { obtainedAt }: Pick<Manifest, 'obtainedAt'>,
  previous: Pick<Manifest, 'obtainedAt'> | null,
): readonly Doubt[] {
  if (previous === null || Date.parse(obtainedAt) >= Date.parse(previous.obtainedAt)) return [];
  return [{ is: 'older', obtainedAt, than: previous.obtainedAt }];
}

/** What speaks against a file by itself. */
export function doubtsOfRead(
  kind: Manifest['kind'],
  { lines, rejected, unchanged, areChanges }: FileRead,
): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (rejected > Math.max(1, lines * rejectedMax)) {
    doubts.push({ is: 'many-rejected', lines, rejected });
  }
  if (kind === 'full' && areChanges) doubts.push({ is: 'holds-changes' });
  if (kind === 'change' && unchanged > Math.max(1, lines * unchangedMax)) {
    doubts.push({ is: 'does-not-follow', changes: lines, unchanged });
  }
  return doubts;
}

export function doubtText(doubt: Doubt): string {
  switch (doubt.is) {
    case 'shrinks':
      return `it has ${doubt.to} numbers, the version in force has ${doubt.from}`;
    case 'area-missing':
      return `area codes of the version in force are missing: ${doubt.areas.join(', ')}`;
    case 'fewer-channels':
      return `the version in force is for ${doubt.channels.join(' and ')} too`;
    case 'many-rejected':
      return `${doubt.rejected} of ${doubt.lines} lines were rejected`;
    case 'does-not-follow':
      return `${doubt.unchanged} of ${doubt.changes} changes had happened already: it may follow another version`;
    case 'older':
      return `it was obtained ${doubt.obtainedAt}, before the version in force (${doubt.than})`;
    case 'empty':
      return 'it has no number at all';
    case 'holds-changes':
      return 'every line says add or delete: it looks like a list of changes, and is to be a full one';
    case 'wrong-hash':
      return `the SHA-256 of the file is ${doubt.found}, and it was said to be ${doubt.expected}`;
    case 'wrong-count':
      return `it has ${doubt.found} numbers, and was said to have ${doubt.expected}`;
    case 'retires':
      return `the list and its ${doubt.from} numbers would not be looked at any more`;
  }
}
