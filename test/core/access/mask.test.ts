import { describe, expect, test } from 'vitest';
import { maskAddress, maskNumber } from '../../../src/core/access/mask.ts';

describe('[cap 18] what people see', () => {
  test.each([
    ['+4915112345678', '+49 151 ••••• 678'],
    ['+12025550123', '+1 202 ••••• 123'],
    ['+442079460018', '+44 207 ••••• 018'],
    ['+37612345', '+376 ••••• 5'],
    ['+2901234', '+290 •••••'],
    ['anonymous', '•••••'],
    ['', '•••••'],
  ])('of number %s is %s', (number, masked) => {
    expect(maskNumber(number)).toBe(masked);
  });

  test.each([
    ['+4915112345678', '+49 151 ••••• 678'],
    ['sip:alice@example.com', 'sip:•••••'],
    ['sips:4915112345678@example.com', 'sips:•••••'],
    ['client:alice', '•••••'],
  ])('of address %s is %s', (address, masked) => {
    expect(maskAddress(address)).toBe(masked);
  });

  test('at least four digits of the subscriber are covered', () => {
    for (const number of [
      '+4915112345678',
      '+2901234',
      '+37612345',
      '+12025550123',
      '+3545551234',
    ]) {
      const shown = maskNumber(number).replace(/[^0-9]/g, '').length;
      expect(number.length - 1 - shown).toBeGreaterThanOrEqual(4);
    }
  });
});
