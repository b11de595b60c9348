/** Operands and values that mean one thing, read before anything is opened. */

import { allowedText } from '../../core/nearest.ts';
import { parseNumber } from '../../core/suppression/number.ts';
import type { Uuid } from '../../core/words.ts';
import { type Input, UsageError } from './command.ts';

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @param shownBy the command that shows such ids */
export function idOf(text: string | undefined, what: string, shownBy: string): Uuid {
  const id = text?.toLowerCase() ?? '';
  if (uuidForm.test(id)) return id;
  throw new UsageError(`“${text}” is not the id of ${what}; \`consentry ${shownBy}\` shows them`);
}

/** E.164. */
export function numberOf(text: string | undefined): string {
  const number = parseNumber(text ?? '');
  if (number !== null) return number.e164;
  throw new UsageError(
    'NUMBER is not a telephone number; allowed: a number in international form, such as +4930123456',
  );
}

/** A whole number from 1 to `most`. */
export function countOf(input: Input, option: string, standard: number, most: number): number {
  const text = input.value(option);
  if (text === null) return standard;
  const count = /^[0-9]{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  throw new UsageError(
    `--${option} cannot be “${text}”; allowed: a whole number from 1 to ${most}`,
  );
}

/** `a,b` where each is one of `allowed`; each once, in the order given. */
export function namesOf<Name extends string>(
  text: string,
  option: string,
  allowed: readonly Name[],
): readonly Name[] {
  const names = text.split(',').map((typed) => {
    const name = allowed.find((one) => one === typed.trim());
    if (name !== undefined) return name;
    throw new UsageError(`--${option} has “${typed.trim()}”${allowedText(typed.trim(), allowed)}`);
  });
  return [...new Set(names)];
}
