import { type AskStep, type FlowDefinition, isAsk } from './definition.ts';
import { faultIf, type PromptFault, wordCount } from './prompt-fault.ts';

/** Who, what for and the first choice: about 12 seconds before a person may choose. */
const wordsToChoiceMax = 35;

/** Words that take less than a clear yes, or hide that there is a choice. */
const forbidden: readonly (readonly [RegExp, string])[] = [
  [/\b(?:may|might|could) be recorded\b/i, 'does not say whether it is recorded'],
  [/\b(?:stay|remain|hold) on the line\b|\bby continuing\b/i, 'takes staying on for an answer'],
  [/\bdo you mind\b|\bdon't you\b|\bunless you\b/i, 'asks so that "no" could mean yes'],
  [/\bquality purposes\b|\bvarious purposes\b|\bother purposes\b/i, 'names no clear purpose'],
];

export function englishFaults(id: string, text: string): readonly PromptFault[] {
  return forbidden.filter(([words]) => words.test(text)).map(([, reason]) => ({ id, reason }));
}

export function englishQuestionFaults(
  definition: FlowDefinition,
  ask: AskStep,
  spoken: (id: string) => string,
): readonly PromptFault[] {
  const { role, speech } = definition;
  const [grant = '', refuse = ''] = spoken(ask.choices).split(/(?<=\.)\s+/);
  const before = [...openingOf(definition, ask), ask.purpose].map(spoken);
  const words = wordCount([...before, grant].join(' '));
  const withdrawal = role === 'caller' ? /\bpress star at any time\b/i : /\bwithdraw\b/i;
  const saysComputer = /\bcomputer\b/i.test(spoken(ask.purpose));
  return [
    ...faultIf(
      wordCount(grant) !== wordCount(refuse),
      ask.choices,
      'puts its two choices in sentences of different length',
    ),
    ...faultIf(
      words > wordsToChoiceMax,
      ask.choices,
      `comes to the first choice after ${words} words, more than ${wordsToChoiceMax}`,
    ),
    ...faultIf(!withdrawal.test(spoken(ask.choices)), ask.choices, 'does not say how to withdraw'),
    ...faultIf(speech && !saysComputer, ask.purpose, 'does not say that a computer listens'),
    ...faultIf(!speech && saysComputer, ask.purpose, 'says that a computer listens, and none does'),
  ];
}

/** The prompts spoken in one breath before the first question; before a later one, none. */
function openingOf({ first, steps }: FlowDefinition, ask: AskStep): readonly string[] {
  const opening: string[] = [];
  for (let step = steps[first]; step !== undefined; step = steps[step.next]) {
    if (isAsk(step)) return step === ask ? opening : [];
    opening.push(step.say);
  }
  return [];
}
