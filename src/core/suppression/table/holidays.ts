/**
 * Days on which some states and countries allow no sales calls. Lists of states come from those who
 * publish alerts for call centres (dnc.com restricted call dates 2018 to 2025; vicifast.com,
 * telemarketing-prohibited holidays); they differ in details, so that a day that any of them names
 * is closed. France and Germany close on the public holidays of any of their parts that a number
 * may be in.
 */
import type { HolidayCalendar } from '../holidays.ts';

/** What all of the states here have in common. */
const common = ['01-01', '3 mon 01', '3 mon 02', 'last mon 05', '06-19', '07-04', '1 mon 09'];
const autumn = ['11-11', '4 thu 11', '12-25'];
const nearest = { saturday: 'friday', sunday: 'monday' } as const;

export const holidayCalendars = {
  'US-AL': {
    // Mardi Gras is kept in two counties only; an area code does not tell them apart
    days: [...common, ...autumn, 'easter-47', '4 mon 04', '1 mon 06', '2 mon 10', '12-01'],
    observed: nearest,
  },
  'US-LA': {
    // the Battle of New Orleans and Lee Day stand in the statute and are not always enforced
    days: [
      ...common,
      ...autumn,
      '01-08',
      '01-19',
      'easter-47',
      'easter-2',
      'election',
      '4 thu 11+1',
    ],
    observed: nearest,
  },
  'US-MS': {
    days: [...common, ...autumn, 'last mon 04'],
    observed: nearest,
  },
  'US-PA': {
    days: [...common, ...autumn, 'easter-2', '06-14', '2 mon 10', 'election', '12-15'],
    observed: nearest,
  },
  'US-RI': {
    days: [...common, ...autumn, '05-04', '2 mon 08', '2 mon 10', 'election'],
    observed: { saturday: 'monday', sunday: 'monday' },
  },
  'US-UT': {
    days: [...common, ...autumn, '07-24', '2 mon 10'],
    observed: nearest,
  },
  FR: {
    // with Good Friday and 26 December, which are free in Alsace and Moselle
    days: [
      ...['01-01', 'easter-2', 'easter+1', '05-01', '05-08', 'easter+39', 'easter+50'],
      ...['07-14', '08-15', '11-01', '11-11', '12-25', '12-26'],
    ],
    observed: { saturday: null, sunday: null },
  },
  DE: {
    days: [
      ...['01-01', 'easter-2', 'easter+1', '05-01', 'easter+39', 'easter+50', '10-03'],
      ...['12-25', '12-26'],
    ],
    observed: { saturday: null, sunday: null },
  },
} as const satisfies Readonly<Record<string, HolidayCalendar>>;

export type HolidayCalendarId = keyof typeof holidayCalendars;
