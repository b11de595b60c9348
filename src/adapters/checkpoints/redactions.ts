/**
 * Which calls were redacted by hand, in a file outside the database: an id a line. A database
 * restored from before is compared with it at every start; what went by schedule goes again by it.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RedactionLog } from '../../app/run-retention.ts';
import { ConsentryError } from '../../core/error.ts';
import type { Uuid } from '../../core/words.ts';

const line = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function fileRedactions(path: string): RedactionLog {
  return {
    async add(ids) {
      try {
        await mkdir(dirname(path), { recursive: true });
        const file = await open(path, 'a', 0o600);
        try {
          // Apart from a line that a crash may have cut short.
          await file.appendFile(`\n${ids.join('\n')}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (cause) {
        const what = 'the redaction log cannot be written';
        throw new ConsentryError('storage_failed', what, { cause });
      }
    },
    async all() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw new ConsentryError('storage_failed', 'the redaction log cannot be read', { cause });
      }
      return [...new Set<Uuid>(text.split('\n').filter((one) => line.test(one)))];
    },
  };
}
