/**
 * The address of a receipt that somebody may open without signing in: the entry's id, and what only
 * we can add to it. 80 bits cannot be guessed, and the id says nothing of anybody.
 */
import { timingSafeEqual } from 'node:crypto';
import type { FieldCipher } from '../../../app/ports.ts';
import type { Uuid } from '../../../core/words.ts';

const markBytes = 10;
const written = /^[A-Za-z0-9_-]{35}$/;

const markOf = (cipher: Pick<FieldCipher, 'token'>, id: Uuid): Buffer =>
  cipher.token(`receipt/${id}`).subarray(0, markBytes);

export function receiptCode(cipher: Pick<FieldCipher, 'token'>, id: Uuid): string {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return Buffer.concat([bytes, markOf(cipher, id)]).toString('base64url');
}

/** Null: it is none of ours. */
export function entryOfCode(cipher: Pick<FieldCipher, 'token'>, code: string): Uuid | null {
  if (!written.test(code)) return null;
  const bytes = Buffer.from(code, 'base64url');
  const hex = bytes.subarray(0, 16).toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const mark = bytes.subarray(16);
  return mark.length === markBytes && timingSafeEqual(mark, markOf(cipher, id)) ? id : null;
}
