/** What a check found. */
export const findingStates = ['pass', 'warn', 'fail'] as const;
export type FindingState = (typeof findingStates)[number];

export interface Verdict {
  readonly state: FindingState;
  /** What was seen, in a sentence without personal data. */
  readonly says: string;
  /** How to mend it; null when it is well. */
  readonly mend: string | null;
}

export interface Finding extends Verdict {
  readonly id: string;
  /** Number of the capability it shows, from 1 to 78; null: of the installation. */
  readonly capability: number | null;
  readonly title: string;
}

export const pass = (says: string): Verdict => ({ state: 'pass', says, mend: null });
export const warn = (says: string, mend: string): Verdict => ({ state: 'warn', says, mend });
export const fail = (says: string, mend: string): Verdict => ({ state: 'fail', says, mend });

/** What cannot be looked at is not well. */
export const unseen = (what: string): Verdict =>
  fail(`${what} could not be looked at`, 'see whether the database answers, and ask again');

/** What this version cannot do yet is said, not passed over. */
export const absent = (what: string, instead: string): Verdict =>
  fail(`this version has no ${what}`, instead);

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n} ${n === 1 ? one : many}`;
