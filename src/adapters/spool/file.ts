import { randomBytes } from 'node:crypto';
import { openSync, rmSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Spool, SpoolWriter } from '../../app/ports.ts';
import { assert, ConsentryError } from '../../core/error.ts';
import { spoolKey } from '../../core/recording/spool.ts';
import type { Uuid } from '../../core/words.ts';
import { GroupedSync } from './grouped-sync.ts';
import { FileSpoolWriter } from './writer.ts';

const namePattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.spool$/;

/**
 * process  bytes are in the kernel before `frame` returns: nothing whole is lost by a crash
 * disk     and on the disk at most 200 ms and one fdatasync later: nor by a power cut
 */
export type Durability = 'process' | 'disk';

export interface FileSpool extends Spool {
  /** Waits until everything written is where `durability` wants it. */
  close(): Promise<void>;
}

/** A spool in a folder, one file per recording. The folder belongs to one process. */
export async function openFileSpool(
  folder: string,
  options: { durability: Durability },
): Promise<FileSpool> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause) => {
    throw storageFailed('the spool folder cannot be made', cause);
  });
  const sync = options.durability === 'disk' ? new GroupedSync(folder) : null;
  return {
    create: (recordingId, fileKey) =>
      create(pathOf(folder, recordingId), recordingId, fileKey, sync),
    list: () => list(folder),
    read: (recordingId) => read(pathOf(folder, recordingId)),
    remove: (recordingId) => remove(pathOf(folder, recordingId)),
    health: () => health(folder),
    close: async () => sync?.drain(),
  };
}

/** `wx`-like: a second spool of one recording would use its nonces again. */
function create(
  path: string,
  recordingId: Uuid,
  fileKey: Uint8Array,
  sync: GroupedSync | null,
): SpoolWriter {
  const key = spoolKey(recordingId, fileKey);
  let fd: number;
  try {
    fd = openSync(path, 'ax', 0o600);
  } catch (cause) {
    throw storageFailed('the spool cannot be made', cause);
  }
  try {
    return new FileSpoolWriter(fd, key, sync);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

async function list(folder: string): Promise<readonly Uuid[]> {
  const names = await readdir(folder).catch((cause) => {
    throw storageFailed('the spool folder cannot be read', cause);
  });
  return names.flatMap((name) => namePattern.exec(name)?.[1] ?? []).sort();
}

async function read(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw storageFailed('the spool cannot be read', cause);
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((cause) => {
    throw storageFailed('the spool cannot be removed', cause);
  });
}

async function health(folder: string): Promise<string | null> {
  const path = join(folder, `health-${randomBytes(8).toString('hex')}.probe`);
  // As much as one segment: a full disk still takes an empty file.
  const written = randomBytes(2_048);
  try {
    const file = await open(path, 'wx+', 0o600);
    try {
      await file.writeFile(written);
      await file.datasync();
    } finally {
      await file.close();
    }
    const same = (await readFile(path)).equals(written);
    return same ? null : 'the spool gives back other bytes';
  } catch (cause) {
    return storageFailed('the spool folder cannot be written', cause).publicText;
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}

function pathOf(folder: string, recordingId: Uuid): string {
  const name = `${recordingId}.spool`;
  assert(namePattern.test(name), 'a recording id is a lower-case UUID');
  return join(folder, name);
}

function storageFailed(what: string, cause: unknown): ConsentryError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  return new ConsentryError('storage_failed', `${what} (${code})`, { cause });
}
