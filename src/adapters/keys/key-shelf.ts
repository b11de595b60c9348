/**
 * The keys beside each other while one takes the place of another: `kek` is in force, `kek.next`
 * will be, and `kek.was-…` were, one for each. Whatever a change of keys was interrupted at, what
 * is wrapped opens with one of them.
 */
import { readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { KeyPlace, KeyRotation } from '../../app/rotate-keys.ts';
import { assert, ConsentryError } from '../../core/error.ts';
import { createKey, keyIdOf, providerOf, readKey, syncFolder } from './key-file.ts';

const nextPath = (path: string): string => `${path}.next`;
const earlierPath = (path: string, key: Uint8Array): string =>
  `${path}.was-${keyIdOf(key).slice('file:'.length)}`;

/** The keys that were in force, and the one that will be. What cannot be a key is passed over. */
export async function otherKeys(
  path: string,
): Promise<{ readonly next: Buffer | null; readonly earlier: readonly Buffer[] }> {
  const read = (file: string) => readKey(file).catch(() => null);
  const start = `${basename(path)}.was-`;
  const names = await readdir(dirname(path)).catch(() => []);
  const files = names.filter((name) => name.startsWith(start) && !name.endsWith('.tmp'));
  const all = await Promise.all(files.map((name) => read(join(dirname(path), name))));
  return { next: await read(nextPath(path)), earlier: all.filter((key) => key !== null) };
}

export function keyRotation(path: string): KeyRotation {
  return {
    async isBegun() {
      return (await readKey(nextPath(path))) !== null;
    },
    async next() {
      return providerOf((await readKey(nextPath(path))) ?? (await createKey(nextPath(path))));
    },
    async promote() {
      const [now, next] = [await readKey(path), await readKey(nextPath(path))];
      assert(now !== null, 'there is a key');
      if (next === null) return null;
      // The earlier one first: at no moment is there a key that lies nowhere.
      const place = earlierPath(path, now);
      await createKey(place, now);
      const isOurs = await rename(nextPath(path), path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return false;
          throw new ConsentryError('storage_failed', `the key file ${path} cannot be replaced`);
        },
      );
      await syncFolder(dirname(path));
      return isOurs ? place : null;
    },
    async places(): Promise<readonly KeyPlace[]> {
      const now = await readKey(path);
      const { next, earlier } = await otherKeys(path);
      const place = (key: Buffer, at: string, state: KeyPlace['state']): KeyPlace => ({
        keyId: keyIdOf(key),
        path: at,
        state,
      });
      return [
        ...(now === null ? [] : [place(now, path, 'in force')]),
        ...(next === null ? [] : [place(next, nextPath(path), 'next')]),
        ...earlier.map((key) => place(key, earlierPath(path, key), 'earlier')),
      ];
    },
  };
}
