/**
 * When a number may be contacted: the instants that are within the hours of every zone it may be in
 * and on no closed day of any. Only whole numbers are compared; the clocks of zones are looked up in
 * `zones-offset`. Where the answer is yes it is remembered until it is no, because most numbers of an
 * area are asked about at nearly the same time.
 */
import type { Instant } from '../words.ts';
import { closedDays, type DayNumber, type HolidayCalendar, weekdayOf, yearOf } from './holidays.ts';
import type { Week } from './hours.ts';
import type { Zone } from './zones.ts';
import { clockOf, type ZoneClock } from './zones-offset.ts';

/** Why an instant is outside; both may be true. */
export interface Closure {
  readonly hours: boolean;
  readonly holiday: boolean;
}

export interface Window {
  readonly zones: readonly Zone[];
  readonly week: Week;
  /**
   * Null if an attempt that begins at `at` and may ring for `ringMs` is within the window to its
   * end; an attempt may end in the instant in which the window closes.
   */
  closureAt(at: Instant, ringMs: number): Closure | null;
  /** The first instant from `at` on that is not closed; null if there is none within a year. */
  nextOpen(at: Instant, ringMs: number): Instant | null;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Longer than any row of holidays, and longer than people wait. */
const searchMs = 400 * dayMs;
/** How far one looks for the end of a stretch that is open; beyond it one looks again. */
const lookMs = 2 * dayMs;

/** Whether a state holds, and until when it is known to. */
interface State {
  readonly holds: boolean;
  readonly until: Instant;
}
type StateAt = (at: Instant) => State;

export function makeWindow(
  zones: readonly Zone[],
  week: Week,
  calendars: readonly HolidayCalendar[],
): Window {
  const clocks = zones.map(clockOf);
  const isClosed = closedDayTest(calendars);
  const inHours = every(clocks.map((clock) => hoursOf(clock, week)));
  const onWorkday =
    calendars.length === 0 ? always : every(clocks.map((clock) => workdaysOf(clock, isClosed)));
  const both = every([inHours, onWorkday]);
  const hoursFit = makeFit(inHours);
  const holidayFit = makeFit(onWorkday);
  const bothFit = makeFit(both);
  return {
    zones,
    week,
    closureAt(at, ringMs) {
      const hours = !hoursFit.fits(at, ringMs);
      const holiday = !holidayFit.fits(at, ringMs);
      return hours || holiday ? closures[hours ? (holiday ? 2 : 1) : 0] : null;
    },
    nextOpen: (at, ringMs) => bothFit.next(at, ringMs),
  };
}

/** All there are, so that none has to be made. */
const closures = [
  { hours: false, holiday: true },
  { hours: true, holiday: false },
  { hours: true, holiday: true },
] as const satisfies readonly Closure[];

const always: StateAt = () => ({ holds: true, until: Number.POSITIVE_INFINITY });

interface Fit {
  /** Whether a state holds from `at` on for as long as an attempt may ring. */
  fits(at: Instant, ringMs: number): boolean;
  /** The first instant from `at` on at which it fits; null if there is none. */
  next(at: Instant, ringMs: number): Instant | null;
}

/** Remembers one stretch in which the answer is the same. */
function makeFit(state: StateAt): Fit {
  let known = { from: 0, until: 0, ringMs: 0, fits: false };

  function look(at: Instant, ringMs: number): typeof known {
    if (at >= known.from && at < known.until && ringMs === known.ringMs) return known;
    const end = endOf(state, at, at + ringMs + lookMs);
    const fits = fitsUntil(at, end, ringMs);
    const until = fits
      ? end - Math.max(ringMs, 1) + 1 // what does not ring begins before the end, and not in it
      : (findNext(state, at, ringMs) ?? at + searchMs);
    known = { from: at, until, ringMs, fits };
    return known;
  }
  return {
    fits: (at, ringMs) => look(at, ringMs).fits,
    next(at, ringMs) {
      const { fits, until } = look(at, ringMs);
      if (fits) return at;
      return until < at + searchMs && look(until, ringMs).fits ? until : null;
    },
  };
}

function findNext(state: StateAt, at: Instant, ringMs: number): Instant | null {
  let now = at;
  while (now < at + searchMs) {
    const { holds, until } = state(now);
    if (!holds) {
      now = until;
      continue;
    }
    const end = endOf(state, now, now + ringMs + lookMs);
    if (fitsUntil(now, end, ringMs)) return now;
    now = end;
  }
  return null;
}

const fitsUntil = (at: Instant, end: Instant, ringMs: number): boolean =>
  end > at && at + ringMs <= end;

/** Where a state that holds at `at` ends; `at` itself if it does not, beyond `latest` if it goes on. */
function endOf(state: StateAt, at: Instant, latest: Instant): Instant {
  let now = at;
  while (now < latest) {
    const { holds, until } = state(now);
    if (!holds) return now;
    now = until;
  }
  return Math.min(now, latest + lookMs);
}

function every(states: readonly StateAt[]): StateAt {
  return (at) => {
    let holds = true;
    let until = Number.POSITIVE_INFINITY;
    let closedUntil = at;
    for (const state of states) {
      const one = state(at);
      if (!one.holds) {
        holds = false;
        closedUntil = Math.max(closedUntil, one.until);
      }
      until = Math.min(until, one.until);
    }
    return { holds, until: holds ? until : closedUntil };
  };
}

function hoursOf(clock: ZoneClock, week: Week): StateAt {
  return (at) => {
    const { offset, until } = clock.stretchAt(at);
    const local = at + offset;
    const day = Math.floor(local / dayMs);
    const midnight = day * dayMs;
    for (const [from, to] of week[weekdayOf(day)] ?? []) {
      const [opens, closes] = [midnight + from * minuteMs, midnight + to * minuteMs];
      if (local < opens) return { holds: false, until: Math.min(opens - offset, until) };
      if (local < closes) return { holds: true, until: Math.min(closes - offset, until) };
    }
    return { holds: false, until: Math.min(midnight + dayMs - offset, until) };
  };
}

function workdaysOf(clock: ZoneClock, isClosed: (day: DayNumber) => boolean): StateAt {
  return (at) => {
    const { offset, until } = clock.stretchAt(at);
    const day = Math.floor((at + offset) / dayMs);
    return { holds: !isClosed(day), until: Math.min((day + 1) * dayMs - offset, until) };
  };
}

/** Years kept: this one, and those that an inquiry goes back to. */
const yearsMax = 8;

function closedDayTest(calendars: readonly HolidayCalendar[]): (day: DayNumber) => boolean {
  if (calendars.length === 0) return () => false;
  const years = new Map<number, ReadonlySet<DayNumber>>();
  return (day) => {
    const year = yearOf(day);
    let days = years.get(year);
    if (days === undefined) {
      days = new Set(calendars.flatMap((one) => [...closedDays(one, year)]));
      const [oldest] = years.keys();
      if (years.size >= yearsMax && oldest !== undefined) years.delete(oldest);
      years.set(year, days);
    }
    return days.has(day);
  };
}
