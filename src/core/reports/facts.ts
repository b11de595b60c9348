/** What a report knows of one call: nothing of whoever was on it but a name that means nothing. */

export const dimensions = [
  'line',
  'campaign',
  'region',
  'direction',
  'language',
  'outcome',
  'period',
] as const;
export type Dimension = (typeof dimensions)[number];

/** What became of the question; `left`: they hung up before an answer; `(other)`: one of few. */
export const outcomes = [
  'not asked',
  'granted',
  'refused',
  'silent',
  'withdrawn',
  'left',
  '(other)',
] as const;
export type Outcome = (typeof outcomes)[number];

export interface CallFact
  extends Readonly<Record<Exclude<Dimension, 'outcome' | 'period'>, string>> {
  /** Tells callers apart within one report; null: whoever withheld their number. */
  readonly caller: string | null;
  readonly outcome: Outcome;
  /** ISO 8601 day. */
  readonly day: string;
  readonly durationMs: number;
  /** Somebody of ours picked up. */
  readonly answered: boolean;
}

/** Kinds of entries that are about the permission, not about what was kept under it. */
export const consentKinds = [
  'request',
  'grant',
  'reminder',
  'refusal',
  'withdrawal',
  'expiry',
] as const;
const ofConsent: ReadonlySet<string> = new Set(consentKinds);

/** Entries of one question in their order, and what a refusal was: an answer, or silence. */
export function outcomeOf(kinds: readonly string[], wasSilent: boolean): Outcome {
  const last = kinds.filter((kind) => ofConsent.has(kind) && kind !== 'expiry').at(-1);
  switch (last) {
    case undefined:
      return 'not asked';
    case 'grant':
    case 'reminder':
      return 'granted';
    case 'withdrawal':
      return 'withdrawn';
    case 'refusal':
      return wasSilent ? 'silent' : 'refused';
    default:
      return 'left';
  }
}

export const periods = ['day', 'week', 'month'] as const;
export type Period = (typeof periods)[number];

/** The period a day is in: `2026-03-04`, the Monday of its week, or `2026-03`. */
export function periodOf(day: string, period: Period): string {
  if (period === 'day') return day;
  if (period === 'month') return day.slice(0, 7);
  const at = new Date(`${day}T00:00:00Z`);
  const sinceMonday = (at.getUTCDay() + 6) % 7;
  return new Date(at.getTime() - sinceMonday * 86_400_000).toISOString().slice(0, 10);
}
