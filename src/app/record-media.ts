/**
 * Lets a media socket in and sets up its recording, in the order that keeps every frame either
 * sealed or untaken: token used up → file key made → spool opened → row and header committed →
 * frames. The socket is not read meanwhile.
 */
import { endsRecording } from '../core/consent/gate.ts';
import type { MediaCounts } from '../core/media/counts.ts';
import type { CallSid, Uuid } from '../core/words.ts';
import { type GateRegistry, leaseFrom } from './gates.ts';
import type { LiveRecordings } from './live-recordings.ts';
import type {
  AgeHeaders,
  Clock,
  Log,
  Random,
  RecordingKeys,
  RecordingRow,
  RecordingStore,
  Spool,
  SpoolWriter,
  StreamGrant,
} from './ports.ts';
import { RecordingSession, type StreamSocket } from './recording-session.ts';
import { hashMediaToken } from './restart-stream.ts';

export interface RecordMediaParts {
  readonly recordings: Pick<RecordingStore, 'useStreamToken' | 'create' | 'quarantine'>;
  readonly keys: Pick<RecordingKeys, 'currentRecipient'>;
  readonly headers: Pick<AgeHeaders, 'make'>;
  readonly spool: Pick<Spool, 'create' | 'remove'>;
  readonly gates: GateRegistry;
  readonly live: LiveRecordings;
  /** The legs among those asked for whose gate is open in the database, with the version of it. */
  readonly stillGranted: (callSids: readonly CallSid[]) => Promise<ReadonlyMap<CallSid, number>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly counts: MediaCounts;
}

export interface StreamStart {
  readonly token: string;
  readonly callSid: CallSid;
  /** Sequence number of the start message. */
  readonly sequence: number;
}

const fileKeyBytes = 16;

export class MediaRecorder {
  readonly #parts: RecordMediaParts;
  /** Legs whose recording is being set up: a second socket must not set up another. */
  readonly #admitting = new Set<CallSid>();

  constructor(parts: RecordMediaParts) {
    this.#parts = parts;
  }

  get live(): LiveRecordings {
    return this.#parts.live;
  }

  get gates(): GateRegistry {
    return this.#parts.gates;
  }

  /**
   * Null when the socket must be turned away: wrong or used token, another leg's, a leg whose
   * grant does not stand, or one that has a stream already. Throws when the recording could not
   * be set up; the call goes on unrecorded.
   */
  async admit(start: StreamStart, socket: StreamSocket): Promise<RecordingSession | null> {
    const { callSid } = start;
    const startedAt = this.#parts.clock.monotonic();
    if (this.#admitting.has(callSid)) return null;
    const { live } = this.#parts;
    if (live.isClosed || live.of(callSid)?.isAttached === true) return null;
    this.#admitting.add(callSid);
    try {
      const grant = await this.#grantOf(start);
      if (grant === null) return null;
      const next = start.sequence + 1;
      const waiting = live.continue(callSid, socket, next, startedAt);
      if (waiting !== null) return waiting;
      return await this.#begin(grant, (session) => session.attach(socket, next, startedAt));
    } finally {
      this.#admitting.delete(callSid);
    }
  }

  async #grantOf({ token, callSid }: StreamStart): Promise<StreamGrant | null> {
    const { recordings, gates, clock, stillGranted } = this.#parts;
    const at = clock.monotonic();
    const grant = await recordings.useStreamToken(hashMediaToken(token), callSid, clock.now());
    if (grant === null) return null;
    if (!gates.isOpen(callSid, 'recording')) {
      // Granted through another process, which opened the gate in its own memory only.
      const version = (await stillGranted([callSid])).get(callSid);
      if (version !== undefined) gates.open(callSid, 'recording', leaseFrom(at), version);
    }
    return endsRecording(gates.view(callSid, 'recording').shut) ? null : grant;
  }

  /** Null when the grant ended meanwhile. `attach` gives the recording its stream. */
  async #begin(
    grant: StreamGrant,
    attach: (session: RecordingSession) => void,
  ): Promise<RecordingSession | null> {
    const { keys, headers, gates, live, clock, random, counts } = this.#parts;
    const { tenantId, callId, partyId, callSid } = grant;
    const fileKey = random.bytes(fileKeyBytes);
    const { keyId, recipient } = await keys.currentRecipient(tenantId);
    const header = await headers.make(fileKey, [recipient]);
    const id = random.uuid();
    const row: RecordingRow = {
      id,
      tenantId,
      callId,
      partyId,
      callSid,
      state: 'live',
      startedAt: clock.now(),
      durationMs: null,
      lostMs: 0,
      gaps: [],
      payloadSha256: null,
      payloadBytes: null,
      vaultName: vaultNameOf(tenantId, id),
    };
    const gate = gates.view(callSid, 'recording');
    if (endsRecording(gate.shut)) return null;
    const writer = await this.#openSpool(row, header, keyId, fileKey);
    const session = new RecordingSession({
      row,
      grant,
      fileKey,
      writer,
      gate,
      clock,
      counts,
      owner: live,
    });
    // Withdrawn, or told to stop, while the row was written: what was begun is closed, empty.
    const over = endsRecording(gate.shut) ? gate.shut : live.isClosed ? 'shutdown' : null;
    if (over !== null) {
      session.end(over);
      return null;
    }
    // No await from the look at the gate to here: from now on its shutting is told.
    live.add(session);
    attach(session);
    return session;
  }

  /**
   * Spool first, row second, sound last: of a process killed between the first two remains an
   * empty spool without a header, which recovery removes. A spool that cannot be made leaves its
   * row in quarantine, so that whoever looks at the call sees why there is no recording.
   */
  async #openSpool(
    row: RecordingRow,
    header: Uint8Array,
    keyId: Uuid,
    fileKey: Uint8Array,
  ): Promise<SpoolWriter> {
    const { spool, recordings, counts } = this.#parts;
    let writer: SpoolWriter;
    try {
      writer = spool.create(row.id, fileKey);
    } catch (error) {
      counts.recordingsFailed += 1;
      await recordings.create(row, header, keyId);
      await recordings.quarantine(row.id);
      throw error;
    }
    try {
      await recordings.create(row, header, keyId);
    } catch (error) {
      writer.abandon();
      await spool.remove(row.id);
      throw error;
    }
    return writer;
  }
}

export function vaultNameOf(tenantId: Uuid, id: Uuid): string {
  return `${tenantId}/${id}.age`;
}
