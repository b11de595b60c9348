import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KeyProvider } from '../../app/ports.ts';
import { ConsentryError } from '../../core/error.ts';
import { fieldKeyBytes, fieldNonceBytes, openField, sealField } from '../../core/sealed-field.ts';

/** Permission bits of group and others. */
const notOwner = 0o077;

/**
 * The L0 key in a file: 32 random bytes, mode 0600. It is made on the first start and never
 * overwritten. Throws `setting_invalid` when what lies there cannot be such a key.
 */
export async function openFileKeys(path: string): Promise<KeyProvider> {
  const key = (await readKey(path)) ?? (await createKey(path));
  const keyId = `file:${createHmac('sha256', key).update('consentry/key-id').digest('hex').slice(0, 16)}`;
  const wrap = async (plaintext: Uint8Array, context: string) =>
    sealField(key, randomBytes(fieldNonceBytes), context, plaintext);
  const unwrap = async (wrapped: Uint8Array, context: string) => openField(key, context, wrapped);
  return { keyId: () => keyId, wrap, unwrap, health: () => health(path, key) };
}

/** Null when there is no file. */
async function readKey(path: string): Promise<Buffer | null> {
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
 * Written whole under another name, then linked: a crash leaves no short key, and of two
 * processes that start at once one makes the key and both use it.
 */
async function createKey(path: string): Promise<Buffer> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(randomBytes(fieldKeyBytes));
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

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
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
