/** All prompts of a folder in one language: what is wrong with them, and how long they take. */
import { type FlowDefinition, questionOf } from './definition.ts';
import type { AskedQuestion } from './definition-message.ts';
import { type AudioFound, isPlayable, type PromptAudioOf } from './prompt-audio.ts';
import type { PromptFault } from './prompt-fault.ts';
import { secondsOf, wordCount } from './prompt-measure.ts';
import {
  flowFaults,
  missingFaults,
  type PromptText,
  spokenText,
  textFaults,
} from './prompt-rules.ts';
import { secondsToChoice, untilChoice } from './prompt-wording.ts';
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
  audioOf: PromptAudioOf = () => null,
): LocaleReport {
  const words = wordsOf(locale);
  const playedMs = (id: string): number | null => {
    const found = audioOf(locale, id);
    return isPlayable(found) ? found.ms : null;
  };
  const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;
  const spoken = (id: string) => spokenText(textOf(locale, id) ?? '');
  const length = (id: string): PromptLength => {
    const text = spoken(id);
    const ms = playedMs(id);
    const read = words === null ? null : rounded(secondsOf(text, words));
    return { id, words: wordCount(text), seconds: ms === null ? read : rounded(ms / 1_000) };
  };
  const lengthToChoice = (
    flow: FlowDefinition,
    name: string,
    asked: AskedQuestion,
  ): PromptLength => ({
    id: `${flow.name} ${name}`,
    words: wordCount(untilChoice(flow, asked, spoken)),
    seconds: words === null ? null : rounded(secondsToChoice(words, flow, asked, spoken, playedMs)),
  });
  const there = ids.filter((id) => textOf(locale, id) !== null);
  return {
    locale,
    knowsLanguage: words !== null,
    lengths: there.map(length),
    toChoice: flows.flatMap((flow) =>
      Object.entries(flow.steps).flatMap(([name, step]) => {
        const asked = questionOf(step);
        return asked !== null && there.includes(asked.purpose) && there.includes(asked.choices)
          ? [lengthToChoice(flow, name, asked)]
          : [];
      }),
    ),
    faults: once([
      ...missingFaults(ids, locale, textOf),
      ...there.flatMap((id) => textFaults(locale, id, textOf(locale, id) ?? '')),
      ...ids.flatMap((id) => audioFaults(id, audioOf(locale, id))),
      ...flows.flatMap((flow) => flowFaults(flow, locale, textOf, playedMs)),
    ]),
  };
}

/** The words are spoken then, by the voice; nobody who recorded them wants that. */
function audioFaults(id: string, found: AudioFound | null): readonly PromptFault[] {
  if (found === null || isPlayable(found)) return [];
  return [{ id, rule: 'audio', reason: `has a recording that ${found.fault}` }];
}

/** The same prompt is spoken by several flows; what is wrong with it is said once. */
function once(faults: readonly PromptFault[]): readonly PromptFault[] {
  const seen = new Map(faults.map((fault) => [`${fault.id} ${fault.reason}`, fault]));
  return [...seen.values()];
}
