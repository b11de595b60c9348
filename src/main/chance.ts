/** The process's clock and its source of chance: the only places that ask for either. */
import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '../app/ports.ts';
import type { Uuid } from '../core/words.ts';

export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Drawn at once: the system's generator takes 5 µs to be asked, however little is asked for. */
const drawnBytes = 16_384;
let drawn = Buffer.alloc(0);
let used = 0;

/** Each byte is given out once, and does not stay behind where it was drawn. */
function drawBytes(count: number): Buffer {
  if (count > drawnBytes) return randomBytes(count);
  if (used + count > drawn.length) {
    drawn = randomBytes(drawnBytes);
    used = 0;
  }
  const bytes = Buffer.from(drawn.subarray(used, used + count));
  drawn.fill(0, used, used + count);
  used += count;
  return bytes;
}

/**
 * UUID version 7 (RFC 9562, 5.7): the time in front, then 74 random bits. Rows of the same moment
 * lie side by side in the indexes, which takes a tenth off the database's work for a call. The time
 * tells nothing that does not stand beside the id in its row.
 */
function timedUuid(): Uuid {
  const bytes = drawBytes(uuidBytes);
  bytes.writeUIntBE(Date.now(), 0, timeBytes);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const group = (from: number, to: number) => hex.slice(from, to);
  return `${group(0, 8)}-${group(8, 12)}-${group(12, 16)}-${group(16, 20)}-${group(20, 32)}`;
}

const uuidBytes = 16;
const timeBytes = 6;

export const random: Random = {
  bytes: drawBytes,
  uuid: timedUuid,
};
