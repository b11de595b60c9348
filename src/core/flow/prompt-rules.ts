import { templateFaults } from '../messages/template.ts';
import { type FlowDefinition, isAsk, promptIdsOf, questionOf, type Step } from './definition.ts';
import { type DialStep, type QueueStep, ringsSomebody, whispersOf } from './definition-bridge.ts';
import type { AskedQuestion } from './definition-message.ts';
import { choicesVariable, fillPrompt, unknownVariables } from './prompt.ts';
import { faultIf, type PromptFault } from './prompt-fault.ts';
import { keyAt, someController, wordCount } from './prompt-measure.ts';
import { questionWordingFaults, wordingFaults } from './prompt-wording.ts';
import { wordsOf } from './prompt-words/languages.ts';
import type { Breach } from './theorems.ts';

/** Looks up a prompt as written; null where there is none. */
export type PromptText = (locale: string, id: string) => string | null;

/** About 25 seconds of speech: nobody listens longer. */
const wordsMax = 60;

/** About five seconds, before the question of whoever picked up. */
const whisperWordsMax = 12;

/** Two parts of a message, with room for the address. */
const textLengthMax = 250;

/** Theorem 8: the prompts of a flow, in each of its locales. */
export function promptBreaches(definition: FlowDefinition, textOf: PromptText): readonly Breach[] {
  return definition.locales.flatMap((locale) =>
    flowFaults(definition, locale, textOf).map(
      ({ id, reason }) => ({ theorem: 8, reason: `${locale}/${id} ${reason}` }) as const,
    ),
  );
}

/** What is wrong with the prompts of a flow in one locale, whether it is one of the flow's or not. */
export function flowFaults(
  definition: FlowDefinition,
  locale: string,
  textOf: PromptText,
  playedMs: (id: string) => number | null = () => null,
): readonly PromptFault[] {
  const ids = promptIdsOf(definition);
  const missing = missingFaults(ids, locale, textOf);
  if (missing.length > 0) return missing;

  const words = wordsOf(locale);
  const written = (id: string) => textOf(locale, id) ?? '';
  const spoken = (id: string) => spokenText(written(id));
  return [
    ...ids.flatMap((id) => textFaults(locale, id, written(id))),
    ...Object.values(definition.steps).flatMap((step) => {
      const asked = questionOf(step);
      if (asked === null) return [];
      // Where somebody calls back, the key for a person is one that refuses.
      return [
        ...questionFaults(definition, asked, written, isAsk(step)),
        ...(words === null
          ? []
          : questionWordingFaults(words, definition, asked, spoken, playedMs)),
      ];
    }),
    ...Object.values(definition.steps).flatMap((step) => rateFaults(step, written)),
    ...textStepFaults(definition, written, spoken),
    ...Object.values(definition.steps)
      .filter(ringsSomebody)
      .flatMap((step) => ringFaults(step, written, spoken)),
  ];
}

export function missingFaults(
  ids: readonly string[],
  locale: string,
  textOf: PromptText,
): readonly PromptFault[] {
  return ids.flatMap((id) => faultIf(textOf(locale, id) === null, id, 'missing', 'is not there'));
}

/** What is wrong with one prompt, wherever it is spoken. */
export function textFaults(locale: string, id: string, text: string): readonly PromptFault[] {
  const words = wordsOf(locale);
  const spoken = spokenText(text);
  const long = wordCount(spoken) > wordsMax;
  return [
    ...unknownVariables(text).flatMap((name) =>
      faultIf(true, id, 'variable', `has the variable ${name}`),
    ),
    ...faultIf(long, id, 'long', `is longer than ${wordsMax} words`),
    ...(words === null ? [] : wordingFaults(words, id, spoken)),
  ];
}

/** As it is spoken, with some name put in. */
export function spokenText(text: string): string {
  return fillPrompt(text, { controller: someController });
}

/** An address is read, not heard; and a message of a few lines is read to its end. */
function textStepFaults(
  definition: FlowDefinition,
  written: (id: string) => string,
  spoken: (id: string) => string,
): readonly PromptFault[] {
  const texts = Object.values(definition.steps).flatMap((step) =>
    'text' in step ? [step.text] : [],
  );
  const heard = promptIdsOf(definition).filter((id) => !texts.includes(id));
  return [
    ...heard.flatMap((id) => {
      const address = written(id).includes(choicesVariable);
      return faultIf(address, id, 'variable', `speaks ${choicesVariable}, which is for texts`);
    }),
    ...texts.flatMap((id) => {
      const long = spoken(id).length > textLengthMax;
      const unsigned = !written(id).includes('{controller}');
      return [
        ...faultIf(long, id, 'long', `is a text message of more than ${textLengthMax} characters`),
        ...faultIf(unsigned, id, 'controller', 'lacks {controller}'),
        // Unknown variables are every prompt's fault, and told there.
        ...templateFaults(written(id))
          .filter((reason) => !reason.startsWith('has the variable'))
          .map((reason) => ({ id, rule: 'personal', reason }) as const),
      ];
    }),
  ];
}

/** What the lowest and the highest key mean. */
function rateFaults(step: Step, written: (id: string) => string): readonly PromptFault[] {
  if (!('rate' in step)) return [];
  const { rate, highest } = step;
  return ['1', String(highest)].flatMap((key) =>
    faultIf(keyAt(written(rate), key) < 0, rate, 'choices', `does not say ${key}`),
  );
}

/** Who waits hears every way out; who picks up hears their own question before long. */
function ringFaults(
  step: DialStep | QueueStep,
  written: (id: string) => string,
  spoken: (id: string) => string,
): readonly PromptFault[] {
  const keys = 'queue' in step ? Object.keys(step.choices) : [];
  const prompt = 'queue' in step ? step.queue : '';
  return [
    ...keys.flatMap((key) =>
      faultIf(keyAt(written(prompt), key) < 0, prompt, 'choices', `does not say ${key}`),
    ),
    ...whispersOf(step).flatMap((id) => {
      const long = wordCount(spoken(id)) > whisperWordsMax;
      return faultIf(long, id, 'long', `is a whisper of more than ${whisperWordsMax} words`);
    }),
  ];
}

/** Who asks, and every choice by its key, the one that grants first. */
function questionFaults(
  { keys, role }: FlowDefinition,
  ask: AskedQuestion,
  written: (id: string) => string,
  named: boolean,
): readonly PromptFault[] {
  const choiceFaults = (id: string) => {
    const grant = keyAt(written(id), keys.grant);
    const refuse = keyAt(written(id), keys.refuse);
    const turned = grant >= 0 && refuse >= 0 && refuse < grant;
    return [
      ...faultIf(grant < 0, id, 'choices', `does not say ${keys.grant}, the key that grants`),
      ...faultIf(refuse < 0, id, 'choices', `does not say ${keys.refuse}, the key that refuses`),
      ...faultIf(turned, id, 'order', 'says the refusal first'),
    ];
  };
  const noneFaults = (id: string) => {
    const { none } = keys;
    const silent = none !== undefined && keyAt(written(id), none) < 0;
    return faultIf(silent, id, 'choices', `does not say ${none}, the key that refuses everything`);
  };
  // An agent's refusal leads to nobody they could ask; their supervisor is who they ask.
  const person = !named || role !== 'caller' || keyAt(written(ask.choices), keys.person) >= 0;
  const controlled = written(ask.purpose).includes('{controller}');
  const unreminded =
    ask.remembered !== undefined && !written(ask.remembered).includes('{controller}');
  return [
    ...faultIf(!controlled, ask.purpose, 'controller', 'lacks {controller}'),
    ...choiceFaults(ask.choices),
    ...choiceFaults(ask.retry),
    ...noneFaults(ask.choices),
    ...noneFaults(ask.retry),
    ...faultIf(unreminded, ask.remembered ?? '', 'controller', 'lacks {controller}'),
    ...faultIf(!person, ask.choices, 'person', `does not say ${keys.person}, the key for a person`),
  ];
}
