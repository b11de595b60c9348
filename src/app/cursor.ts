/** The text that leads from one page to the next: the place of the last row, in nobody's interest. */
import { ConsentryError } from '../core/error.ts';
import type { PagePlace } from './api-ports.ts';

export const writeCursor = ({ micros, id }: PagePlace): string =>
  Buffer.from(`${micros}.${id}`).toString('base64url');

/** @throws `invalid_request` for a text that is not one of ours */
export function readCursor(cursor: string | undefined): PagePlace | null {
  if (cursor === undefined) return null;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const match = /^([0-9]{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text);
  const [, micros, id] = match ?? [];
  if (micros === undefined || id === undefined) {
    throw invalid('cursor', 'is not one of ours', '`next` of the page before');
  }
  return { micros, id };
}

/** What is wrong with a parameter of the query, and what is allowed. */
export function invalid(name: string, what: string, allowed: string): ConsentryError {
  return new ConsentryError('invalid_request', `query.${name}: ${what}; allowed: ${allowed}`, {
    mistakes: [{ path: `query.${name}`, what, allowed }],
  });
}
