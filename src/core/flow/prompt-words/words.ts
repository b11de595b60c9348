import type { Purpose } from '../../words.ts';

/** What a prompt must never say, whatever the language. */
export type ForbiddenKind = 'may-be' | 'staying' | 'negative' | 'vague';

/** One language, as far as the check of prompts knows it: closed lists, one file each. */
export interface PromptWords {
  /**
   * How fast people read it aloud, in characters without spaces: Trauzettel-Klosinski and Dietz,
   * New International Reading Speed Texts, Invest. Ophthalmol. Vis. Sci. 53 (2012) 5452, table 1.
   */
  readonly charactersPerMinute: number;
  /** Phrases that take less than a clear yes, or hide that there is a choice. */
  readonly forbidden: Readonly<Record<ForbiddenKind, RegExp>>;
  /** A negation: a question that has one is answered by “no” in agreement. */
  readonly negation: RegExp;
  /** How a purpose is named as something that is done; absent: it cannot be checked. */
  readonly deeds: Readonly<Partial<Record<Purpose, RegExp>>>;
  /** That only the listener's own voice is meant. */
  readonly own: RegExp;
  /** What stands before a purpose: “to check …”, “for …”. */
  readonly whatFor: RegExp;
  /** The key `*`. */
  readonly star: RegExp;
  readonly anyTime: RegExp;
  /** How an agent, who has no key for it, is told that a permission can be taken back. */
  readonly withdraw: RegExp;
  /** Somebody to talk to. */
  readonly person: RegExp;
  readonly computer: RegExp;
}

/**
 * Any of the alternatives as whole words, in any case. `\b` knows ASCII only, so it would see the
 * end of a word in the middle of “étoile”.
 */
export function phrase(...alternatives: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives.join('|')})(?![\\p{L}\\p{N}])`, 'iu');
}
