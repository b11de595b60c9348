/**
 * Holidays by the rule that makes them, so that no year has to be looked up. Days are counted since
 * 1970-01-01 on the calendar of whoever is called; no clock and no zone is in here.
 */
import { assert } from '../error.ts';

/** Days since 1970-01-01. */
export type DayNumber = number;

/**
 * A rule: `07-04`; `3 mon 01` and `last mon 05`, a weekday of a month, `4 thu 11+1`, the day after
 * one; `easter-2`, days from Easter Sunday; `election`, the Tuesday after the first Monday of November in even years.
 */
export type HolidayRule = string;

/** On which days a holiday is kept too when it falls on a day that is free anyway. */
export interface Observance {
  readonly saturday: 'friday' | 'monday' | null;
  readonly sunday: 'monday' | null;
}

export interface HolidayCalendar {
  readonly days: readonly HolidayRule[];
  readonly observed: Observance;
}

const dayMs = 86_400_000;
const weekdayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const [sunday, saturday] = [0, 6];

export const weekdayOf = (day: DayNumber): number => (((day + 4) % 7) + 7) % 7;

export const yearOf = (day: DayNumber): number => new Date(day * dayMs).getUTCFullYear();

const dayOf = (year: number, month: number, day: number): DayNumber =>
  Date.UTC(year, month - 1, day) / dayMs;

/** Null if a year does not have it. @throws if it is no rule */
export function dayOfRule(rule: HolidayRule, year: number): DayNumber | null {
  const fixed = /^(\d\d)-(\d\d)$/.exec(rule);
  if (fixed !== null) return dayOf(year, Number(fixed[1]), Number(fixed[2]));
  const moving = /^([1-5]|last) ([a-z]{3}) (\d\d)(\+\d)?$/.exec(rule);
  if (moving !== null) {
    const [, which = '', name = '', month, after = '0'] = moving;
    return weekdayOfMonth(year, Number(month), weekdayNames.indexOf(name), which) + Number(after);
  }
  const church = /^easter([+-]\d{1,2})?$/.exec(rule);
  if (church !== null) return easter(year) + Number(church[1] ?? 0);
  assert(rule === 'election', 'a holiday has a rule that is known');
  return year % 2 === 0 ? weekdayOfMonth(year, 11, 1, '1') + 1 : null;
}

function weekdayOfMonth(year: number, month: number, weekday: number, which: string): DayNumber {
  assert(weekday >= 0, 'a weekday has a name');
  if (which === 'last') {
    const last = dayOf(year, month + 1, 1) - 1;
    return last - ((weekdayOf(last) - weekday + 7) % 7);
  }
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + (Number(which) - 1) * 7;
}

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
function easter(year: number): DayNumber {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const inCentury = year % 100;
  const leap = Math.floor(century / 4);
  const moon = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - leap - moon + 15) % 30;
  const rest =
    (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * rest) / 451);
  const sum = epact + rest - 7 * late + 114;
  return dayOf(year, Math.floor(sum / 31), (sum % 31) + 1);
}

/** The days of a year that are closed, with the days on which holidays of its ends are kept. */
export function closedDays(calendar: HolidayCalendar, year: number): ReadonlySet<DayNumber> {
  const days = [year - 1, year, year + 1].flatMap((one) =>
    calendar.days.flatMap((rule) => dayOfRule(rule, one) ?? []),
  );
  const all = days.flatMap((day) => [day, ...observedDays(day, calendar.observed)]);
  return new Set(all.filter((day) => yearOf(day) === year));
}

function observedDays(day: DayNumber, observed: Observance): readonly DayNumber[] {
  if (weekdayOf(day) === saturday) {
    if (observed.saturday === null) return [];
    return [observed.saturday === 'friday' ? day - 1 : day + 2];
  }
  return weekdayOf(day) === sunday && observed.sunday !== null ? [day + 1] : [];
}
