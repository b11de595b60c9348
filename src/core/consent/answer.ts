import type { KeyMap } from '../flow/definition.ts';
import type { Answer } from '../words.ts';
import { englishAnswer } from './english.ts';

/** What came back from a gather, before it means anything. */
export interface Heard {
  /** The keys pressed; null or empty when none was. */
  readonly digits: string | null;
  /** The final words of a recogniser; null or empty when there are none. */
  readonly speech: string | null;
  /** 0 to 1; null when the recogniser did not say, which counts as 0. */
  readonly confidence: number | null;
}

/** Words grant only from here on: below it the key is asked for again. Refusals need nothing. */
const confidenceMin = 0.5;

/** `*` refuses in every flow: it is the key that withdraws in the bridge. */
const star = '*';

/**
 * What a person meant. Keys count only exactly: `11` or `12` is no answer. Keys and words at once
 * are unclear, unless one of them refuses. Words refuse in every flow whose language we know, and
 * grant only where the flow takes words.
 */
export function answerOf(
  { digits, speech, confidence }: Heard,
  keys: KeyMap,
  speechAllowed: boolean,
  locale: string,
): Answer {
  const byKeys = keysAnswer(digits ?? '', keys);
  const byWords = wordsAnswer(speech ?? '', keys, locale);
  if (byKeys === 'deny' || byWords === 'deny') return 'deny';
  if (byWords === 'silence') return byKeys;
  if (byKeys !== 'silence') return 'unclear';
  const counts = speechAllowed && (confidence ?? 0) >= confidenceMin;
  return byWords === 'grant' && !counts ? 'unclear' : byWords;
}

/** True when the key for a person about the choice was pressed; the answer is `deny` then. */
export function wantsPerson({ digits }: Heard, keys: KeyMap): boolean {
  return digits === keys.person;
}

function keysAnswer(digits: string, keys: KeyMap): Answer {
  if (digits === '') return 'silence';
  if (digits === keys.grant) return 'grant';
  return [keys.refuse, keys.person, star].includes(digits) ? 'deny' : 'unclear';
}

/** The digits as a recogniser may write them. */
const digitWords: Readonly<Record<string, string>> = {
  '1': '(?:one|1)',
  '2': '(?:two|2)',
  '3': '(?:three|3)',
  '4': '(?:four|4)',
  '5': '(?:five|5)',
  '6': '(?:six|6)',
  '7': '(?:seven|7)',
  '8': '(?:eight|8)',
  '9': '(?:nine|9)',
};

/** A language without a grammar of its own is answered by keys: words in it are unclear. */
function wordsAnswer(speech: string, keys: KeyMap, locale: string): Answer {
  if (speech.trim() === '') return 'silence';
  const [language] = locale.toLowerCase().split('-');
  if (language !== 'en') return 'unclear';
  return englishAnswer(speech, digitWords[keys.grant] ?? null, digitWords[keys.refuse] ?? null);
}
