/** The languages whose wording is checked, in the order reports show them. */
import { german } from './de.ts';
import { english } from './en.ts';
import { spanish } from './es.ts';
import { french } from './fr.ts';
import { italian } from './it.ts';
import { dutch } from './nl.ts';
import { portuguese } from './pt.ts';
import type { PromptWords } from './words.ts';

const byLanguage: ReadonlyMap<string, PromptWords> = new Map([
  ['en', english],
  ['es', spanish],
  ['fr', french],
  ['de', german],
  ['pt', portuguese],
  ['it', italian],
  ['nl', dutch],
]);

export const checkedLanguages: readonly string[] = [...byLanguage.keys()];

/** The words of a locale's language; null: only what is the same in every language is checked. */
export function wordsOf(locale: string): PromptWords | null {
  return byLanguage.get(locale.toLowerCase().split('-', 1)[0] ?? '') ?? null;
}
