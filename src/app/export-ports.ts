/** What exports of many records stand on: their rows, and the book of exports that were asked for. */
import type { Limits } from '../core/access/limits.ts';
import type { Cell, ExportFilter, ExportKind } from '../core/exports/columns.ts';
import type { ExportFormat } from '../core/exports/format.ts';
import type { PushFault } from '../core/exports/push-fault.ts';
import type { Hex, Instant, Uuid } from '../core/words.ts';
import type { Page, PageAsk, SealedPerson } from './api-ports.ts';

export interface ExportAsk {
  readonly kind: ExportKind;
  readonly filter: ExportFilter;
  /** Of who asked: what lies outside of them is not in the export either. */
  readonly limits: Limits;
}

/** A record as the database has it: what is sealed is still so. */
export interface SealedRow {
  readonly cells: Readonly<Record<string, Cell>>;
  readonly person: SealedPerson | null;
  readonly lineId: Uuid | null;
}

export interface ExportSource {
  count(ask: ExportAsk): Promise<number>;
  /** Page by page from a cursor; leaving the loop closes it. */
  rows(ask: ExportAsk): AsyncIterable<readonly SealedRow[]>;
}

export const exportStates = ['waiting', 'running', 'ready', 'failed', 'gone'] as const;
export type ExportState = (typeof exportStates)[number];

/** Why the file of an export is no more. */
export const goneReasons = ['expired', 'removed', 'erasure'] as const;
export type GoneReason = (typeof goneReasons)[number];

export interface ExportJob extends ExportAsk {
  readonly id: Uuid;
  readonly format: ExportFormat;
  readonly reveal: boolean;
  readonly reasonSealed: Buffer | null;
  /** A user's or key's id. */
  readonly by: string;
  readonly madeAt: Instant;
  readonly state: ExportState;
  readonly attempts: number;
  /** Null until they were counted. */
  readonly expected: number | null;
  readonly done: number;
  readonly expiresAt: Instant;
  readonly file: ExportFile | null;
  readonly goneWhy: GoneReason | null;
  /** Null: it is not brought anywhere. */
  readonly push: ExportPush | null;
}

export const pushStates = ['waiting', 'done', 'failed'] as const;

export interface ExportPush {
  /** Of the operator's file. */
  readonly target: string;
  readonly state: (typeof pushStates)[number];
  readonly attempts: number;
  readonly bytes: number;
  /** Of the last try. */
  readonly fault: PushFault | null;
}

export interface ExportFile {
  readonly keySealed: Buffer;
  readonly sealedBytes: number;
  readonly plainBytes: number;
  /** Of what is in it. */
  readonly sha256: Hex;
  readonly readyAt: Instant;
}

export interface Taken {
  readonly id: Uuid;
  readonly taker: Uuid;
}

export interface ExportJobs {
  add(
    job: Pick<
      ExportJob,
      keyof ExportAsk | 'id' | 'format' | 'reveal' | 'reasonSealed' | 'by' | 'madeAt' | 'expiresAt'
    >,
  ): Promise<void>;
  find(id: Uuid): Promise<ExportJob | null>;
  /** Newest first. */
  list(page: PageAsk): Promise<Page<ExportJob>>;
  /** The oldest that waits, or whose taker is gone; counts the attempt. Null: there is none. */
  take(taker: Uuid, at: Instant, until: Instant): Promise<ExportJob | null>;
  /** False: it is somebody else's now, or nobody's. The same for all that follow. */
  progress(taken: Taken, done: number, expected: number, until: Instant): Promise<boolean>;
  finish(taken: Taken, file: ExportFile, done: number): Promise<boolean>;
  /** `again`: it waits for the next to take it. */
  giveUp(taken: Taken, how: 'again' | 'failed'): Promise<boolean>;
  /** Destroys the file's key. False: there is no such export, or it is gone already. */
  drop(id: Uuid, why: GoneReason): Promise<boolean>;
  /** The same of all that have expired. */
  dropExpired(at: Instant): Promise<void>;
  /** Those that are gone or failed, whose bytes may still lie there. */
  leftover(): Promise<readonly Pick<ExportJob, 'id' | 'attempts'>[]>;
  cleared(id: Uuid): Promise<void>;
  /** It is to be brought to a target, anew if it was before. False: it is gone, or is not there. */
  startPush(id: Uuid, target: string): Promise<boolean>;
  /** The next that is written, waits, and that nobody is at; counts the attempt. */
  takePush(at: Instant, until: Instant): Promise<ExportJob | null>;
  /** False: the file is gone. */
  notePush(id: Uuid, bytes: number, until: Instant): Promise<boolean>;
  /** Not before then again. */
  restPush(id: Uuid, until: Instant, fault: PushFault | null): Promise<void>;
  endPush(id: Uuid, state: 'done' | 'failed', fault: PushFault | null): Promise<void>;
}
