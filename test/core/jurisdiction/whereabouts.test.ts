import { describe, expect, test } from 'vitest';
import { shippedRules } from '../../../src/core/jurisdiction/decide.ts';
import { parsePlace, placeName } from '../../../src/core/jurisdiction/place.ts';
import { areaCodes, serviceCodes } from '../../../src/core/jurisdiction/table/area-codes.ts';
import {
  canadianProvinces,
  euMembers,
  usStates,
} from '../../../src/core/jurisdiction/table/places.ts';
import { findWhereabouts } from '../../../src/core/jurisdiction/whereabouts.ts';

describe('a place', () => {
  test.each([
    ['US-CA', 'US-CA'],
    [' us-ca ', 'US-CA'],
    ['DE', 'DE'],
    ['CA', 'CA'],
    ['CA-QC', 'CA-QC'],
    ['GB-ENG', 'GB-ENG'],
    ['US-PR', 'PR'],
    ['US-DC', 'US-DC'],
  ])('%s is %s', (text, place) => {
    expect(parsePlace(text)).toBe(place);
  });

  test.each([
    '',
    'California',
    'US-XX',
    'CA-CA',
    'UK',
    'XX',
    'EU',
    'US-',
    'US-CA-LA',
    'US-CA-vendor',
  ])('“%s” is none', (text) => {
    expect(parsePlace(text)).toBeNull();
  });

  test.each([
    ['US-CA', 'California (US-CA)'],
    ['CA', 'Canada (CA)'],
    ['CA-QC', 'Québec (CA-QC)'],
    ['DE', 'Germany (DE)'],
  ])('%s is called %s', (place, name) => {
    expect(placeName(place)).toBe(name);
  });
});

describe('a number', () => {
  test.each([
    ['+14155550123', undefined, ['US-CA'], 'low'],
    ['+14155550123', 'landline', ['US-CA'], 'medium'],
    ['+14155550123', 'mobile', ['US-CA'], 'low'],
    ['+14155550123', 'voip', ['US-CA'], 'low'],
    ['+14155550123', 'ported', ['US-CA'], 'low'],
    ['+14235550123', undefined, ['US-TN'], 'low'],
    ['+17295550123', undefined, ['US-TN'], 'low'],
    ['+18675550123', undefined, ['CA-NT', 'CA-NU', 'CA-YT'], 'low'],
    ['+19025550123', undefined, ['CA-NS', 'CA-PE'], 'low'],
    ['+18765550123', undefined, ['JM'], 'low'],
    ['+17875550123', undefined, ['PR'], 'low'],
    ['+493012345678', undefined, ['DE'], 'medium'],
    ['+493012345678', 'ported', ['DE'], 'low'],
    ['+4915112345678', undefined, ['DE'], 'low'],
    ['+442079460018', undefined, ['GB'], 'medium'],
    ['+441534123456', undefined, ['JE'], 'medium'],
    ['+441111111111', undefined, ['GB', 'GG', 'IM', 'JE'], 'low'],
  ] as const)('%s (%s) points to %j with confidence %s', (number, line, places, confidence) => {
    const found = findWhereabouts({ number, ...(line !== undefined && { line }) });
    expect(found).toMatchObject({ places, confidence, doubt: null });
  });

  test.each([
    ['+18005550123', { is: 'service', service: 'toll-free' }],
    ['+18335550123', { is: 'service', service: 'toll-free' }],
    ['+19005550123', { is: 'service', service: 'premium-rate' }],
    ['+15005550123', { is: 'service', service: 'personal' }],
    ['+16005550123', { is: 'service', service: 'non-geographic' }],
    ['+12995550123', { is: 'unknown-area-code', code: '299' }],
    ['+15555550123', { is: 'unknown-area-code', code: '555' }],
    ['+448001111111', { is: 'service', service: 'toll-free' }],
    ['+80012345678', { is: 'service', service: 'toll-free' }],
    ['+999123456789', { is: 'unknown-number' }],
  ])('%s says nothing of a place', (number, about) => {
    const found = findWhereabouts({ number });
    expect(found).toMatchObject({ places: [], confidence: 'none', doubt: 'nowhere' });
    expect(found.clues.map((clue) => clue.about)).toEqual([about]);
  });
});

describe('evidence', () => {
  test.each([
    ['declared and number agree', '+12145550123', 'US-TX', undefined, ['US-TX'], 'high', null],
    ['account and number agree', '+12145550123', undefined, 'US-TX', ['US-TX'], 'medium', null],
    ['the number is more exact', '+12145550123', 'US', undefined, ['US-TX'], 'low', null],
    ['what is declared is more exact', '+18675550123', 'CA-YT', undefined, ['CA-YT'], 'high', null],
    ['a part of the country', '+442079460018', 'GB-ENG', undefined, ['GB-ENG'], 'high', null],
    ['only declared', '+18005550123', 'US-TX', undefined, ['US-TX'], 'high', null],
    ['nothing at all', null, undefined, undefined, [], 'none', 'withheld'],
    ['withheld, though declared', null, 'US-TX', undefined, ['US-TX'], 'none', 'withheld'],
    [
      'declared against number',
      '+14155550123',
      'US-TX',
      undefined,
      ['US-TX', 'US-CA'],
      'none',
      'contradiction',
    ],
    [
      'declared against account',
      '+12145550123',
      'US-TX',
      'DE',
      ['US-TX', 'DE'],
      'none',
      'contradiction',
    ],
  ] as const)('%s', (_what, number, declared, account, places, confidence, doubt) => {
    const found = findWhereabouts({
      number,
      ...(declared !== undefined && { declared }),
      ...(account !== undefined && { account }),
    });
    expect(found).toMatchObject({ places, confidence, doubt });
  });
});

describe('area codes', () => {
  const known = new Set([...areaCodes.values()].flat());

  test('are three digits, and none is a service too', () => {
    const codes = [...areaCodes.keys()];
    expect(codes.filter((code) => !/^[2-9][0-8][0-9]$/.test(code))).toEqual([]);
    expect(codes.filter((code) => serviceCodes.has(code))).toEqual([]);
    expect(codes.length).toBeGreaterThan(440);
  });

  test('stand for places there are', () => {
    expect([...known].filter((place) => parsePlace(place) !== place)).toEqual([]);
  });

  test('lead to places that have rules, or to countries of which it is known that none has', () => {
    const isThere = (place: string) =>
      shippedRules.rules.has(place) ||
      (!place.startsWith('US') && shippedRules.rules.has(place.slice(0, 2)));
    const without = [...known].filter((place) => !isThere(place)).sort();
    const expected = 'AG AI AS BB BM BS DM DO GD GU JM KN KY LC MP MS PR SX TC TT VC VG VI';
    expect(without).toEqual(expected.split(' '));
  });

  test('are there for every state, the District of Columbia and every province', () => {
    const states = Object.keys(usStates).map((state) => `US-${state}`);
    const provinces = Object.keys(canadianProvinces).map((one) => `CA-${one}`);
    expect([...states, ...provinces].filter((place) => !known.has(place))).toEqual([]);
  });
});

test('every state of the United States and the District of Columbia has a rule', () => {
  const states = Object.keys(usStates);
  expect(states.length).toBe(51);
  expect(states.filter((state) => !shippedRules.rules.has(`US-${state}`))).toEqual([]);
});

test('the European Union has 27 members', () => {
  expect(euMembers.size).toBe(27);
  expect([...euMembers].filter((one) => parsePlace(one) === null)).toEqual([]);
});
