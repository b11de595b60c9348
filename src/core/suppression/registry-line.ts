/**
 * One line of a registry file that is not of the plain form: whatever columns it has, what is looked
 * for is a number, and in a change list a word for add or delete.
 */
import { parseNumber } from './number.ts';

/** Why a line was not taken. */
export const rejections = [
  'no-number',
  'several-numbers',
  'invalid-number',
  'no-change',
  'several-changes',
] as const;
export type Rejection = (typeof rejections)[number];

export type LineRead =
  /** `removes`: the number is to be taken off. */
  | { readonly number: string; readonly removes: boolean }
  | { readonly rejected: Rejection }
  /** Nothing is on the line, or the names of columns. */
  | 'nothing';

/** `full`: every line is a number that is listed; `change`: every line says add or delete. */
export type FileKind = 'full' | 'change';

const separators = /[,;\t|]/;
const adds = /^(a|add|added|i|ins|insert|inserted)$/i;
const removes = /^(d|del|delete|deleted|r|rem|remove|removed)$/i;
/** What could be a number of somebody: digits with what people put between them. */
const numberLike = /^\+?[\d\s().-]{7,24}$/;
const areaCode = /^[2-9]\d\d$/;
const local = /^\d{7}$/;
/** `2026-03-01`, `20260301`, `03/01/2026`: said beside a number, never one itself. */
const date = /^(\d{4}-\d\d-\d\d.*|(19|20)\d{6}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}.*)$/;

export function readLine(text: string, kind: FileKind, isFirst: boolean): LineRead {
  const fields = text
    .split(separators)
    .map((field) =>
      field
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .trim(),
    )
    .filter((field) => field !== '');
  if (fields.length === 0) return 'nothing';
  const numbers = numbersIn(fields);
  if (numbers.length === 0) {
    return isFirst && !/\d/.test(text) ? 'nothing' : { rejected: 'no-number' };
  }
  if (numbers.length > 1) return { rejected: 'several-numbers' };
  const number = e164(numbers[0] ?? '');
  if (number === null) return { rejected: 'invalid-number' };
  if (kind === 'full') return { number, removes: false };
  const said = fields.filter((field) => adds.test(field) || removes.test(field));
  if (said.length === 0) return { rejected: 'no-change' };
  if (said.length > 1) return { rejected: 'several-changes' };
  return { number, removes: removes.test(said[0] ?? '') };
}

/** An area code and seven digits after it are one number. */
function numbersIn(fields: readonly string[]): readonly string[] {
  const numbers: string[] = [];
  for (const [i, field] of fields.entries()) {
    const before = fields[i - 1] ?? '';
    if (local.test(field) && areaCode.test(before)) numbers.push(`${before}${field}`);
    else if (numberLike.test(field) && !date.test(field) && digitsOf(field) >= 10) {
      numbers.push(field);
    }
  }
  return numbers;
}

const digitsOf = (field: string): number => field.replace(/\D/g, '').length;

/** Ten digits are of North America, as registries there write them. */
function e164(text: string): string | null {
  const digits = text.replace(/\D/g, '');
  const national = digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits;
  if (!text.startsWith('+') && national.length === 10) {
    return /^[2-9]\d{2}[2-9]\d{6}$/.test(national) ? `+1${national}` : null;
  }
  return parseNumber(text.startsWith('+') ? text : `+${digits}`)?.e164 ?? null;
}
