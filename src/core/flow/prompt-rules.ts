import { type AskStep, type FlowDefinition, isAsk, promptIdsOf } from './definition.ts';
import { englishFaults, englishQuestionFaults } from './english-prompts.ts';
import { fillPrompt, unknownVariables } from './prompt.ts';
import { faultIf, type PromptFault, wordCount } from './prompt-fault.ts';
import type { Breach } from './theorems.ts';

/** Looks up a prompt as written; null where there is none. */
export type PromptText = (locale: string, id: string) => string | null;

/** About 25 seconds of speech: nobody listens longer. */
const wordsMax = 60;
/** A controller's name is counted as three words. */
const someController = 'one two three';

/** Theorem 8: the prompts of a flow, in each of its locales. */
export function promptBreaches(definition: FlowDefinition, textOf: PromptText): readonly Breach[] {
  return definition.locales.flatMap((locale) =>
    faultsIn(definition, locale, textOf).map(
      ({ id, reason }) => ({ theorem: 8, reason: `${locale}/${id} ${reason}` }) as const,
    ),
  );
}

function faultsIn(
  definition: FlowDefinition,
  locale: string,
  textOf: PromptText,
): readonly PromptFault[] {
  const ids = promptIdsOf(definition);
  const missing = ids.filter((id) => textOf(locale, id) === null);
  if (missing.length > 0) return missing.map((id) => ({ id, reason: 'is not there' }));

  const written = (id: string) => textOf(locale, id) ?? '';
  const spoken = (id: string) => fillPrompt(written(id), { controller: someController });
  const english = locale === 'en' || locale.startsWith('en-');
  return [
    ...ids.flatMap((id) => [
      ...unknownVariables(written(id)).map((name) => ({ id, reason: `has the variable ${name}` })),
      ...faultIf(wordCount(spoken(id)) > wordsMax, id, `is longer than ${wordsMax} words`),
      ...(english ? englishFaults(id, spoken(id)) : []),
    ]),
    ...Object.values(definition.steps)
      .filter(isAsk)
      .flatMap((ask) => [
        ...questionFaults(definition, ask, written),
        ...(english ? englishQuestionFaults(definition, ask, spoken) : []),
      ]),
  ];
}

/** Who asks, and every choice by its key, the one that grants first. */
function questionFaults(
  { keys, role }: FlowDefinition,
  ask: AskStep,
  written: (id: string) => string,
): readonly PromptFault[] {
  const choiceFaults = (id: string) => {
    const grant = keyAt(written(id), keys.grant);
    const refuse = keyAt(written(id), keys.refuse);
    return [
      ...faultIf(grant < 0, id, `does not say ${keys.grant}, the key that grants`),
      ...faultIf(refuse < 0, id, `does not say ${keys.refuse}, the key that refuses`),
      ...faultIf(grant >= 0 && refuse >= 0 && refuse < grant, id, 'says the refusal first'),
    ];
  };
  // An agent's refusal leads to nobody they could ask; their supervisor is who they ask.
  const person = role !== 'caller' || keyAt(written(ask.choices), keys.person) >= 0;
  return [
    ...faultIf(!written(ask.purpose).includes('{controller}'), ask.purpose, 'lacks {controller}'),
    ...choiceFaults(ask.choices),
    ...choiceFaults(ask.retry),
    ...faultIf(!person, ask.choices, `does not say ${keys.person}, the key for a person`),
  ];
}

/** Where a key is named as a number of its own; -1 where it is not. */
function keyAt(text: string, key: string): number {
  return text.search(new RegExp(`(?<!\\d)${key}(?!\\d)`));
}
