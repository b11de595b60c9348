import { ConsentryError } from '../../core/error.ts';

/** A file that is no list, or a broken one. */
export function unreadable(what: string, cause?: unknown): ConsentryError {
  return new ConsentryError('list_unreadable', `the file cannot be read: ${what}`, { cause });
}
