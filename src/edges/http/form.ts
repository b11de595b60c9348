/**
 * Forms as the carrier sends them: `application/x-www-form-urlencoded`, strictly. What two readers
 * could read differently is refused, for the signature covers names and values without saying
 * where one ends and the next begins.
 */
import { isUtf8 } from 'node:buffer';
import { ConsentryError } from '../../core/error.ts';

/** One value a name, decoded, never trimmed. */
export type Fields = ReadonlyMap<string, string>;

/** The carrier sends about 29 parameters; the longest, a caller-id passport, is near 2 KiB. */
export const formLimits = {
  bytesMax: 65_536,
  parametersMax: 100,
  nameCharactersMax: 64,
  valueCharactersMax: 4_096,
} as const;

/**
 * Throws `parameter_duplicate` if a name comes twice, and `body_malformed` for everything that is
 * not a form: a piece without `=` or name, a broken percent sequence, bytes that are not UTF-8, a
 * NUL, or more than the limits allow.
 */
export function parseForm(body: Buffer): Fields {
  if (!isUtf8(body)) throw new ConsentryError('body_malformed', 'the form is not UTF-8');
  return parseFormText(body.toString('utf8'));
}

/** The same for a query string, without its `?`. */
export function parseFormText(form: string): Fields {
  const fields = new Map<string, string>();
  if (form === '') return fields;
  if (form.includes('\0')) throw new ConsentryError('body_malformed', 'the form has a NUL');
  const pieces = form.split('&', formLimits.parametersMax + 1);
  if (pieces.length > formLimits.parametersMax) {
    throw new ConsentryError('body_malformed', 'the form has more than 100 parameters');
  }
  for (const piece of pieces) {
    const border = piece.indexOf('=');
    if (border < 1)
      throw new ConsentryError('body_malformed', 'the form has a part without a name');
    const name = decode(piece.slice(0, border));
    const value = decode(piece.slice(border + 1));
    if (name.length > formLimits.nameCharactersMax) {
      throw new ConsentryError('body_malformed', 'a name has more than 64 characters');
    }
    if (value.length > formLimits.valueCharactersMax) {
      throw new ConsentryError('body_malformed', 'a value has more than 4,096 characters');
    }
    if (fields.has(name)) throw new ConsentryError('parameter_duplicate');
    fields.set(name, value);
  }
  return fields;
}

/** `decodeURIComponent` is strict: it throws on broken sequences and on what is not UTF-8. */
function decode(encoded: string): string {
  const spaced = encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded;
  if (!spaced.includes('%')) return spaced;
  let decoded: string;
  try {
    decoded = decodeURIComponent(spaced);
  } catch {
    throw new ConsentryError('body_malformed', 'the form has a broken percent sequence');
  }
  if (decoded.includes('\0')) throw new ConsentryError('body_malformed', 'the form has a NUL');
  return decoded;
}
