/**
 * Base64 of RFC 4648, section 4, from bytes to bytes, strictly: padded, no other alphabet, no
 * white space. Node's decoder skips what it does not know and makes a text of the bytes first;
 * fifty times a second and leg this is half the cost, and what is not base64 is noticed.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const padding = 0x3d;
const notBase64 = 64;

const sextets = new Uint8Array(256).fill(notBase64);
for (let value = 0; value < alphabet.length; value += 1) {
  sextets[alphabet.charCodeAt(value)] = value;
}

/**
 * Decodes `bytes` from `from` up to `to` into the beginning of `target`.
 *
 * @returns how many bytes there are; -1 when it is not base64, or `target` is too small for it
 */
export function decodeBase64(
  bytes: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
): number {
  const chars = to - from;
  if (chars === 0) return 0;
  if (chars < 0 || chars % 4 !== 0) return -1;
  const padded = bytes[to - 1] !== padding ? 0 : bytes[to - 2] !== padding ? 1 : 2;
  const count = (chars / 4) * 3 - padded;
  if (count > target.length) return -1;
  // The last four characters apart: some of them may be padding.
  const last = to - 4;
  let seen = 0;
  let out = 0;
  for (let at = from; at < last; at += 4) {
    const a = sextets[bytes[at] ?? 0] ?? notBase64;
    const b = sextets[bytes[at + 1] ?? 0] ?? notBase64;
    const c = sextets[bytes[at + 2] ?? 0] ?? notBase64;
    const d = sextets[bytes[at + 3] ?? 0] ?? notBase64;
    seen |= a | b | c | d;
    target[out] = (a << 2) | (b >> 4);
    target[out + 1] = (b << 4) | (c >> 2);
    target[out + 2] = (c << 6) | d;
    out += 3;
  }
  const a = sextets[bytes[last] ?? 0] ?? notBase64;
  const b = sextets[bytes[last + 1] ?? 0] ?? notBase64;
  const c = padded === 2 ? 0 : (sextets[bytes[last + 2] ?? 0] ?? notBase64);
  const d = padded > 0 ? 0 : (sextets[bytes[last + 3] ?? 0] ?? notBase64);
  seen |= a | b | c | d;
  target[out] = (a << 2) | (b >> 4);
  if (padded < 2) target[out + 1] = (b << 4) | (c >> 2);
  if (padded === 0) target[out + 2] = (c << 6) | d;
  return seen < notBase64 ? count : -1;
}
