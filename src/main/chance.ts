/** The process's clock and its source of chance: the only places that ask for either. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock, Random } from '../app/ports.ts';

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

export const random: Random = {
  bytes: drawBytes,
  uuid: () => randomUUID(),
};
