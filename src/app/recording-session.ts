/**
 * One leg's live recording: lets a frame pass or drops it, and writes what passed to the spool.
 *
 * A recording outlives its sockets: when one dies while the grant stands, the next continues it.
 * It ends once: by a shut gate that will not open again, by the carrier, by a spool that cannot
 * be written, or because its stream did not come back.
 */

import type { ShutReason } from '../core/call/effect.ts';
import { endsRecording } from '../core/consent/gate.ts';
import { assert } from '../core/error.ts';
import type { MediaCounts } from '../core/media/counts.ts';
import { FrameOrder, type FrameSink, type OrderFault } from '../core/media/order.ts';
import type { GapReason } from '../core/words.ts';
import type { GateView } from './gates.ts';
import type { Clock, RecordingRow, SpoolWriter, StreamGrant } from './ports.ts';

export type EndReason =
  | ShutReason
  | 'stopped' // the carrier ended the stream
  | 'socket' // the stream died and did not come back
  | 'storage' // the spool cannot be written
  | 'shutdown'; // this process is stopping

/** The edge's half of a stream: how the recording closes its socket. */
export interface StreamSocket {
  close(why: 'ended' | 'failed' | OrderFault): void;
}

/** What the owner of the sessions is told. */
export interface SessionOwner {
  /** The socket died; the recording waits for another. */
  detached(session: RecordingSession): void;
  /** Once. `error` is what the spool threw, null when there was none. */
  ended(session: RecordingSession, reason: EndReason, error: unknown): void;
}

export interface SessionParts {
  readonly row: RecordingRow;
  readonly grant: StreamGrant;
  /** 16 bytes; gone from this process once the recording is sealed. */
  readonly fileKey: Uint8Array;
  readonly writer: SpoolWriter;
  readonly gate: GateView;
  readonly clock: Clock;
  readonly counts: MediaCounts;
  readonly owner: SessionOwner;
}

/** Audio of a full segment, which seals itself: what a killed process may lose. */
const segmentMs = 200;
/**
 * A segment that does not fill, for its stream stands still, is sealed after so long. Less than
 * 200 ms lie in it, however long that is. Not after 200 ms: a frame that comes a little late would
 * make two segments of one, and a segment costs as much as four frames.
 */
const standstillMs = 400;
const bytesPerMs = 8;

export class RecordingSession implements FrameSink {
  readonly row: RecordingRow;
  readonly grant: StreamGrant;
  readonly fileKey: Uint8Array;
  readonly #writer: SpoolWriter;
  readonly #gate: GateView;
  readonly #clock: Clock;
  readonly #counts: MediaCounts;
  readonly #owner: SessionOwner;
  #order: FrameOrder;
  #socket: StreamSocket | null = null;
  #ended = false;
  /** The gate was found shut: the next frame that passes comes after a hole. */
  #dropping = false;
  /** Why the hole before the next sealed frame is there; null: there is none, or frames were lost. */
  #holeReason: GapReason | null = null;
  /** No frame of this stream was sealed yet, so its timestamps say nothing about the last one's. */
  #fresh = true;
  #streamStartedAt: number;
  /** When the frame that is being taken in came, and when the last sealed one had. */
  #at: number;
  #sealedAt: number;
  /** Audio that the writer may not have sealed yet, and since when. */
  #pendingMs = 0;
  #pendingSince = 0;

  constructor(parts: SessionParts) {
    this.row = parts.row;
    this.grant = parts.grant;
    this.fileKey = parts.fileKey;
    this.#writer = parts.writer;
    this.#gate = parts.gate;
    this.#clock = parts.clock;
    this.#counts = parts.counts;
    this.#owner = parts.owner;
    this.#order = new FrameOrder(this, parts.counts, 0);
    const at = parts.clock.monotonic();
    this.#at = at;
    this.#sealedAt = at;
    this.#streamStartedAt = at;
  }

  get isAttached(): boolean {
    return this.#socket !== null;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  get isGateOpen(): boolean {
    return this.#clock.monotonic() < this.#gate.until;
  }

  /** Takes over a stream. `startedAt`: when its start message came, on the monotonic clock. */
  attach(socket: StreamSocket, firstSequence: number, startedAt: number): void {
    assert(!this.#ended && this.#socket === null, 'a recording has one stream at a time');
    this.#socket = socket;
    this.#order = new FrameOrder(this, this.#counts, firstSequence);
    this.#fresh = true;
    this.#streamStartedAt = startedAt;
  }

  /** A frame of the leg's own voice; `audio` is valid only during the call. */
  media(sequence: number, timestampMs: number, audio: Uint8Array): void {
    if (this.#ended) return;
    this.#counts.framesIn += 1;
    const at = this.#clock.monotonic();
    if (at >= this.#gate.until) {
      if (!this.#dropping) this.#close(gapReasonOf(this.#gate.shut));
      this.#counts.framesDropped += 1;
      this.#order.pass(sequence);
      return;
    }
    this.#at = at;
    if (this.#dropping) {
      this.#dropping = false;
      this.#order.resume(at - this.#sealedAt);
    }
    this.#check(this.#order.push(sequence, timestampMs, audio));
  }

  /** Messages up to this one were dropped before the recording had the stream. */
  pass(sequence: number): void {
    this.#order.pass(sequence);
  }

  /** A message of the stream that holds nothing of ours. */
  skip(sequence: number): void {
    if (this.#ended) return;
    if (this.#dropping) this.#order.pass(sequence);
    else this.#check(this.#order.skip(sequence));
  }

  /** The next frame in order, from `#order`. */
  frame(audio: Uint8Array, holeMs: number, timestampMs: number): void {
    if (this.#ended) return;
    const ms = audio.length / bytesPerMs;
    const gapMs = this.#fresh ? this.#awayMs(timestampMs, ms) : holeMs;
    try {
      if (gapMs > 0) this.#writer.gap(gapMs, this.#holeReason ?? 'lost');
      this.#writer.frame(audio);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#fresh = false;
    this.#holeReason = null;
    this.#sealedAt = this.#at;
    this.#counts.framesSealed += 1;
    if (this.#pendingMs === 0) this.#pendingSince = this.#at;
    this.#pendingMs += ms;
    if (this.#pendingMs >= segmentMs) this.#pendingMs = 0;
  }

  /** The gate was shut: nothing more is sealed, from inside the shut itself. */
  shut(reason: ShutReason): void {
    if (endsRecording(reason)) this.end(reason);
    else if (!this.#dropping) this.#close(gapReasonOf(reason));
  }

  /** The carrier ended the stream. */
  stopped(): void {
    this.end('stopped');
  }

  /** The socket died. The recording waits; its owner decides for how long. */
  lost(socket: StreamSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#settle();
    if (this.#ended) return;
    this.#holeReason ??= 'socket';
    this.#owner.detached(this);
  }

  /** Seals what waits too long for its segment to fill. */
  sweep(at: number): void {
    if (!this.#ended && this.#pendingMs > 0 && at - this.#pendingSince >= standstillMs)
      this.#flush();
  }

  /** At most once: later calls do nothing. */
  end(reason: EndReason): void {
    if (this.#ended) return;
    this.#settle();
    if (this.#ended) return;
    try {
      const awayMs = Math.round(this.#clock.monotonic() - this.#sealedAt);
      // A hole that a pause made belongs to nobody; one that we made is told, also at the end.
      const ours = this.#holeReason === 'socket' || this.#holeReason === 'lease';
      if (ours && awayMs > 0) this.#writer.gap(awayMs, this.#holeReason ?? 'lost');
      this.#writer.end();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#finish(reason, null);
  }

  /** Frames that wait for missing ones are sealed only while the gate is open. */
  #settle(): void {
    if (this.isGateOpen) this.#order.flush();
    else this.#order.clear();
    if (!this.#ended) this.#flush();
  }

  #close(reason: GapReason): void {
    this.#dropping = true;
    this.#holeReason ??= reason;
    this.#order.clear();
    this.#flush();
  }

  #flush(): void {
    this.#pendingMs = 0;
    try {
      this.#writer.flush();
    } catch (error) {
      this.#fail(error);
    }
  }

  #check(fault: OrderFault | null): void {
    if (fault !== null) this.#socket?.close(fault);
  }

  /**
   * How long the recording was without a stream or a gate, before this stream's first frame: by
   * our clock, from the last sealed frame to where the stream's start puts this one; 0 when the
   * recording begins with it.
   */
  #awayMs(timestampMs: number, ms: number): number {
    if (this.#holeReason === null) return 0;
    const heardAt = Math.min(this.#at - ms, this.#streamStartedAt + timestampMs);
    return Math.max(0, Math.round(heardAt - this.#sealedAt));
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    try {
      this.#writer.abandon();
    } catch {
      // It is `error` that stopped the recording, and the file is lost to us either way.
    }
    this.#finish('storage', error);
  }

  #finish(reason: EndReason, error: unknown): void {
    this.#ended = true;
    const socket = this.#socket;
    this.#socket = null;
    this.#owner.ended(this, reason, error);
    socket?.close(reason === 'storage' ? 'failed' : 'ended');
  }
}

/** `null`: nobody shut the gate, its lease ran out. */
function gapReasonOf(shut: GateView['shut']): GapReason {
  return shut === 'pause' || shut === 'others' ? shut : 'lease';
}
