/**
 * Small secrets at rest: fields of people and wrapped keys.
 *
 *     sealed = version 1 | nonce (12) | ciphertext | tag (16)      AES-256-GCM
 *
 * The context ("what this is and whose") is authenticated, so a value copied to another row or
 * column does not open there. Nonces are random 96 bits, handed in: one key may seal 2^32 values
 * (NIST SP 800-38D, 8.3).
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { assert, ConsentryError } from './error.ts';

const version = 1;
export const fieldKeyBytes = 32;
export const fieldNonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + fieldNonceBytes;

export function sealField(
  key: Uint8Array,
  nonce: Uint8Array,
  context: string,
  plaintext: Uint8Array,
): Buffer {
  assert(key.length === fieldKeyBytes, 'a field key has 32 bytes');
  assert(nonce.length === fieldNonceBytes, 'a field nonce has 12 bytes');
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context, 'utf8'));
  const sealed = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([Buffer.of(version), nonce, sealed, cipher.getAuthTag()]);
}

/** Throws `key_missing` when the key, the context or the bytes do not fit together. */
export function openField(key: Uint8Array, context: string, sealed: Uint8Array): Buffer {
  assert(key.length === fieldKeyBytes, 'a field key has 32 bytes');
  const tagAt = sealed.length - tagBytes;
  if (tagAt < headBytes || sealed[0] !== version) {
    throw new ConsentryError('key_missing', 'a sealed field is cut or of an unknown version');
  }
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, headBytes));
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(sealed.subarray(tagAt));
  const plaintext = decipher.update(sealed.subarray(headBytes, tagAt));
  try {
    decipher.final();
  } catch {
    throw new ConsentryError('key_missing', 'a sealed field does not open with this key here');
  }
  return plaintext;
}
