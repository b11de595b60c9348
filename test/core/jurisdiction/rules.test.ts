import { describe, expect, test } from 'vitest';
import { parseDay } from '../../../src/core/jurisdiction/day.ts';
import { decide, shippedRules } from '../../../src/core/jurisdiction/decide.ts';
import { loadRules } from '../../../src/core/jurisdiction/rules.ts';
import { party, row } from './samples.ts';

describe('a row of the table', () => {
  test('loads, and what is left out is not known', () => {
    const { rules, refused } = loadRules('2026-01-01', [row('DE')]);
    expect(refused.size).toBe(0);
    expect(rules.get('DE')).toMatchObject({
      mode: 'one',
      statute: null,
      noticeSuffices: null,
      announcementMustBeRecorded: null,
      beepSuffices: null,
    });
  });

  test.each([
    ['without a source', { source: undefined }, 'it has no source'],
    ['with an empty list of sources', { source: [] }, 'it has no source'],
    ['with an empty source', { source: ['a real one', ' '] }, 'a source of it is empty'],
    ['with a dash for a source', { source: ['–'] }, 'a source of it is empty'],
    ['with a source that is no list', { source: 'x' }, 'it has no source'],
    ['without a mode', { mode: undefined }, 'its mode is none of the known ones'],
    ['with a mode nobody knows', { mode: 'none' }, 'its mode is none of the known ones'],
    ['without a day', { checkedOn: undefined }, 'the day it was checked on'],
    ['with a day that does not exist', { checkedOn: '2026-02-30' }, 'the day it was checked on'],
    ['with a day in words', { checkedOn: 'November 2026' }, 'the day it was checked on'],
    ['without a review date', { reviewBy: undefined }, 'its review date is missing'],
    ['with a review date that does not exist', { reviewBy: '2026-13-01' }, 'its review date is'],
    ['reviewed before it was checked', { reviewBy: '2025-12-31' }, 'its review date is before'],
    ['without a confidence', { confidence: undefined }, 'it does not say how sure it is'],
    ['that says no', { noticeSuffices: 'no' }, 'it has a fact that is neither yes'],
    ['that says false', { beepSuffices: false }, 'it has a fact that is neither yes'],
  ])('%s does not load', (_what, change, why) => {
    const { rules, refused } = loadRules('2026-01-01', [{ ...row('DE'), ...change }]);
    expect(rules.size).toBe(0);
    expect(refused.get('DE')).toContain(why);
  });

  test('whose id is there twice does not load, nor does its double', () => {
    const twice = loadRules('2026-01-01', [row('DE'), row('DE'), row('DE')]);
    expect([...twice.rules.keys()]).toEqual([]);
    expect(twice.refused.get('DE')).toContain('twice');
  });

  test.each([{}, null, 7, { ...row('DE'), id: '' }, { ...row('DE'), id: 'Germany' }])(
    'without an id stops everything: %j',
    (broken) => {
      expect(() => loadRules('2026-01-01', [broken])).toThrow('every rule has an id');
    },
  );

  test('that did not load leaves its place to the strictest rule, with a warning', () => {
    const rows = [row('US'), { ...row('US-TX'), source: [] }, row('US-NY')];
    const table = loadRules('2026-01-01', rows);
    const ask = (number: string) => decide([party(number)], '2026-06-01', table);
    expect(ask('+12125550123')).toMatchObject({ mode: 'one' });
    expect(ask('+12145550123')).toMatchObject({
      mode: 'all',
      ruleIds: ['US', 'strictest'],
      warnings: expect.arrayContaining([{ party: 'from', is: 'refused', rule: 'US-TX' }]),
    });
  });
});

describe('a day', () => {
  test.each(['2026-11-22', '2028-02-29', '2000-01-01'])('%s is one', (text) => {
    expect(parseDay(text)).toBe(text);
  });

  test.each(['', '2026-2-3', '2026-02-29', '2026-00-10', '2026-11-22T00:00', 20261122, null])(
    '%j is none',
    (text) => {
      expect(parseDay(text)).toBeNull();
    },
  );
});

describe('the shipped table', () => {
  const rules = [...shippedRules.rules.values()];

  test('loads whole, under a version that is a day', () => {
    expect([...shippedRules.refused]).toEqual([]);
    expect(parseDay(shippedRules.version)).toBe(shippedRules.version);
    expect(rules.length).toBeGreaterThan(60);
  });

  test('claims no more than secondary sources can give', () => {
    const tooSure = rules.filter(({ confidence }) => !['low', 'medium'].includes(confidence));
    expect(tooSure).toEqual([]);
    const oneSource = rules.filter(
      ({ confidence, source }) => confidence === 'medium' && source.length === 1,
    );
    expect(oneSource).toEqual([]);
  });

  test('was checked no later than its version says', () => {
    expect(rules.filter(({ checkedOn }) => checkedOn > shippedRules.version)).toEqual([]);
  });

  test('has every row on vendors that another row names', () => {
    const named = rules.flatMap(({ vendorRule }) => vendorRule ?? []);
    expect(named).toEqual(['US-CA-vendor']);
    expect(named.filter((id) => !shippedRules.rules.has(id))).toEqual([]);
  });
});
