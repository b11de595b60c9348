import { describe, expect, test } from 'vitest';
import { closedDays, dayOfRule } from '../../../src/core/suppression/holidays.ts';
import {
  type HolidayCalendarId,
  holidayCalendars,
} from '../../../src/core/suppression/table/holidays.ts';

const text = (day: number | null) =>
  day === null ? null : new Date(day * 86_400_000).toISOString().slice(0, 10);

describe('a rule makes the day of each year', () => {
  test.each([
    ['07-04', 2026, '2026-07-04'],
    ['3 mon 01', 2026, '2026-01-19'],
    ['3 mon 02', 2027, '2027-02-15'],
    ['last mon 05', 2026, '2026-05-25'],
    ['last mon 05', 2027, '2027-05-31'],
    ['1 mon 09', 2026, '2026-09-07'],
    ['4 thu 11', 2024, '2024-11-28'],
    ['4 thu 11', 2026, '2026-11-26'],
    ['4 thu 11+1', 2024, '2024-11-29'], // not the fourth Friday, which was the 22nd
    ['easter', 2024, '2024-03-31'],
    ['easter', 2025, '2025-04-20'],
    ['easter', 2026, '2026-04-05'],
    ['easter', 2027, '2027-03-28'],
    ['easter', 2038, '2038-04-25'],
    ['easter-2', 2026, '2026-04-03'],
    ['easter-47', 2026, '2026-02-17'],
    ['easter+39', 2026, '2026-05-14'],
    ['easter+50', 2026, '2026-05-25'],
    ['election', 2026, '2026-11-03'],
    ['election', 2028, '2028-11-07'],
    ['election', 2027, null],
  ])('%s in %s', (rule, year, day) => {
    expect(text(dayOfRule(rule, year))).toBe(day);
  });

  test('what is no rule is refused, and not left out', () => {
    for (const rule of ['', 'christmas', '3 xyz 01', '13-1']) {
      expect(() => dayOfRule(rule, 2026)).toThrow();
    }
  });
});

describe('days that are closed', () => {
  const closed = (id: HolidayCalendarId, year: number) =>
    [...closedDays(holidayCalendars[id], year)].map(text);

  test.each([
    ['US-UT', '2026-07-24'], // Pioneer Day
    ['US-UT', '2027-07-05'], // the Fourth is a Sunday
    ['US-AL', '2026-07-03'], // the Fourth is a Saturday
    ['US-RI', '2026-07-06'], // in Rhode Island it is the Monday that is kept
    ['US-RI', '2026-08-10'], // Victory Day
    ['US-LA', '2026-02-17'], // Mardi Gras
    ['US-LA', '2026-11-27'], // the day after Thanksgiving
    ['US-MS', '2026-04-27'],
    ['US-PA', '2026-06-14'], // Flag Day
    ['US-PA', '2026-12-25'],
    ['FR', '2026-07-14'],
    ['FR', '2026-05-14'], // Ascension
    ['DE', '2026-10-03'],
  ] as const)('%s on %s', (id, day) => {
    expect(closed(id, Number(day.slice(0, 4)))).toContain(day);
  });

  test('a New Year’s Day on a Saturday closes a day of the year before', () => {
    expect(closed('US-AL', 2027)).toContain('2027-12-31'); // 2028-01-01
    expect(closed('US-AL', 2028)).toContain('2028-01-01');
  });

  test('an ordinary day is open', () => {
    for (const id of Object.keys(holidayCalendars) as HolidayCalendarId[]) {
      expect(closed(id, 2026)).not.toContain('2026-09-23');
      expect(closed(id, 2026).length).toBeLessThan(30);
    }
  });
});
