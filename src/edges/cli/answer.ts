import { z } from 'zod';
import { answerOf, type Heard, meaningOf, wantsPerson } from '../../core/consent/answer.ts';
import type { Meaning } from '../../core/consent/grammar/judge.ts';
import { ConsentryError } from '../../core/error.ts';
import type { KeyMap } from '../../core/flow/definition.ts';
import type { Answer } from '../../core/words.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { readLines } from './read-input.ts';

/** The keys of the shipped flows. */
const keys: KeyMap = { grant: '1', refuse: '2', person: '0' };

export const answer = command({
  summary: 'says what words or keys are taken for: grant, deny, unclear or silence',
  about:
    'Reads the answer to “may this call be recorded?” as a flow that takes words does: an ' +
    'explicit yes and nothing else grants, any refusal refuses, all else is unclear and is asked ' +
    'again. An utterance of keys only (0 to 9, *, #) is read as keys: 1 grants; 2, 0 and * ' +
    'refuse. Words are understood in English, Spanish, French, German, Portuguese, Italian and ' +
    'Dutch; in any other language they are unclear. Needs neither server nor database.',
  operands: [{ name: 'WORDS', about: 'Utterances, each in quotes.', optional: true, many: true }],
  options: {
    locale: { value: 'TAG', about: 'The language they are in, such as en-US.', default: 'en' },
    file: {
      value: 'FILE',
      about:
        'Reads one utterance a line; - for standard input. A line may also be JSON: ' +
        '{"locale": "en-US", "text": "yes please"}.',
    },
  },
  examples: [
    { args: '"yes, go ahead"', does: 'prints grant, and why' },
    { args: '--locale en-US "I would rather not" 1', does: 'reads two utterances, one a line' },
    { args: '--file utterances.txt --json', does: 'prints {answer, why} a line, in their order' },
  ],
  async run(input, { terminal }) {
    const locale = localeOf(input.value('locale') ?? 'en');
    if (locale === null) throw new UsageError(`--locale is not a language tag${localeForm}`);
    const file = input.value('file');
    if ((file === null) === (input.operands.length === 0)) {
      throw new UsageError('it takes either WORDS or --file FILE');
    }
    const lines = file === null ? input.operands : readLines(terminal, file);
    let at = 0;
    for await (const line of lines) {
      at += 1;
      const said = file === null ? { locale, text: line } : readSaid(line, locale, at);
      const verdict = verdictOf(said);
      terminal.out(
        input.json ? JSON.stringify(verdict) : `${verdict.answer.padEnd(8)} ${verdict.why}`,
      );
    }
    return exitCodes.done;
  },
});

interface Said {
  readonly locale: string;
  readonly text: string;
}

const saidShape = z.object({ locale: z.string().exactOptional(), text: z.string() });

function readSaid(line: string, standard: string, at: number): Said {
  if (!line.trimStart().startsWith('{')) return { locale: standard, text: line };
  const parsed = saidShape.safeParse(jsonOf(line));
  if (!parsed.success) {
    const form = 'an object with text and, if it is not the one of --locale, locale';
    throw new ConsentryError('body_malformed', `line ${at} is not ${form}`);
  }
  const locale = localeOf(parsed.data.locale ?? standard);
  if (locale !== null) return { locale, text: parsed.data.text };
  const what = `line ${at} has a locale that is not a language tag`;
  throw new ConsentryError('body_malformed', `${what}${localeForm}`);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const localeForm = '; allowed: tags such as en, en-US or de-CH';

/** Null if it is no language tag. */
function localeOf(tag: string): string | null {
  try {
    return new Intl.Locale(tag).toString();
  } catch {
    return null;
  }
}

/** Why an answer was taken for what it was, by how it was given. */
const whyKeys: Readonly<Record<Answer, string>> = {
  grant: 'the key that grants, and nothing else',
  deny: 'a key that refuses',
  unclear: 'no key, or keys, that mean anything: only one exact key counts',
  silence: 'no key was pressed and nothing was said',
};
const whyWords: Readonly<Record<Meaning['why'], string>> = {
  yes: 'an explicit yes, and nothing else was said',
  no: 'a no was said',
  refused: 'a refusal was said',
  prohibited: 'the recording itself is forbidden, or is to end',
  'key-no': 'the key that refuses was named, and nothing else',
  silence: 'nothing was said',
  question: 'a question is no answer',
  contradiction: 'yes and no were said at once',
  'no-objection': 'not to object is no yes',
  hedged: 'a yes with doubt or a condition is no yes',
  'more-than-yes': 'a yes was said, and something that is no part of one',
  acknowledged: 'it may be a yes, or only say that the question was heard',
  'too-long': 'too much was said for a yes',
  unknown: 'neither an explicit yes alone nor a refusal',
};

function verdictOf({ locale, text }: Said): { answer: Answer; why: string } {
  const pressed = text.trim();
  if (/^[0-9*#]+$/.test(pressed)) {
    const heard: Heard = { digits: pressed, speech: null, confidence: null };
    const meant = answerOf(heard, keys, true, locale);
    const why = wantsPerson(heard, keys) ? 'the key that asks for a person' : whyKeys[meant];
    return { answer: meant, why };
  }
  const meaning = meaningOf(text, keys, locale);
  if (meaning !== null) return { answer: meaning.answer, why: whyWords[meaning.why] };
  const { language } = new Intl.Locale(locale);
  const why = `words in this language (${language}) are not understood, so they never grant`;
  return { answer: pressed === '' ? 'silence' : 'unclear', why };
}
