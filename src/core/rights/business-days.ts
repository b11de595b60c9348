/**
 * Calendars that deadlines are counted on. A day that is closed somewhere only never makes a
 * deadline longer: who is early is not late. That is why the calendar of the Union has the two
 * holidays of every member state, and California's lacks the federal day that it does not keep.
 */
import {
  closedDays,
  type DayNumber,
  type HolidayCalendar,
  weekdayOf,
  yearOf,
} from '../suppression/holidays.ts';

export const calendarNames = ['eu', 'us', 'us-ca'] as const;
export type CalendarName = (typeof calendarNames)[number];

const [sunday, saturday] = [0, 6];

const federal = [
  '01-01',
  '3 mon 01',
  '3 mon 02',
  'last mon 05',
  '06-19',
  '07-04',
  '1 mon 09',
  '11-11',
  '4 thu 11',
  '12-25',
];

const calendars: Readonly<Record<CalendarName, HolidayCalendar>> = {
  eu: { days: ['01-01', '12-25'], observed: { saturday: null, sunday: null } },
  // 5 U.S.C. 6103; kept on the Friday before or the Monday after.
  us: { days: [...federal, '2 mon 10'], observed: { saturday: 'friday', sunday: 'monday' } },
  // Saturdays lose nothing: California keeps no holiday on a Friday for them (Gov. Code 6700).
  'us-ca': { days: federal, observed: { saturday: null, sunday: 'monday' } },
};

const known = new Map<string, ReadonlySet<DayNumber>>();

function closedIn(name: CalendarName, year: number): ReadonlySet<DayNumber> {
  const key = `${name}/${year}`;
  const days = known.get(key) ?? closedDays(calendars[name], year);
  known.set(key, days);
  return days;
}

export function isBusinessDay(name: CalendarName, day: DayNumber): boolean {
  const weekday = weekdayOf(day);
  if (weekday === sunday || weekday === saturday) return false;
  return !closedIn(name, yearOf(day)).has(day);
}

/** The day that is `count` business days after a day, which is not counted itself. */
export function addBusinessDays(name: CalendarName, from: DayNumber, count: number): DayNumber {
  let day = from;
  for (let left = count; left > 0; ) {
    day += 1;
    if (isBusinessDay(name, day)) left -= 1;
  }
  return day;
}

/** That day, or the next one that is not closed. */
export function rolled(name: CalendarName, day: DayNumber): DayNumber {
  return isBusinessDay(name, day) ? day : addBusinessDays(name, day, 1);
}

const dayMs = 86_400_000;

/** The same date so many months later; the last of the month where it has no such date. */
export function addMonths(from: DayNumber, months: number): DayNumber {
  const date = new Date(from * dayMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), last)) / dayMs;
}
