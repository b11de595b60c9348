import { isUtf8 } from 'node:buffer';
import { ConsentryError } from '../../core/error.ts';
import { type Fields, formLimits } from './form.ts';

/**
 * A flat JSON object as fields: text, numbers and booleans, as the carrier would have written
 * them in a form. Throws `body_malformed` for anything else. A name given twice is no doubt here:
 * the signed hash covers every byte of the body.
 */
export function parseJsonFields(body: Buffer): Fields {
  const value = isUtf8(body) ? parse(body.toString('utf8')) : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConsentryError('body_malformed', 'the body is not a JSON object');
  }
  const entries = Object.entries(value);
  if (entries.length > formLimits.parametersMax) {
    throw new ConsentryError('body_malformed', 'the object has more than 100 members');
  }
  return new Map(entries.map(([name, member]) => [name, asField(member)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asField(member: unknown): string {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof member);
  const field = String(member);
  if (!isPlain || field.length > formLimits.valueCharactersMax || field.includes('\0')) {
    throw new ConsentryError('body_malformed', 'a member is not a short text, number or boolean');
  }
  return field;
}
