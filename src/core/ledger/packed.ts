/**
 * Leaves and openings as they lie in rows. Both are mostly 32-byte values under known labels, which
 * take more than twice the room in JSON; a ledger has a leaf and an opening for every fact.
 *
 *     packed = 1 | count | count x 32 bytes | text
 *
 * The values stand in the order of their labels (by UTF-16 code units), the text is canonical JSON of
 * the rest. Earlier versions of the program wrote the JSON itself, which begins with `{`.
 */
import { LedgerFault } from './fault.ts';
import { hashBytes } from './merkle.ts';

const mark = 1;
const headBytes = 2;

export interface Unpacked {
  /** One 32-byte value after the other. */
  readonly values: Buffer;
  readonly text: string;
}

export function packHex(values: string, count: number, text: string): Buffer {
  const { packed, valuesAt } = room(count, text);
  packed.write(values, valuesAt, 'hex');
  return packed;
}

export function packBytes(values: Uint8Array, count: number, text: string): Buffer {
  const { packed, valuesAt } = room(count, text);
  packed.set(values, valuesAt);
  return packed;
}

function room(count: number, text: string) {
  const textAt = headBytes + count * hashBytes;
  const packed = Buffer.allocUnsafe(textAt + Buffer.byteLength(text));
  packed[0] = mark;
  packed[1] = count;
  packed.write(text, textAt);
  return { packed, valuesAt: headBytes };
}

/**
 * Null if it is not packed: then it is the JSON itself, or nothing of ours.
 *
 * @throws LedgerFault at `where` if it is cut
 */
export function unpack(bytes: Uint8Array, where: string): Unpacked | null {
  if (bytes[0] !== mark) return null;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const textAt = headBytes + (all[1] ?? 0) * hashBytes;
  if (all.length < textAt) throw new LedgerFault(where, 'is cut');
  return { values: all.subarray(headBytes, textAt), text: all.toString('utf8', textAt) };
}
