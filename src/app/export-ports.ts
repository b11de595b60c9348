/** What exports of many records stand on: their rows, and the book of exports that were asked for. */
import type { Limits } from '../core/access/limits.ts';
import type {
  Cell,
  Column,
  ExportFilter,
  ExportKind,
  ExportRow,
  TableKind,
} from '../core/exports/columns.ts';
import type { ExportFormat } from '../core/exports/format.ts';
import type { PushFault } from '../core/exports/push-fault.ts';
import type { ConversationFact, ConversationRecording } from '../core/exports/vcon.ts';
import type { Hex, Instant, Role, Uuid } from '../core/words.ts';
import type { Page, PageAsk, SealedPerson } from './api-ports.ts';
import type { KeptAnswer } from './call-ports.ts';
import type { SealedOpening } from './ledger-ports.ts';

export interface ExportAsk {
  readonly kind: ExportKind;
  readonly filter: ExportFilter;
  /** Of who asked: what lies outside of them is not in the export either. */
  readonly limits: Limits;
}

/** One of the tables that an export is made of. */
export type TableAsk = Omit<ExportAsk, 'kind'> & { readonly kind: TableKind };

/** A record as the database has it: what is sealed is still so. */
export interface SealedRow {
  readonly cells: Readonly<Record<string, Cell>>;
  readonly person: SealedPerson | null;
  /** True: they asked that their data is kept and not used, so nobody is shown. */
  readonly isRestricted: boolean;
  readonly lineId: Uuid | null;
  /** Of a form: what was answered, sealed under its person's key. */
  readonly answer?: KeptAnswer & { readonly at: Instant };
  /** Of a person: what is known beside the number, sealed under their key. */
  readonly profile?: Buffer | null;
  /** Of an access: what its entry says. */
  readonly opening?: SealedOpening;
}

/** A call as a vCon tells it. */
export interface SealedConversation {
  readonly id: Uuid;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly campaign: string | null;
  readonly parties: readonly {
    readonly id: Uuid;
    readonly role: Role;
    readonly person: SealedPerson | null;
    readonly isRestricted: boolean;
    readonly joinedAt: Instant | null;
    readonly leftAt: Instant | null;
  }[];
  readonly recordings: readonly ConversationRecording[];
  /** What was asked for and answered, oldest first. */
  readonly facts: readonly ConversationFact[];
}

export interface ExportSource {
  count(ask: TableAsk): Promise<number>;
  /** Page by page from a cursor; leaving the loop closes it. */
  rows(ask: TableAsk): AsyncIterable<readonly SealedRow[]>;
  /** The same calls, with who was on them and what they allowed. */
  conversations(ask: TableAsk): AsyncIterable<readonly SealedConversation[]>;
}

/** Why the sound of a recording is not in an export. */
export const silences = ['erased', 'damaged', 'restricted', 'unavailable'] as const;
export type Silence = (typeof silences)[number];

/** The sound of recordings. Taking it is entered in the ledger before the first byte is given out. */
export interface ExportAudio {
  /** Whether an age file can be made for this public key. */
  isRecipient(recipient: string): Promise<boolean>;
  /** @param recipient null: as a WAV file. Throws where it may be there the next time. */
  open(
    id: Uuid,
    recipient: string | null,
    by: string,
  ): Promise<AsyncIterable<Uint8Array> | Silence>;
}

/** Files in one file, a piece at a time. */
export interface Archive {
  add(
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): AsyncGenerator<Buffer>;
  /** What ends it: without that no program opens it. */
  end(): Buffer;
}

export interface WorkbookSheet {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly pages: AsyncIterable<readonly ExportRow[]>;
}

export const exportStates = ['waiting', 'running', 'ready', 'failed', 'gone'] as const;
export type ExportState = (typeof exportStates)[number];

/** Why the file of an export is no more. */
export const goneReasons = ['expired', 'removed', 'erasure', 'restriction'] as const;
export type GoneReason = (typeof goneReasons)[number];

export interface ExportJob extends ExportAsk {
  readonly id: Uuid;
  readonly format: ExportFormat;
  readonly reveal: boolean;
  /** Of vCons: with their sound in them. */
  readonly withAudio: boolean;
  /** Whom age files are made for; null: it has none. */
  readonly recipient: string | null;
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
      | keyof ExportAsk
      | 'id'
      | 'format'
      | 'reveal'
      | 'withAudio'
      | 'recipient'
      | 'reasonSealed'
      | 'by'
      | 'madeAt'
      | 'expiresAt'
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
  /** `again`: it waits for the next to take it; `stopped`: the same, and it was no try. */
  giveUp(taken: Taken, how: 'again' | 'stopped' | 'failed'): Promise<boolean>;
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
