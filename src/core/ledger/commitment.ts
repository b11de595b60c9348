/**
 * A salted commitment to one value. Without its salt it says nothing: an unsalted hash of a
 * telephone number (33 bits) can be reversed by trying them all.
 */
import { hash } from 'node:crypto';
import { canonical, type Json } from './canonical.ts';

export const saltBytes = 32;

const domain = 'consentry/commitment/v1';

/** SHA-256 over domain, label, salt and canonical value, each after its length (32 bit, big endian). */
export function commitment(label: string, salt: Uint8Array, value: Json): Buffer {
  const parts = [Buffer.from(domain), Buffer.from(label), salt, Buffer.from(canonical(value))];
  return hash('sha256', Buffer.concat(parts.flatMap((part) => [lengthOf(part), part])), 'buffer');
}

function lengthOf(part: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
