/**
 * Lines in a file outside the database that are only ever added to, each durable once it was added:
 * a database restored from before is compared with them.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConsentryError } from '../../core/error.ts';

export interface LineLog {
  add(lines: readonly string[]): Promise<void>;
  all(): Promise<readonly string[]>;
}

/** @param name of the log, for errors */
export function lineLog(path: string, name: string): LineLog {
  return {
    async add(lines) {
      try {
        await mkdir(dirname(path), { recursive: true });
        const file = await open(path, 'a', 0o600);
        try {
          // Apart from a line that a crash may have cut short.
          await file.appendFile(`\n${lines.join('\n')}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (cause) {
        throw new ConsentryError('storage_failed', `the ${name} cannot be written`, { cause });
      }
    },
    async all() {
      try {
        return (await readFile(path, 'utf8')).split('\n');
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw new ConsentryError('storage_failed', `the ${name} cannot be read`, { cause });
      }
    },
  };
}
