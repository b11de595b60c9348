/** What was filled in, as values: a number, boxes, a way for the code. */
import { parseNumber } from '../../../core/suppression/number.ts';
import type { Fields } from '../form.ts';

/** E.164; null: it is no number. */
export function numberOf(fields: Fields): string | null {
  return parseNumber(fields.get('number') ?? '')?.e164 ?? null;
}

export const meansOf = (fields: Fields): 'text' | 'call' =>
  fields.get('by') === 'call' ? 'call' : 'text';

/** A code as people type it, with spaces in it or not. */
export const codeOf = (fields: Fields): string => (fields.get('code') ?? '').replace(/\s/g, '');

export const isTicked = (fields: Fields, name: string): boolean => fields.get(name) === 'on';

export const tokenOf = (fields: Fields): string => fields.get('token') ?? '';
