/** A key in a file: 32 random bytes that only their owner can read. */
import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KeyProvider } from '../../app/ports.ts';
import { ConsentryError } from '../../core/error.ts';
import { fieldKeyBytes, fieldNonceBytes, openField, sealField } from '../../core/sealed-field.ts';

/** Permission bits of group and others. */
const notOwner = 0o077;

/** Names a key, and says nothing of its value. */
export const keyIdOf = (key: Uint8Array): string =>
  `file:${createHmac('sha256', key).update('consentry/key-id').digest('hex').slice(0, 16)}`;

/** One key, wherever it lies. */
export function providerOf(key: Buffer): Omit<KeyProvider, 'health'> {
  return {
    keyId: () => keyIdOf(key),
    wrap: async (plaintext, context) =>
      sealField(key, randomBytes(fieldNonceBytes), context, plaintext),
    unwrap: async (wrapped, context) => openField(key, context, wrapped),
  };
}

/** Null when there is no file. @throws `setting_invalid` when what lies there cannot be a key */
export async function readKey(path: string): Promise<Buffer | null> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new ConsentryError('setting_invalid', `the key file ${path} cannot be read`, { cause });
  });
  if (file === null) return null;
  try {
    const { mode, size } = await file.stat();
    if ((mode & notOwner) !== 0) {
      throw new ConsentryError(
        'setting_invalid',
        `the key file ${path} has mode ${(mode & 0o777).toString(8)}; only 600 and 400 are allowed`,
      );
    }
    if (size !== fieldKeyBytes) {
      throw new ConsentryError(
        'setting_invalid',
        `the key file ${path} has ${size} bytes; exactly ${fieldKeyBytes} are allowed`,
      );
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * The key that lies there, or a new one. Written whole under another name, then linked: a crash
 * leaves no short key, and of two processes that start at once one makes the key and both use it.
 * @param bytes of a key that is kept under another name, too
 */
export async function createKey(
  path: string,
  bytes: Uint8Array = randomBytes(fieldKeyBytes),
): Promise<Buffer> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await syncFolder(dirname(path));
  } catch (cause) {
    throw new ConsentryError('storage_failed', `the key file ${path} cannot be made`, { cause });
  } finally {
    await rm(temporary, { force: true });
  }
  const key = await readKey(path);
  if (key === null) throw new ConsentryError('storage_failed', `the key file ${path} vanished`);
  return key;
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
