/**
 * Records of a batch out of the pieces a body comes in: JSON a line, CSV, or one JSON array. What
 * cannot be read is a record too, with its fault, so that one bad line spoils no other.
 */

import type { BatchRecord } from '../../../app/screen-batch.ts';
import { ConsentryError } from '../../../core/error.ts';
import { parsePlace } from '../../../core/jurisdiction/place.ts';

export type Take = (record: BatchRecord) => void;

export interface RecordReader {
  /** Takes the next piece, and hands on the records that end in it. */
  push(text: string, take: Take): void;
  /** There is no more. @throws `body_malformed` if a JSON array was not closed */
  end(take: Take): void;
}

/** Longer than any record with a number in it; beyond, it is a fault and is not kept. */
const recordCharsMax = 65_536;

const faulty = (line: number, fault: string): BatchRecord => ({
  line,
  number: '',
  place: null,
  fault,
});
const tooLong = 'the record is longer than 64 KiB';

/** Lines end with LF or CRLF; an end at the very end begins no line. */
function lineReader(read: (line: string, at: number) => BatchRecord | null): RecordReader {
  let rest = '';
  let at = 0;
  let isSkipping = false;

  function one(line: string, take: Take): void {
    at += 1;
    if (isSkipping || line.length > recordCharsMax) {
      isSkipping = false;
      take(faulty(at, tooLong));
      return;
    }
    const record = read(line.endsWith('\r') ? line.slice(0, -1) : line, at);
    if (record !== null) take(record);
  }
  return {
    push(text, take) {
      let from = 0;
      for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
        const line = text.slice(from, to);
        one(rest === '' ? line : rest + line, take);
        rest = '';
        from = to + 1;
      }
      rest = from === 0 ? rest + text : text.slice(from);
      if (rest.length <= recordCharsMax) return;
      isSkipping = true;
      rest = '';
    },
    end(take) {
      if (rest !== '' || isSkipping) one(rest, take);
    },
  };
}

/** As nearly every line is; anything else is parsed. */
const plain = /^\{"number":"(\+\d{6,15})"\}$/;

export const ndjsonReader = (): RecordReader =>
  lineReader((text, line) => {
    const number = plain.exec(text)?.[1];
    if (number !== undefined) return { line, number, place: null, fault: null };
    return recordOf(text, line);
  });

function recordOf(text: string, line: number): BatchRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return faulty(line, 'it is not JSON');
  }
  if (typeof value === 'string') return { line, number: value, place: null, fault: null };
  const { number, place = null } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof number !== 'string') return faulty(line, 'it has no number that is a text');
  return withPlace(line, number, place);
}

/** An address that cannot be read might be one with rules: nothing is said of the number then. */
function withPlace(line: number, number: string, text: unknown): BatchRecord {
  if (text === null || text === '') return { line, number, place: null, fault: null };
  const place = typeof text === 'string' ? parsePlace(text) : null;
  if (place === null) return faulty(line, 'its place is no country and no state, such as US-CA');
  return { line, number, place, fault: null };
}

/** The first line may be a head with a column `number`; without one the first column is it. */
export function csvReader(): RecordReader {
  let columns: { readonly number: number; readonly place: number } | null = null;
  return lineReader((text, line) => {
    const cells = cellsOf(text);
    if (columns === null) {
      const names = cells.map((cell) => cell.trim().toLowerCase());
      const number = names.indexOf('number');
      columns = { number: Math.max(number, 0), place: number < 0 ? -1 : names.indexOf('place') };
      if (number >= 0) return null;
    }
    const number = cells[columns.number];
    if (number === undefined) return faulty(line, 'it has no number');
    return withPlace(line, number, cells[columns.place]?.trim() ?? null);
  });
}

/** RFC 4180, but for line breaks within quotes. */
function cellsOf(text: string): readonly string[] {
  if (!text.includes('"')) return text.split(',');
  const cells = [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return cells.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '');
}

/** The elements of one array, each as soon as it ends. */
export function arrayReader(): RecordReader {
  let state: 'before' | 'within' | 'after' = 'before';
  let element = '';
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let isSkipping = false;
  let hasComma = false;
  let count = 0;

  function finish(take: Take, isLast: boolean): void {
    const text = element.trim();
    element = '';
    // `[]` has no element, and neither has what follows a comma that is the last thing
    if (isLast && text === '' && count === 0 && !hasComma && !isSkipping) return;
    count += 1;
    take(isSkipping ? faulty(count, tooLong) : recordOf(text, count));
    isSkipping = false;
    hasComma = !isLast;
  }

  function within(char: string, take: Take): void {
    if (isText) {
      if (isEscaped) isEscaped = false;
      else if (char === '\\') isEscaped = true;
      else if (char === '"') isText = false;
    } else if (char === '"') isText = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (depth > 0 && (char === '}' || char === ']')) depth -= 1;
    else if (char === ']') {
      finish(take, true);
      state = 'after';
      return;
    } else if (char === ',' && depth === 0) {
      finish(take, false);
      return;
    }
    if (isSkipping) return;
    element += char;
    if (element.length <= recordCharsMax) return;
    isSkipping = true;
    element = '';
  }
  return {
    push(text, take) {
      for (const char of text) {
        if (state === 'within') within(char, take);
        else if (/\s/.test(char)) continue;
        else if (state === 'before' && char === '[') state = 'within';
        else throw malformed();
      }
    },
    end() {
      if (state !== 'after') throw malformed();
    },
  };
}

const malformed = (): ConsentryError =>
  new ConsentryError('body_malformed', 'the body is not one JSON array');
