/**
 * How the numbers of a live batch are kept. A number fits into one block of AES with room to spare,
 * so one block under a key of the batch's own is its token: the same for the same number, told from
 * chance by nobody without the key, unlike its token in any other batch, and gone with the key. Blocks
 * go through the cipher a hundred thousand at a time, at a hundredth of the 6.5 µs that an HMAC of
 * each takes. That the key opens them again is wanted: a prefix or a new registry asks of every number.
 */
import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto';
import { assert } from '../error.ts';

export const tokenKeyBytes = 32;
const tokenBytes = 16;
const entryBytes = tokenBytes + 4;
const half = tokenBytes / 2;
const word = 2 ** 32;
const bucketCount = 256;
/** Set in the line of a record that asks otherwise than its batch. */
const otherwiseBit = 2 ** 31;
export const liveLinesMax = otherwiseBit - 1;

/** Entries of one part of a batch whose tokens begin with the same byte. */
export interface TokenPage {
  readonly bucket: number;
  readonly entries: Buffer;
}

export interface Line {
  readonly line: number;
  /** True: it asks for another channel, purpose or campaign than its batch. */
  readonly otherwise: boolean;
}

export class NumberTokens {
  readonly #cipher: Cipher;
  readonly #decipher: Decipher;

  /** @param key `tokenKeyBytes`, of this batch alone */
  constructor(key: Uint8Array) {
    // Blocks that each hold one whole value and nothing of another: no mode has anything to chain.
    this.#cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    this.#decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  }

  /** @param number E.164 */
  token(number: string): Buffer {
    const block = Buffer.alloc(tokenBytes);
    writeNumber(block, 0, Number(number));
    return this.#cipher.update(block);
  }

  seal(blocks: Buffer): Buffer {
    return this.#cipher.update(blocks);
  }

  /** Every number of a page, with its line. */
  *open(entries: Buffer): Generator<Line & { readonly number: string }> {
    const count = entries.length / entryBytes;
    const tokens = Buffer.alloc(count * tokenBytes);
    for (let i = 0; i < count; i += 1) {
      entries.copy(tokens, i * tokenBytes, i * entryBytes, i * entryBytes + tokenBytes);
    }
    const blocks = this.#decipher.update(tokens);
    for (let i = 0; i < count; i += 1) {
      const at = i * tokenBytes + half;
      assert(blocks.readBigUInt64BE(at - half) === 0n, 'a token opens to a number');
      const number = blocks.readUInt32BE(at) * word + blocks.readUInt32BE(at + 4);
      yield { number: `+${number}`, ...lineAt(entries, i) };
    }
  }
}

export const bucketOf = (token: Buffer): number => token[0] ?? 0;

/** The lines of a page that have this number. */
export function linesOf(entries: Buffer, token: Buffer): readonly Line[] {
  const found: Line[] = [];
  for (let i = 0; i * entryBytes < entries.length; i += 1) {
    if (isAt(entries, i, token)) found.push(lineAt(entries, i));
  }
  return found;
}

/** The same page without a number. */
export function without(entries: Buffer, token: Buffer): Buffer {
  const kept: Buffer[] = [];
  for (let i = 0; i * entryBytes < entries.length; i += 1) {
    if (isAt(entries, i, token)) continue;
    kept.push(entries.subarray(i * entryBytes, (i + 1) * entryBytes));
  }
  return Buffer.concat(kept);
}

const isAt = (entries: Buffer, i: number, token: Buffer): boolean =>
  entries.compare(token, 0, tokenBytes, i * entryBytes, i * entryBytes + tokenBytes) === 0;

function lineAt(entries: Buffer, i: number): Line {
  const text = entries.readUInt32BE(i * entryBytes + tokenBytes);
  const otherwise = text >= otherwiseBit;
  return { line: otherwise ? text - otherwiseBit : text, otherwise };
}

function writeNumber(blocks: Buffer, at: number, number: number): void {
  blocks.writeUInt32BE(Math.floor(number / word), at + half);
  blocks.writeUInt32BE(number % word, at + half + 4);
}

/** Lines of a batch on their way into pages, in memory in the clear for as long. */
export class LineBuffer {
  #blocks: Buffer;
  #lines: Uint32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#blocks = Buffer.alloc(capacity * tokenBytes);
    this.#lines = new Uint32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** @param number E.164 */
  add(number: string, line: number, otherwise: boolean): void {
    if (this.#size === this.#lines.length) this.#grow();
    writeNumber(this.#blocks, this.#size * tokenBytes, Number(number));
    this.#lines[this.#size] = otherwise ? line + otherwiseBit : line;
    this.#size += 1;
  }

  #grow(): void {
    const lines = new Uint32Array(this.#lines.length * 2);
    lines.set(this.#lines);
    this.#lines = lines;
    this.#blocks = Buffer.concat([this.#blocks, Buffer.alloc(this.#blocks.length)]);
  }

  /** Takes everything out, sealed, in pages by the first byte of the token. */
  take(tokens: NumberTokens): readonly TokenPage[] {
    const count = this.#size;
    const sealed = tokens.seal(this.#blocks.subarray(0, count * tokenBytes));
    const starts = new Uint32Array(bucketCount + 1);
    for (let i = 0; i < count; i += 1) {
      const next = (sealed[i * tokenBytes] ?? 0) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let b = 1; b <= bucketCount; b += 1) starts[b] = (starts[b] ?? 0) + (starts[b - 1] ?? 0);
    const places = starts.slice();
    const entries = Buffer.alloc(count * entryBytes);
    for (let i = 0; i < count; i += 1) {
      const bucket = sealed[i * tokenBytes] ?? 0;
      const place = (places[bucket] ?? 0) * entryBytes;
      places[bucket] = (places[bucket] ?? 0) + 1;
      sealed.copy(entries, place, i * tokenBytes, (i + 1) * tokenBytes);
      entries.writeUInt32BE(this.#lines[i] ?? 0, place + tokenBytes);
    }
    this.#blocks.fill(0, 0, count * tokenBytes);
    this.#size = 0;
    return Array.from({ length: bucketCount }, (_, bucket) => ({
      bucket,
      entries: entries.subarray(
        (starts[bucket] ?? 0) * entryBytes,
        (starts[bucket + 1] ?? 0) * entryBytes,
      ),
    })).filter((page) => page.entries.length > 0);
  }
}
