/** Strict reading of parsed JSON: every object has exactly the keys it may have. */
import type { Json } from './canonical.ts';
import { hold, LedgerFault } from './fault.ts';

export type JsonObject = Readonly<Record<string, Json>>;

/** Throws a `LedgerFault` at `where` unless the value is an object. */
export function objectAt(value: Json | undefined, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LedgerFault(where, 'is not an object');
  }
  return value as JsonObject;
}

/** An object with exactly these keys. */
export function recordAt(
  value: Json | undefined,
  where: string,
  keys: readonly string[],
): JsonObject {
  const object = objectAt(value, where);
  const missing = keys.find((key) => !Object.hasOwn(object, key));
  hold(missing === undefined, where, `lacks “${missing}”`);
  const stranger = Object.keys(object).some((key) => !keys.includes(key));
  hold(!stranger, where, `has a field other than ${keys.join(', ')}`);
  return object;
}

export function stringAt(value: Json | undefined, where: string, pattern?: RegExp): string {
  if (typeof value !== 'string') throw new LedgerFault(where, 'is not a string');
  hold(pattern === undefined || pattern.test(value), where, 'does not have the form it must have');
  return value;
}

/** A hexadecimal string of exactly `bytes` bytes, lower case. */
export function hexAt(value: Json | undefined, where: string, bytes: number): Buffer {
  const text = stringAt(value, where);
  const ok = text.length === bytes * 2 && /^[0-9a-f]*$/.test(text);
  hold(ok, where, `is not ${bytes} bytes in lower-case hexadecimal`);
  return Buffer.from(text, 'hex');
}

/** A whole number of zero or more. */
export function countAt(value: Json | undefined, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new LedgerFault(where, 'is not a whole number of zero or more');
  }
  return value;
}
