import { createHash } from 'node:crypto';
import type { Hex } from '../words.ts';

/** What a prompt may leave open when it is spoken. */
export interface PromptValues {
  /** Name of the business that records, as it wants to be spoken. */
  readonly controller: string;
}

export const promptVariables = ['controller'] as const satisfies readonly (keyof PromptValues)[];

/** In a text message also the address where people change their choices. */
export const choicesVariable = '{choices}';

const variable = /\{([^{}]*)\}/g;

/** The variables in a prompt that do not exist, and stray braces; empty when all is well. */
export function unknownVariables(text: string): readonly string[] {
  const known = new Set<string>([...promptVariables, choicesVariable.slice(1, -1)]);
  const strangers = [...text.matchAll(variable)].map(([whole, name]) => ({
    whole,
    name: name ?? '',
  }));
  const stray = text.replace(variable, '').match(/[{}]/g) ?? [];
  return [...strangers.filter(({ name }) => !known.has(name)).map(({ whole }) => whole), ...stray];
}

/** The words exactly as spoken. A value is put in as it is and never read for variables. */
export function fillPrompt(text: string, values: PromptValues): string {
  return text.replaceAll('{controller}', () => values.controller);
}

/** The words of a text message: with the address, which is nobody's in particular. */
export function withChoices(text: string, address: string): string {
  return text.replaceAll(choicesVariable, address);
}

/** SHA-256 of the words exactly as spoken, UTF-8. */
export function promptHash(text: string): Hex {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
