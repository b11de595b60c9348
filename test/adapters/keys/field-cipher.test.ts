import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createFieldCipher } from '../../../src/adapters/keys/field-cipher.ts';

const dataKey = Buffer.alloc(32, 1);
const tokenKey = Buffer.alloc(32, 2);
const cipher = createFieldCipher(dataKey, tokenKey);
const keyMissing = expect.objectContaining({ code: 'key_missing' });

describe("a tenant's field cipher", () => {
  it('gives one token per number and tenant: HMAC-SHA-256 under the token key', () => {
    const token = cipher.token('+15550100');
    expect(token).toEqual(createHmac('sha256', tokenKey).update('+15550100').digest());
    expect(cipher.token('+15550101').equals(token)).toBe(false);
    expect(createFieldCipher(dataKey, dataKey).token('+15550100').equals(token)).toBe(false);
  });

  it("seals under a person's key, so that erasing the key erases the field", () => {
    const person = cipher.newPersonKey();
    const sealed = cipher.seal(person.key, 'person/1/number', Buffer.from('+15550100'));
    const key = cipher.unwrapPersonKey(person.wrapped);
    expect(key).toEqual(person.key);
    expect(cipher.open(key, 'person/1/number', sealed).toString()).toBe('+15550100');
    expect(() => cipher.open(null, 'person/1/number', sealed)).toThrow(keyMissing);
    expect(() => cipher.open(cipher.newPersonKey().key, 'person/1/number', sealed)).toThrow(
      keyMissing,
    );
  });

  it('seals the same value differently each time', () => {
    const seal = () => cipher.seal(null, 'reply', Buffer.from('x')).toString('hex');
    expect(seal()).not.toBe(seal());
  });

  it("does not open another tenant's fields or keys", () => {
    const other = createFieldCipher(tokenKey, tokenKey);
    expect(() => other.open(null, 'reply', cipher.seal(null, 'reply', Buffer.of(1)))).toThrow(
      keyMissing,
    );
    expect(() => other.unwrapPersonKey(cipher.newPersonKey().wrapped)).toThrow(keyMissing);
  });

  it('refuses keys that are not 32 bytes', () => {
    expect(() => createFieldCipher(Buffer.alloc(16), tokenKey)).toThrow('32 bytes');
    expect(() => createFieldCipher(dataKey, Buffer.alloc(31))).toThrow('32 bytes');
  });
});
