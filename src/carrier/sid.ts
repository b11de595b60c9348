import { randomBytes } from 'node:crypto';

/** `CA` a call's leg, `MZ` a media stream, `CF` a conference. */
export type SidPrefix = 'CA' | 'MZ' | 'CF';

/** A new name: the prefix and 32 lower-case hexadecimal digits. */
export function newSid(prefix: SidPrefix): string {
  return prefix + randomBytes(16).toString('hex');
}
