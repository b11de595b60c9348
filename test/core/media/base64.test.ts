import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64 } from '../../../src/core/media/base64.ts';

const target = new Uint8Array(300);

function decode(text: string): string | null {
  const bytes = Buffer.from(`"${text}"`);
  const count = decodeBase64(bytes, 1, bytes.length - 1, target);
  return count < 0 ? null : Buffer.from(target.subarray(0, count)).toString('latin1');
}

describe('base64', () => {
  // RFC 4648, section 10.
  test.each([
    ['', ''],
    ['Zg==', 'f'],
    ['Zm8=', 'fo'],
    ['Zm9v', 'foo'],
    ['Zm9vYg==', 'foob'],
    ['Zm9vYmE=', 'fooba'],
    ['Zm9vYmFy', 'foobar'],
  ])('%j is %j', (text, bytes) => {
    expect(decode(text)).toBe(bytes);
  });

  test.each([
    'Zg',
    'Zg=',
    'Z===',
    '====',
    'Zg==Zg==',
    'Zm=v',
    'Zm9-',
    'Zm9_',
    'Zm 9',
    'Zm9v\n',
    'Zm9"',
    'Zmö=',
    'A'.repeat(404),
  ])('%j is not', (text) => {
    expect(decode(text)).toBeNull();
  });

  test('of any bytes gives them back, as long as there is room', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(decode(text)).toBe(Buffer.from(bytes).toString('latin1'));
      }),
    );
  });

  test('with one character replaced is other bytes or none, never more or fewer', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.nat(),
        fc.nat(127),
        (bytes, at, code) => {
          const text = Buffer.from(Buffer.from(bytes).toString('base64'));
          text[at % text.length] = code;
          const found = decode(text.toString('latin1'));
          const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
          expect(found !== null).toBe(isBase64.test(text.toString('latin1')));
        },
      ),
    );
  });
});
