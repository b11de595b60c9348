import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNumber } from '../../../src/core/suppression/number.ts';

describe('a number', () => {
  test.each([
    ['+4915112345678', undefined, '+4915112345678'],
    [' +49 (151) 1234-5678 ', undefined, '+4915112345678'],
    ['+1 202-555-0123', undefined, '+12025550123'],
    ['+44 20 7946 0018', undefined, '+442079460018'],
    ['0151 12345678', 'DE', '+4915112345678'],
    ['0151 12345678', 'de', '+4915112345678'],
    ['(202) 555-0123', 'US', '+12025550123'],
    ['(737) 874-2833', 'US', '+17378742833'],
    ['+39 06 698 12345', undefined, '+390669812345'],
  ])('%s (%s) is %s', (text, country, e164) => {
    expect(parseNumber(text, country)).toEqual({ e164 });
  });

  test.each([
    ['', undefined],
    ['+', undefined],
    ['0151 12345678', undefined],
    ['0151 12345678', 'XX'],
    ['anonymous', undefined],
    ['unknown', undefined],
    ['Restricted', undefined],
    ['+266696687', undefined],
    ['266696687', 'US'],
    ['+7378742833', undefined],
    ['+86 2824 52253', undefined],
    ['+86282452253', undefined],
    ['client:alice', undefined],
    ['sip:+4915112345678@example.com', undefined],
    ['+49151', undefined],
    ['+4915112345678;ext=3', undefined],
    ['+4915112345678 x12', undefined],
    ['+٤٩١٥١١٢٣٤٥٦٧٨', undefined],
    ['+999123456789', undefined],
    [`+${'4'.repeat(400)}`, undefined],
    ['call +4915112345678 now', undefined],
    ['+4915112345678\u0000', undefined],
  ])('%j (%s) is none', (text, country) => {
    expect(parseNumber(text, country)).toBeNull();
  });

  test('the short way for North America gives what the library gives', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+1[0-9]{9,11}$/), (text) => {
        // White space sends it the long way.
        expect(parseNumber(text)).toEqual(parseNumber(` ${text}`));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(['GB', 'FR', 'DE'])('the short way for what is dialled in %s does too', (country) => {
    fc.assert(
      fc.property(fc.stringMatching(/^0[0-9]{7,12}$/), (text) => {
        expect(parseNumber(text, country)).toEqual(parseNumber(`0 ${text.slice(1)}`, country));
      }),
      { numRuns: 2_000 },
    );
  });

  test('what is normal stays what it is, and nothing else comes out', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.stringMatching(/^\+[0-9 ]{1,18}$/),
        (any, near) => {
          for (const text of [any, near]) {
            const once = parseNumber(text);
            if (once === null) continue;
            expect(once.e164).toMatch(/^\+[1-9][0-9]{1,16}$/);
            expect(parseNumber(once.e164)).toEqual(once);
          }
        },
      ),
    );
  });
});
