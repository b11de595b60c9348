/**
 * How a language says yes and no to "may this call be recorded?". All of it is patterns in the
 * notation of `notation.ts`. A grant is a whole utterance made of
 *
 *     opening* assent (assent | support | politeness | hesitation assent)*
 *
 * and of nothing else, where an opening is a hesitation, an acknowledgement, a support or a word
 * that leads up. No word that negates or hedges may occur in these lists. The other lists are searched
 * for in all that was said; they may be generous, for at worst a question is asked again.
 */
export interface Language {
  /** Names for pieces of patterns; each may use the ones before it. */
  readonly parts: Readonly<Record<string, string>>;

  /** A word that is a sound of thinking, however long; anchored and without alternatives in a loop. */
  readonly hesitation: RegExp;
  /** What may lead up to a yes and is none: "okay", "well", "please". */
  readonly opening: readonly string[];
  /** What is a yes beside a yes, and too little alone: Spanish "claro". */
  readonly support: readonly string[];
  readonly politeness: readonly string[];
  /** What grants on its own. `<record>`-like parts name the act. */
  readonly assents: readonly string[];
  /**
   * Whole utterances that the lists above would make and that still are no grant: "ja ja". Accents
   * count as in a grant, so that `si` there is the word written without one.
   */
  readonly vetoes: readonly string[];

  /** Phrases with a negation that agree rather than refuse: "no problem". */
  readonly agreeing: readonly string[];
  /** Phrases with a negation about something else: "I don't know", "not you". */
  readonly aside: readonly string[];
  /** Anywhere: the act itself is forbidden or to be ended. */
  readonly prohibitions: readonly string[];
  /** Anywhere: a refusal in words of its own, whatever was said before it. */
  readonly refusals: readonly string[];
  /** At the end: what takes back or refuses what was said before it. */
  readonly endings: readonly string[];
  /** A bare no: a whole utterance, with `...` where anything may stand. */
  readonly no: readonly string[];
  /** Words that mean one thing alone and another before more; parted off they are read as `#no`. */
  readonly noAndNot: readonly string[];
  /** Anywhere: with one of these a bare no contradicts itself. */
  readonly agreement: readonly string[];
  /** Anywhere: doubt, condition, narrowing. For the reason given only. */
  readonly hedges: readonly string[];

  readonly keys: KeyWords;
}

/** A key said aloud. */
export interface KeyWords {
  /** By digit 1 to 9, the words for it. */
  readonly digits: readonly string[];
  /** What may stand before the digit: "number", "I press". */
  readonly naming: string;
  /**
   * The same as an order: "press". Prompts speak so, and a recogniser may hear the prompt, so this
   * names a refusal only.
   */
  readonly told: string;
  /** Digits that are also an article or a sound: they grant only after a naming. */
  readonly ambiguous: readonly string[];
}
