import { createHmac, randomBytes } from 'node:crypto';
import type { FieldCipher } from '../../app/ports.ts';
import { assert } from '../../core/error.ts';
import { fieldKeyBytes, fieldNonceBytes, openField, sealField } from '../../core/sealed-field.ts';

const personKeyContext = 'person-key';
const noncesDrawn = 256;
const keysDrawn = 64;

/**
 * The field encryption of one tenant.
 * @param dataKey 32 bytes: seals fields, and wraps the keys of persons
 * @param tokenKey 32 bytes: keys the pseudonyms of numbers
 */
export function createFieldCipher(dataKey: Uint8Array, tokenKey: Uint8Array): FieldCipher {
  assert(dataKey.length === fieldKeyBytes, 'a data key has 32 bytes');
  assert(tokenKey.length === fieldKeyBytes, 'a token key has 32 bytes');
  const nextNonce = nonceSource();
  const newKey = keySource();
  const seal = (key: Uint8Array | null, context: string, plaintext: Uint8Array) =>
    sealField(key ?? dataKey, nextNonce(), context, plaintext);
  const open = (key: Uint8Array | null, context: string, sealed: Uint8Array) =>
    openField(key ?? dataKey, context, sealed);
  return {
    token: (number) => createHmac('sha256', tokenKey).update(number, 'utf8').digest(),
    newPersonKey: () => {
      const key = newKey();
      return { key, wrapped: seal(null, personKeyContext, key) };
    },
    unwrapPersonKey: (wrapped) => open(null, personKeyContext, wrapped),
    seal,
    open,
  };
}

/** Keys, drawn many at a time too. Each is given out once and does not stay where it was drawn. */
function keySource(): () => Buffer {
  let drawn = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used === drawn.length) {
      drawn = randomBytes(keysDrawn * fieldKeyBytes);
      used = 0;
    }
    const key = Buffer.alloc(fieldKeyBytes);
    drawn.copy(key, 0, used, used + fieldKeyBytes);
    drawn.fill(0, used, used + fieldKeyBytes);
    used += fieldKeyBytes;
    return key;
  };
}

/** Random nonces, drawn many at a time: the system's generator takes 5 µs however few are asked. */
function nonceSource(): () => Uint8Array {
  let drawn = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used === drawn.length) {
      drawn = randomBytes(noncesDrawn * fieldNonceBytes);
      used = 0;
    }
    used += fieldNonceBytes;
    return drawn.subarray(used - fieldNonceBytes, used);
  };
}
