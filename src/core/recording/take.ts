import type { Gap, GapReason } from '../words.ts';
import { audioBytesPerMs, type SpoolRecord } from './records.ts';
import { type WavPart, wavBytes } from './wav.ts';

/** What a spool was found to hold, put in order: the sound, and its holes. */
export class Take {
  readonly parts: WavPart[] = [];
  readonly gaps: Gap[] = [];
  #dataBytes = 0;

  /** Length of the sound in ms, gaps included. */
  get durationMs(): number {
    return Math.floor(this.#dataBytes / audioBytesPerMs);
  }

  get wavBytes(): number {
    return wavBytes(this.#dataBytes);
  }

  add(record: SpoolRecord): void {
    if (record.type === 'audio') {
      this.parts.push(record);
      this.#dataBytes += record.audio.length;
    } else if (record.type === 'gap') {
      this.addGap(record.ms, record.reason);
    }
  }

  /** A gap is silence of its length; one that continues the gap before it makes that one longer. */
  addGap(ms: number, reason: GapReason): void {
    const before = this.gaps.at(-1);
    if (before !== undefined && before.reason === reason && this.#endsIn(before)) {
      this.gaps[this.gaps.length - 1] = { ...before, ms: before.ms + ms };
    } else {
      this.gaps.push({ atMs: this.durationMs, ms, reason });
    }
    this.parts.push({ type: 'silence', bytes: ms * audioBytesPerMs });
    this.#dataBytes += ms * audioBytesPerMs;
  }

  #endsIn(gap: Gap): boolean {
    return gap.atMs + gap.ms === this.durationMs && this.parts.at(-1)?.type === 'silence';
  }
}
