import type { KeyMap } from '../flow/definition.ts';
import type { Answer } from '../words.ts';
import { createJudge, type Judge, type Meaning } from './grammar/judge.ts';
import { languages } from './grammar/languages.ts';

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

/** A language without a grammar of its own is answered by keys: words in it are unclear. */
function wordsAnswer(speech: string, keys: KeyMap, locale: string): Answer {
  if (speech.trim() === '') return 'silence';
  return meaningOf(speech, keys, locale)?.answer ?? 'unclear';
}

/** What words mean, and what decided it; null in a language that has no grammar. */
export function meaningOf(
  speech: string,
  { grant, refuse }: Pick<KeyMap, 'grant' | 'refuse'>,
  locale: string,
): Meaning | null {
  const [language = ''] = locale.toLowerCase().split('-');
  return judgeOf(language, { grant, refuse })?.(speech) ?? null;
}

/**
 * Makes what understands words in every language, for flows with these keys. Each takes up to tens
 * of milliseconds, which a server spends before it is ready and not while audio waits.
 */
export function learnWords(keys: Pick<KeyMap, 'grant' | 'refuse'>): void {
  for (const language of languages.keys()) judgeOf(language, keys);
}

/** By language and keys; made when first needed. */
const judges = new Map<string, Judge>();

function judgeOf(
  language: string,
  { grant, refuse }: Pick<KeyMap, 'grant' | 'refuse'>,
): Judge | null {
  const description = languages.get(language);
  if (description === undefined) return null;
  const name = `${language} ${grant} ${refuse}`;
  const judge = judges.get(name) ?? createJudge(description, { grant, refuse });
  judges.set(name, judge);
  return judge;
}
