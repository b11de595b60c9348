/** The rules of wording, in whatever language: what the lists of one language are asked. */
import type { Role } from '../words.ts';
import type { FlowDefinition } from './definition.ts';
import type { AskedQuestion } from './definition-message.ts';
import { faultIf, type PromptFault } from './prompt-fault.ts';
import {
  characters,
  keyAt,
  secondsOf,
  sentencesOf,
  sentenceWith,
  wordCount,
} from './prompt-measure.ts';
import { spokenBefore } from './prompt-opening.ts';
import { vendors } from './prompt-words/vendors.ts';
import type { ForbiddenKind, PromptWords } from './prompt-words/words.ts';

/** Until the key that grants has been named: from then on a person may choose. */
const wordsToChoiceMax = 35;
const secondsToChoiceMax = 12;

/** Of two choices, the longer one may be spoken this much longer. */
const weightMax = 1.25;

const forbidden: Readonly<Record<ForbiddenKind, string>> = {
  'may-be': 'does not say whether it is recorded',
  staying: 'takes staying on for an answer',
  negative: 'asks so that “no” could mean yes',
  vague: 'names no clear purpose',
};

/** What no prompt may say. */
export function wordingFaults(
  words: PromptWords,
  id: string,
  text: string,
): readonly PromptFault[] {
  const plain = plainText(text);
  const negated = sentencesOf(plain).some(
    (sentence) => sentence.endsWith('?') && words.negation.test(sentence),
  );
  return (Object.keys(forbidden) as ForbiddenKind[]).flatMap((rule) => {
    const said = words.forbidden[rule].test(plain) || (rule === 'negative' && negated);
    return faultIf(said, id, rule, forbidden[rule]);
  });
}

/** What the prompts of a question must say. */
export function questionWordingFaults(
  words: PromptWords,
  definition: FlowDefinition,
  ask: AskedQuestion,
  spoken: (id: string) => string,
  playedMs: (id: string) => number | null,
): readonly PromptFault[] {
  return [
    ...purposeFaults(words, definition, ask, plainText(spoken(ask.purpose))),
    ...choicesFaults(words, definition, ask.choices, plainText(spoken(ask.choices))),
    ...(ask.remembered === undefined
      ? []
      : reminderFaults(words, definition, ask, plainText(spoken(ask.remembered)))),
    ...weightFaults(definition, ask.choices, spoken(ask.choices)),
    ...weightFaults(definition, ask.retry, spoken(ask.retry)),
    ...lateFaults(words, definition, ask, spoken, playedMs),
  ];
}

/** What is spoken until the first choice can be made: everything up to the key that grants. */
export function untilChoice(
  definition: FlowDefinition,
  ask: AskedQuestion,
  spoken: (id: string) => string,
): string {
  const choices = spoken(ask.choices);
  const grant = keyAt(choices, definition.keys.grant);
  const opening = [...spokenBefore(definition, ask, spoken), ask.purpose].map(spoken);
  return [...opening, grant < 0 ? choices : choices.slice(0, grant + 1)].join(' ');
}

/** How long that takes: of a recording, the share of it that its words are of all. */
export function secondsToChoice(
  words: PromptWords,
  definition: FlowDefinition,
  ask: AskedQuestion,
  spoken: (id: string) => string,
  playedMs: (id: string) => number | null,
): number {
  const seconds = (id: string, text: string): number => {
    const ms = playedMs(id);
    const share = characters(text) / Math.max(1, characters(spoken(id)));
    return ms === null ? secondsOf(text, words) : (ms / 1_000) * share;
  };
  const choices = spoken(ask.choices);
  const grant = keyAt(choices, definition.keys.grant);
  const opening = [...spokenBefore(definition, ask, spoken), ask.purpose];
  return [
    ...opening.map((id) => seconds(id, spoken(id))),
    seconds(ask.choices, grant < 0 ? choices : choices.slice(0, grant + 1)),
  ].reduce((sum, one) => sum + one, 0);
}

function purposeFaults(
  words: PromptWords,
  { speech, bridge }: FlowDefinition,
  { ask, purpose: id }: AskedQuestion,
  text: string,
): readonly PromptFault[] {
  const deed = words.deeds[ask];
  const saysComputer = words.computer.test(text);
  const wholeCall = bridge.record === 'each' && ask === 'recording' && !words.own.test(text);
  const unnamed = ask === 'transcription' && !vendors.test(text);
  return [
    ...faultIf(deed !== undefined && !deed.test(text), id, 'deed', `does not say what ${ask} is`),
    ...faultIf(!words.whatFor.test(text), id, 'what-for', 'does not say what for'),
    ...faultIf(
      wholeCall,
      id,
      'own',
      'does not say that only their own voice is recorded, as `record: each` means',
    ),
    ...faultIf(unnamed, id, 'vendor', 'does not name who transcribes'),
    ...faultIf(speech && !saysComputer, id, 'computer', 'does not say that a computer listens'),
    ...faultIf(
      !speech && saysComputer,
      id,
      'computer',
      'says that a computer listens, and none does',
    ),
  ];
}

function choicesFaults(
  words: PromptWords,
  { role, keys }: FlowDefinition,
  id: string,
  text: string,
): readonly PromptFault[] {
  const takesBack = saysHowToTakeBack(words, role, text);
  const person = sentenceWith(text, keys.person);
  const nobody = role === 'caller' && person !== '' && !words.person.test(person);
  return [
    ...faultIf(!takesBack, id, 'withdrawal', 'does not say how to withdraw'),
    ...faultIf(nobody, id, 'person', `does not say that ${keys.person} leads to a person`),
  ];
}

/** What a person is reminded of: what is done, and how to stop it. */
function reminderFaults(
  words: PromptWords,
  { role }: FlowDefinition,
  { ask, remembered = '' }: AskedQuestion,
  text: string,
): readonly PromptFault[] {
  const silent = words.deeds[ask]?.test(text) === false;
  const takesBack = saysHowToTakeBack(words, role, text);
  return [
    ...faultIf(silent, remembered, 'deed', `does not say what ${ask} is`),
    ...faultIf(!takesBack, remembered, 'withdrawal', 'does not say how to withdraw'),
  ];
}

function saysHowToTakeBack(words: PromptWords, role: Role, text: string): boolean {
  if (role === 'agent') return words.withdraw.test(text);
  return sentencesOf(text).some(
    (sentence) => words.star.test(sentence) && words.anyTime.test(sentence),
  );
}

/** Neither choice may be hidden in a longer sentence, or in another one's. */
function weightFaults({ keys }: FlowDefinition, id: string, text: string): readonly PromptFault[] {
  const grant = sentenceWith(text, keys.grant);
  const refuse = sentenceWith(text, keys.refuse);
  if (grant === '' || refuse === '') return [];
  const sizes = [characters(grant), characters(refuse)];
  const uneven =
    wordCount(grant) !== wordCount(refuse) || Math.max(...sizes) > Math.min(...sizes) * weightMax;
  return [
    ...faultIf(grant === refuse, id, 'weight', 'puts its two choices in one sentence'),
    ...faultIf(uneven, id, 'weight', 'puts its two choices in sentences of different length'),
  ];
}

function lateFaults(
  words: PromptWords,
  definition: FlowDefinition,
  ask: AskedQuestion,
  spoken: (id: string) => string,
  playedMs: (id: string) => number | null,
): readonly PromptFault[] {
  const count = wordCount(untilChoice(definition, ask, spoken));
  const seconds = secondsToChoice(words, definition, ask, spoken, playedMs);
  const late = (much: string) => `comes to the first choice after ${much}`;
  return [
    ...faultIf(
      count > wordsToChoiceMax,
      ask.choices,
      'late',
      late(`${count} words, more than ${wordsToChoiceMax}`),
    ),
    ...faultIf(
      seconds > secondsToChoiceMax,
      ask.choices,
      'late',
      late(`${seconds.toFixed(1)} s, more than ${secondsToChoiceMax}`),
    ),
  ];
}

/** As the lists of words are written: composed letters, straight apostrophes, single spaces. */
function plainText(text: string): string {
  return text.normalize('NFC').replace(/[’‘]/g, "'").replace(/\s+/g, ' ');
}
