/** Makes a new version of a national-size list from a file, and puts it in force if it is sound. */
import { ConsentryError } from '../core/error.ts';
import {
  type Doubt,
  doubtsOf,
  doubtText,
  type Manifest,
  toldOf,
} from '../core/suppression/list-manifest.ts';
import type { VersionTold } from '../core/suppression/list-use.ts';
import type { FileKind } from '../core/suppression/registry-line.ts';
import {
  type NumberSet,
  newNumberSet,
  newTally,
  putNumber,
  type RegistryReader,
  registryReader,
  type Tally,
} from '../core/suppression/registry-text.ts';
import type { Instant } from '../core/words.ts';
import type { Clock } from './ports.ts';

/** Versions of lists, as import needs them. */
export interface ListWriter {
  current(list: string): Promise<Manifest | null>;
  manifest(list: string, version: string): Promise<Manifest>;
  area(manifest: Manifest, area: string): Promise<Uint32Array<ArrayBufferLike>>;
  world(manifest: Manifest): Promise<Float64Array<ArrayBufferLike>>;
  write(facts: Omit<Manifest, 'areas' | 'world' | 'total'>, set: NumberSet): Promise<Manifest>;
  activate(list: string, version: string): Promise<void>;
  remove(list: string, version: string): Promise<void>;
}

export interface ImportParts {
  readonly shelf: ListWriter;
  readonly readSource: (
    path: string,
    reader: RegistryReader,
    progress: (share: number) => void,
  ) => Promise<{ readonly sha256: string; readonly bytes: number }>;
  readonly clock: Clock;
}

export interface ImportWanted {
  readonly list: string;
  readonly path: string;
  readonly kind: FileKind;
  /** When the file was got from whoever keeps the list. */
  readonly obtainedAt: Instant;
  readonly accountToken: string | null;
  readonly told: VersionTold;
  /** True: everything is read and judged, and nothing is written. */
  readonly dryRun: boolean;
  /** People who looked at the doubts and want it all the same; two different ones are needed. */
  readonly vouchers: readonly string[];
  readonly progress: (share: number) => void;
}

export interface ImportReport {
  readonly list: string;
  /** Null: nothing was written. */
  readonly version: string | null;
  readonly previous: string | null;
  readonly inForce: boolean;
  readonly total: number;
  readonly tally: Tally;
  readonly doubts: readonly Doubt[];
  readonly sourceSha256: string;
  /** True: the same file made the version that is in force. */
  readonly isRepeat: boolean;
}

/**
 * @throws `list_unreadable` for a file that is none; `invalid_request` for a change list without a
 * version to change; `storage_failed`
 */
export async function importList(parts: ImportParts, wanted: ImportWanted): Promise<ImportReport> {
  const { shelf, readSource, clock } = parts;
  const { list, kind, path, progress, dryRun, vouchers, told } = wanted;
  const previous = await shelf.current(list);
  if (kind === 'change' && previous === null) {
    throw new ConsentryError(
      'invalid_request',
      `${list} has no version that a change list could change; import a full list first`,
    );
  }
  const set = kind === 'full' || previous === null ? newNumberSet() : await open(shelf, previous);
  const tally = newTally();
  const source = await readSource(path, registryReader(kind, set, tally), progress);
  const seen = { list, tally, sourceSha256: source.sha256 };
  // The same bytes, downloaded anew, are a younger list all the same.
  const isYounger = previous === null || wanted.obtainedAt > Date.parse(previous.obtainedAt);
  if (previous?.sourceSha256 === source.sha256 && !isYounger && saysTheSame(previous, told)) {
    const { version, total } = previous;
    const done = { version, previous: previous.previous, inForce: true, total, doubts: [] };
    return { ...seen, ...done, isRepeat: true };
  }
  const now = clock.now();
  const version = `${stampOf(now)}-${source.sha256.slice(0, 8)}`;
  const facts = {
    list,
    version,
    obtainedAt: new Date(wanted.obtainedAt).toISOString(),
    importedAt: new Date(now).toISOString(),
    sourceSha256: source.sha256,
    kind,
    accountToken: wanted.accountToken,
    told,
    previous: previous?.version ?? null,
  };
  const manifest = await shelf.write(facts, set);
  const rejected = Object.values(tally.rejected).reduce((sum, count) => sum + count, 0);
  const { lines, unchanged } = tally;
  const doubts = doubtsOf(manifest, previous, { lines, rejected, unchanged });
  const made = { previous: facts.previous, total: manifest.total, doubts, isRepeat: false };
  if (dryRun) {
    await shelf.remove(list, version);
    return { ...seen, ...made, version: null, inForce: false };
  }
  const inForce = doubts.length === 0 || new Set(vouchers).size >= 2;
  if (inForce) await shelf.activate(list, version);
  return { ...seen, ...made, version, inForce };
}

/** Puts the version before the present one in force again. */
export async function undoImport(
  { shelf }: Pick<ImportParts, 'shelf'>,
  list: string,
): Promise<Manifest> {
  const current = await shelf.current(list);
  if (current === null) throw new ConsentryError('not_found', `there is no list ${list}`);
  if (current.previous === null) {
    throw new ConsentryError('conflict', 'it is the first version; there is none before it');
  }
  await shelf.activate(list, current.previous);
  return shelf.manifest(list, current.previous);
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
