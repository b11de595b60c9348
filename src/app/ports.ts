/**
 * The few interfaces through which the app reaches the world. They are declared here, where they
 * are used, and implemented by the adapters; `main.ts` joins the two.
 */
import type { ShutReason } from '../core/call/effect.ts';
import type { LeafPurpose } from '../core/ledger/facts.ts';
import type { SharedText } from '../core/ledger/shared-text.ts';
import type {
  CallSid,
  Gap,
  GapReason,
  Hex,
  Instant,
  Purpose,
  Role,
  Status,
  Uuid,
} from '../core/words.ts';

// ---------------------------------------------------------------- chance and time

export interface Clock {
  /** Wall clock, ms since the epoch: for entries, deadlines and people. */
  now(): Instant;
  /** Never goes backwards, ms: for durations, leases and time-outs. */
  monotonic(): number;
}

export interface Random {
  bytes(count: number): Uint8Array;
  uuid(): Uuid;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

// ---------------------------------------------------------------- keys

/** Holder of the L0 key-encryption key. `context` is authenticated, never secret. */
export interface KeyProvider {
  /** Names the key, not its value: goes into rows beside what it wraps. */
  keyId(): string;
  wrap(plaintext: Uint8Array, context: string): Promise<Uint8Array>;
  /** Throws `key_missing` if the key or the context is not the one it was wrapped with. */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
  /** Null when a wrap and unwrap just worked, otherwise what is wrong. */
  health(): Promise<string | null>;
}

/** Field encryption of one tenant: synchronous, its data key was unwrapped at start. */
export interface FieldCipher {
  /** Keyed pseudonym (HMAC-SHA-256) of a number, the same for the same number, 32 bytes. */
  token(number: string): Buffer;
  /** A fresh per-person key: 32 bytes and the same wrapped for the person's row. */
  newPersonKey(): { key: Buffer; wrapped: Buffer };
  unwrapPersonKey(wrapped: Uint8Array): Buffer;
  /** AES-256-GCM. `key` null means the tenant's own data key. `context` is authenticated. */
  seal(key: Uint8Array | null, context: string, plaintext: Uint8Array): Buffer;
  /** Throws `key_missing` when the key, the context or the bytes do not fit. */
  open(key: Uint8Array | null, context: string, sealed: Uint8Array): Buffer;
}

// ---------------------------------------------------------------- carrier

/** Twilio's REST calls that we make. Every one has a time-out; all throw on failure. */
export interface Carrier {
  /** Starts a one-way stream of a live leg's inbound track. Resolves to the stream's sid. */
  startStream(request: {
    callSid: CallSid;
    name: string;
    url: string;
    parameters: Readonly<Record<string, string>>;
  }): Promise<string>;
  stopStream(request: { callSid: CallSid; name: string }): Promise<void>;
  /** Rings a party. `idempotencyKey` is ours: the caller must not call twice with one key. */
  createCall(request: {
    to: string;
    from: string;
    url: string;
    statusCallback: string;
    timeoutS: number;
    /** True: the first webhook says whether a person or a machine picked up. */
    detectMachine?: boolean;
  }): Promise<CallSid>;
  /** Takes a live leg out of whatever it is doing, to the document of this address. */
  redirect(callSid: CallSid, url: string): Promise<void>;
  /** One text message. The caller must not send it twice. */
  sendText(request: { to: string; from: string; text: string }): Promise<string>;
  /** Rings a number, says some words to whoever answers, and hangs up. Not to be done twice. */
  say(request: { to: string; from: string; words: string; locale: string }): Promise<CallSid>;
  /** Puts a leg on its bridge on hold, or takes it off. `not_found`: it is not on that bridge. */
  hold(request: { conference: string; callSid: CallSid; on: boolean }): Promise<void>;
  /** Says what the document at an address says, to one leg on its bridge. `not_found`: it is not there. */
  announce(request: { conference: string; callSid: CallSid; url: string }): Promise<void>;
  /** Stops a leg that rings; one that was answered goes on. */
  cancel(callSid: CallSid): Promise<void>;
  /** Ends a leg. */
  hangUp(callSid: CallSid): Promise<void>;
  /** Null when the carrier does not know the leg. */
  callStatus(callSid: CallSid): Promise<string | null>;
}

// ---------------------------------------------------------------- recordings

export type RecordingState = 'live' | 'sealed' | 'partial' | 'erased' | 'quarantined';

/** One row of `recording`. */
export interface RecordingRow {
  readonly id: Uuid;
  readonly tenantId: Uuid;
  readonly callId: Uuid;
  readonly partyId: Uuid;
  readonly callSid: CallSid;
  readonly state: RecordingState;
  readonly startedAt: Instant;
  /** Length of the WAV in ms, gaps included; null while live. */
  readonly durationMs: number | null;
  /** Upper bound of audio that was let through and could not be kept, ms. */
  readonly lostMs: number;
  readonly gaps: readonly Gap[];
  /** SHA-256 of the age payload as it lies in the vault; null while live. */
  readonly payloadSha256: Hex | null;
  readonly payloadBytes: number | null;
  /** Where the payload lies in the vault. */
  readonly vaultName: string;
}

/** What a one-time media token stands for. */
export interface StreamGrant {
  readonly tenantId: Uuid;
  readonly callId: Uuid;
  readonly partyId: Uuid;
  readonly callSid: CallSid;
  readonly streamName: string;
}

export interface RecordingStore {
  /**
   * Uses up a one-time token. Null when it is unknown, used, expired, tied to another leg, or
   * when the leg's gate for `recording` is no longer open in the database.
   */
  useStreamToken(tokenHash: Buffer, callSid: CallSid, at: Instant): Promise<StreamGrant | null>;
  /** Issues a token for a restarted stream of a leg whose grant stands. */
  issueStreamToken(tokenHash: Buffer, grant: StreamGrant, expiresAt: Instant): Promise<boolean>;
  /** Writes the recording's row and its age header in one transaction, before any audio. */
  create(recording: RecordingRow, header: Uint8Array, keyId: Uuid): Promise<void>;
  /** Marks a recording sealed (or partial) and writes its entry, in one transaction. Idempotent. */
  seal(recording: RecordingRow, entry: PreparedEntry): Promise<void>;
  /** Marks that the payload could not be written; the spool is kept. */
  quarantine(id: Uuid): Promise<void>;
  /**
   * Deletes the header row, marks the recording erased, writes the entry: one transaction.
   *
   * @param despiteHolds true for what was erased once, and a restored backup brought back
   * @throws `held` while a legal hold keeps its call
   */
  erase(id: Uuid, entry: PreparedEntry, despiteHolds?: boolean): Promise<void>;
  find(id: Uuid): Promise<RecordingRow | null>;
  ofCall(callId: Uuid): Promise<readonly RecordingRow[]>;
  /** Newest first. `before` is the id of the last recording of the page before; null: from the top. */
  list(page: { before: string | null; limit: number }): Promise<readonly RecordingRow[]>;
  /** Recordings that are live or quarantined: what recovery has to look at. */
  unsealed(): Promise<readonly RecordingRow[]>;
  /** The detached age header and the id of the L1 identity that opens it; null once erased. */
  header(id: Uuid): Promise<{ header: Buffer; keyId: Uuid } | null>;
}

/** L1 age identities, one per tenant and retention period. */
export interface RecordingKeys {
  /** The recipient (public half) new recordings of this tenant are sealed to. */
  currentRecipient(tenantId: Uuid): Promise<{ keyId: Uuid; recipient: string }>;
  /** Throws `key_missing` if the identity was destroyed or cannot be unwrapped. */
  identity(keyId: Uuid): Promise<string>;
}

/** Makes and opens detached age v1 headers (X25519). */
export interface AgeHeaders {
  make(fileKey: Uint8Array, recipients: readonly string[]): Promise<Uint8Array>;
  /** Throws `recording_damaged` on any malformed header, `key_missing` if no stanza opens. */
  open(header: Uint8Array, identities: readonly string[]): Promise<Uint8Array>;
}

/** Where sealed payloads lie. Names are `<tenant>/<recording>.age`-like, chosen by us. */
export interface Vault {
  /** Writes to a temporary name, syncs, renames. Throws `storage_failed`. */
  put(name: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>;
  /** Bytes from `start` (inclusive) to `end` (exclusive; to the last byte if absent). */
  read(name: string, start?: number, end?: number): AsyncIterable<Uint8Array>;
  /** Null if it is not there. */
  size(name: string): Promise<number | null>;
  remove(name: string): Promise<void>;
  /** Null when a write and a read just worked, otherwise what is wrong. */
  health(): Promise<string | null>;
}

/**
 * The live spool of one recording: append-only file of sealed segments. Appends reach the kernel
 * before they return, so a killed process loses at most the segment being filled.
 */
export interface SpoolWriter {
  /** 160-byte frames (other sizes are allowed), in order. Throws `storage_failed`. */
  frame(audio: Uint8Array): void;
  gap(ms: number, reason: GapReason): void;
  /** Seals and writes what is pending, if anything. */
  flush(): void;
  /** Flushes, writes the end mark, closes. After it nothing may be appended. */
  end(): void;
  /** Closes without the end mark: recovery will treat it as cut off. */
  abandon(): void;
  /** Audio and gaps so far, ms. */
  readonly lengthMs: number;
}

export interface Spool {
  create(recordingId: Uuid, fileKey: Uint8Array): SpoolWriter;
  /** Ids of the spools that lie on disk. */
  list(): Promise<readonly Uuid[]>;
  /** Whole bytes of one spool; null if there is none. */
  read(recordingId: Uuid): Promise<Buffer | null>;
  remove(recordingId: Uuid): Promise<void>;
  health(): Promise<string | null>;
}

// ---------------------------------------------------------------- ledger

/** An entry made ready: the leaf for the tree, the opening sealed for its person. */
export interface PreparedEntry {
  readonly id: Uuid;
  readonly tenantId: Uuid;
  readonly callId: Uuid | null;
  readonly partyId: Uuid | null;
  readonly recordingId: Uuid | null;
  readonly kind: string;
  readonly purpose: LeafPurpose | null;
  readonly at: Instant;
  /** The leaf as it lies in its row (no person in it). */
  readonly leaf: Buffer;
  /** Salts and values behind the leaf's commitments, sealed under the person's or tenant's key. */
  readonly openingSealed: Buffer;
  /** What the opening only names: kept by whoever keeps the entry. */
  readonly texts: readonly SharedText[];
  /** The person whose key seals the opening; null: the tenant's data key. */
  readonly personId: Uuid | null;
}

// ---------------------------------------------------------------- gates and live recordings

/**
 * The in-memory gates of the legs whose media this process holds or may come to hold.
 *
 * `version` is the version of the call's row that the commit wrote; it puts opens and shuts in
 * the database's order whatever order they are carried out in. The rules: core/consent/gate.ts.
 */
export interface Gates {
  /**
   * After the commit. `until` is on the monotonic clock, counted from before the transaction.
   * Ignored when a shut of this version or a later one is known, or when one is pending.
   */
  open(callSid: CallSid, purpose: Purpose, until: number, version: number): void;
  /**
   * At once, before the transaction and without `version` (it then holds off every open for up
   * to 3 s); again with `version` as soon as the row is locked or the commit is acknowledged.
   */
  shut(callSid: CallSid, purpose: Purpose, reason: ShutReason, version?: number): void;
  isOpen(callSid: CallSid, purpose: Purpose): boolean;
}

// ---------------------------------------------------------------- what people read

/** Where a call came from. */
export interface TrackingView {
  readonly campaign: string;
  readonly source: string;
  /** Stands for the caller in what is counted; null once they left the call. */
  readonly visitor: Hex | null;
}

export interface PartyView {
  readonly id: Uuid;
  readonly role: Role;
  readonly legs: readonly { readonly callSid: CallSid }[];
  /** Masked number, or null when withheld or erased. */
  readonly number: string | null;
  readonly statuses: Readonly<Partial<Record<Purpose, Status>>>;
  readonly held: boolean;
}
