/**
 * Reads registry files, a byte at a time: a quarter of a thousand million lines of `201,2000000`
 * would take half an hour through strings, and take ten seconds so. Any other line is read as text.
 */
import { type AreaBits, add, areaOf, bitOf, bitOfRest, emptyArea, remove } from './area-bits.ts';
import { type FileKind, type Rejection, readLine, rejections } from './registry-line.ts';

/** The numbers of a list while it is made or changed. */
export interface NumberSet {
  /** North America, by area code. */
  readonly areas: Map<number, AreaBits>;
  /** Elsewhere: digits without the plus. */
  readonly world: Set<number>;
}

export interface Rejected {
  /** From 1. */
  readonly line: number;
  readonly why: Rejection;
}

export interface Tally {
  lines: number;
  added: number;
  removed: number;
  /** Numbers that stood there already, or were to be removed and did not. */
  unchanged: number;
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
  return { lines: 0, added: 0, removed: 0, unchanged: 0, rejected, examples: [] };
}

export function newNumberSet(): NumberSet {
  return { areas: new Map(), world: new Set() };
}

/** Puts a number into a set; true if that changed it. */
export function putNumber(set: NumberSet, number: string, removes: boolean): boolean {
  const area = areaOf(number);
  if (area === 0) {
    const digits = Number(number);
    if (removes) return set.world.delete(digits);
    const stood = set.world.has(digits);
    set.world.add(digits);
    return !stood;
  }
  let bits = set.areas.get(area);
  if (bits === undefined) {
    bits = emptyArea();
    set.areas.set(area, bits);
  }
  return removes ? remove(bits, bitOf(number)) : add(bits, bitOf(number));
}

export interface RegistryReader {
  take(bytes: Uint8Array): void;
  /** The last line may lack its end. */
  end(): void;
  /** One number by itself, as files that are no text hold them. */
  put(number: string, removes: boolean): void;
}

/** Takes the bytes of a file, in pieces of any size, into a set. */
export function registryReader(kind: FileKind, set: NumberSet, tally: Tally): RegistryReader {
  let rest = Buffer.alloc(0);
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

  function put(number: string, removes: boolean): void {
    count(putNumber(set, number, removes), removes);
  }

  function reject(why: Rejection): void {
    tally.rejected[why] += 1;
    if (tally.examples.length < examplesMax) tally.examples.push({ line: tally.lines, why });
  }

  function readText(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const read = readLine(text, kind, tally.lines === 1);
    if (read === 'nothing') return;
    if ('rejected' in read) reject(read.rejected);
    else put(read.number, read.removes);
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
    if (to === from) return;
    tally.lines += 1;
    if (kind === 'full' && takePlain(bytes, from, to)) return;
    readText(bytes.subarray(from, to));
  }

  return {
    take(piece) {
      let bytes = piece;
      if (rest.length > 0) {
        bytes = Buffer.concat([rest, piece]);
        rest = Buffer.alloc(0);
      }
      let from = 0;
      for (;;) {
        const end = bytes.indexOf(lineFeed, from);
        if (end < 0) break;
        takeLine(bytes, from, end);
        from = end + 1;
      }
      if (bytes.length - from > lineBytesMax) {
        tally.lines += 1;
        reject('no-number');
      } else {
        rest = Buffer.from(bytes.subarray(from));
      }
    },
    end() {
      takeLine(rest, 0, rest.length);
      rest = Buffer.alloc(0);
    },
    put(number, removes) {
      tally.lines += 1;
      put(number, removes);
    },
  };
}
