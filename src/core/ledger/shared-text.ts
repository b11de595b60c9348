/**
 * Facts that many entries share, word for word: which rule a kind of call is under, who may get
 * something of callers. Each is kept once, beside the entries, and openings name it by its hash. It
 * holds nothing of a person: places of parties, and companies.
 */
import { hash } from 'node:crypto';
import type { Hex } from '../words.ts';
import { canonical, type Json } from './canonical.ts';

export interface SharedText {
  /** The first half of SHA-256 over the text. */
  readonly id: Hex;
  /** Canonical JSON. */
  readonly text: string;
}

/** The text of that id; undefined if there is none. */
export type TextOf = (id: Hex) => string | undefined;

const textIdChars = 32;

export const amongThese =
  (texts: readonly SharedText[]): TextOf =>
  (id) =>
    texts.find((one) => one.id === id)?.text;

/** The facts that are shared, by their labels. */
const sharedLabels: ReadonlySet<string> = new Set(['jurisdiction', 'recipients']);

/** A rule is worked out once a day, the register changes less: most entries have the same objects. */
const known = new WeakMap<object, SharedText>();

export const textId = (text: string): Hex => hash('sha256', text, 'hex').slice(0, textIdChars);

/**
 * Null if it is no fact that others share.
 *
 * @throws LedgerFault if the value is not canonical JSON
 */
export function sharedText(label: string, value: Json | undefined): SharedText | null {
  if (!sharedLabels.has(label) || typeof value !== 'object' || value === null) return null;
  let shared = known.get(value);
  if (shared === undefined) {
    const text = canonical(value);
    shared = { id: textId(text), text };
    known.set(value, shared);
  }
  return shared;
}
