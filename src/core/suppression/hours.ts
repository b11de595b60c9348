/** Hours of a week on somebody's own clock: written as text, kept as minutes, and intersected. */

/** Minutes since midnight, from one to the other; the end is not included. */
export type Span = readonly [from: number, to: number];

/** Seven days beginning with Sunday, each with its spans in order, apart from each other. */
export type Week = readonly (readonly Span[])[];

/** As in `{ weekdays: '10-13 14-20', saturday: '9:30-17', sunday: 'closed' }`. */
export interface WeekText {
  readonly weekdays: string;
  /** As on weekdays if it is not said. */
  readonly saturday?: string;
  readonly sunday?: string;
}

const dayMinutes = 24 * 60;
const daysOfWeek = 7;
const spanForm = /^(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?$/;

export const wholeWeek: Week = Array.from({ length: daysOfWeek }, () => [[0, dayMinutes]] as const);

/** Null if it is not hours: a span that ends before it begins, or begins before another ended. */
export function readWeek(text: WeekText): Week | null {
  const weekdays = readDay(text.weekdays);
  const saturday = text.saturday === undefined ? weekdays : readDay(text.saturday);
  const sunday = text.sunday === undefined ? weekdays : readDay(text.sunday);
  if (weekdays === null || saturday === null || sunday === null) return null;
  return [sunday, weekdays, weekdays, weekdays, weekdays, weekdays, saturday];
}

function readDay(text: string): readonly Span[] | null {
  if (text === 'closed') return [];
  const spans: Span[] = [];
  for (const one of text.split(' ')) {
    const span = readSpan(one);
    if (span === null || span[0] < (spans.at(-1)?.[1] ?? 0)) return null;
    spans.push(span);
  }
  return spans;
}

function readSpan(text: string): Span | null {
  const match = spanForm.exec(text);
  if (match === null) return null;
  const [, fromHour, fromMinute = '0', toHour, toMinute = '0'] = match;
  if (Number(fromMinute) > 59 || Number(toMinute) > 59) return null;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  return from < to && to <= dayMinutes ? [from, to] : null;
}

/** What all of them leave open; the whole week if there are none. */
export function intersectWeeks(weeks: readonly Week[]): Week {
  return weeks.reduce(
    (some, others) => some.map((day, i) => intersectDays(day, others[i] ?? [])),
    wholeWeek,
  );
}

function intersectDays(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  return some
    .flatMap(([from, to]) => others.map((one) => [Math.max(from, one[0]), Math.min(to, one[1])]))
    .map(([from = 0, to = 0]): Span => [from, to])
    .filter(([from, to]) => from < to)
    .sort(([one], [other]) => one - other);
}

const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Mon–Fri 09:00–21:00, Sat–Sun 10:00–18:00`; days that are closed are named as such. */
export function weekText(week: Week): string {
  const days = [...week.slice(1), ...week.slice(0, 1)].map(dayText);
  const dayNames = [...names.slice(1), ...names.slice(0, 1)];
  const parts: string[] = [];
  for (let from = 0; from < daysOfWeek; ) {
    let to = from;
    while (to + 1 < daysOfWeek && days[to + 1] === days[from]) to += 1;
    const name = from === to ? dayNames[from] : `${dayNames[from]}–${dayNames[to]}`;
    parts.push(`${name} ${days[from]}`);
    from = to + 1;
  }
  return parts.join(', ');
}

const dayText = (day: readonly Span[]): string =>
  day.length === 0
    ? 'closed'
    : day.map(([from, to]) => `${clockText(from)}–${clockText(to)}`).join(' and ');

const clockText = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((one) => String(one).padStart(2, '0')).join(':');
