import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openField, sealField } from '../../src/core/sealed-field.ts';

const key = Buffer.alloc(32, 1);
const nonce = Buffer.alloc(12, 2);
const keyMissing = expect.objectContaining({ code: 'key_missing' });

describe('a sealed field', () => {
  it('comes back under its key and context', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (text, context) => {
        const sealed = sealField(key, nonce, context, text);
        expect(openField(key, context, sealed)).toEqual(Buffer.from(text));
      }),
    );
  });

  it('does not open under another key, in another context, or when a bit is flipped or cut', () => {
    const sealed = sealField(key, nonce, 'person/1/number', Buffer.from('x'));
    expect(() => openField(Buffer.alloc(32), 'person/1/number', sealed)).toThrow(keyMissing);
    expect(() => openField(key, 'person/2/number', sealed)).toThrow(keyMissing);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const bytes = Buffer.from(sealed);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => openField(key, 'person/1/number', bytes)).toThrow(keyMissing);
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => openField(key, 'person/1/number', sealed.subarray(0, length))).toThrow(
        keyMissing,
      );
    }
  });
});
