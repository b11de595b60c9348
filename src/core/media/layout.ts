/**
 * The layout of `media` messages: everything in them but five values stays the same.
 *
 * It is learnt from a message that `JSON.parse` read. A later message that has the same bytes
 * around the values is then known to be the same JSON object with other values, because a value
 * found here has no quote, no backslash and no control character in it. So such a message need not
 * be parsed again: a quarter of the cost, fifty times a second and leg. It is compared as bytes:
 * what costs most at a thousand legs is memory that was never touched before. For the same reason
 * streams that lay out their messages alike share one layout; of each its name is compared.
 */

/** The values that differ from message to message. */
const fields = ['sequenceNumber', 'chunk', 'timestamp', 'payload', 'streamSid'] as const;
export type Field = (typeof fields)[number];

export type Values = Readonly<Record<Field, string>>;

interface Part {
  /** The bytes between the value before and this one, quotes included. */
  readonly before: Uint8Array;
  readonly field: Field;
}

export interface Layout {
  readonly parts: readonly Part[];
  readonly after: Uint8Array;
}

/** Where the values of a message were found. Filled by `matches`; kept to be used again. */
export interface Found {
  /** What the message has to be of; not filled. */
  streamSid: Uint8Array;
  sequenceNumber: number;
  chunk: number;
  timestamp: number;
  payloadAt: number;
  payloadEnd: number;
}

/** Longer numbers are not exact. */
const digitsMax = 15;
const quote = 0x22;
const zero = 0x30;

/**
 * Null when the message is not laid out so that its values can be found again for certain.
 *
 * @param text the message byte by byte (latin1)
 */
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
    const before = Buffer.from(text.slice(end, place.at), 'latin1');
    end = place.end;
    return { before, field: place.field };
  });
  return shared({ parts, after: Buffer.from(text.slice(end), 'latin1') });
}

/** The carrier has one layout, and changes it with a version of its own. */
const layoutsMax = 16;
const layouts = new Map<string, Layout>();

/** The same object for the same layout. */
function shared(layout: Layout): Layout {
  const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
  const name = JSON.stringify([
    ...layout.parts.map(({ before, field }) => [latin1(before), field]),
    latin1(layout.after),
  ]);
  const known = layouts.get(name);
  if (known !== undefined) return known;
  if (layouts.size < layoutsMax) layouts.set(name, layout);
  return layout;
}

/**
 * True when the bytes are the layout with other values: numbers of 1 to 15 digits, the stream that
 * is asked for, and a payload whose characters the caller must still check, the absence of quotes
 * included. Fills `found`.
 */
export function matches(layout: Layout, bytes: Buffer, found: Found): boolean {
  let at = 0;
  for (const { before, field } of layout.parts) {
    if (!isAt(bytes, at, before)) return false;
    at += before.length;
    if (field === 'payload') {
      // As long as the last one, most likely.
      let end = at + found.payloadEnd - found.payloadAt;
      if (bytes[end] !== quote) end = bytes.indexOf(quote, at);
      if (end < 0) return false;
      found.payloadAt = at;
      found.payloadEnd = end;
      at = end;
    } else if (field === 'streamSid') {
      if (!isAt(bytes, at, found.streamSid)) return false;
      at += found.streamSid.length;
    } else {
      const start = at;
      let value = 0;
      let digit = (bytes[at] ?? quote) - zero;
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        at += 1;
        digit = (bytes[at] ?? quote) - zero;
      }
      if (at === start || at - start > digitsMax || bytes[at] !== quote) return false;
      found[field] = value;
    }
  }
  return at + layout.after.length === bytes.length && isAt(bytes, at, layout.after);
}

function isAt(bytes: Buffer, at: number, expected: Uint8Array): boolean {
  if (at + expected.length > bytes.length) return false;
  for (let n = 0; n < expected.length; n += 1) {
    if (bytes[at + n] !== expected[n]) return false;
  }
  return true;
}
