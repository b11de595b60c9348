/** The L0 key in a file. It is made on the first start and never overwritten. */
import type { KeyProvider } from '../../app/ports.ts';
import { ConsentryError } from '../../core/error.ts';
import { openField } from '../../core/sealed-field.ts';
import { createKey, keyIdOf, providerOf, readKey } from './key-file.ts';
import { otherKeys } from './key-shelf.ts';

/**
 * The key of a file, and those beside it. A key that took its place while we run is used from then
 * on, if ours lies beside it as an earlier one: nobody else could have put it there.
 * @throws `setting_invalid` when what lies there cannot be a key
 */
export async function openFileKeys(path: string): Promise<KeyProvider> {
  let key = (await readKey(path)) ?? (await createKey(path));
  let others = await otherKeys(path);

  async function look(): Promise<void> {
    const found = await otherKeys(path);
    const now = await readKey(path).catch(() => null);
    const isChanged = now !== null && !now.equals(key);
    if (isChanged && found.earlier.some((earlier) => earlier.equals(key))) key = now;
    others = found;
  }

  function openWithAny(wrapped: Uint8Array, context: string): Buffer | null {
    for (const one of [key, ...(others.next === null ? [] : [others.next]), ...others.earlier]) {
      try {
        return openField(one, context, wrapped);
      } catch {
        // Another may be the one.
      }
    }
    return null;
  }

  /**
   * What we are to open was wrapped under the key that lies there now, so it is the right one, also if
   * the earlier was deleted before we saw the change.
   */
  async function openWithFile(wrapped: Uint8Array, context: string): Promise<Buffer> {
    const now = (await readKey(path)) ?? key;
    const opened = openField(now, context, wrapped);
    key = now;
    return opened;
  }

  return {
    keyId: () => keyIdOf(key),
    async wrap(plaintext, context) {
      await look();
      // What is wrapped under a key that lies nowhere any more opens until we end, and never again.
      const trouble = await health(path, key);
      if (trouble !== null) throw new ConsentryError('key_missing', trouble);
      return providerOf(key).wrap(plaintext, context);
    },
    async unwrap(wrapped, context) {
      const opened = openWithAny(wrapped, context);
      if (opened !== null) return opened;
      await look();
      return openWithAny(wrapped, context) ?? openWithFile(wrapped, context);
    },
    async health() {
      await look();
      return health(path, key);
    },
  };
}

/** The file is read again: a key that is gone or changed would be missed at the next start. */
async function health(path: string, key: Buffer): Promise<string | null> {
  try {
    const now = await readKey(path);
    if (now === null) return 'the key file is gone';
    return now.equals(key) ? null : 'the key file holds another key';
  } catch (error) {
    return error instanceof ConsentryError ? error.publicText : 'the key file cannot be read';
  }
}
