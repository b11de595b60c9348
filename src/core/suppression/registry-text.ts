/**
 * Reads registry files, a byte at a time: a quarter of a thousand million lines of `201,2000000`
 * would take half an hour through strings, and take ten seconds so. Any other line is read as text.
 */
import { type AreaBits, add, areaOf, bitOf, bitOfRest, emptyArea, remove } from './area-bits.ts';
import { isNorthAmerican } from './number.ts';
import { NumberBag } from './number-bag.ts';
import {
  type FileForm,
  type LineRead,
  type Rejection,
  readFields,
  readLine,
  rejections,
} from './registry-line.ts';

/** The numbers of a list while it is made or changed. */
export interface NumberSet {
  /** North America, by area code. */
  readonly areas: Map<number, AreaBits>;
  /** Elsewhere: digits without the plus. */
  readonly world: NumberBag;
  /** Beginnings of numbers, as the own list has them. */
  readonly prefixes: Set<string>;
}

export interface Rejected {
  /** From 1, of its file. */
  readonly line: number;
  /** Which file of an archive, from 1; left out: there is one only. */
  readonly file?: number;
  readonly why: Rejection;
}

export interface Tally {
  lines: number;
  added: number;
  removed: number;
  /** Numbers that stood there already, or were to be removed and did not. */
  unchanged: number;
  /** Of the numbers: those that a line said to add, or to delete. */
  adds: number;
  deletes: number;
  readonly rejected: Record<Rejection, number>;
  /** The first of them. */
  readonly examples: Rejected[];
}

const examplesMax = 100;
const lineFeed = 10;
const carriageReturn = 13;
const comma = 44;
/** `201,2000000` and `2012000000`. */
const apart = 11;
const together = 10;
/** No line of a registry is as long; what is has no end, or is no text. */
const lineBytesMax = 4_096;

export function newTally(): Tally {
  const rejected = Object.fromEntries(rejections.map((why) => [why, 0])) as Tally['rejected'];
  const counts = { lines: 0, added: 0, removed: 0, unchanged: 0, adds: 0, deletes: 0 };
  return { ...counts, rejected, examples: [] };
}

/** Whether every number is said to be added or deleted, and one is deleted: it is a list of changes. */
export const areChanges = ({ added, removed, unchanged, adds, deletes }: Tally): boolean =>
  deletes > 0 && adds + deletes === added + removed + unchanged;

export function newNumberSet(): NumberSet {
  return { areas: new Map(), world: new NumberBag(), prefixes: new Set() };
}

/** Puts a number into a set; true if that changed it. */
export function putNumber(set: NumberSet, number: string, removes: boolean): boolean {
  if (number.endsWith('*')) {
    const stood = set.prefixes.has(number);
    if (removes) set.prefixes.delete(number);
    else set.prefixes.add(number);
    return stood === removes;
  }
  const area = areaOf(number);
  if (area === 0) {
    const digits = Number(number);
    return removes ? set.world.delete(digits) : set.world.add(digits);
  }
  let bits = set.areas.get(area);
  if (bits === undefined) {
    bits = emptyArea();
    set.areas.set(area, bits);
  }
  return removes ? remove(bits, bitOf(number)) : add(bits, bitOf(number));
}

export interface RegistryReader {
  /** A file begins. @param file which one of an archive, from 1; null: there is one only */
  begin(file: number | null): void;
  take(bytes: Uint8Array): void;
  /** The last line may lack its end. */
  end(): void;
  /** What stands on a line of a file that is no text: its fields. */
  record(fields: readonly string[], line: number): void;
}

/** Takes the bytes of files, in pieces of any size, into a set. */
export function registryReader(form: FileForm, set: NumberSet, tally: Tally): RegistryReader {
  const isPlain = form.kind === 'full' && (form.home === null || isNorthAmerican(form.home));
  let rest = Buffer.alloc(0);
  /** True: within a line that was given up. */
  let isSkipping = false;
  let file: number | null = null;
  /** Of the file; empty ones count, as they do for whoever looks for it there. */
  let line = 0;
  /** Lines of the file with something on them. */
  let filled = 0;
  let known: AreaBits | undefined;
  let knownArea = 0;

  function bitsOf(area: number): AreaBits {
    if (area === knownArea && known !== undefined) return known;
    let bits = set.areas.get(area);
    if (bits === undefined) {
      bits = emptyArea();
      set.areas.set(area, bits);
    }
    known = bits;
    knownArea = area;
    return bits;
  }

  function count(changed: boolean, removes: boolean): void {
    if (!changed) tally.unchanged += 1;
    else if (removes) tally.removed += 1;
    else tally.added += 1;
  }

  function reject(why: Rejection): void {
    tally.rejected[why] += 1;
    if (tally.examples.length >= examplesMax) return;
    tally.examples.push({ line, why, ...(file !== null && { file }) });
  }

  function take(read: LineRead): void {
    if (read === 'nothing') return;
    if ('rejected' in read) {
      reject(read.rejected);
      return;
    }
    const { number, removes, says } = read;
    if (says === 'add') tally.adds += 1;
    if (says === 'delete') tally.deletes += 1;
    count(putNumber(set, number, removes), removes);
  }

  function readText(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    take(readLine(text, form, filled === 1));
  }

  /** True if the line is of a plain form, and was taken. */
  function takePlain(bytes: Uint8Array, from: number, to: number): boolean {
    const length = to - from;
    if (length === apart ? bytes[from + 3] !== comma : length !== together) return false;
    let area = 0;
    let last = 0;
    for (let i = 0; i < length; i += 1) {
      if (length === apart && i === 3) continue;
      const digit = (bytes[from + i] as number) - 48;
      if (digit < 0 || digit > 9) return false;
      if (i < 3) area = area * 10 + digit;
      else last = last * 10 + digit;
    }
    const bit = bitOfRest(last);
    if (area < 200 || bit < 0) return false;
    if (add(bitsOf(area), bit)) tally.added += 1;
    else tally.unchanged += 1;
    return true;
  }

  function takeLine(bytes: Uint8Array, from: number, end: number): void {
    const to = end > from && bytes[end - 1] === carriageReturn ? end - 1 : end;
    line += 1;
    const start = line === 1 && hasMark(bytes, from) ? from + mark.length : from;
    if (to <= start) return;
    filled += 1;
    tally.lines += 1;
    if (isPlain && takePlain(bytes, start, to)) return;
    readText(bytes.subarray(start, to));
  }

  return {
    begin(which) {
      file = which;
      [line, filled] = [0, 0];
      isSkipping = false;
    },
    take(piece) {
      let bytes = piece;
      if (rest.length > 0) {
        bytes = Buffer.concat([rest, piece]);
        rest = Buffer.alloc(0);
      }
      let from = 0;
      if (isSkipping) {
        const end = bytes.indexOf(lineFeed);
        if (end < 0) return;
        from = end + 1;
        isSkipping = false;
      }
      for (;;) {
        const end = bytes.indexOf(lineFeed, from);
        if (end < 0) break;
        takeLine(bytes, from, end);
        from = end + 1;
      }
      if (bytes.length - from > lineBytesMax) {
        line += 1;
        tally.lines += 1;
        reject('no-number');
        isSkipping = true;
      } else {
        rest = Buffer.from(bytes.subarray(from));
      }
    },
    end() {
      if (rest.length > 0) takeLine(rest, 0, rest.length);
      rest = Buffer.alloc(0);
    },
    record(fields, at) {
      line = at;
      filled += 1;
      tally.lines += 1;
      take(readFields(fields, form, filled === 1));
    },
  };
}

/** What some programs put before text: the byte order mark of UTF-8. */
const mark = [0xef, 0xbb, 0xbf];
const hasMark = (bytes: Uint8Array, from: number): boolean =>
  mark.every((byte, i) => bytes[from + i] === byte);
