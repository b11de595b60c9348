/**
 * Canonical JSON (RFC 8785), limited to what needs no floating point: integers, strings,
 * booleans, null, arrays and plain objects. Two values are equal exactly when their texts are.
 */
import { LedgerFault } from './fault.ts';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Deeper values are refused: nothing of ours nests beyond four, and recursion must be bounded. */
const depthMax = 32;

/** What stands in JSON as it is: nearly every text of ours. */
const plain = /^[ !#-[\]-~]*$/;
/** With the `u` flag a whole pair is one character of another class. */
const halfSurrogate = /\p{Surrogate}/u;

/** Throws a `LedgerFault` whose `where` is the path (`$.a[0]`) of what is not allowed. */
export function canonical(value: unknown): string {
  return write(value, []);
}

/**
 * Reads JSON that must already be in canonical form.
 *
 * @throws LedgerFault if it is not JSON, or if writing it again gives another text (white space,
 * order, escapes, repeated keys)
 */
export function parseCanonical(text: string, where: string): Json {
  const value = parseJson(text, where);
  if (canonical(value) !== text) throw new LedgerFault(where, 'is not in canonical form');
  return value;
}

/** `JSON.parse` that throws a `LedgerFault` without quoting the text. */
export function parseJson(text: string, where: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new LedgerFault(where, 'is not JSON');
  }
}

/** Keys and indexes from the whole value to a part of it; one array serves the whole walk. */
type Path = (string | number)[];

function write(value: unknown, path: Path): string {
  if (path.length > depthMax) throw faultAt(path, `nests deeper than ${depthMax}`);
  if (typeof value === 'string') return writeString(value, path);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw faultAt(path, 'is not a safe integer');
    return String(value);
  }
  if (Array.isArray(value)) return writeArray(value, path);
  if (isPlainObject(value)) return writeObject(value, path);
  throw faultAt(path, 'is neither integer, string, boolean, null, array nor plain object');
}

function writeArray(items: readonly unknown[], path: Path): string {
  let text = '';
  for (let i = 0; i < items.length; i += 1) {
    path.push(i);
    text += i === 0 ? write(items[i], path) : `,${write(items[i], path)}`;
    path.pop();
  }
  return `[${text}]`;
}

function writeObject(members: Record<string, unknown>, path: Path): string {
  let text = '';
  for (const key of sortedKeys(members)) {
    const name = writeString(key, path);
    path.push(key);
    const member = `${name}:${write(members[key], path)}`;
    path.pop();
    text += text === '' ? member : `,${member}`;
  }
  return `{${text}}`;
}

/** By UTF-16 code units, as RFC 8785 section 3.2.3 asks and as JavaScript compares. */
function sortedKeys(members: Record<string, unknown>): readonly string[] {
  const keys = Object.keys(members);
  const isSorted = keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') < key);
  return isSorted ? keys : keys.sort();
}

function writeString(value: string, path: Path): string {
  if (plain.test(value)) return `"${value}"`;
  if (halfSurrogate.test(value)) throw faultAt(path, 'has half of a surrogate pair');
  return JSON.stringify(value);
}

function faultAt(path: Path, why: string): LedgerFault {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
  return new LedgerFault(`$${steps.join('')}`, why);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
