/**
 * An address that somebody may open without signing in: the id of what it leads to, and what only we
 * can add to it. 80 bits cannot be guessed, and the id says nothing of anybody.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Uuid } from '../core/words.ts';
import type { FieldCipher } from './ports.ts';

const markBytes = 10;
const written = /^[A-Za-z0-9_-]{35}$/;
type Cipher = Pick<FieldCipher, 'token'>;
/** A code of one kind opens nothing of another. */
export type CodeKind = 'receipt' | 'email';

const markOf = (cipher: Cipher, kind: CodeKind, id: Uuid): Buffer =>
  cipher.token(`${kind}/${id}`).subarray(0, markBytes);

export function signedCode(cipher: Cipher, kind: CodeKind, id: Uuid): string {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return Buffer.concat([bytes, markOf(cipher, kind, id)]).toString('base64url');
}

/** Null: it is none of ours. */
export function idOfCode(cipher: Cipher, kind: CodeKind, code: string): Uuid | null {
  if (!written.test(code)) return null;
  const bytes = Buffer.from(code, 'base64url');
  const hex = bytes.subarray(0, 16).toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const mark = bytes.subarray(16);
  return mark.length === markBytes && timingSafeEqual(mark, markOf(cipher, kind, id)) ? id : null;
}
