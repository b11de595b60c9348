import type { Random } from './ports.ts';

const drawnBytes = 6;
const range = 2 ** (8 * drawnBytes);

/**
 * A whole number from 0 to `below` less one, each as likely: what lies beyond the largest multiple
 * would favour the small ones, and is drawn again.
 */
export function drawBelow(random: Pick<Random, 'bytes'>, below: number): number {
  const fair = range - (range % below);
  for (;;) {
    const drawn = Buffer.from(random.bytes(drawnBytes)).readUIntBE(0, drawnBytes);
    if (drawn < fair) return drawn % below;
  }
}
