/**
 * Whether an area may be called in a minute, found without any of what the program does to be quick:
 * `Intl` is asked about every zone, and every rule by itself.
 */
import type { CallingRule } from '../../../src/core/suppression/calling-rules.ts';
import { dayOfRule } from '../../../src/core/suppression/holidays.ts';
import { holidayCalendars } from '../../../src/core/suppression/table/holidays.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(zone, format);
  return format;
}

function localOf(zone: string, at: number) {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const { year, month, day, weekday, hour, minute } = parts;
  return {
    day: Date.parse(`${year}-${month}-${day}T00:00:00Z`) / 86_400_000,
    weekday: weekday ?? '',
    minute: Number(hour) * 60 + Number(minute),
  };
}

const minutes = (text: string): number => {
  const [hour, minute = '0'] = text.split(':');
  return Number(hour) * 60 + Number(minute);
};

interface Asked {
  readonly zones: readonly string[];
  readonly rules: readonly Pick<CallingRule, 'hours' | 'holidays'>[];
}

export function naivelyOpen(rules: Asked, at: number): boolean {
  return rules.zones.every((zone) => {
    const local = localOf(zone, at);
    return rules.rules.every(({ hours, holidays }) => {
      if (holidays !== null && isHoliday(holidays, local.day)) return false;
      if (hours === null) return true;
      const text =
        local.weekday === 'Sunday'
          ? (hours.sunday ?? hours.weekdays)
          : local.weekday === 'Saturday'
            ? (hours.saturday ?? hours.weekdays)
            : hours.weekdays;
      if (text === 'closed') return false;
      return text.split(' ').some((span) => {
        const [from = '', to = ''] = span.split('-');
        return local.minute >= minutes(from) && local.minute < minutes(to);
      });
    });
  });
}

function isHoliday(id: keyof typeof holidayCalendars, day: number): boolean {
  const { days, observed } = holidayCalendars[id];
  const year = new Date(day * 86_400_000).getUTCFullYear();
  return [year - 1, year, year + 1].some((one) =>
    days.some((rule) => {
      const holiday = dayOfRule(rule, one);
      if (holiday === null) return false;
      if (holiday === day) return true;
      const name = new Date(holiday * 86_400_000).getUTCDay();
      if (name === 0) return observed.sunday === 'monday' && holiday + 1 === day;
      if (name !== 6) return false;
      if (observed.saturday === 'friday') return holiday - 1 === day;
      return observed.saturday === 'monday' && holiday + 2 === day;
    }),
  );
}
