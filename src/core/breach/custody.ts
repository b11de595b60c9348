/** Where keys are, and what became of them: which copies there were at a time. */
import type { Instant } from '../words.ts';

export const custodyEvents = [
  'made',
  'opened', // by a program that then holds it in memory
  'copied',
  'handed-over',
  'returned',
  'exposed', // somebody saw it who should not
  'destroyed',
] as const;
export type CustodyEvent = (typeof custodyEvents)[number];

export interface CustodyLine {
  /** Such as `file:4f1c…`, `tenant` or `recordings/2026`. */
  readonly key: string;
  readonly event: CustodyEvent;
  /** Where, such as `safe in Bonn`; empty: nobody said. */
  readonly place: string;
  /** Who has it; empty: nobody said. */
  readonly holder: string;
  readonly at: Instant;
  /** Who wrote it down; null: it is read off the key itself. */
  readonly by: string | null;
}

const begins: readonly CustodyEvent[] = ['made', 'copied', 'handed-over'];
const ends: readonly CustodyEvent[] = ['returned', 'destroyed'];

/**
 * Copies that were there at a time: what began, and did not end in the same place by then. A key
 * that is destroyed without a place is destroyed everywhere.
 */
export function copiesAt(lines: readonly CustodyLine[], at: Instant): readonly CustodyLine[] {
  const open: CustodyLine[] = [];
  for (const line of lines.filter((one) => one.at <= at).toSorted((a, b) => a.at - b.at)) {
    if (line.event === 'returned' && line.place === '') continue; // nobody said which
    const isSame = (one: CustodyLine) =>
      one.key === line.key && (line.place === '' || one.place === line.place);
    if (ends.includes(line.event)) {
      for (const one of open.filter(isSame)) open.splice(open.indexOf(one), 1);
    } else if (
      begins.includes(line.event) &&
      !open.some((one) => isSame(one) && line.place !== '')
    ) {
      open.push(line);
    }
  }
  return open;
}

/** Of the key that wraps all others, which can be put in another's place; it names where it lies. */
const wrapsOthers = (key: string): boolean => key.includes(':');

/**
 * Exposures that nothing was done about: the key was not destroyed since, and no other was put in
 * force in its place. Another key-encryption key takes the place of its like only: what it merely
 * wraps again is the same key as before.
 */
export function openExposures(lines: readonly CustodyLine[]): readonly CustodyLine[] {
  return lines.filter(
    (seen) =>
      seen.event === 'exposed' &&
      !lines.some(
        ({ key, event, at, by }) =>
          at >= seen.at &&
          ((event === 'destroyed' && key === seen.key) ||
            (event === 'made' &&
              by !== null &&
              key !== seen.key &&
              [key, seen.key].every(wrapsOthers))),
      ),
  );
}
