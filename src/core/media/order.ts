/**
 * Puts one stream's frames in order and in their place in time.
 *
 * A frame that comes in order passes straight through. One that comes early waits for those
 * before it: until they come, until ten frames wait, or until the stream's time has moved on by
 * 200 ms; then the missing ones are given up. What was sent twice is dropped. Order comes from
 * the carrier's sequence numbers, which count every message of the socket; place in time comes
 * from the timestamps, so that a hole is as long as what is missing.
 */
import type { MediaCounts } from './counts.ts';

export const windowMs = 200;
export const windowFrames = 10;
/** More than this forwards or backwards is no loss: the stream is not to be believed. */
const jumpMsMax = 60_000;
/** The same in messages: 50 a second for each of two tracks. */
const jumpMessagesMax = 6_000;
/** Rounding of odd sizes, and jitter: only what reaches one frame is a hole of itself. */
const holeMsMin = 20;
/** A second of nothing but frames from the past: the stream's clock was set back. */
const lateFramesMax = 50;
const bytesPerMs = 8;

export type OrderFault = 'jump' | 'backwards';

export interface FrameSink {
  /**
   * The next frame, valid only during the call. `holeMs` (whole, 0 when there is none) is what
   * is missing between the end of the frame before and this one.
   */
  frame(audio: Uint8Array, holeMs: number, timestampMs: number): void;
}

/** A message ahead of its turn; without audio when it only takes up a sequence number. */
interface Waiting {
  readonly sequence: number;
  readonly timestampMs: number;
  readonly audio: Uint8Array | null;
}

export class FrameOrder {
  readonly #sink: FrameSink;
  readonly #counts: MediaCounts;
  /** The sequence number whose turn it is. After `clear`: the lowest that may still come. */
  #next: number;
  /** Whatever comes next is in order: nothing is known of what was not listened to. */
  #anew = false;
  /** Where the audio delivered so far ends, in the stream's time; -1 before the first frame. */
  #endMs = -1;
  #jumpMs = jumpMsMax;
  #givenUp = false;
  #lateInARow = 0;
  /** Ordered by sequence number; at most `windowFrames`. */
  #waiting: Waiting[] = [];

  constructor(sink: FrameSink, counts: MediaCounts, firstSequence: number) {
    this.#sink = sink;
    this.#counts = counts;
    this.#next = firstSequence;
  }

  /** A frame that the gate let through. A fault means that the stream must end. */
  push(sequence: number, timestampMs: number, audio: Uint8Array): OrderFault | null {
    if (sequence === this.#next && this.#waiting.length === 0) {
      this.#next = sequence + 1;
      this.#anew = false;
      return this.#deliver(timestampMs, audio);
    }
    return this.#outOfTurn(sequence, timestampMs, audio);
  }

  /** A message that takes up a sequence number and has nothing for us. */
  skip(sequence: number): OrderFault | null {
    if (sequence === this.#next && this.#waiting.length === 0) {
      this.#next = sequence + 1;
      return null;
    }
    return this.#outOfTurn(sequence, -1, null);
  }

  /** A message that came while the gate was shut: neither it nor an older one may come again. */
  pass(sequence: number): void {
    if (sequence >= this.#next) this.#next = sequence + 1;
  }

  /** The gate shut: what waits was not sealed in time and never will be. */
  clear(): void {
    const last = this.#waiting.at(-1);
    if (last !== undefined) this.#next = last.sequence + 1;
    this.#counts.framesDropped += this.#waiting.filter(({ audio }) => audio !== null).length;
    this.#waiting = [];
    this.#anew = true;
  }

  /** The gate opened again after `awayMs`: the hole may be longer by that. */
  resume(awayMs: number): void {
    this.#jumpMs = jumpMsMax + awayMs;
  }

  /** The stream is over: what is missing will not come. */
  flush(): OrderFault | null {
    let fault: OrderFault | null = null;
    while (fault === null && this.#waiting.length > 0) fault = this.#deliverWaiting();
    return fault;
  }

  #outOfTurn(sequence: number, timestampMs: number, audio: Uint8Array | null): OrderFault | null {
    if (sequence < this.#next) return this.#repeated();
    if (this.#anew) {
      this.#anew = false;
      this.#next = sequence;
    }
    if (sequence - this.#next > jumpMessagesMax) return 'jump';
    let place = this.#waiting.length;
    while (place > 0 && (this.#waiting[place - 1]?.sequence ?? 0) > sequence) place -= 1;
    if (this.#waiting[place - 1]?.sequence === sequence) return this.#repeated();
    // A copy: the caller's buffer is used again for the next message.
    const kept = audio === null ? null : new Uint8Array(audio);
    this.#waiting.splice(place, 0, { sequence, timestampMs, audio: kept });
    return this.#release(timestampMs);
  }

  #repeated(): null {
    this.#counts.framesRepeated += 1;
    return null;
  }

  /** Delivers whatever need not wait any longer, now that the stream's time is `nowMs`. */
  #release(nowMs: number): OrderFault | null {
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined) return null;
      const endMs = this.#endMs < 0 ? first.timestampMs : this.#endMs;
      const due =
        first.sequence === this.#next ||
        this.#waiting.length > windowFrames ||
        nowMs - endMs >= windowMs;
      if (!due) return null;
      const fault = this.#deliverWaiting();
      if (fault !== null) return fault;
    }
  }

  #deliverWaiting(): OrderFault | null {
    const first = this.#waiting.shift();
    if (first === undefined) return null;
    if (first.sequence !== this.#next) this.#givenUp = true;
    this.#next = first.sequence + 1;
    return first.audio === null ? null : this.#deliver(first.timestampMs, first.audio);
  }

  #deliver(timestampMs: number, audio: Uint8Array): OrderFault | null {
    if (this.#endMs < 0) this.#endMs = timestampMs;
    const offMs = timestampMs - this.#endMs;
    let holeMs = 0;
    if (offMs >= holeMsMin || (this.#givenUp && offMs >= 1)) {
      if (offMs > this.#jumpMs) return 'jump';
      holeMs = Math.round(offMs);
    } else if (offMs < -windowMs) {
      return this.#late(offMs);
    }
    this.#givenUp = false;
    this.#jumpMs = jumpMsMax;
    this.#lateInARow = 0;
    this.#endMs += holeMs + audio.length / bytesPerMs;
    this.#sink.frame(audio, holeMs, timestampMs);
    return null;
  }

  #late(offMs: number): OrderFault | null {
    this.#counts.framesLate += 1;
    this.#lateInARow += 1;
    return offMs < -jumpMsMax || this.#lateInARow >= lateFramesMax ? 'backwards' : null;
  }
}
