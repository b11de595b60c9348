import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CallPlace,
  isWithin,
  type Limits,
  unlimited,
} from '../../../src/core/access/limits.ts';

const line = fc.constantFrom('a', 'b', 'c');
const direction = fc.constantFrom('inbound' as const, 'outbound' as const);
const place: fc.Arbitrary<CallPlace> = fc.record({
  lineId: fc.option(line),
  team: fc.option(line),
  direction,
  campaign: fc.option(line),
});
const limits: fc.Arbitrary<Limits> = fc.record({
  lines: fc.option(fc.array(line)),
  teams: fc.option(fc.array(line)),
  campaigns: fc.option(fc.array(line)),
  direction: fc.option(direction),
});

test('without limits everything is within, also what belongs to no call', () => {
  fc.assert(fc.property(fc.option(place), (one) => isWithin(unlimited, one)));
});

test('a limit more never lets in what was outside', () => {
  fc.assert(
    fc.property(limits, place, (wanted, one) => {
      for (const name of ['lines', 'teams', 'campaigns', 'direction'] as const) {
        if (isWithin(wanted, one)) expect(isWithin({ ...wanted, [name]: null }, one)).toBe(true);
      }
    }),
  );
});

test.each([
  ['an empty list of lines', { ...unlimited, lines: [] }],
  ['another line', { ...unlimited, lines: ['b'] }],
  ['an empty list of teams', { ...unlimited, teams: [] }],
  ['another team', { ...unlimited, teams: ['south'] }],
  ['a campaign', { ...unlimited, campaigns: ['spring'] }],
  ['the other direction', { ...unlimited, direction: 'outbound' as const }],
])('%s keeps a call out', (_, wanted) => {
  const one = { lineId: 'a', team: 'north', direction: 'inbound', campaign: null } as const;
  expect(isWithin(wanted, one)).toBe(false);
  expect(isWithin(wanted, { ...one, lineId: null, team: null })).toBe(false);
  expect(isWithin(wanted, null)).toBe(false);
});

test('a call of a team is there for who sees that team, and one of a line of no team is not', () => {
  const north = { ...unlimited, teams: ['north', 'west'] };
  const one = { lineId: 'a', team: 'north', direction: 'inbound', campaign: null } as const;
  expect(isWithin(north, one)).toBe(true);
  expect(isWithin(north, { ...one, team: null })).toBe(false);
});
