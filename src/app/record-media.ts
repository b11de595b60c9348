/**
 * Lets a media socket in and sets up its recording, in the order that keeps every frame either
 * sealed or untaken: token used up → file key made → spool opened → row and header committed →
 * frames. The socket is not read meanwhile.
 */
import { endsRecording } from '../core/consent/gate.ts';
import type { MediaCounts } from '../core/media/counts.ts';
import type { CallSid, Uuid } from '../core/words.ts';
import { type GateRegistry, type GateView, leaseFrom } from './gates.ts';
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
import { type EndReason, RecordingSession, type StreamSocket } from './recording-session.ts';
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
    // Looked at before the question, so that a shut that is told during it finds the gate.
    const gate = gates.view(callSid, 'recording');
    if (!gates.isOpen(callSid, 'recording')) {
      // Granted through another process, which opened the gate in its own memory only.
      const version = (await stillGranted([callSid])).get(callSid);
      if (version !== undefined) gates.open(callSid, 'recording', leaseFrom(at), version);
    }
    return endsRecording(gate.shut) ? null : grant;
  }

  /** Null when the grant ended meanwhile. `attach` gives the recording its stream. */
  async #begin(
    grant: StreamGrant,
    attach: (session: RecordingSession) => void,
  ): Promise<RecordingSession | null> {
    const { gates, live } = this.#parts;
    const gate = gates.view(grant.callSid, 'recording');
    let shut: EndReason | null = null;
    // Listening also keeps the gate in memory while the recording is set up.
    const unwatch = gates.onShut(grant.callSid, 'recording', (reason) => {
      if (endsRecording(reason)) shut ??= reason;
    });
    const over = (): EndReason | null => {
      if (shut !== null) return shut;
      if (endsRecording(gate.shut)) return gate.shut;
      return live.isClosed ? 'shutdown' : null;
    };
    try {
      return await this.#setUp(grant, gate, over, attach);
    } finally {
      unwatch();
    }
  }

  /** `over`: why the recording must not go on; null while it may. */
  async #setUp(
    grant: StreamGrant,
    gate: GateView,
    over: () => EndReason | null,
    attach: (session: RecordingSession) => void,
  ): Promise<RecordingSession | null> {
    const { keys, headers, live, clock, random, counts } = this.#parts;
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
    if (over() !== null) return null;
    return live.begin(id, async () => {
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
      const reason = over();
      if (reason !== null) {
        session.end(reason);
        return null;
      }
      // No await from the look at the gate to here: from now on its shutting is told.
      live.add(session);
      attach(session);
      return session;
    });
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
