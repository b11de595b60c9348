/**
 * What a spool segment holds: a sequence of records.
 *
 *     audio = 1 | length u16 | mu-law bytes       consecutive frames share one record
 *     gap   = 2 | reason u8  | length in ms u32   consecutive gaps of one reason share one
 *     end   = 3                                   last in the last segment, and only there
 */
import { assert } from '../error.ts';
import type { GapReason } from '../words.ts';

/** 200 ms of mu-law at 8 kHz: what one segment covers, and what a killed process may lose. */
export const segmentMs = 200;
export const audioBytesPerMs = 8;
const segmentAudioBytes = segmentMs * audioBytesPerMs;

/**
 * Records cost most when single bytes of audio alternate with gaps of 1 ms: 10 bytes for every 9
 * that count towards the 1,600 a segment covers, about 1,790 in all.
 */
export const segmentPlainBytesMax = 2_048;

const audioCode = 1;
const gapCode = 2;
const endCode = 3;
const audioHeadBytes = 3;
const gapRecordBytes = 6;
const gapMsMax = 0xffff_ffff;

/** On disk for years: numbers are never given another meaning. */
const reasonCodes = {
  lease: 1,
  pause: 2,
  others: 3,
  socket: 4,
  lost: 5,
  crash: 6,
  storage: 7,
} as const satisfies Record<GapReason, number>;

const reasonsByCode = new Map(
  Object.entries(reasonCodes).map(([reason, code]) => [code as number, reason as GapReason]),
);

export type SpoolRecord =
  | { readonly type: 'audio'; readonly audio: Buffer }
  | { readonly type: 'gap'; readonly ms: number; readonly reason: GapReason }
  | { readonly type: 'end' };

/** The segment being filled. One buffer for its whole life: nothing is allocated per frame. */
export class PendingSegment {
  readonly #bytes = Buffer.alloc(segmentPlainBytesMax);
  #used = 0;
  /** Where the record that the next bytes may join begins; -1 when the last one is not of its kind. */
  #audioAt = -1;
  #gapAt = -1;
  /** Audio and gaps, in bytes of audio: at 1,600 the segment is due. */
  #covered = 0;

  get isEmpty(): boolean {
    return this.#used === 0;
  }

  /** 200 ms are covered: seal it before adding more. */
  get isDue(): boolean {
    return this.#covered >= segmentAudioBytes;
  }

  /** The records so far. Valid until the next change. */
  plaintext(): Buffer {
    return this.#bytes.subarray(0, this.#used);
  }

  /** Takes audio from `from` on until the segment is due; returns how many bytes it took. */
  addAudio(audio: Uint8Array, from: number): number {
    assert(!this.isDue, 'a segment that is due is sealed before more is added');
    const count = Math.min(audio.length - from, segmentAudioBytes - this.#covered);
    if (count === 0) return 0;
    if (this.#audioAt < 0) {
      this.#audioAt = this.#used;
      this.#gapAt = -1;
      this.#bytes[this.#used] = audioCode;
      this.#bytes.writeUInt16BE(0, this.#used + 1);
      this.#used += audioHeadBytes;
    }
    const whole = from === 0 && count === audio.length;
    this.#bytes.set(whole ? audio : audio.subarray(from, from + count), this.#used);
    this.#bytes.writeUInt16BE(
      this.#bytes.readUInt16BE(this.#audioAt + 1) + count,
      this.#audioAt + 1,
    );
    this.#used += count;
    this.#covered += count;
    return count;
  }

  addGap(ms: number, reason: GapReason): void {
    assert(!this.isDue, 'a segment that is due is sealed before more is added');
    assert(Number.isInteger(ms) && ms > 0 && ms <= gapMsMax, 'a gap is a whole number of ms');
    const code = reasonCodes[reason];
    if (this.#gapAt >= 0 && this.#bytes[this.#gapAt + 1] === code) {
      this.#bytes.writeUInt32BE(this.#bytes.readUInt32BE(this.#gapAt + 2) + ms, this.#gapAt + 2);
    } else {
      this.#gapAt = this.#used;
      this.#audioAt = -1;
      this.#bytes[this.#used] = gapCode;
      this.#bytes[this.#used + 1] = code;
      this.#bytes.writeUInt32BE(ms, this.#used + 2);
      this.#used += gapRecordBytes;
    }
    this.#covered += ms * audioBytesPerMs;
  }

  addEnd(): void {
    this.#bytes[this.#used] = endCode;
    this.#used += 1;
  }

  clear(): void {
    this.#used = 0;
    this.#audioAt = -1;
    this.#gapAt = -1;
    this.#covered = 0;
  }
}

/** Null when the bytes are not whole records: no writer of ours makes such a segment. */
export function parseRecords(plaintext: Buffer): readonly SpoolRecord[] | null {
  const records: SpoolRecord[] = [];
  let at = 0;
  while (at < plaintext.length) {
    const record = parseRecord(plaintext, at);
    if (record === null) return null;
    records.push(record);
    at += recordBytes(record);
  }
  return records;
}

function parseRecord(bytes: Buffer, at: number): SpoolRecord | null {
  const left = bytes.length - at;
  const code = bytes[at];
  if (code === endCode) return { type: 'end' };
  if (code === audioCode && left >= audioHeadBytes) {
    const length = bytes.readUInt16BE(at + 1);
    if (length === 0 || left < audioHeadBytes + length) return null;
    const start = at + audioHeadBytes;
    return { type: 'audio', audio: bytes.subarray(start, start + length) };
  }
  if (code === gapCode && left >= gapRecordBytes) {
    const reason = reasonsByCode.get(bytes[at + 1] ?? 0);
    const ms = bytes.readUInt32BE(at + 2);
    return reason === undefined || ms === 0 ? null : { type: 'gap', ms, reason };
  }
  return null;
}

function recordBytes(record: SpoolRecord): number {
  if (record.type === 'audio') return audioHeadBytes + record.audio.length;
  return record.type === 'gap' ? gapRecordBytes : 1;
}
