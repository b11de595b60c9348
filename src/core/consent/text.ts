/**
 * What somebody means by a text message, as far as it is about what they allowed. Carriers see
 * single words only; whoever writes a sentence is understood here. A stop that is clear ends
 * everything; one that may be meant ends everything, too, and a person looks at it. Nothing in a
 * text ever grants.
 */
import { readWords } from './grammar/words.ts';
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

export function readText(body: string): ReadText {
  const { plain } = readWords(body.slice(0, charactersMax), (word) => word);
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
  return mayStop ? 'doubtful' : null;
}
