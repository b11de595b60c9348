import { createHash } from 'node:crypto';

/** What is kept of a link: 256 random bits need no salt. */
export const linkHash = (token: string): Buffer =>
  createHash('sha256').update(token, 'utf8').digest();
