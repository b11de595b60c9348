import { type Automaton, createAutomaton } from './automaton.ts';
import type { Language } from './language.ts';
import { type Pattern, parsePattern } from './notation.ts';
import { readWords, spellings, type Words, withoutAccents } from './words.ts';

/** What words were taken for, and what decided it. */
export type Meaning =
  | { readonly answer: 'grant'; readonly why: 'yes' }
  | { readonly answer: 'deny'; readonly why: 'prohibited' | 'refused' | 'no' | 'key-no' }
  | { readonly answer: 'silence'; readonly why: 'silence' }
  | { readonly answer: 'unclear'; readonly why: Doubt };

export type Doubt =
  | 'question'
  | 'contradiction'
  | 'no-objection'
  | 'hedged'
  | 'more-than-yes'
  | 'acknowledged'
  | 'too-long'
  | 'unknown';

/** The keys of the flow that have a word, as digits. */
export interface SpokenKeys {
  readonly grant: string;
  readonly refuse: string;
}

export type Judge = (speech: string) => Meaning;

/**
 * Longer speech is no grant, whatever it says; refusals are found in all of it. A gather may bring
 * a minute of speech.
 */
const grantCharactersMax = 100;

/** Stand in for a phrase whose negation refuses nothing; no word heard can be one of them. */
const agreeingMark = '#agreeing';
const asideMark = '#aside';
const hesitationMark = '#uh';

/**
 * The grant is a closed grammar of whole utterances, tried first; then any refusal refuses; all else
 * is unclear and asked again. A wrong `unclear` costs one question, a wrong grant an unlawful
 * recording.
 */
export function createJudge(language: Language, keys: SpokenKeys): Judge {
  const {
    grant,
    veto,
    agreeing,
    aside,
    prohibition,
    refusal,
    no,
    keyNo,
    agreement,
    hedge,
    acknowledgement,
    openings,
  } = automataOf(language, keys);

  const doubt = (words: Words, meant: readonly string[]): Doubt => {
    if (grant.matches(words.written)) {
      return words.characters > grantCharactersMax ? 'too-long' : 'acknowledged';
    }
    if (hedge.matches(words.plain)) return 'hedged';
    if (meant.includes(agreeingMark)) return 'no-objection';
    if (acknowledgement.matches(words.plain)) return 'acknowledged';
    return agreement.matches(words.plain) ? 'more-than-yes' : 'unknown';
  };

  return (speech) => {
    const words = readWords(speech, (word) =>
      language.hesitation.test(word) ? hesitationMark : word,
    );
    if (words.isQuestion) return { answer: 'unclear', why: 'question' };
    if (words.written.length === 0) return { answer: 'silence', why: 'silence' };
    const short = words.characters <= grantCharactersMax;
    const heard = withStops(words.written, words.stops, language.noAndNot);
    const said = short && words.isSpeech && grant.matches(words.written);
    if (said && !veto.matches(heard)) {
      return { answer: 'grant', why: 'yes' };
    }
    const bare = language.noAndNot.map(withoutAccents);
    const meant = withMarks(withStops(words.plain, words.stops, bare), [
      [agreeing, agreeingMark],
      [aside, asideMark],
    ]);
    if (prohibition.matches(meant)) return { answer: 'deny', why: 'prohibited' };
    if (refusal.matches(meant)) return { answer: 'deny', why: 'refused' };
    if (keyNo.matches(meant)) return { answer: 'deny', why: 'key-no' };
    if (!no.matches(meant)) return { answer: 'unclear', why: doubt(words, meant) };
    // "Okay, no" has heard and refuses: what leads up to an answer agrees to nothing.
    const answered = meant.slice(openings.longestFrom(meant, 0));
    if (!agreement.matches(answered)) return { answer: 'deny', why: 'no' };
    return { answer: 'unclear', why: 'contradiction' };
  };
}

/** The words, those of the list marked where punctuation parts them off: `no,` is `#no`. */
function withStops(
  words: readonly string[],
  stops: readonly boolean[],
  list: readonly string[],
): readonly string[] {
  return words.map((word, n) => (stops[n] === true && list.includes(word) ? `#${word}` : word));
}

/** The words, each phrase of a kind replaced by the mark of its kind; the longest one counts. */
function withMarks(
  read: readonly string[],
  kinds: readonly (readonly [Automaton, string])[],
): readonly string[] {
  const marked: string[] = [];
  for (let at = 0; at < read.length; ) {
    const found = kinds.map(([kind, mark]) => ({ mark, length: kind.longestFrom(read, at) }));
    const longest = found.reduce((best, one) => (one.length > best.length ? one : best), {
      mark: read[at] ?? '',
      length: 0,
    });
    marked.push(longest.mark);
    at += Math.max(longest.length, 1);
  }
  return marked;
}

function automataOf(language: Language, keys: SpokenKeys) {
  const named = new Map<string, Pattern>();
  const name = (part: string, text: string) => named.set(part, parsePattern(text, named));
  const oneOf = (list: readonly string[]) => (list.length === 0 ? '#none' : list.join('|'));
  for (const [part, text] of Object.entries(language.parts)) name(part, text);
  name('hesitation', hesitationMark);
  name('support', oneOf(language.support));
  name('opening', `<hesitation>|<support>|${oneOf(language.opening)}`);
  name('politeness', oneOf(language.politeness));
  name('key-yes', spokenKey(language, keys.grant, true));
  name('key-no', spokenKey(language, keys.refuse, false));
  name('assent', `<key-yes>|${oneOf(language.assents)}`);

  // A word stands in many parts, and each part in many others.
  const kept = (spell: (word: string) => readonly string[]) => {
    const known = new Map<string, readonly string[]>();
    return (word: string) => {
      const found = known.get(word) ?? spell(word);
      known.set(word, found);
      return found;
    };
  };
  const accented = kept(spellings);
  const bare = kept((word) => [...new Set(accented(word).map(withoutAccents))]);
  const strict = (text: string) => createAutomaton(parsePattern(text, named), accented);
  const lenient = (text: string) => createAutomaton(parsePattern(text, named), bare);
  const anywhere = (list: readonly string[]) => `... (${oneOf(list)}) ...`;
  return {
    grant: strict('<opening>* <assent> (<assent>|<support>|<politeness>|<hesitation> <assent>)*'),
    veto: strict(oneOf([...language.vetoes, '... <key-yes> <key-yes> ...'])),
    agreeing: lenient(oneOf(language.agreeing)),
    aside: lenient(oneOf(language.aside)),
    prohibition: lenient(anywhere(language.prohibitions)),
    refusal: lenient(`${anywhere(language.refusals)} | ... (${oneOf(language.endings)})`),
    no: lenient(oneOf(language.no)),
    keyNo: lenient('<opening>* <key-no> <politeness>*'),
    agreement: lenient(anywhere([agreeingMark, ...language.agreement])),
    hedge: lenient(anywhere(language.hedges)),
    openings: lenient('<opening>+'),
    acknowledgement: lenient('(<opening>|<politeness>)+'),
  };
}

/** The key as a part: "press one", and "one" alone unless that is an article too. */
function spokenKey({ keys }: Language, key: string, grants: boolean): string {
  const word = keys.digits[Number(key) - 1];
  if (!/^[1-9]$/.test(key) || word === undefined) return '#none';
  const bare = !grants || !keys.ambiguous.includes(key);
  const naming = grants ? `(${keys.naming})` : `(${keys.naming}|${keys.told})`;
  return `${bare ? `[${naming}]` : naming} (${word}|${key})`;
}
