/** Who was erased: a token and the hash of a key a line, nothing that a person is known by. */
import type { ErasureLog } from '../../app/erase-person.ts';
import { lineLog } from './line-log.ts';

const form = /^([0-9a-f]{64}) ([0-9a-f]{64})$/;

export function fileErasures(path: string): ErasureLog {
  const log = lineLog(path, 'erasure log');
  return {
    add: ({ token, keySha256 }) => log.add([`${token} ${keySha256}`]),
    async all() {
      return (await log.all()).flatMap((line) => {
        const [, token, keySha256] = form.exec(line) ?? [];
        return token === undefined || keySha256 === undefined ? [] : [{ token, keySha256 }];
      });
    },
  };
}
