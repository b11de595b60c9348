/**
 * One line of a registry file that is not of the plain form: whatever columns it has, what is looked
 * for is a number, and in a change list a word for add or delete.
 */

import { isNorthAmerican, parseNumber } from './number.ts';
import { prefixForm } from './own-change.ts';

/** Why a line was not taken. */
export const rejections = [
  'no-number',
  'several-numbers',
  'invalid-number',
  'no-change',
  'several-changes',
] as const;
export type Rejection = (typeof rejections)[number];

/** `full`: every line is a number that is listed; `change`: every line says add or delete. */
export type FileKind = 'full' | 'change';

/** What numbers of a file look like, and what its lines are. */
export interface FileForm {
  readonly kind: FileKind;
  /**
   * Whose list it is, ISO 3166-1: its numbers may be written as they are dialled there. Null is
   * nobody's, and read as in North America.
   */
  readonly home: string | null;
  /** Whether the beginning of numbers, such as `+1900*`, may stand for all of them. */
  readonly prefixes: boolean;
}

export type LineRead =
  | {
      readonly number: string;
      /** The number is to be taken off. */
      readonly removes: boolean;
      /** What the line says of it, whether it was to say so or not. */
      readonly says: 'add' | 'delete' | null;
    }
  | { readonly rejected: Rejection }
  /** Nothing is on the line, or the names of columns. */
  | 'nothing';

const separators = /[,;\t|]/;
const adds = /^(a|add|added|i|ins|insert|inserted)$/i;
const removes = /^(d|del|delete|deleted|r|rem|remove|removed)$/i;
/** What could be a number of somebody: digits with what people put between them. */
const numberLike = /^\+?[\d\s().-]{7,24}$/;
const areaCode = /^[2-9]\d\d$/;
const local = /^\d{7}$/;
/** `2026-03-01`, `20260301`, `03/01/2026`: said beside a number, never one itself. */
const date = /^(\d{4}-\d\d-\d\d.*|(19|20)\d{6}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}.*)$/;
const northAmerican = /^\+1[2-9]\d{2}[2-9]\d{6}$/;

/** Whether a word says add or delete. */
export const isChangeWord = (text: string): boolean => adds.test(text) || removes.test(text);

/** @param isFirst of its file: names of columns may stand there */
export function readLine(text: string, form: FileForm, isFirst: boolean): LineRead {
  const fields = text.split(separators).map((field) =>
    field
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
  return readFields(fields, form, isFirst);
}

/** The same of what has fields already, such as the cells of a row. */
export function readFields(all: readonly string[], form: FileForm, isFirst: boolean): LineRead {
  const fields = all.filter((field) => field !== '');
  if (fields.length === 0) return 'nothing';
  const found = numberIn(fields, form);
  if (found === 'no-number' && isFirst && !fields.some((field) => /\d/.test(field))) {
    return 'nothing';
  }
  if (typeof found === 'string') return { rejected: found };
  const said = fields.filter(isChangeWord);
  const says = said.length === 1 ? (removes.test(said[0] ?? '') ? 'delete' : 'add') : null;
  if (form.kind === 'full') return { ...found, removes: false, says };
  if (says === null) return { rejected: said.length === 0 ? 'no-change' : 'several-changes' };
  return { ...found, removes: says === 'delete', says };
}

function numberIn(
  fields: readonly string[],
  { home, prefixes }: FileForm,
): { readonly number: string } | Rejection {
  const begun = prefixes ? fields.filter((field) => prefixForm.test(field)) : [];
  const isElsewhere = home !== null && !isNorthAmerican(home);
  const written = isElsewhere ? numbersElsewhere(fields, home) : numbersAt(fields).map(e164);
  if (begun.length + written.length > 1) return 'several-numbers';
  if (begun[0] !== undefined) return { number: begun[0] };
  const [number] = written;
  if (number === undefined) return 'no-number';
  return number === null ? 'invalid-number' : { number };
}

/** In North America an area code and seven digits after it are one number. */
function numbersAt(fields: readonly string[]): readonly string[] {
  const numbers: string[] = [];
  for (const [i, field] of fields.entries()) {
    const before = fields[i - 1] ?? '';
    if (local.test(field) && areaCode.test(before)) numbers.push(`${before}${field}`);
    else if (isWritten(field) && digitsOf(field) >= 10) numbers.push(field);
  }
  return numbers;
}

/** Elsewhere a number is as long as it happens to be: of what could be one, what is one counts. */
function numbersElsewhere(fields: readonly string[], home: string): readonly (string | null)[] {
  const written = fields.filter((field) => isWritten(field) && digitsOf(field) >= 7);
  const read = written.map((field) => ({ field, number: e164Elsewhere(field, home) }));
  const numbers = read.filter(({ number }) => number !== null);
  // Beside a number as it is dialled others are of something else.
  const dialled = numbers.filter(({ field }) => /^[+0]/.test(field));
  const found = dialled.length === 1 ? dialled : numbers.length > 0 ? numbers : read;
  return found.map(({ number }) => number);
}

/** Whether a field could be a number of somebody, by its look. */
export const isWritten = (field: string): boolean => numberLike.test(field) && !date.test(field);
const digitsOf = (field: string): number => field.replace(/\D/g, '').length;

/** Ten digits are of North America, as registries there write them. */
function e164(text: string): string | null {
  const digits = text.replace(/\D/g, '');
  const national = digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits;
  if (!text.startsWith('+') && national.length === 10) return known(`+1${national}`);
  return known(parseNumber(text.startsWith('+') ? text : `+${digits}`)?.e164 ?? null);
}

const e164Elsewhere = (text: string, home: string): string | null =>
  known(parseNumber(text, home)?.e164 ?? null);

/** What cannot be a number in North America has no place among its bits. */
const known = (number: string | null): string | null =>
  number?.startsWith('+1') === true && !northAmerican.test(number) ? null : number;
