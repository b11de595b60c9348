import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaCodes } from '../../../src/core/jurisdiction/table/area-codes.ts';
import type { CompiledRules } from '../../../src/core/suppression/calling-rules-book.ts';
import { screener } from '../../../src/core/suppression/calling-rules-shipped.ts';
import { reasonsOf } from '../../../src/core/suppression/explain-reasons.ts';
import { intersectWeeks, readWeek, weekText } from '../../../src/core/suppression/hours.ts';
import { standardPolicy } from '../../../src/core/suppression/inquiry.ts';
import { codesOf } from '../../../src/core/suppression/reasons.ts';
import { makeWindow } from '../../../src/core/suppression/window.ts';
import { clockOf } from '../../../src/core/suppression/zones-offset.ts';
import { naivelyOpen } from './naive.ts';
import { inquiry, known, screen } from './samples.ts';

/** Whatever else is said, hours are looked at as the tests were written. */
const now = Date.parse('2026-11-26T12:00:00Z');
const service = (code: string, time: string) => {
  const at = Date.parse(time);
  const number = code.startsWith('+') ? code : `+1${code}5550123`;
  return codesOf(screen({ number, at, now }).bits).join(' ');
};
const open = '';
const closed = 'OUTSIDE_HOURS';
const holiday = 'HOLIDAY';

describe('a number is called within the hours of everywhere it may be', () => {
  test.each([
    // the whole day of one zone
    ['212', '2026-01-15T12:59Z', closed, 'New York at 7:59'],
    ['212', '2026-01-15T13:00Z', open, 'New York at 8'],
    ['212', '2026-01-15T01:59Z', open, 'New York at 20:59'],
    ['212', '2026-01-15T02:00Z', closed, 'New York at 21'],
    ['212', '2026-01-15T05:00Z', closed, 'New York at midnight'],
    // split area codes: an hour a day goes
    ['850', '2026-07-01T12:30Z', closed, 'Florida’s panhandle is not New York only'],
    ['850', '2026-07-01T13:00Z', open, 'and opens when Pensacola does'],
    ['850', '2026-07-01T23:58Z', open, 'Florida closes at 20'],
    ['850', '2026-07-02T00:00Z', closed, 'on the clock of Tallahassee'],
    ['448', '2026-07-01T12:30Z', closed, 'the overlay is no earlier'],
    ['208', '2026-01-15T15:30Z', closed, 'Idaho: Lewiston is at 7:30'],
    ['208', '2026-01-15T16:00Z', open, 'Idaho: Lewiston is at 8'],
    ['208', '2026-01-15T03:59Z', open, 'Idaho: Boise is at 20:59'],
    ['208', '2026-01-15T04:00Z', closed, 'Idaho: Boise is at 21'],
    ['541', '2026-01-15T15:30Z', closed, 'Oregon: the coast is at 7:30'],
    ['541', '2026-01-15T04:00Z', closed, 'Oregon: Ontario is at 21'],
    // Arizona keeps no daylight saving time
    ['480', '2026-07-01T14:30Z', closed, 'Phoenix is not Denver: 7:30, not 8:30'],
    ['480', '2026-07-01T15:00Z', open, 'Phoenix at 8'],
    ['480', '2026-07-02T03:59Z', open, 'Phoenix at 20:59'],
    ['480', '2026-01-15T15:00Z', open, 'Phoenix in winter'],
    ['928', '2026-07-02T02:59Z', open, 'the Navajo at 20:59'],
    ['928', '2026-07-02T03:00Z', closed, 'the Navajo at 21, Flagstaff at 20'],
    ['928', '2026-07-01T14:30Z', closed, 'Flagstaff at 7:30'],
    // far away
    ['907', '2026-01-15T17:30Z', closed, 'Adak at 7:30'],
    ['907', '2026-01-15T18:00Z', open, 'Adak at 8'],
    ['907', '2026-07-01T17:00Z', open, 'Adak at 8, in summer; Honolulu does not count'],
    ['907', '2026-01-15T06:00Z', closed, 'Anchorage at 21'],
    ['808', '2026-07-01T17:59Z', closed, 'Honolulu at 7:59'],
    ['808', '2026-07-01T18:00Z', open, 'Honolulu at 8'],
    ['671', '2026-07-01T22:00Z', open, 'Guam at 8 of the day after'],
    ['671', '2026-07-01T11:00Z', closed, 'Guam at 21'],
    // Indiana and Kentucky
    ['317', '2026-07-01T12:00Z', open, 'Indianapolis at 8'],
    ['219', '2026-07-01T12:00Z', closed, 'Gary is at 7'],
    ['219', '2026-07-01T13:00Z', open, 'Gary is at 8'],
    ['219', '2026-07-02T01:00Z', closed, 'the rest of Indiana is at 21'],
    ['812', '2026-07-01T12:30Z', closed, 'Evansville is at 7:30'],
    ['930', '2026-07-01T12:30Z', closed, 'and so may be its overlay'],
    ['502', '2026-07-01T13:59Z', closed, 'Kentucky opens at 10'],
    ['502', '2026-07-01T14:00Z', open, 'Louisville at 10'],
    ['270', '2026-07-01T14:30Z', closed, 'western Kentucky is at 9:30'],
    ['364', '2026-07-01T15:00Z', open, 'western Kentucky is at 10'],
    // states
    ['305', '2026-07-01T23:58Z', open, 'Florida until 20'],
    ['305', '2026-07-02T00:00Z', closed, 'Florida from 20'],
    ['689', '2026-07-02T00:30Z', closed, 'Orlando is not on the clocks of Chicago'],
    ['203', '2026-07-01T12:59Z', closed, 'Connecticut opens at 9'],
    ['203', '2026-07-01T13:00Z', open, 'Connecticut at 9'],
    ['702', '2026-07-02T03:00Z', closed, 'Nevada closes at 20'],
    ['313', '2026-07-01T12:30Z', closed, 'Michigan opens at 9'],
    ['312', '2026-07-01T13:30Z', closed, 'Illinois: in doubt from 9'],
    ['206', '2026-07-02T03:00Z', closed, 'Washington closes at 20'],
    ['401', '2026-07-01T22:00Z', closed, 'Rhode Island closes at 18'],
    ['401', '2026-07-04T14:00Z', holiday, 'Rhode Island on the Fourth'],
    ['401', '2026-07-11T14:00Z', open, 'Rhode Island on a Saturday at 10'],
    ['401', '2026-07-11T21:00Z', closed, 'Rhode Island on a Saturday at 17'],
    ['401', '2026-07-12T14:00Z', closed, 'Rhode Island on a Sunday'],
    ['205', '2026-07-12T16:00Z', closed, 'Alabama on a Sunday'],
    ['504', '2026-07-12T16:00Z', closed, 'Louisiana on a Sunday'],
    ['601', '2026-07-12T16:00Z', closed, 'Mississippi on a Sunday'],
    ['212', '2026-07-12T16:00Z', open, 'New York on a Sunday'],
    ['214', '2026-07-12T16:30Z', closed, 'Texas on a Sunday before noon'],
    ['214', '2026-07-12T17:00Z', open, 'Texas on a Sunday at noon'],
    ['915', '2026-07-12T17:30Z', closed, 'El Paso at 11:30, Dallas at 12:30: both clocks'],
    ['915', '2026-07-13T02:30Z', closed, 'El Paso at 20:30, Dallas at 21:30: both clocks'],
    // holidays
    ['801', '2026-07-24T18:00Z', holiday, 'Utah on Pioneer Day'],
    ['303', '2026-07-24T18:00Z', open, 'Colorado on the same day'],
    ['215', '2026-12-25T18:00Z', holiday, 'Pennsylvania at Christmas'],
    ['212', '2026-12-25T18:00Z', open, 'New York has no such rule'],
    ['504', '2026-02-17T18:00Z', holiday, 'Louisiana at Mardi Gras'],
    ['205', '2026-07-03T18:00Z', holiday, 'Alabama keeps the Fourth on a Friday'],
    ['205', '2027-07-04T03:00Z', 'OUTSIDE_HOURS', 'not yet the Fourth in Alabama'],
    ['205', '2027-07-04T18:00Z', 'OUTSIDE_HOURS HOLIDAY', 'a holiday on a Sunday: both'],
    // Canada
    ['416', '2026-07-01T12:59Z', closed, 'Toronto opens at 9'],
    ['416', '2026-07-02T01:29Z', open, 'Toronto at 21:29'],
    ['416', '2026-07-02T01:30Z', closed, 'Toronto at 21:30'],
    ['416', '2026-07-11T13:30Z', closed, 'Toronto on a Saturday at 9:30'],
    ['416', '2026-07-11T14:00Z', open, 'Toronto on a Saturday at 10'],
    ['416', '2026-07-11T22:00Z', closed, 'Toronto on a Saturday at 18'],
    ['418', '2026-07-01T12:30Z', closed, 'Québec is at 8:30'],
    ['418', '2026-07-02T00:30Z', closed, 'the Magdalen Islands are at 21:30'],
    ['709', '2026-07-01T12:30Z', closed, 'half an hour is one, too'],
    ['604', '2026-12-15T04:40Z', closed, 'Vancouver no longer sets its clocks back: 21:40'],
    // Europe
    ['+33612345678', '2026-09-15T12:30Z', open, 'France at 14:30'],
    ['+33612345678', '2026-09-15T11:30Z', closed, 'France at 13:30'],
    ['+33612345678', '2026-09-15T07:59Z', closed, 'France before 10'],
    ['+33612345678', '2026-09-15T18:00Z', closed, 'France at 20'],
    ['+33612345678', '2026-09-19T12:30Z', closed, 'France on a Saturday'],
    ['+33612345678', '2026-07-14T12:30Z', holiday, 'France on the 14th of July'],
    ['+493012345678', '2026-09-15T12:30Z', open, 'Germany'],
    ['+493012345678', '2026-09-13T12:30Z', closed, 'Germany on a Sunday'],
    ['+442079460018', '2026-09-15T12:30Z', open, 'Britain'],
  ])('%s at %s: %s (%s)', (code, at, answer) => {
    expect(service(code, at)).toBe(answer);
  });

  test.each([
    ['toll-free is nowhere, and not in Adak', '800', 'PREMIUM_OR_TOLLFREE'],
    ['nobody lists 457 yet', '457', 'UNKNOWN_AREA_CODE'],
    ['no rules are known of Jamaica', '876', 'UNKNOWN_AREA_CODE'],
  ])('%s', (_what, code, answer) => {
    for (let hour = 0; hour < 24; hour += 1) {
      const at = `2026-07-01T${String(hour).padStart(2, '0')}:30Z`;
      expect(service(code, at)).toBe(answer);
    }
  });
});

describe('clocks that are changed', () => {
  test.each([
    ['212', '2026-03-07T12:30Z', closed, 'the day before: 7:30'],
    ['212', '2026-03-08T11:59Z', closed, 'the first morning of summer time: 7:59'],
    ['212', '2026-03-08T12:00Z', open, 'the first morning of summer time: 8'],
    ['212', '2026-03-09T00:59Z', open, 'and 20:59 in the evening'],
    ['212', '2026-03-09T01:00Z', closed, 'and 21'],
    ['212', '2026-11-01T12:00Z', closed, 'the first morning of winter time: 7'],
    ['212', '2026-11-01T13:00Z', open, 'the first morning of winter time: 8'],
    ['480', '2026-03-08T14:30Z', closed, 'Phoenix changes nothing: 7:30'],
    ['480', '2026-11-01T15:00Z', open, 'Phoenix changes nothing: 8'],
    ['850', '2026-03-08T12:30Z', closed, 'Pensacola is at 7:30'],
    ['850', '2026-03-08T13:00Z', open, 'Pensacola is at 8'],
    ['850', '2026-11-01T13:30Z', closed, 'Pensacola is at 7:30 again'],
    ['+33612345678', '2026-03-30T08:00Z', open, 'Paris changes three weeks later'],
    ['+33612345678', '2026-03-27T08:30Z', closed, 'and was at 9:30 on the Friday before'],
  ])('%s at %s: %s (%s)', (code, at, answer) => {
    expect(service(code, at)).toBe(answer);
  });

  test('every change of a zone is found, to the minute', () => {
    const clock = clockOf('America/New_York');
    const second = Date.parse('2026-03-08T07:00:00Z');
    expect(clock.stretchAt(second - 1).offset).toBe(-5 * 3_600_000);
    expect(clock.stretchAt(second).offset).toBe(-4 * 3_600_000);
    expect(clock.stretchAt(second - 1).until).toBe(second);
    expect(clock.stretchAt(second).from).toBe(second);
  });

  test('a zone that changes twice in a month, and one of half an hour, are what Intl says', () => {
    for (const zone of ['Africa/Casablanca', 'Australia/Lord_Howe', 'America/St_Johns']) {
      const clock = clockOf(zone);
      const format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        timeZoneName: 'longOffset',
      });
      for (let at = Date.parse('2025-01-01T00:30Z'); at < Date.parse('2028-01-01Z'); ) {
        const offset = clock.stretchAt(at).offset / 60_000;
        const sign = offset < 0 ? '-' : '+';
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
        const told = [hours, minutes].map((one) => String(one).padStart(2, '0')).join(':');
        const said = format.format(at).replace(/GMT$/, 'GMT+00:00');
        expect(said).toContain(`GMT${sign}${told}`);
        at += 7 * 3_600_000;
      }
    }
  });
});

describe('the whole attempt has to fit', () => {
  const evening = Date.parse('2026-01-16T02:00:00Z'); // 21:00 in New York
  const at = (ms: number, more = {}) => codesOf(screen({ at: evening - ms, now, ...more }).bits);

  test('a call that may ring until the end of the window, and no longer', () => {
    expect(at(60_000)).toEqual([]);
    expect(at(59_999)).toEqual([closed]);
    expect(at(1)).toEqual([closed]);
  });

  test('what rings for longer begins earlier', () => {
    const policy = { ...standardPolicy, ringMs: 180_000 };
    expect(at(180_000, { policy })).toEqual([]);
    expect(at(179_999, { policy })).toEqual([closed]);
  });

  test('a text does not ring', () => {
    expect(at(1, { channel: 'text' })).toEqual([]);
    expect(at(0, { channel: 'text' })).toEqual([closed]);
  });

  test('before a holiday, it ends before midnight', () => {
    const week = readWeek({ weekdays: '0-24' }) ?? [];
    const calendar = { days: ['12-25'], observed: { saturday: null, sunday: null } };
    const window = makeWindow(['America/New_York'], week, [calendar]);
    const midnight = Date.parse('2026-12-25T05:00:00Z');
    expect(window.closureAt(midnight - 60_000, 60_000)).toBe(null);
    expect(window.closureAt(midnight - 59_999, 60_000)).toEqual({ hours: false, holiday: true });
    expect(window.nextOpen(midnight - 59_999, 60_000)).toBe(midnight + 86_400_000);
  });

  test('across midnight, where both days are open, it goes on', () => {
    const window = makeWindow(['UTC'], readWeek({ weekdays: '0-24' }) ?? [], []);
    expect(window.closureAt(Date.parse('2026-12-24T23:59:30Z'), 60_000)).toBe(null);
  });

  test('a gap that is too short to ring in is passed over', () => {
    const week = intersectWeeks([readWeek({ weekdays: '9-10 12-13' }) ?? []]);
    const window = makeWindow(['UTC'], week, []);
    const nine = Date.parse('2026-07-01T09:00:00Z');
    expect(window.nextOpen(nine, 60 * 60_000)).toBe(nine);
    expect(window.nextOpen(nine, 61 * 60_000)).toBe(null);
    expect(window.nextOpen(nine + 1, 60 * 60_000)).toBe(nine + 3 * 3_600_000);
  });
});

describe('a known address adds its clocks and its rules, and takes none away', () => {
  test.each([
    ['a New York number in California', '+12125550123', 'US-CA', '2026-07-01T14:30Z', closed],
    ['a New York number in California', '+12125550123', 'US-CA', '2026-07-01T15:00Z', open],
    ['a New York number in California', '+12125550123', 'US-CA', '2026-07-02T01:00Z', closed],
    ['a New York number in Florida', '+12125550123', 'US-FL', '2026-07-02T00:00Z', closed],
    ['a New York number in Rhode Island', '+12125550123', 'US-RI', '2026-07-12T15:00Z', closed],
    ['a New York number at home', '+12125550123', 'US-NY', '2026-07-01T12:00Z', open],
    ['a Florida number in New York', '+13055550123', 'US-NY', '2026-07-02T00:30Z', closed],
    ['an address without rules', '+12125550123', 'JP', '2026-07-01T15:00Z', 'UNKNOWN_AREA_CODE'],
  ])('%s (%s, %s) at %s: %s', (_what, number, address, time, answer) => {
    const at = Date.parse(time);
    const { bits } = screen({ number, at, now, known: known({ address }) });
    expect(codesOf(bits).join(' ')).toBe(answer);
  });
});

describe('the operator’s own hours', () => {
  const own = makeWindow(['America/New_York'], readWeek({ weekdays: '11-21' }) ?? [], []);
  const policy = { ...standardPolicy, own };

  test('narrow the window and never widen it', () => {
    const at = (time: string) => codesOf(screen({ at: Date.parse(time), now, policy }).bits);
    expect(at('2026-07-01T14:59Z')).toEqual([closed]);
    expect(at('2026-07-01T15:00Z')).toEqual([]);
    expect(at('2026-07-01T11:00Z')).toEqual([closed]);
  });

  test('are told as such, beside the rules or alone', () => {
    const rulesAt = (time: string) => {
      const asked = inquiry({ at: Date.parse(time), now, policy });
      const verdict = screener.screen(asked);
      return reasonsOf(asked, verdict, verdict.bits).map(({ rule }) => rule);
    };
    expect(rulesAt('2026-07-01T14:00Z')).toEqual(['own hours']);
    expect(rulesAt('2026-07-01T11:00Z')).toEqual(['US', 'own hours']);
  });

  test('count for the next instant that is permitted', () => {
    const at = Date.parse('2026-07-01T03:00Z');
    const next = screener.nextPermitted(inquiry({ at, now, policy }));
    expect(next).toBe(Date.parse('2026-07-01T15:00Z'));
  });
});

/** Area codes with rules, and a number of each country that has some. */
const numbers = [
  ...[...areaCodes.keys()].map((code) => `+1${code}5550123`),
  '+442079460018',
  '+33612345678',
  '+493012345678',
];
const compiled = (number: string, at: number): CompiledRules | null =>
  screen({ number, at, now }).rules;

const someNumber = fc.constantFrom(...numbers);
const minuteMs = 60_000;
const someMinute = fc
  .integer({ min: Date.parse('2023-01-01Z') / minuteMs, max: Date.parse('2031-01-01Z') / minuteMs })
  .map((minute) => minute * minuteMs);
/** Around changes of clocks, where mistakes are. */
const someChange = fc
  .constantFrom('2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25', '2027-03-14', '2026-08-11')
  .chain((day) =>
    fc.integer({ min: -2_880, max: 2_880 }).map((one) => Date.parse(day) + one * minuteMs),
  );
const someInstant = fc.oneof(someMinute, someChange);

describe('always', () => {
  test('the window is what every zone and every rule leave open, asked naively', () => {
    fc.assert(
      fc.property(someNumber, someInstant, (number, at) => {
        const rules = compiled(number, at);
        if (rules === null) return;
        expect(rules.window.closureAt(at, 0) === null).toBe(naivelyOpen(rules, at));
      }),
      { numRuns: 3_000 },
    );
  });

  test('hours in which clocks are changed are what a clock on the wall says', () => {
    const someZones = fc.uniqueArray(
      fc.constantFrom(
        'America/New_York',
        'America/St_Johns',
        'Europe/Paris',
        'Australia/Lord_Howe',
      ),
      { minLength: 1, maxLength: 2 },
    );
    const someHours = fc.constantFrom('0-24', '1-2', '2-3', '1:30-2:30', '0-4 5-24', '22-24');
    const nights = ['2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25', '2026-04-05'];
    fc.assert(
      fc.property(someZones, someHours, fc.constantFrom(...nights), (zones, weekdays, night) => {
        const hours = { weekdays };
        const window = makeWindow(zones, readWeek(hours) ?? [], []);
        const rules = { zones, rules: [{ hours, holidays: null }] };
        for (let minute = -1_440; minute < 2_880; minute += 5) {
          const at = Date.parse(`${night}T00:00:00Z`) + minute * minuteMs;
          const isOpen = window.closureAt(at, 0) === null;
          expect([at, isOpen]).toEqual([at, naivelyOpen(rules, at)]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('an attempt is allowed only if each minute of it is open everywhere', () => {
    const someRing = fc.integer({ min: 1, max: 5 }).map((minutes) => minutes * minuteMs);
    fc.assert(
      fc.property(someNumber, someInstant, someRing, (number, at, ringMs) => {
        const rules = compiled(number, at);
        if (rules === null || rules.window.closureAt(at, ringMs) !== null) return;
        for (let now = at; now < at + ringMs; now += minuteMs) {
          expect(naivelyOpen(rules, now)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('the next instant that is permitted is, and none before it', () => {
    fc.assert(
      fc.property(someNumber, someInstant, (number, at) => {
        const asked = inquiry({ number, at, now });
        const next = screener.nextPermitted(asked);
        if (next === null) {
          expect(compiled(number, at)).toBe(null);
          return;
        }
        const isOpen = (one: number) => screener.screen({ ...asked, at: one }).bits === 0;
        expect(isOpen(next)).toBe(true);
        if (next > at) expect(isOpen(next - 1)).toBe(false);
        for (let one = at; one < next; one += minuteMs) expect(isOpen(one)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  test('the order of questions makes no difference to an answer', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(someNumber, someInstant), { maxLength: 40 }), (asked) => {
        const answer = ([number, at]: readonly [string, number]) =>
          screen({ number, at, now }).bits;
        const forwards = asked.map(answer);
        const backwards = [...asked].reverse().map(answer).reverse();
        expect(backwards).toEqual(forwards);
      }),
      { numRuns: 200 },
    );
  });

  test('hours are told as they are', () => {
    const week = readWeek({ weekdays: '10-13 14-20', saturday: '9:30-17', sunday: 'closed' }) ?? [];
    expect(weekText(week)).toBe('Mon–Fri 10:00–13:00 and 14:00–20:00, Sat 09:30–17:00, Sun closed');
  });

  test('what are no hours is not read as some', () => {
    for (const weekdays of ['', '21-8', '8-25', '8:60-9', '9-12 11-13', 'open', '8-21,']) {
      expect([weekdays, readWeek({ weekdays })]).toEqual([weekdays, null]);
    }
  });
});
