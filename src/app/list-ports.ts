/** What work on lists stands on: files, the book of imports, the register of who got at the data. */
import type { AuditActor, AuditKind } from '../core/access/audit.ts';
import type { Doubt, Expected, Manifest } from '../core/suppression/list-manifest.ts';
import type { VersionTold } from '../core/suppression/list-use.ts';
import type { Channel, ListingScope } from '../core/suppression/own-change.ts';
import type { FileKind } from '../core/suppression/registry-line.ts';
import type { NumberSet, RegistryReader, Tally } from '../core/suppression/registry-text.ts';
import type { Hex, Instant, Uuid } from '../core/words.ts';
import type { Page, PageAsk } from './api-ports.ts';
import type { PreparedEntry } from './ports.ts';

/** A file wherever it lies; read from any byte on. */
export interface ListFile {
  readonly bytes: number;
  /** `end` is exclusive. */
  read(start: number, end?: number): AsyncIterable<Uint8Array>;
}

/**
 * Feeds a file to a reader, whatever form it has.
 *
 * @param progress called with how much of the file was read, 0 to 1; what it throws ends the reading
 * @throws `list_unreadable` with what is wrong with the file
 */
export type ReadSource = (
  file: ListFile,
  reader: RegistryReader,
  progress: (share: number) => Promise<void>,
) => Promise<{ readonly sha256: Hex; readonly bytes: number }>;

/** Versions of lists, as work on them needs them. */
export interface ListWriter {
  lists(): Promise<readonly string[]>;
  current(list: string): Promise<Manifest | null>;
  versions(list: string): Promise<readonly string[]>;
  manifest(list: string, version: string): Promise<Manifest>;
  area(manifest: Manifest, area: string): Promise<Uint32Array<ArrayBufferLike>>;
  world(manifest: Manifest): Promise<Float64Array<ArrayBufferLike>>;
  write(facts: Omit<Manifest, 'areas' | 'world' | 'total'>, set: NumberSet): Promise<Manifest>;
  activate(list: string, version: string): Promise<void>;
  /** No version is in force any more; what decisions rested on stays. */
  retire(list: string): Promise<void>;
  remove(list: string, version: string): Promise<void>;
}

// ---------------------------------------------------------------- the book of imports

export const listJobKinds = ['full', 'change', 'undo', 'retire'] as const;
export type ListJobKind = (typeof listJobKinds)[number];

/** `held`: two different people have to vouch for it. */
export const listJobStates = [
  'receiving',
  'waiting',
  'running',
  'held',
  'done',
  'failed',
  'dropped',
] as const;
export type ListJobState = (typeof listJobStates)[number];

/** Why something failed. What an SFTP server did is named as exports name it. */
export const listFaults = [
  'unreadable',
  'refused',
  'cut-short',
  'storage',
  'host-key',
  'login',
  'target',
  'recipient',
  'unreachable',
  'missing',
] as const;
export type ListFault = (typeof listFaults)[number];

/** Where numbers of the own list go. */
export interface OwnPlace {
  readonly channels: readonly Channel[];
  readonly scope: ListingScope;
  readonly until: Instant | null;
}

/** What was said of an import, an undoing or a retirement. Nothing of it is a person's. */
export interface ListJobWanted {
  /** Null: not said; then when the file was sent, or written where it was fetched from. */
  readonly obtainedAt: Instant | null;
  readonly told: VersionTold;
  /** True: nobody said whether it is a list of changes; its content tells. */
  readonly kindUnsaid?: boolean;
  /** Of the own list. */
  readonly own: OwnPlace | null;
  readonly expected: Expected;
  /** Who sells, and for which campaign, as the register of access has it. */
  readonly seller: string | null;
  readonly campaign: string | null;
  /** True: everything is read and judged, and nothing changes. */
  readonly dryRun: boolean;
  /** Fetched from there; null: it was sent. */
  readonly pull: { readonly from: string; readonly file: string } | null;
  /** What is to be undone: of a registry a version, of the own list an import. */
  readonly undoes: { readonly version: string | null; readonly importId: Uuid | null } | null;
}

export interface ListReport {
  /** Null: nothing was written. */
  readonly version: string | null;
  /** What was in force when it was judged. */
  readonly previous: string | null;
  /** Numbers on the list with it. */
  readonly total: number;
  readonly tally: Tally | null;
  readonly doubts: readonly Doubt[];
  readonly sourceSha256: Hex | null;
  /** Of the own list: listings that it brought, or took back. */
  readonly brought?: number;
  /** True: the same file made what is in force. */
  readonly isRepeat: boolean;
  /** What the file turned out to be, where nobody said. */
  readonly kind?: FileKind;
}

export interface SentFile {
  readonly keySealed: Buffer;
  readonly sealedBytes: number;
  readonly plainBytes: number;
  /** Of what is in it. */
  readonly sha256: Hex;
}

export interface Vouch {
  /** A user's id. */
  readonly by: string;
  readonly at: Instant;
}

export interface ListJob {
  readonly id: Uuid;
  readonly list: string;
  readonly kind: ListJobKind;
  readonly wanted: ListJobWanted;
  readonly accountSealed: Buffer | null;
  /** A user's or key's id, or `operator`. */
  readonly by: string;
  readonly as: AuditActor;
  readonly madeAt: Instant;
  readonly state: ListJobState;
  /** True: read where it lies, by the command that began it; nobody else can go on. */
  readonly inPlace: boolean;
  readonly attempts: number;
  /** Of the file: bytes; of the own list, once it was judged: numbers. */
  readonly done: number;
  readonly expected: number | null;
  readonly endedAt: Instant | null;
  readonly report: ListReport | null;
  readonly fault: ListFault | null;
  readonly faultDetail: string | null;
  /** Of what was sent or fetched; null: nothing was, or not yet. */
  readonly sha256: Hex | null;
  /** Null: it is not here yet, or not any more. */
  readonly file: SentFile | null;
  /** Each a different person. */
  readonly vouches: readonly Vouch[];
}

export type NewListJob = Pick<
  ListJob,
  'id' | 'list' | 'kind' | 'wanted' | 'accountSealed' | 'by' | 'as' | 'madeAt'
>;

export interface TakenJob {
  readonly id: Uuid;
  readonly taker: Uuid;
}

export interface ListJobs {
  /** `receiving`: its file is on its way, until then. */
  receive(job: NewListJob, until: Instant): Promise<void>;
  /**
   * It lies here whole, and waits. With a token that was used before: the one it was used for, and
   * nothing has changed.
   */
  received(id: Uuid, file: SentFile, onceToken: Buffer | null): Promise<ListJob | null>;
  /** Waits for whoever takes it. */
  add(job: NewListJob): Promise<void>;
  /** Is run at once by who asks. False: another one of this list is under way. */
  addTaken(job: NewListJob, taker: Uuid, until: Instant): Promise<boolean>;
  find(id: Uuid): Promise<ListJob | null>;
  /** Newest first; null: of every list. */
  list(list: string | null, page: PageAsk): Promise<Page<ListJob>>;
  /** Those that are not over, oldest first. */
  open(): Promise<readonly ListJob[]>;
  /** The oldest that waits, or whose taker is gone. Null: there is none. */
  take(taker: Uuid, at: Instant, until: Instant): Promise<ListJob | null>;
  /** This one, if it waits. */
  takeOne(id: Uuid, taker: Uuid, until: Instant): Promise<ListJob | null>;
  /** False: it is somebody else's now, or nobody's. The same for all that follow. */
  progress(taken: TakenJob, done: number, expected: number, until: Instant): Promise<boolean>;
  /** What it fetched lies here now. */
  fetched(taken: TakenJob, file: SentFile, obtainedAt: Instant): Promise<boolean>;
  hold(taken: TakenJob, report: ListReport): Promise<boolean>;
  finish(taken: TakenJob, report: ListReport, at: Instant): Promise<boolean>;
  /** `dueAt`: it waits until then; null: it has failed. */
  giveUp(
    taken: TakenJob,
    fault: ListFault | null,
    detail: string | null,
    at: Instant,
    dueAt: Instant | null,
  ): Promise<boolean>;
  /** Those whose sender or command is gone have failed. */
  dropAbandoned(at: Instant): Promise<void>;
  /** False: it is over already. */
  drop(id: Uuid, at: Instant): Promise<boolean>;
  /**
   * Writes down that somebody vouches; from the second person on it waits to be carried out. Null:
   * it is not held. Twice by the same person is once.
   */
  vouch(id: Uuid, by: string, at: Instant): Promise<readonly Vouch[] | null>;
  /** Those that are over, whose bytes may still lie there. */
  leftover(): Promise<readonly Uuid[]>;
  cleared(id: Uuid): Promise<void>;
}

// ---------------------------------------------------------------- what is expected of lists

export interface ListExpected {
  readonly list: string;
  readonly source: string | null;
  readonly reason: string | null;
  readonly channels: readonly Channel[];
  readonly seller: string | null;
  readonly accountSealed: Buffer | null;
  readonly by: string;
  readonly at: Instant;
  readonly retiredAt: Instant | null;
}

export interface ListBook {
  all(): Promise<readonly ListExpected[]>;
  find(list: string): Promise<ListExpected | null>;
  put(expected: Omit<ListExpected, 'retiredAt'>): Promise<void>;
  retire(list: string, by: string, at: Instant): Promise<void>;
}

// ---------------------------------------------------------------- who got at the data

/** `obtained`: got from whoever keeps it; `looked-up`: asked of them number by number. */
export const listAccessKinds = ['obtained', 'exported', 'looked-up'] as const;
export type ListAccessKind = (typeof listAccessKinds)[number];

export interface ListAccessRow {
  /** An entry of the audit, which says who, when, of which version, for whom. */
  readonly entry: PreparedEntry;
  readonly act: AuditKind;
  readonly by: string;
  readonly list: string;
  readonly what: ListAccessKind;
  /** Null: it was no import. */
  readonly jobId: Uuid | null;
}

export interface ListAccesses {
  /** Entry, audit and register together; nothing, where the import has its row already. */
  add(row: ListAccessRow): Promise<void>;
  list(
    filter: {
      readonly list: string | null;
      readonly since: Instant | null;
      readonly until: Instant | null;
    },
    page: PageAsk,
  ): Promise<Page<{ readonly id: Uuid; readonly openingSealed: Buffer | null }>>;
}
