/**
 * The recordings this process is writing, one a leg: ended at most once, handed to sealing, and
 * given one new stream if theirs dies while the grant stands.
 */
import type { MediaCounts } from '../core/media/counts.ts';
import type { CallSid, Uuid } from '../core/words.ts';
import type { GateRegistry } from './gates.ts';
import type { Clock, Log, StreamGrant } from './ports.ts';
import type {
  EndReason,
  RecordingSession,
  SessionOwner,
  StreamSocket,
} from './recording-session.ts';
import type { SealOutcome, Tail } from './seal-recording.ts';

export interface LiveParts {
  readonly gates: GateRegistry;
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: MediaCounts;
  /** `tail`: what a spool without an end mark lacks, when it is known. */
  readonly seal: (id: Uuid, fileKey: Uint8Array, tail?: Tail) => Promise<SealOutcome>;
  /** Asks the carrier for a new stream of the leg. Rejects when there will be none. */
  readonly restartStream: (grant: StreamGrant) => Promise<void>;
  /** A recording stopped, or could not be sealed, that should not have: for whoever watches. */
  readonly onFailure: (callSid: CallSid, what: 'storage' | 'sealing') => void;
  /** The leg's stream is over for good: a sign that the leg may be. */
  readonly onStreamOver: (callSid: CallSid) => void;
}

/** From the request for a new stream to its socket: the carrier takes well under a second. */
const restartWaitMs = 10_000;
/** What was in the segment that could not be written, and in the one before it on its way. */
const storageTail: Tail = { ms: 400, reason: 'storage' };

/** Each has its whole sound in memory, 13 MB for ten minutes; the others wait in their spools. */
const sealingsAtOnce = 3;

interface Held {
  readonly session: RecordingSession;
  readonly unwatch: () => void;
  restart: 'unused' | 'asked' | 'used';
  restartBy: number;
}

export class LiveRecordings implements SessionOwner {
  readonly #parts: LiveParts;
  readonly #held = new Map<CallSid, Held>();
  readonly #beginning = new Set<Uuid>();
  /** Those that are sealed, and those that wait for it. */
  readonly #sealing = new Map<Uuid, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #sealingNow = 0;
  #isClosed = false;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#held.size;
  }

  /** No recording may begin any more: the process is stopping. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  of(callSid: CallSid): RecordingSession | null {
    return this.#held.get(callSid)?.session ?? null;
  }

  /**
   * True for a recording that is being set up, written or sealed here: nobody else may touch its
   * spool.
   */
  isLive(id: Uuid): boolean {
    if (this.#beginning.has(id) || this.#sealing.has(id)) return true;
    for (const { session } of this.#held.values()) if (session.row.id === id) return true;
    return false;
  }

  /** Sets one up: it counts as live until that ended, however long the database takes. */
  async begin<T>(id: Uuid, setUp: () => Promise<T>): Promise<T> {
    this.#beginning.add(id);
    try {
      return await setUp();
    } finally {
      this.#beginning.delete(id);
    }
  }

  add(session: RecordingSession): void {
    const { callSid } = session.row;
    const unwatch = this.#parts.gates.onShut(callSid, 'recording', (reason) =>
      session.shut(reason),
    );
    this.#held.set(callSid, { session, unwatch, restart: 'unused', restartBy: 0 });
    this.#parts.counts.recordingsStarted += 1;
  }

  /** Gives a waiting recording its new stream; null when the leg has none that waits. */
  continue(
    callSid: CallSid,
    socket: StreamSocket,
    firstSequence: number,
    startedAt: number,
  ): RecordingSession | null {
    const held = this.#held.get(callSid);
    if (held === undefined || held.session.isAttached) return null;
    if (held.restart === 'asked') held.restart = 'used';
    held.session.attach(socket, firstSequence, startedAt);
    return held.session;
  }

  /** Nothing happens when the leg has no live recording. */
  end(callSid: CallSid, reason: EndReason): void {
    this.#held.get(callSid)?.session.end(reason);
  }

  /** The process stops. Resolves when everything that was handed to sealing is done. */
  async endAll(): Promise<void> {
    this.#isClosed = true;
    for (const { session } of [...this.#held.values()]) session.end('shutdown');
    await this.settled();
  }

  /** Resolves when no sealing is under way. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#sealing.values());
  }

  sweep(at: number): void {
    for (const held of this.#held.values()) {
      held.session.sweep(at);
      this.#lookForStream(held, at);
    }
  }

  detached(session: RecordingSession): void {
    const held = this.#held.get(session.row.callSid);
    if (held !== undefined) this.#lookForStream(held, this.#parts.clock.monotonic());
  }

  ended(session: RecordingSession, reason: EndReason, error: unknown): void {
    const { log, counts, onFailure, onStreamOver } = this.#parts;
    const { callSid, id } = session.row;
    this.#held.get(callSid)?.unwatch();
    this.#held.delete(callSid);
    counts.recordingsEnded += 1;
    if (reason === 'storage') {
      counts.recordingsFailed += 1;
      log.error(
        { err: error, recordingId: id },
        'a recording stopped: its spool cannot be written',
      );
      onFailure(callSid, 'storage');
    } else {
      log.info({ recordingId: id, reason }, 'a recording ended');
    }
    if (reason === 'stopped' || reason === 'socket') onStreamOver(callSid);
    const sealing = this.#sealInTurn(session, reason).finally(() => this.#sealing.delete(id));
    this.#sealing.set(id, sealing);
  }

  async #sealInTurn(session: RecordingSession, reason: EndReason): Promise<void> {
    if (this.#sealingNow < sealingsAtOnce) this.#sealingNow += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      await this.#seal(session, reason);
    } finally {
      const next = this.#waiting.shift();
      // Whoever is next takes over the place.
      if (next === undefined) this.#sealingNow -= 1;
      else next();
    }
  }

  async #seal(session: RecordingSession, reason: EndReason): Promise<void> {
    const { log, seal, onFailure } = this.#parts;
    const { callSid, id } = session.row;
    try {
      const tail = reason === 'storage' ? storageTail : undefined;
      const sealed = await seal(id, session.fileKey, tail);
      if (sealed.outcome !== 'quarantined') return;
      log.error({ recordingId: id, why: sealed.reason }, 'a recording was put in quarantine');
    } catch (error) {
      log.error({ err: error, recordingId: id }, 'a recording could not be sealed');
    } finally {
      session.fileKey.fill(0);
    }
    onFailure(callSid, 'sealing');
  }

  /** A paused recording waits without a stream until its gate opens, then asks for one. */
  #lookForStream(held: Held, at: number): void {
    const { session } = held;
    if (session.isAttached || session.isEnded) return;
    if (held.restart === 'used') session.end('socket');
    else if (held.restart === 'asked') {
      if (at >= held.restartBy) session.end('socket');
    } else if (session.isGateOpen) {
      held.restart = 'asked';
      held.restartBy = at + restartWaitMs;
      this.#restart(session);
    }
  }

  #restart(session: RecordingSession): void {
    const { log, counts, restartStream } = this.#parts;
    counts.streamsRestarted += 1;
    log.warn({ recordingId: session.row.id }, 'a media socket died; asking for a new stream');
    restartStream(session.grant).catch((error) => {
      log.warn({ err: error, recordingId: session.row.id }, 'there is no new stream');
      if (!session.isAttached) session.end('socket');
    });
  }
}
