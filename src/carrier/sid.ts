import { randomBytes } from 'node:crypto';

/** `CA` a call's leg, `MZ` a media stream, `CF` a conference, `SM` a text message, `RE` a recording. */
export type SidPrefix = 'CA' | 'MZ' | 'CF' | 'SM' | 'RE';

/** A new name: the prefix and 32 lower-case hexadecimal digits. */
export function newSid(prefix: SidPrefix): string {
  return prefix + randomBytes(16).toString('hex');
}
