/**
 * Reads a file into a new version of a national-size list and judges it against the one in force.
 * What comes of it is for whoever runs the import: sound versions are put in force, others are held.
 */
import { ConsentryError } from '../core/error.ts';
import {
  type Doubt,
  doubtsOf,
  doubtsOfAge,
  doubtsOfFile,
  doubtText,
  type Expected,
  type FileRead,
  homeOf,
  type Manifest,
  toldOf,
} from '../core/suppression/list-manifest.ts';
import type { VersionTold } from '../core/suppression/list-use.ts';
import type { FileForm, FileKind } from '../core/suppression/registry-line.ts';
import {
  areChanges,
  type NumberSet,
  newNumberSet,
  newTally,
  putNumber,
  registryReader,
  type Tally,
} from '../core/suppression/registry-text.ts';
import type { Instant } from '../core/words.ts';
import type { ListFile, ListReport, ListWriter, ReadSource } from './list-ports.ts';
import type { Clock } from './ports.ts';

export interface ImportParts {
  readonly shelf: ListWriter;
  readonly readSource: ReadSource;
  readonly clock: Clock;
}

export interface ImportWanted {
  readonly list: string;
  readonly file: ListFile;
  /** Null: its content tells. */
  readonly kind: FileKind | null;
  /** When the file was got from whoever keeps the list. */
  readonly obtainedAt: Instant;
  readonly accountToken: string | null;
  readonly told: VersionTold;
  readonly expected: Expected;
  /** True: everything is read and judged, and nothing is written. */
  readonly dryRun: boolean;
  /** Called with how much was read, 0 to 1; what it throws ends the import. */
  readonly progress: (share: number) => Promise<void>;
}

/**
 * Writes a version down; it is not in force by that, unless it is a repetition of what is.
 *
 * @throws `list_unreadable` for a file that is none; `invalid_request` for a change list without a
 * version to change; `storage_failed`
 */
export async function importList(parts: ImportParts, wanted: ImportWanted): Promise<ListReport> {
  const { shelf, readSource, clock } = parts;
  const { list, file, progress, told } = wanted;
  const form = { home: homeOf(list), prefixes: false };
  const kind = wanted.kind ?? (await sniffKind(readSource, file, form));
  const previous = await shelf.current(list);
  if (kind === 'change' && previous === null) {
    throw new ConsentryError(
      'invalid_request',
      `${list} has no version that a change list could change; import a full list first`,
    );
  }
  const set = kind === 'full' || previous === null ? newNumberSet() : await open(shelf, previous);
  const tally = newTally();
  const reader = registryReader({ ...form, kind }, set, tally);
  const { sha256 } = await readSource(file, reader, progress);
  const seen = { tally, sourceSha256: sha256, ...(wanted.kind === null && { kind }) };
  // The same bytes, downloaded anew, are a younger list all the same.
  const isYounger = previous === null || wanted.obtainedAt > Date.parse(previous.obtainedAt);
  if (previous?.sourceSha256 === sha256 && !isYounger && saysTheSame(previous, told)) {
    const { version, total } = previous;
    return { ...seen, version, previous: previous.previous, total, doubts: [], isRepeat: true };
  }
  const now = clock.now();
  const facts = {
    list,
    version: `${stampOf(now)}-${sha256.slice(0, 8)}`,
    obtainedAt: new Date(wanted.obtainedAt).toISOString(),
    importedAt: new Date(now).toISOString(),
    sourceSha256: sha256,
    kind,
    accountToken: wanted.accountToken,
    told,
    previous: previous?.version ?? null,
  };
  const manifest = await shelf.write(facts, set);
  const found = { sha256, count: manifest.total };
  const doubts = [
    ...doubtsOfFile(wanted.expected, found),
    ...doubtsOfAge(manifest, previous),
    ...doubtsOf(manifest, previous, readOf(tally)),
  ];
  if (wanted.dryRun) await shelf.remove(list, facts.version);
  return {
    ...seen,
    version: wanted.dryRun ? null : facts.version,
    previous: facts.previous,
    total: manifest.total,
    doubts,
    isRepeat: false,
  };
}

/** What doubts about a file go by. */
export function readOf(tally: Tally): FileRead {
  const { lines, rejected, unchanged } = tally;
  const sum = Object.values(rejected).reduce((all, count) => all + count, 0);
  return { lines, rejected: sum, unchanged, areChanges: areChanges(tally) };
}

/** Lines after which a file has shown what it is. */
const sniffedLines = 1_000;

/** Enough was read. */
class Told extends Error {
  override readonly name = 'Told';
}

/** What the beginning of a file says it is; one that lacks every delete is taken for a full list. */
async function sniffKind(
  readSource: ReadSource,
  file: ListFile,
  form: Omit<FileForm, 'kind'>,
): Promise<FileKind> {
  const tally = newTally();
  const reader = registryReader({ ...form, kind: 'full' }, newNumberSet(), tally);
  try {
    await readSource(file, reader, async () => {
      if (tally.lines >= sniffedLines) throw new Told();
    });
  } catch (error) {
    if (!(error instanceof Told)) throw error;
  }
  return areChanges(tally) ? 'change' : 'full';
}

/** For people: what stands against a version. */
export const doubtTexts = (doubts: readonly Doubt[]): readonly string[] => doubts.map(doubtText);

/** The numbers of a version, to be changed. */
async function open(shelf: ListWriter, manifest: Manifest): Promise<NumberSet> {
  const set = newNumberSet();
  for (const [area, { sha256 }] of Object.entries(manifest.areas)) {
    if (sha256 === null) continue;
    set.areas.set(Number(area), await shelf.area(manifest, area));
  }
  for (const number of await shelf.world(manifest)) putNumber(set, `+${number}`, false);
  return set;
}

/** Whoever says it: that another person imported it again changes nothing. */
function saysTheSame(previous: Manifest, told: VersionTold): boolean {
  const before = toldOf(previous);
  return (
    before.until === told.until &&
    before.reason === told.reason &&
    before.source === told.source &&
    before.channels.join() === told.channels.join()
  );
}

/** `20260304T120000Z`. */
function stampOf(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
}
