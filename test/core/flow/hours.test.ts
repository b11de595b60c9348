import { describe, expect, test } from 'vitest';
import { isWithin, isZone, openingOf } from '../../../src/core/flow/hours.ts';

describe('a span of a day', () => {
  test.each([
    ['09:00-17:30', { from: 540, to: 1_050 }],
    ['00:00-24:00', { from: 0, to: 1_440 }],
  ])('%s is read', (span, opening) => {
    expect(openingOf(span)).toEqual(opening);
  });

  test.each([
    '9:00-17:00',
    '09:00-09:00',
    '17:00-09:00',
    '09:00-24:01',
    '09:60-10:00',
    '',
    9,
    null,
  ])('%j is none', (span) => {
    expect(openingOf(span)).toBeNull();
  });
});

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['America/Phoenix', true],
  ['Mars/Olympus', false],
  ['+01:00', false],
  ['', false],
])('%s is a zone: %s', (name, is) => {
  expect(isZone(name)).toBe(is);
});

describe('within business hours', () => {
  const office = {
    zone: 'Europe/Berlin',
    open: { mon: '09:00-17:00', sun: '00:00-24:00' },
  } as const;

  test.each([
    ['the first minute', '2026-11-23T08:00:00Z', true],
    ['the minute before', '2026-11-23T07:59:59.999Z', false],
    ['the last minute', '2026-11-23T15:59:59.999Z', true],
    ['the minute after', '2026-11-23T16:00:00Z', false],
    ['a day that is not listed', '2026-11-24T10:00:00Z', false],
    ['in summer the clocks of the zone count', '2026-07-06T07:00:00Z', true],
    ['in summer an hour later is over', '2026-07-06T15:00:00Z', false],
    ['the end of a whole day', '2026-11-22T22:59:59Z', true],
    ['midnight there is another day', '2026-11-22T23:00:00Z', false],
    ['the night in which an hour comes twice', '2026-10-25T00:30:00Z', true],
  ])('%s', (_name, at, is) => {
    expect(isWithin(office, Date.parse(at))).toBe(is);
  });
});
