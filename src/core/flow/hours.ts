/** Business hours: whether an instant falls into them, on the clocks of their own zone. */
import type { Instant } from '../words.ts';
import { type BusinessHours, type Weekday, weekdays } from './definition.ts';

/** Minutes since midnight; `to` is not included. */
interface Opening {
  readonly from: number;
  readonly to: number;
}

const spanShape = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;
const dayMinutes = 24 * 60;

/** Reads `HH:MM-HH:MM`; `24:00` ends a day. Null if it is anything else, or ends before it begins. */
export function openingOf(span: unknown): Opening | null {
  const match = typeof span === 'string' ? spanShape.exec(span) : null;
  if (match === null) return null;
  const [, fromHour, fromMinute, toHour, toMinute] = match.map(Number);
  const from = (fromHour ?? 0) * 60 + (fromMinute ?? 0);
  const to = (toHour ?? 0) * 60 + (toMinute ?? 0);
  return from < to && to <= dayMinutes ? { from, to } : null;
}

/** Whether it is the name of a time zone (IANA). */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name.includes('/') || name === 'UTC';
  } catch {
    return false;
  }
}

/** Daylight saving is the zone's: 9 o'clock is what clocks there show as 9 o'clock. */
export function isWithin({ zone, open }: BusinessHours, at: Instant): boolean {
  const { weekday, minute } = localTime(zone, at);
  const opening = openingOf(open[weekday]);
  return opening !== null && minute >= opening.from && minute < opening.to;
}

/** Formatters are dear to make (100 µs), and there are few zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function localTime(zone: string, at: Instant): { weekday: Weekday; minute: number } {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formatters.set(zone, formatter);
  }
  const parts = new Map(formatter.formatToParts(at).map(({ type, value }) => [type, value]));
  const name = parts.get('weekday')?.toLowerCase();
  const weekday = weekdays.find((day) => day === name) ?? 'mon';
  return { weekday, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}
