import type { Instant } from '../words.ts';

/**
 * How long an answer counts, in whole days, weeks, months or years of the calendar (UTC), as ISO
 * 8601 writes it: `P30D`, `P6W`, `P12M`, `P1Y`.
 */
export interface Period {
  readonly count: number;
  readonly unit: 'D' | 'W' | 'M' | 'Y';
}

/** Longer than this nobody remembers what they allowed. */
const monthsMax = 36;
const daysMax = 3 * 366;

const shape = /^P([1-9]\d{0,3})([DWMY])$/;

/** Said to whoever wrote another one. */
export const periodForm = 'days, weeks, months or years, such as P30D or P12M, at most P3Y';

/** Null for anything else, and for more than three years. */
export function parsePeriod(text: unknown): Period | null {
  const match = typeof text === 'string' ? shape.exec(text) : null;
  if (match === null) return null;
  const count = Number(match[1]);
  const unit = match[2] as Period['unit'];
  const allowed =
    unit === 'D' || unit === 'W'
      ? count * (unit === 'W' ? 7 : 1) <= daysMax
      : count * (unit === 'Y' ? 12 : 1) <= monthsMax;
  return allowed ? { count, unit } : null;
}

/** The instant a period later. A day that its month does not have is the month's last. */
export function after(at: Instant, { count, unit }: Period): Instant {
  switch (unit) {
    case 'D':
      return at + count * 86_400_000;
    case 'W':
      return at + count * 7 * 86_400_000;
    case 'M':
      return monthsAfter(at, count);
    case 'Y':
      return monthsAfter(at, count * 12);
  }
}

function monthsAfter(at: Instant, months: number): Instant {
  const from = new Date(at);
  const to = new Date(at);
  to.setUTCDate(1);
  to.setUTCMonth(from.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return to.getTime();
}
