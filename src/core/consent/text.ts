/**
 * What somebody means by a text message, as far as it is about what they allowed. Carriers see
 * single words only; whoever writes a sentence is understood here. A stop that is clear ends
 * everything; one that may be meant ends everything, too, and a person looks at it. Nothing in a
 * text ever grants.
 */
import { readWords } from './grammar/words.ts';
import { contactWords } from './text-contact-words.ts';
import {
  helpWords,
  startWords,
  stopSigns,
  type TextLanguage,
  textLanguages,
  textWords,
} from './text-words.ts';

export type TextMeaning = 'stop' | 'doubtful' | 'start' | 'help' | 'other';

export interface ReadText {
  readonly meaning: TextMeaning;
  /** The language of the words that decided; null where none did. */
  readonly language: TextLanguage | null;
}

/** In this many words a stop word is what the message is about. */
const shortMax = 7;

/** Longer messages are not read to their end: what matters stands early, and time is short. */
const charactersMax = 1_600;

/** A stop word of one language may be turned round in another; only a plain no stands alone. */
const turning: ReadonlySet<string> = new Set(
  textLanguages.flatMap((language) => textWords[language].not).filter((word) => word !== 'no'),
);

/** Of all languages: the end of one language's week is no word of another's. */
const harmless = textLanguages.flatMap((language) => contactWords[language].harmless);

export function readText(body: string): ReadText {
  // Letters come in wide and in fancy forms, which are the same letters.
  const text = body.slice(0, charactersMax).normalize('NFKC').slice(0, charactersMax);
  const plain = joined(readWords(text, (word) => word).plain);
  if (plain.length === 0) {
    const meaning = stopSigns.test(body) && body.trim() !== '' ? 'doubtful' : 'other';
    return { meaning, language: null };
  }
  const said = ` ${plain.join(' ')} `;
  const has = (phrase: string): boolean => said.includes(` ${phrase} `);
  const found = textLanguages
    .map((language) => ({ language, meaning: meaningIn(language, plain, has) }))
    .filter(({ meaning }) => meaning !== null);
  const clear = found.find(({ meaning }) => meaning === 'stop');
  if (clear !== undefined) return { meaning: 'stop', language: clear.language };
  const [doubtful] = found;
  if (doubtful !== undefined) return { meaning: 'doubtful', language: doubtful.language };
  const [only = ''] = plain;
  if (plain.length > 1) return { meaning: 'other', language: null };
  const meaning = startWords.has(only) ? 'start' : helpWords.has(only) ? 'help' : 'other';
  return { meaning, language: null };
}

/** `s.t.o.p` and `S T O P` are one word; fewer letters may be words of their own. */
function joined(words: readonly string[]): readonly string[] {
  return words
    .join(' ')
    .replace(/(?<!\S)\p{L}(?: \p{L}){2,}(?!\S)/gu, (run) => run.replaceAll(' ', ''))
    .split(' ')
    .filter((word) => word !== '');
}

function meaningIn(
  language: TextLanguage,
  words: readonly string[],
  has: (phrase: string) => boolean,
): 'stop' | 'doubtful' | null {
  const { stop, alone, doubt, courtesy, not } = textWords[language];
  const isCourtesy = (word: string): boolean => courtesy.some((one) => one === word);
  const rest = words.filter((word) => !isCourtesy(word)).join(' ');
  if ([...stop, ...alone].some((phrase) => phrase === rest)) return 'stop';
  const stops = stop.some(has);
  const isTurned = words.some((word) => turning.has(word) || not.some((one) => one === word));
  if (stops && words.length <= shortMax && !isTurned) return 'stop';
  const mayStop = stops || doubt.some(has) || (words.length <= shortMax && alone.some(has));
  return mayStop || isAgainstContact(language, words) ? 'doubtful' : null;
}

/** A no, or a word that ends things, in a message of any length that is about contact. */
function isAgainstContact(language: TextLanguage, words: readonly string[]): boolean {
  const { contact, negations } = contactWords[language];
  if (!contact.some((one) => words.includes(one))) return false;
  const said = harmless.reduce(
    (left, phrase) => left.replaceAll(` ${phrase} `, ' '),
    ` ${words.join(' ')} `,
  );
  return [...negations, ...textWords[language].alone].some((one) => said.includes(` ${one} `));
}
