/**
 * Where a person's permission for one purpose stands, from everything they ever chose. The latest
 * choice that concerns the line counts, whatever came before; ties go to the one written last.
 */
import type { Hex, Instant, Purpose, Uuid } from '../words.ts';
import { type AgeBand, type Choice, concernsLine, counts, mayGrantAlone } from './choice.ts';
import { after } from './period.ts';

export type Standing =
  | { readonly kind: 'granted'; readonly by: Choice }
  /** Nobody asks before `notBefore`; they may change it themselves at any time. */
  | { readonly kind: 'refused'; readonly by: Choice; readonly notBefore: Instant }
  /** They did allow it, and it does not count any more. */
  | {
      readonly kind: 'needs-renewal';
      readonly by: Choice;
      readonly reason: 'expired' | 'words-changed';
    }
  | {
      readonly kind: 'ask';
      readonly reason: 'no-choice' | 'refused-long-ago' | 'invalidated' | 'needs-guardian';
    };

/**
 * California: no request to opt in again for twelve months after an opt-out of sale or sharing
 * (Civ. Code 1798.135). Here it holds for every purpose.
 */
const rest = { count: 12, unit: 'M' } as const;

export interface StandingContext {
  /** Null: the business as a whole. */
  readonly line: Uuid | null;
  /**
   * The hash of the words that would be asked in that language today; null if they would not be.
   * Absent: whatever the words were is good enough, as for somebody who only looks.
   */
  readonly wordsIn?: (locale: string) => Hex | null;
  /**
   * What is known of the person's age today: a yes that a child gave before it was known does not
   * count, a guardian's does. Absent, or null: nothing is known.
   */
  readonly ageBand?: AgeBand | null;
}

/** @param choices all of one person, in the order in which they were written */
export function standing(
  choices: readonly Choice[],
  purpose: Purpose,
  at: Instant,
  { line, wordsIn, ageBand = null }: StandingContext,
): Standing {
  const last = latest(choices, purpose, at, line);
  if (last === null) return { kind: 'ask', reason: 'no-choice' };
  switch (last.kind) {
    case 'granted': {
      if (!last.guardian && !mayGrantAlone(ageBand, purpose)) {
        return { kind: 'ask', reason: 'needs-guardian' };
      }
      if (last.validUntil !== null && last.validUntil <= at) return renewal(last, 'expired');
      const changed =
        last.superseded === true ||
        (wordsIn !== undefined &&
          last.words !== null &&
          wordsIn(last.words.locale) !== last.words.hash);
      return changed ? renewal(last, 'words-changed') : { kind: 'granted', by: last };
    }
    case 'expired':
      return renewal(last, 'expired');
    case 'invalidated':
      return { kind: 'ask', reason: 'invalidated' };
    case 'refused':
    case 'withdrawn': {
      const notBefore = after(last.at, rest);
      return at < notBefore
        ? { kind: 'refused', by: last, notBefore }
        : { kind: 'ask', reason: 'refused-long-ago' };
    }
  }
}

function renewal(by: Choice, reason: 'expired' | 'words-changed'): Standing {
  return { kind: 'needs-renewal', by, reason };
}

/** The choice that counts at an instant; null if there is none. */
export function latest(
  choices: readonly Choice[],
  purpose: Purpose,
  at: Instant,
  line: Uuid | null,
): Choice | null {
  let found: Choice | null = null;
  for (const choice of choices) {
    if (choice.purpose !== purpose || choice.at > at) continue;
    if (!concernsLine(choice, line) || !counts(choice)) continue;
    if (found === null || choice.at >= found.at) found = choice;
  }
  return found;
}

/** Where a purpose stands granted: lines, and null for the business as a whole. */
export function grantedOn(
  choices: readonly Choice[],
  purpose: Purpose,
  at: Instant,
  ageBand: AgeBand | null,
): readonly (Uuid | null)[] {
  const lines = choices.flatMap(({ scope }) => (scope === 'tenant' ? [] : scope.line));
  return [null, ...new Set(lines)].filter(
    (line) => standing(choices, purpose, at, { line, ageBand }).kind === 'granted',
  );
}
