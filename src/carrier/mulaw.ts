/** Added before the logarithm, so that the smallest segment is linear (ITU-T G.711). */
const bias = 0x84;
/** The largest magnitude that the code reaches. */
const clip = 0x7fff - bias;

/** Bytes of 20 ms at 8,000 samples a second. */
export const frameBytes = 160;

/** One sample of digital silence. */
export const silenceByte = 0xff;

/** One 16-bit sample as one G.711 mu-law byte: sign, three bits of segment, four of step. */
export function encodeMulaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), clip) + bias;
  const segment = 31 - Math.clz32(magnitude >> 7);
  const step = (magnitude >> (segment + 3)) & 0x0f;
  return ~(sign | (segment << 4) | step) & 0xff;
}
