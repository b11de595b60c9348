/**
 * Time-based one-time passwords (RFC 6238 over RFC 4226) as authenticator apps speak them: SHA-1,
 * six digits, 30 seconds. The time is an argument.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../words.ts';

const digits = 6;
const stepMs = 30_000;
/** RFC 4226, 4: 160 bits are recommended. */
export const totpSecretBytes = 20;
/** Steps before and after the present one that count too: clocks and thumbs are slow. */
const drift = 1;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 base32 without padding, as authenticator apps take secrets. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >>> bits) & 31];
      value &= (1 << bits) - 1;
    }
  }
  return bits === 0 ? text : text + alphabet[(value << (5 - bits)) & 31];
}

export const stepAt = (at: Instant): number => Math.floor(at / stepMs);

/** The code of one step: six digits, leading zeros kept. */
export function codeOf(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * The step a code belongs to; null if it is not good. A code counts once: `lastStep` is the step of
 * the one that was accepted last, and it and everything before it are refused. Whoever accepts a
 * step must write it down in the same transaction, if nobody has written one as high meanwhile.
 */
export function acceptedStep(
  secret: Uint8Array,
  code: string,
  at: Instant,
  lastStep: number | null,
): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const now = stepAt(at);
  const given = Buffer.from(code);
  let accepted: number | null = null;
  // Every candidate is compared, so that time tells nothing of which one fits.
  for (let step = Math.max(0, now - drift); step <= now + drift; step += 1) {
    const fits = timingSafeEqual(Buffer.from(codeOf(secret, step)), given);
    if (fits && (lastStep === null || step > lastStep)) accepted ??= step;
  }
  return accepted;
}

/** For the QR code an app reads (Google Authenticator's key URI format). */
export function totpUri(secret: Uint8Array, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const query = new URLSearchParams({ secret: base32(secret), issuer });
  return `otpauth://totp/${label}?${query}`;
}
