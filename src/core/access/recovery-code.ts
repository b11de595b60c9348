/** Codes that stand in for a second factor that was lost, each once. */
import { createHash } from 'node:crypto';

export const recoveryCodes = 10;
/** 80 bits each: nobody finds one by trying, so a plain hash is enough to keep it by. */
export const recoveryCodeBytes = 10;

/** Crockford's base32: no I, L, O, U, so that a code survives being read aloud or copied. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groups = /.{4}/g;

/** Four groups of four characters. */
export function recoveryCode(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < (recoveryCodeBytes * 8) / 5; i += 1) {
    text = `${alphabet[Number(value & 31n)]}${text}`;
    value >>= 5n;
  }
  return (text.match(groups) ?? []).join('-');
}

/** However it was typed: case, spaces and dashes do not matter, and O, I, L are what they look like. */
export function recoveryCodeHash(typed: string): Buffer {
  const plain = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(plain).digest();
}
