import { createHash } from 'node:crypto';
import type { Hex } from '../words.ts';

/** What a prompt may leave open. One variable so far. */
export interface PromptValues {
  /** Name of the business that records, as it wants to be spoken. */
  readonly controller: string;
}

export const promptVariables = ['controller'] as const satisfies readonly (keyof PromptValues)[];

const variable = /\{([^{}]*)\}/g;

/** The variables in a prompt that do not exist, and stray braces; empty when all is well. */
export function unknownVariables(text: string): readonly string[] {
  const known = new Set<string>(promptVariables);
  const strangers = [...text.matchAll(variable)].map(([whole, name]) => ({
    whole,
    name: name ?? '',
  }));
  const stray = text.replace(variable, '').match(/[{}]/g) ?? [];
  return [...strangers.filter(({ name }) => !known.has(name)).map(({ whole }) => whole), ...stray];
}

/** The words exactly as spoken. A value is put in as it is and never read for variables. */
export function fillPrompt(text: string, values: PromptValues): string {
  return text.replace(variable, (whole, name: string) =>
    name === 'controller' ? values.controller : whole,
  );
}

/** SHA-256 of the words exactly as spoken, UTF-8. */
export function promptHash(text: string): Hex {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
