/** What the API reads and keeps, beside the calls themselves. */
import type { Limits } from '../core/access/limits.ts';
import type { Scope } from '../core/access/scope.ts';
import type { CallSid, Instant, Purpose, Role, Status, Uuid } from '../core/words.ts';
import type { Session } from './account-ports.ts';
import type { AddedRole } from './add-party.ts';
import type { KeptAnswer } from './call-ports.ts';
import type { FlowPin } from './call-state.ts';
import type { FieldCipher, RecordingRow, TrackingView } from './ports.ts';

/** The field encryption of a tenant. Throws `key_missing` for one that is not served here. */
export type Ciphers = (tenantId: Uuid) => FieldCipher;

// ---------------------------------------------------------------- pages

/** Rows are in order of time, newest first; equal times in order of id. */
export interface PageAsk {
  /** 1 to 200. */
  readonly limit: number;
  /** Where the page before ended; null for the first. */
  readonly after: PagePlace | null;
}

/** The last row of a page. Times have microseconds there, so that no row is skipped or doubled. */
export interface PagePlace {
  /** Microseconds since the epoch, decimal. */
  readonly micros: string;
  readonly id: Uuid;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** Null when nothing comes after. */
  readonly next: PagePlace | null;
}

// ---------------------------------------------------------------- calls as they are read

/** A person's row, as far as a number can be read from it. Nulls: erased. */
export interface SealedPerson {
  readonly id: Uuid;
  readonly keyWrapped: Buffer | null;
  readonly numberSealed: Buffer | null;
}

export interface LegRecord {
  readonly callSid: CallSid;
  readonly partyId: Uuid;
  readonly role: Role;
  /** Null when the carrier gave no number. */
  readonly person: SealedPerson | null;
  readonly statuses: Readonly<Partial<Record<Purpose, Status>>>;
  readonly held: boolean;
}

/** Somebody who is being rung: a party without a leg. */
export type RungRecord = Pick<LegRecord, 'partyId' | 'role' | 'person'>;

export interface EntryRecord {
  readonly id: Uuid;
  readonly kind: string;
  readonly purpose: Purpose | null;
  readonly partyId: Uuid | null;
  readonly at: Instant;
  readonly personId: Uuid | null;
  /** Null when erased, and in lists. */
  readonly openingSealed: Buffer | null;
}

export interface StepRecord {
  readonly callSid: CallSid;
  /** What happened, without keys or words. */
  readonly kind: string;
  readonly at: Instant;
}

export type CallPhase = 'ringing' | 'asking' | 'bridged' | 'ended';

export interface CallRecord {
  readonly id: Uuid;
  readonly direction: 'inbound' | 'outbound';
  /** Null when the call came to a line that nobody configured. */
  readonly line: SealedLineNumber | null;
  readonly flow: FlowPin;
  readonly phase: CallPhase;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly tracking: TrackingView | null;
  /** Whom we called; null for calls that came in. They may have no leg yet. */
  readonly dialled: { readonly partyId: Uuid; readonly person: SealedPerson } | null;
  /** In the order they joined. */
  readonly legs: readonly LegRecord[];
  /** Who was added to the call, and has neither picked up yet nor been given up. */
  readonly rung: readonly RungRecord[];
  readonly recordings: readonly RecordingRow[];
  readonly entries: readonly EntryRecord[];
  /** Left out of lists. */
  readonly steps: readonly StepRecord[];
  /** What was answered in a survey. Left out of lists. */
  readonly answers: readonly (KeptAnswer & { readonly at: Instant })[];
}

export interface CallFilter {
  /** Of who asks. */
  readonly limits: Limits;
  readonly phase: CallPhase | null;
  readonly since: Instant | null;
  /** Exclusive. */
  readonly until: Instant | null;
  readonly lineToken: Buffer | null;
  /** A person's id, or the token of their number. */
  readonly person: Uuid | Buffer | null;
}

/** Every read sees one moment of the database, and one tenant. */
export interface CallReads {
  calls(tenantId: Uuid, filter: CallFilter, page: PageAsk): Promise<Page<CallRecord>>;
  /** By id or by the CallSid of any of its legs; null if there is none. */
  call(tenantId: Uuid, name: Uuid | CallSid): Promise<CallRecord | null>;
  recordings(tenantId: Uuid, limits: Limits, page: PageAsk): Promise<Page<RecordingRow>>;
  recording(tenantId: Uuid, id: Uuid): Promise<RecordingRow | null>;
}

// ---------------------------------------------------------------- lines

export interface SealedLineNumber {
  readonly numberToken: Buffer;
  readonly numberSealed: Buffer;
}

export interface LineRecord extends SealedLineNumber {
  readonly id: Uuid;
  readonly flow: string;
  readonly locale: string;
  readonly controller: string;
  /** Null: nobody is dialled. */
  readonly agentSealed: Buffer | null;
  readonly team: string | null;
  readonly isDefault: boolean;
  readonly updatedAt: Instant;
}

export interface LineChange
  extends Omit<LineRecord, 'agentSealed' | 'team' | 'isDefault' | 'updatedAt'> {
  /** Undefined: stays as it is. */
  readonly agentSealed: Buffer | null | undefined;
  /** Undefined: stays as it is. */
  readonly team: string | null | undefined;
  /** Undefined: stays as it is. True takes it from the line that was the default. */
  readonly isDefault: boolean | undefined;
  readonly at: Instant;
}

export interface LineStore {
  /** In no order: numbers are sealed. */
  list(tenantId: Uuid): Promise<readonly LineRecord[]>;
  find(tenantId: Uuid, numberToken: Buffer): Promise<LineRecord | null>;
  findDefault(tenantId: Uuid): Promise<LineRecord | null>;
  /** Makes the line or changes it; the id of an existing line stays. */
  put(tenantId: Uuid, change: LineChange): Promise<LineRecord>;
}

/** The flows that can be chosen for a line, and the locales each has every prompt in. */
export interface FlowList {
  names(): readonly string[];
  locales(name: string): readonly string[];
}

// ---------------------------------------------------------------- tasks

/** Word that a caller left, as it is read. */
export interface DeskTaskRecord {
  readonly id: Uuid;
  readonly kind: string;
  readonly callId: Uuid;
  readonly partyId: Uuid;
  /** Null when the number was withheld. */
  readonly person: SealedPerson | null;
  readonly createdAt: Instant;
  /** What they wrote, sealed under their own key; null if they wrote nothing. */
  readonly noteSealed: Buffer | null;
}

export interface DeskTaskStore {
  /** Those that nobody has done, oldest first. */
  open(tenantId: Uuid, limits: Limits, page: PageAsk): Promise<Page<DeskTaskRecord>>;
  /** False if there is no such task, or it is done already. */
  done(tenantId: Uuid, id: Uuid, by: string, at: Instant): Promise<boolean>;
}

// ---------------------------------------------------------------- keys

/** Who asks: a service by its key, or a person by their session. */
export interface ApiKey {
  /** Of the key, or of the person. */
  readonly id: Uuid;
  readonly tenantId: Uuid;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
  /** Of a key: requests a second; 0 without limit. Left out: as many as any key. */
  readonly perSecond?: number;
  /** Of a key: refused from then on. Left out: until it is revoked. */
  readonly expiresAt?: Instant;
  /** Present when a person asks. */
  readonly session?: Session;
  /** True: the vendor's support, by a grant of the tenant. */
  readonly isSupport?: boolean;
}

export interface KeyStore {
  /** A key that is not revoked, by its SHA-256. */
  find(hash: Buffer): Promise<ApiKey | null>;
  /** Notes the use unless one was noted within `restMs` before. */
  touch(id: Uuid, at: Instant, restMs: number): Promise<void>;
  /** Those that are not revoked, oldest first. */
  list(tenantId: Uuid): Promise<readonly ApiKey[]>;
  create(key: ApiKey, hash: Buffer): Promise<void>;
  /** False if there is no such key, or it is revoked already. */
  revoke(tenantId: Uuid, id: Uuid, at: Instant): Promise<boolean>;
  /**
   * Makes `hash` the only key of this name, in one transaction: it is added or revived, every
   * other one is revoked. With `hash` null all of that name are revoked.
   */
  replaceNamed(key: ApiKey, hash: Buffer | null): Promise<void>;
}

// ---------------------------------------------------------------- idempotency

/** An answer as it was given, with its body sealed. */
export interface SealedAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export type Claim =
  /** Nobody asked before: answer, then `settle` or `release`. */
  | { readonly is: 'new' }
  /** The first request is still being answered. */
  | { readonly is: 'running' }
  | { readonly is: 'other-request' }
  | { readonly is: 'answered'; readonly answer: SealedAnswer };

/** A claim is known by when it was made. */
export interface HeldClaim {
  readonly apiKeyId: Uuid;
  readonly key: string;
  readonly at: Instant;
}

export interface IdempotencyStore {
  /**
   * Claims a key for one request. A claim older than `abandonedMs` that was never settled belongs
   * to a process that died, and is given to whoever asks again.
   */
  claim(ask: HeldClaim & { fingerprint: Buffer; abandonedMs: number }): Promise<Claim>;
  /** Both do nothing when the claim was given to somebody else meanwhile. */
  settle(held: HeldClaim, answer: SealedAnswer): Promise<void>;
  release(held: HeldClaim): Promise<void>;
  /** Forgets answers given before an instant. */
  forget(before: Instant): Promise<void>;
}

// ---------------------------------------------------------------- audio, withdrawal, proof

/** A recording that can be heard: its WAV, opened piece by piece. */
export interface OpenAudio {
  /** Bytes of the whole WAV. */
  readonly size: number;
  /** `start` inclusive, `end` exclusive. Throws `recording_damaged` at the first bad place. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

export interface WithdrawAsk {
  readonly tenantId: Uuid;
  readonly callId: Uuid;
  readonly purpose: Purpose;
  /** Null: every party of the call. */
  readonly partyId: Uuid | null;
  /** True: what was recorded under the permission is erased too. */
  readonly erase: boolean;
}

export interface PauseAsk {
  readonly tenantId: Uuid;
  readonly callId: Uuid;
  /** Who asks. */
  readonly apiKeyId: Uuid;
  readonly state: 'paused' | 'resumed';
  /** A paused recording resumes by itself after this long. */
  readonly resumeAfterMs: number;
}

export interface AddAsk {
  readonly callId: Uuid;
  readonly role: AddedRole;
  /** E.164 or a SIP address. */
  readonly to: string;
  /** Absent: the one that is called as the role. */
  readonly flow?: string;
  /** Who asks. */
  readonly by: Uuid;
}

/** What the API has done by others. */
export interface ApiVerbs {
  /** Throws what the client is to see, as a `ConsentryError`. */
  withdraw(ask: WithdrawAsk): Promise<void>;
  /** False when there was nothing to pause or to resume. */
  setRecording(ask: PauseAsk): Promise<boolean>;
  /** Resolves to the party's id. */
  addParty(ask: AddAsk): Promise<Uuid>;
  holdParty(callId: Uuid, partyId: Uuid, state: 'held' | 'active'): Promise<void>;
  dropParty(callId: Uuid, partyId: Uuid): Promise<void>;
  /** Null when it cannot be opened at the moment. */
  openAudio(recordingId: Uuid): Promise<OpenAudio | 'erased' | 'live' | null>;
  /** Writes the ledger entry of an access. No audio leaves unless this resolved. */
  beforeAudio(recordingId: Uuid, key: ApiKey, how: 'listening' | 'download'): Promise<void>;
  /** `pending` until a signed checkpoint covers the entry; null if there is no such entry. */
  receiptFor(tenantId: Uuid, entryId: Uuid): Promise<object | 'pending' | null>;
  /** The newest signed checkpoint, a C2SP note; null before the first. */
  checkpoint(): Promise<string | null>;
  /** Hashes of a tile, 32 bytes each; the widest there is when `width` is null. */
  tile(level: number, n: number, width: number | null): Promise<Buffer | null>;
}
