/**
 * The layout of one stream's `media` messages: everything in them but four values stays the same.
 *
 * It is learnt from a message that `JSON.parse` read. A later message that has the same text
 * around the four values is then known to be the same JSON object with other values, because a
 * value found here has no quote, no backslash and no control character in it. So such a message
 * need not be parsed again: a quarter of the cost, fifty times a second and leg.
 */

/** The values that differ from message to message. */
const fields = ['sequenceNumber', 'chunk', 'timestamp', 'payload'] as const;
export type Field = (typeof fields)[number];

export type Values = Readonly<Record<Field, string>>;

interface Part {
  /** The text between the value before and this one, quotes included. */
  readonly before: string;
  readonly field: Field;
}

export interface Layout {
  readonly parts: readonly Part[];
  readonly after: string;
}

/** Where the values of a message were found. Filled by `matches`; kept to be used again. */
export interface Found {
  sequenceNumber: number;
  chunk: number;
  timestamp: number;
  payloadAt: number;
  payloadEnd: number;
}

/** Longer numbers are not exact. */
export const digitsMax = 15;
const quote = 0x22;
const zero = 0x30;

/** Null when the text is not laid out so that its values can be found again for certain. */
export function learnLayout(text: string, values: Values): Layout | null {
  // Without escapes every quote is JSON's own, and a name cannot hide inside a value.
  if (text.includes('\\')) return null;
  const places: { readonly field: Field; readonly at: number; readonly end: number }[] = [];
  for (const field of fields) {
    const name = `"${field}"`;
    const nameAt = text.indexOf(name);
    // Twice: the one that counts is the parser's business.
    if (nameAt < 0 || nameAt !== text.lastIndexOf(name)) return null;
    const at = nameAt + name.length + 2;
    if (!text.startsWith(`:"${values[field]}"`, at - 2)) return null;
    places.push({ field, at, end: at + values[field].length });
  }
  places.sort((a, b) => a.at - b.at);
  let end = 0;
  const parts = places.map((place) => {
    const before = text.slice(end, place.at);
    end = place.end;
    return { before, field: place.field };
  });
  return { parts, after: text.slice(end) };
}

/**
 * True when the text is the layout with other values: numbers of 1 to 15 digits, and a payload
 * without a quote, whose characters the caller must still check. Fills `found`.
 */
export function matches(layout: Layout, text: string, found: Found): boolean {
  let at = 0;
  for (const { before, field } of layout.parts) {
    // A slice that is compared whole costs half of `startsWith`, which goes letter by letter.
    const start = at + before.length;
    if (text.slice(at, start) !== before) return false;
    at = start;
    if (field === 'payload') {
      found.payloadAt = at;
      at = text.indexOf('"', at);
      if (at < 0) return false;
      found.payloadEnd = at;
    } else {
      let value = 0;
      let code = text.charCodeAt(at);
      while (code >= zero && code <= zero + 9) {
        value = value * 10 + code - zero;
        at += 1;
        code = text.charCodeAt(at);
      }
      if (at === start || at - start > digitsMax || code !== quote) return false;
      found[field] = value;
    }
  }
  return text.slice(at) === layout.after;
}
