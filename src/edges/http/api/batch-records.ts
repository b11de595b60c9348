/**
 * Records of a batch out of the pieces a body comes in: JSON a line, CSV, or one JSON array. What
 * cannot be read is a record too, with its fault, so that one bad line spoils no other.
 */

import { Buffer } from 'node:buffer';
import type { BatchRecord } from '../../../app/screen-batch.ts';
import { ConsentryError } from '../../../core/error.ts';
import { cellsOf } from '../../../core/suppression/number-column.ts';
import { faulty, recordFields, recordOf, recordOfJson } from './batch-record.ts';

export interface Take {
  record(record: BatchRecord): void;
  /** A record that has nothing but a number of North America, in E.164: as nearly all are. */
  number(line: number, number: string): void;
}

export interface RecordReader {
  /** Takes the next piece, and hands on the records that end in it. */
  push(piece: Buffer, take: Take): void;
  /** There is no more. @throws `body_malformed` if a JSON array was not closed */
  end(take: Take): void;
}

/** Longer than any record with a number in it; beyond, it is a fault and is not kept. */
const recordBytesMax = 65_536;

const tooLong = 'the record is longer than 64 KiB';

const [lineFeed, carriageReturn] = [10, 13];
const nothing = Buffer.alloc(0);

/**
 * Lines end with LF or CRLF; an end at the very end begins no line.
 *
 * @param quick the number of a line that has nothing else; null: read it
 */
function lineReader(
  read: (line: string, at: number) => BatchRecord | null,
  quick: (bytes: Buffer, from: number, to: number) => string | null,
): RecordReader {
  let rest: Buffer = nothing;
  let at = 0;
  let isSkipping = false;

  function one(bytes: Buffer, from: number, end: number, take: Take): void {
    at += 1;
    if (isSkipping || end - from > recordBytesMax) {
      isSkipping = false;
      take.record(faulty(at, tooLong));
      return;
    }
    const to = end > from && bytes[end - 1] === carriageReturn ? end - 1 : end;
    const number = quick(bytes, from, to);
    if (number !== null) {
      take.number(at, number);
      return;
    }
    const text = bytes.toString('utf8', from, to);
    const record = read(at === 1 && text.startsWith('\ufeff') ? text.slice(1) : text, at);
    if (record !== null) take.record(record);
  }
  return {
    push(piece, take) {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      let from = 0;
      let to = bytes.indexOf(lineFeed, rest.length);
      while (to !== -1) {
        one(bytes, from, to, take);
        from = to + 1;
        to = bytes.indexOf(lineFeed, from);
      }
      rest = bytes.subarray(from);
      if (rest.length <= recordBytesMax) return;
      isSkipping = true;
      rest = nothing;
    },
    end(take) {
      if (rest.length > 0 || isSkipping) one(rest, 0, rest.length, take);
    },
  };
}

const before = Buffer.from('{"number":"+1');
const behind = Buffer.from('"}');
const digits = 10;
/** Where in `+12125550123` a digit is 2 to 9. */
const [areaCode, exchange] = [0, 3];

/** `{"number":"+12125550123"}` and nothing else; anything but that is parsed. */
function quickNumber(bytes: Buffer, from: number, to: number): string | null {
  if (to - from !== before.length + digits + behind.length) return null;
  for (let i = 0; i < before.length; i += 1) if (bytes[from + i] !== before[i]) return null;
  const first = from + before.length;
  for (let i = 0; i < digits; i += 1) {
    const digit = (bytes[first + i] ?? 0) - 48;
    if (digit < 0 || digit > 9 || (digit < 2 && (i === areaCode || i === exchange))) return null;
  }
  if (bytes[to - 2] !== behind[0] || bytes[to - 1] !== behind[1]) return null;
  return bytes.toString('latin1', first - 2, first + digits);
}

export const ndjsonReader = (): RecordReader => lineReader(recordOfJson, quickNumber);

/** The first line may be a head with a column `number`; without one the first column is it. */
export function csvReader(): RecordReader {
  let columns: readonly string[] | null = null;
  return lineReader((text, line) => {
    const cells = cellsOf(text).map((cell) => cell.trim());
    if (columns === null) {
      const names = cells.map((cell) => cell.toLowerCase());
      const isHead = names.includes('number');
      columns = isHead ? names : ['number'];
      if (isHead) return null;
    }
    const named = columns.flatMap((name, i) => {
      const field = fieldOf(name);
      return field === null ? [] : [[field, cells[i]] as const];
    });
    return recordOf(Object.fromEntries(named), line);
  }, never);
}

/** Columns are named in any case. */
const fieldOf = (name: string): string | null =>
  recordFields.find((field) => field.toLowerCase() === name) ?? null;

const never = (): null => null;

/** The elements of one array, each as soon as it ends. */
export function arrayReader(): RecordReader {
  const decoder = new TextDecoder('utf-8');
  let state: 'before' | 'within' | 'after' = 'before';
  /** What came of an element in earlier pieces. */
  let begun = '';
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let isSkipping = false;
  let count = 0;

  function keep(text: string): void {
    begun += text;
    if (begun.length <= recordBytesMax) return;
    isSkipping = true;
    begun = '';
  }

  function finish(text: string, isLast: boolean, take: Take): void {
    keep(text);
    const element = begun.trim();
    begun = '';
    // `[]` has no element
    if (isLast && count === 0 && element === '' && !isSkipping) return;
    count += 1;
    take.record(isSkipping ? faulty(count, tooLong) : recordOfJson(element, count));
    isSkipping = false;
  }

  /** True if an element ends with this character. */
  function ends(char: string): boolean {
    if (isText) {
      if (isEscaped) isEscaped = false;
      else if (char === '\\') isEscaped = true;
      else if (char === '"') isText = false;
      return false;
    }
    if (char === '"') isText = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (depth > 0 && (char === '}' || char === ']')) depth -= 1;
    else return depth === 0 && (char === ',' || char === ']');
    return false;
  }

  function read(text: string, take: Take): void {
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const char = text[at] ?? '';
      if (state !== 'within') {
        if (/\s/.test(char)) continue;
        if (state === 'after' || char !== '[') throw malformed();
        state = 'within';
        from = at + 1;
      } else if (ends(char)) {
        finish(text.slice(from, at), char === ']', take);
        if (char === ']') state = 'after';
        from = at + 1;
      }
    }
    if (state === 'within') keep(text.slice(from));
  }
  return {
    push: (piece, take) => read(decoder.decode(piece, { stream: true }), take),
    end(take) {
      read(decoder.decode(), take);
      if (state !== 'after') throw malformed();
    },
  };
}

const malformed = (): ConsentryError =>
  new ConsentryError('body_malformed', 'the body is not one JSON array');
