import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../src/core/instant.ts';

describe('an instant is read only if it is one', () => {
  test.each([
    ['2026-07-01T13:00Z', '2026-07-01T13:00:00.000Z'],
    ['2026-07-01T13:00:30Z', '2026-07-01T13:00:30.000Z'],
    ['2026-07-01T13:00:30.5Z', '2026-07-01T13:00:30.500Z'],
    ['2026-07-01T13:00:00-04:00', '2026-07-01T17:00:00.000Z'],
    ['2026-07-01T13:00:00+0530', '2026-07-01T07:30:00.000Z'],
    ['2028-02-29T00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s', (text, at) => {
    expect(new Date(parseInstant(text) ?? Number.NaN).toISOString()).toBe(at);
  });

  test.each([
    '',
    'now',
    '2026-07-01',
    '2026-07-01T13:00',
    '2026-07-01 13:00Z',
    '2026-02-30T13:00Z',
    '2027-02-29T13:00Z',
    '2026-13-01T13:00Z',
    '2026-07-01T24:00Z',
    '2026-07-01T13:60Z',
    '1999-12-31T23:59Z',
    '2100-01-01T00:00Z',
    '1782910800000',
  ])('%s is none', (text) => {
    expect(parseInstant(text)).toBe(null);
  });
});
