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

/** With the `u` flag a whole pair is one character of another class. */
const halfSurrogate = /\p{Surrogate}/u;

/** Throws a `LedgerFault` whose `where` is the path (`$.a[0]`) of what is not allowed. */
export function canonical(value: unknown): string {
  return write(value, '$', 0);
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

function write(value: unknown, path: string, depth: number): string {
  if (depth > depthMax) throw new LedgerFault(path, `nests deeper than ${depthMax}`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value, path);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new LedgerFault(path, 'is not a safe integer');
    return String(value);
  }
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, i) => write(item, `${path}[${i}]`, depth + 1)).join(',')}]`;
  }
  if (isPlainObject(value)) {
    // The default sort compares UTF-16 code units, as RFC 8785 section 3.2.3 asks.
    const members = Object.keys(value)
      .sort()
      .map((key) => {
        const name = writeString(key, path);
        return `${name}:${write(value[key], `${path}.${key}`, depth + 1)}`;
      });
    return `{${members.join(',')}}`;
  }
  throw new LedgerFault(path, 'is neither integer, string, boolean, null, array nor plain object');
}

function writeString(value: string, path: string): string {
  if (halfSurrogate.test(value)) throw new LedgerFault(path, 'has half of a surrogate pair');
  return JSON.stringify(value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
