import { describe, expect, test } from 'vitest';
import {
  type CallingRow,
  type CallingTable,
  loadCallingRules,
} from '../../../src/core/suppression/calling-rules.ts';
import { shippedCallingRules } from '../../../src/core/suppression/calling-rules-shipped.ts';
import { makeScreener } from '../../../src/core/suppression/decide.ts';
import type { Inquiry } from '../../../src/core/suppression/inquiry.ts';
import { codesOf } from '../../../src/core/suppression/reasons.ts';
import { unitedStatesCalling } from '../../../src/core/suppression/table/calling-us.ts';
import { worldCalling } from '../../../src/core/suppression/table/calling-world.ts';
import { dayMs, inquiry, keysOf, known, noon, permission, screen } from './samples.ts';

const rows: readonly CallingRow[] = [...unitedStatesCalling, ...worldCalling];
const row = (more: Partial<CallingRow> = {}): CallingRow => ({
  place: 'US',
  hours: { weekdays: '8-21' },
  source: ['a law'],
  checkedOn: '2026-01-01',
  reviewBy: '2026-12-31',
  confidence: 'low',
  ...more,
});
const fault = (more: object) =>
  loadCallingRules('2026-01-01', [{ ...row(), ...more }]).refused.get('US');
const codes = (table: CallingTable, more: Partial<Inquiry>) =>
  codesOf(makeScreener(table).screen(inquiry(more)).bits);
const at = (time: string) => Date.parse(time);

describe('a row loads only with what it needs to be relied on', () => {
  test('every row that is shipped loads', () => {
    expect([...shippedCallingRules.refused]).toEqual([]);
    expect(shippedCallingRules.rules.length).toBe(rows.length);
    const ids = shippedCallingRules.rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('every row that is shipped says where it is from, when it was checked, and until when', () => {
    for (const { id, source, checkedOn, reviewBy, confidence } of shippedCallingRules.rules) {
      expect([id, source.length > 0, checkedOn < reviewBy, confidence !== 'none']).toEqual([
        id,
        true,
        true,
        true,
      ]);
    }
  });

  test.each([
    [{ source: undefined }, 'it has no source'],
    [{ source: [] }, 'it has no source'],
    [{ source: [' '] }, 'a source of it is empty'],
    [{ checkedOn: undefined }, 'the day it was checked on is missing or is no day'],
    [{ checkedOn: '2026-02-30' }, 'the day it was checked on is missing or is no day'],
    [{ reviewBy: undefined }, 'its review date is missing, is no day, or is before the day it was'],
    [{ reviewBy: '2025-12-31' }, 'its review date is missing, is no day, or is before the day it'],
    [{ confidence: undefined }, 'it does not say how sure it is'],
    [{ effectiveFrom: 'soon' }, 'a day it begins or ends on is no day'],
    [{ mode: 'opt-maybe' }, 'it has no known mode'],
    [{ hours: { weekdays: '21-8' } }, 'its hours cannot be read'],
    [{ holidays: 'US-XX' }, 'its holidays are not in the table'],
    [{ cap: { attemptsMax: 0, windowMs: 1, per: 'number' } }, 'its cap is not one'],
    [{ registries: [{ kind: 'rumour', daysMax: 31 }] }, 'it names a list of no known kind'],
  ])('%j: %s', (more, told) => {
    expect(fault(more)).toContain(told);
  });

  test('a row that is whole has no fault', () => {
    expect(fault({})).toBe(undefined);
  });

  test('a row without a place stops the start', () => {
    expect(() => loadCallingRules('2026-01-01', [row({ place: '' })])).toThrow('has a place');
    expect(() => loadCallingRules('soon', [])).toThrow('is a day');
  });
});

describe('a row that cannot be relied on makes its place stricter, never looser', () => {
  const early = at('2026-12-03T13:30:00Z'); // 8:30 in New York

  test('a country without its row is not called', () => {
    const broken = rows.map((one) => (one.place === 'US' ? { ...one, source: [] } : one));
    const table = loadCallingRules('2026-01-01', broken);
    expect(codes(table, {})).toEqual(['UNKNOWN_AREA_CODE']);
    expect(codes(table, { number: '+442079460018' })).toEqual([]);
  });

  test('a state without its row is under the strictest of its country', () => {
    const broken = rows.map((one) => (one.place === 'US-NM' ? { ...one, source: [] } : one));
    const table = loadCallingRules('2026-01-01', broken);
    const albuquerque = { number: '+15055550123' };
    const nine = at('2026-12-03T16:30:00Z'); // 9:30 there
    expect(codes(shippedCallingRules, { ...albuquerque, at: nine })).toEqual([]);
    expect(codes(table, { ...albuquerque, at: nine })).toEqual(['OUTSIDE_HOURS']);
    expect(codes(table, { at: early })).toEqual([]); // New York is as it was
    const { rules } = makeScreener(table).screen(inquiry(albuquerque));
    expect(rules?.warnings).toEqual([{ is: 'refused', rule: 'US-NM' }]);
    expect(keysOf(rules?.registries ?? [])).toContain('state US-NM'); // it may have had a list
  });

  test('past its review date a row is not relied on, seen from now and not from the call', () => {
    const review = at('2027-05-23T00:00:00Z');
    const july = at('2027-07-01T13:30:00Z'); // 9:30 in New York
    expect(codes(shippedCallingRules, { at: july, now: review - 1 })).toEqual([]);
    expect(codes(shippedCallingRules, { at: july, now: review })).toEqual(['OUTSIDE_HOURS']);
    const { rules } = screen({ at: july, now: review });
    expect(rules?.warnings).toEqual([{ is: 'stale', rule: 'US' }]);
  });

  test('and a screener that runs across that day goes by it at once', () => {
    const review = at('2027-05-23T00:00:00Z');
    const july = at('2027-07-01T13:30:00Z');
    const screener = makeScreener(shippedCallingRules);
    const bits = (now: number) => codesOf(screener.screen(inquiry({ at: july, now })).bits);
    expect([bits(review - 1), bits(review), bits(review - 1)]).toEqual([[], ['OUTSIDE_HOURS'], []]);
  });

  test('a row without confidence stands for the strictest', () => {
    const unsure = rows.map(
      (one): CallingRow => (one.place === 'US' ? { ...one, confidence: 'none' } : one),
    );
    expect(codes(loadCallingRules('2026-01-01', unsure), { at: early })).toEqual(['OUTSIDE_HOURS']);
  });
});

describe('rules hold from their first day to their last, anywhere on earth', () => {
  const paris = '+33612345678';
  const selling = { number: paris, purpose: 'marketing-calls' } as const;

  test.each([
    ['2026-08-07T09:00:00Z', []], // a Friday before: the list, and it is silent
    ['2026-08-11T09:00:00Z', ['NO_CONSENT_OPT_IN_COUNTRY']],
    ['2026-11-12T10:00:00Z', ['NO_CONSENT_OPT_IN_COUNTRY']],
  ])('France asks for consent since 2026-08-11: %s', (time, expected) => {
    expect(codes(shippedCallingRules, { ...selling, at: at(time) })).toEqual(expected);
  });

  test('around the border both rules hold', () => {
    const { rules } = screen({ ...selling, at: at('2026-08-10T12:00:00Z') });
    expect(rules?.rules.map(({ id }) => id)).toEqual(['FR', 'FR@2026-08-11']);
    expect(codes(shippedCallingRules, { ...selling, at: at('2026-08-10T12:00:00Z') })).toEqual([
      'NO_CONSENT_OPT_IN_COUNTRY',
    ]);
  });

  test('who agreed before may be called in France', () => {
    const permissions = [permission()];
    expect(
      codes(shippedCallingRules, {
        ...selling,
        at: at('2026-12-03T14:00:00Z'),
        known: known({ permissions }),
      }),
    ).toEqual([]);
  });

  test.each([
    ['US-TX', '+12145550123', '2025-09-01'],
    ['US-OK', '+14055550123', '2022-11-01'],
    ['US-WA', '+12065550123', '2022-06-09'],
  ])('%s has its rule since its day', (place, number, day) => {
    const holds = (time: number) =>
      screen({ number, at: time }).rules?.rules.some((rule) => rule.place === place);
    expect(holds(at(`${day}T00:00:00Z`))).toBe(true);
    expect(holds(at(`${day}T00:00:00Z`) - 15 * 3_600_000)).toBe(false);
  });

  test('an instant that is permitted beyond a border is permitted by the rules beyond it', () => {
    const screener = makeScreener(
      loadCallingRules('2026-01-01', [
        row({ hours: { weekdays: '20-21' }, effectiveTo: '2026-06-01' }),
        row({ hours: { weekdays: '9-10' }, effectiveFrom: '2026-06-02' }),
      ]),
    );
    // both hold around the border, and leave nothing open; then the second does alone
    const asked = inquiry({ at: at('2026-06-01T16:00:00Z'), now: at('2026-06-01T16:00:00Z') });
    expect(screener.nextPermitted(asked)).toBe(at('2026-06-02T13:00:00Z'));
  });
});

describe('what each place asks', () => {
  const askedOf = (number: string, time = noon) => screen({ number, at: time }).rules;

  test.each([
    ['+12125550123', ['national US']],
    ['+13055550123', ['national US', 'state US-FL']],
    ['+17875550123', ['national US']],
    ['+14165550123', ['dncl CA']],
    ['+442079460018', ['tps GB', 'ctps GB']],
    ['+33612345678', []],
    ['+493012345678', []],
  ])('%s needs the lists %j', (number, keys) => {
    expect(keysOf(askedOf(number)?.registries ?? [])).toEqual(keys);
  });

  test('states that have a list of their own', () => {
    const states = shippedCallingRules.rules
      .filter(({ registries }) => registries.some(({ kind }) => kind === 'state'))
      .map(({ place }) => place.slice(3));
    expect(states.sort().join(' ')).toBe('CO FL IN LA MA MO OK PA TN TX WY');
  });

  test('states in which mobiles are barred', () => {
    const states = shippedCallingRules.rules
      .filter(({ wirelessBarred }) => wirelessBarred)
      .map(({ place }) => place.slice(3));
    expect(states.sort().join(' ')).toBe('AZ LA NJ TX WY');
  });

  test.each([
    ['+13055550123', 3, dayMs],
    ['+14055550123', 3, dayMs],
    ['+13015550123', 3, dayMs],
    ['+33612345678', 4, 30 * dayMs],
  ])('%s may be tried %i times', (number, attemptsMax, windowMs) => {
    expect(askedOf(number)?.caps.map(({ cap }) => cap)).toMatchObject([{ attemptsMax, windowMs }]);
  });

  test('lists may be 31 days old, and in Britain 28', () => {
    const ages = (number: string) => askedOf(number)?.registries.map(({ daysMax }) => daysMax);
    expect(ages('+12125550123')).toEqual([31]);
    expect(ages('+442079460018')).toEqual([28, 28]);
  });
});
