/**
 * Who was erased, in a file outside the database: a token and the hash of a key a line, nothing
 * that a person is known by. A database restored from before is compared with it at every start.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ErasureLog } from '../../app/erase-person.ts';
import { ConsentryError } from '../../core/error.ts';

const line = /^([0-9a-f]{64}) ([0-9a-f]{64})$/;

export function fileErasures(path: string): ErasureLog {
  return {
    async add({ token, keySha256 }) {
      try {
        await mkdir(dirname(path), { recursive: true });
        const file = await open(path, 'a', 0o600);
        try {
          // Apart from a line that a crash may have cut short.
          await file.appendFile(`\n${token} ${keySha256}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (cause) {
        const what = 'the erasure log cannot be written';
        throw new ConsentryError('storage_failed', what, { cause });
      }
    },
    async all() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw new ConsentryError('storage_failed', 'the erasure log cannot be read', { cause });
      }
      return text.split('\n').flatMap((one) => {
        const [, token, keySha256] = line.exec(one) ?? [];
        return token === undefined || keySha256 === undefined ? [] : [{ token, keySha256 }];
      });
    },
  };
}
