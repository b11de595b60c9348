/** All prompts of a folder in one language: what is wrong with them, and how long they take. */
import { type FlowDefinition, questionOf } from './definition.ts';
import type { PromptFault } from './prompt-fault.ts';
import { secondsOf, wordCount } from './prompt-measure.ts';
import {
  flowFaults,
  missingFaults,
  type PromptText,
  spokenText,
  textFaults,
} from './prompt-rules.ts';
import { untilChoice } from './prompt-wording.ts';
import { wordsOf } from './prompt-words/languages.ts';

export interface LocaleReport {
  readonly locale: string;
  /** False: only what is the same in every language was checked. */
  readonly knowsLanguage: boolean;
  /** Every prompt that is there, and how long it is. */
  readonly lengths: readonly PromptLength[];
  /** How long it takes until a person may choose, for every question of every flow. */
  readonly toChoice: readonly PromptLength[];
  readonly faults: readonly PromptFault[];
}

export interface PromptLength {
  /** A prompt, or a flow and its step. */
  readonly id: string;
  readonly words: number;
  /** Null in a language whose pace is not known. */
  readonly seconds: number | null;
}

/**
 * @param ids every prompt there has to be
 * @param flows checked as if they were spoken in this locale, whatever theirs are
 */
export function lintLocale(
  locale: string,
  ids: readonly string[],
  flows: readonly FlowDefinition[],
  textOf: PromptText,
): LocaleReport {
  const words = wordsOf(locale);
  const spoken = (id: string) => spokenText(textOf(locale, id) ?? '');
  const length = (id: string, text: string): PromptLength => ({
    id,
    words: wordCount(text),
    seconds: words === null ? null : Math.round(secondsOf(text, words) * 10) / 10,
  });
  const there = ids.filter((id) => textOf(locale, id) !== null);
  return {
    locale,
    knowsLanguage: words !== null,
    lengths: there.map((id) => length(id, spoken(id))),
    toChoice: flows.flatMap((flow) =>
      Object.entries(flow.steps).flatMap(([name, step]) => {
        const asked = questionOf(step);
        return asked !== null && there.includes(asked.purpose) && there.includes(asked.choices)
          ? [length(`${flow.name} ${name}`, untilChoice(flow, asked, spoken))]
          : [];
      }),
    ),
    faults: once([
      ...missingFaults(ids, locale, textOf),
      ...there.flatMap((id) => textFaults(locale, id, textOf(locale, id) ?? '')),
      ...flows.flatMap((flow) => flowFaults(flow, locale, textOf)),
    ]),
  };
}

/** The same prompt is spoken by several flows; what is wrong with it is said once. */
function once(faults: readonly PromptFault[]): readonly PromptFault[] {
  const seen = new Map(faults.map((fault) => [`${fault.id} ${fault.reason}`, fault]));
  return [...seen.values()];
}
