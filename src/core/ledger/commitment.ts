/**
 * A salted commitment to one value. Without its salt it says nothing: an unsalted hash of a
 * telephone number (33 bits) can be reversed by trying them all.
 */
import { hash } from 'node:crypto';
import type { Hex } from '../words.ts';
import { canonical, type Json } from './canonical.ts';

export const saltBytes = 32;

const domain = 'consentry/commitment/v1';
const lengthBytes = 4;
/** UTF-8 of one UTF-16 code unit. */
const unitBytesMax = 3;

/** Where what is hashed is laid out, one value after the other; longer ones get their own room. */
const desk = Buffer.alloc(4_096);

/** What is hashed before a salt of ours, by label: labels are a closed list. */
const heads = new Map<string, Buffer>();

/** SHA-256 over domain, label, salt and canonical value, each after its length (32 bit, big endian). */
export function commitment(label: string, salt: Uint8Array, value: Json): Hex {
  return commitmentTo(label, salt, 0, salt.length, canonical(value));
}

/**
 * The same for a value that is in canonical form already.
 *
 * @param salts with this salt at `from`, `size` bytes long: a view of each would cost more than
 *   its copying
 */
export function commitmentTo(
  label: string,
  salts: Uint8Array,
  from: number,
  size: number,
  text: string,
): Hex {
  const head = headOf(label);
  const saltAt = head.length;
  const textAt = saltAt + size + lengthBytes;
  const bytesMax = textAt + text.length * unitBytesMax;
  const bytes = bytesMax <= desk.length ? desk : Buffer.allocUnsafe(bytesMax);
  bytes.set(head);
  if (size !== saltBytes) bytes.writeUInt32BE(size, saltAt - lengthBytes);
  for (let i = 0; i < size; i += 1) bytes[saltAt + i] = salts[from + i] ?? 0;
  const length = bytes.write(text, textAt);
  bytes.writeUInt32BE(length, textAt - lengthBytes);
  return hash('sha256', bytes.subarray(0, textAt + length), 'hex');
}

function headOf(label: string): Buffer {
  let head = heads.get(label);
  if (head === undefined) {
    const parts = [domain, label].flatMap((part) => [lengthOf(part), Buffer.from(part)]);
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(saltBytes);
    head = Buffer.concat([...parts, length]);
    heads.set(label, head);
  }
  return head;
}

function lengthOf(text: string): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(Buffer.byteLength(text));
  return length;
}
