/** What this machine says of itself: who we are on it, what disk we write to, how full it is. */
import { access, constants, readdir, readFile, realpath, stat, statfs } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Machine } from '../../app/doctor-ports.ts';

export interface MachineFolders {
  readonly dataDir: string;
  readonly programDir: string;
  readonly keyPath: string;
  /** A file whose time is that of the last backup. */
  readonly backupFile: string;
}

export function lookAtMachine(folders: MachineFolders): Machine {
  const { dataDir, programDir, keyPath, backupFile } = folders;
  return {
    async look() {
      const disk = await statfs(dataDir);
      return {
        isRoot: process.getuid?.() === 0,
        canChangeProgram: await canWrite(programDir),
        isDiskEncrypted: await isEncrypted(dataDir),
        keyPlace: keyPath,
        isKeyApart: await isApart(keyPath, dataDir),
        diskFreeShare: disk.bavail / Math.max(1, disk.blocks),
        diskFreeBytes: disk.bavail * disk.bsize,
      };
    },
    async lastBackup() {
      try {
        return (await stat(backupFile)).mtimeMs;
      } catch {
        return null;
      }
    },
  };
}

/** Links do not take a key out of a folder. */
export async function isApart(keyPath: string, dataDir: string): Promise<boolean> {
  return !isInside(await realpath(keyPath).catch(() => keyPath), await realpath(dataDir));
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

async function canWrite(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * True where the file system lies on dm-crypt, at whatever depth: the kernel names its devices so
 * (https://docs.kernel.org/admin-guide/device-mapper/dm-crypt.html). Null where the system does not
 * say: another kernel, or a disk that the machine's host encrypts.
 */
async function isEncrypted(path: string): Promise<boolean | null> {
  try {
    const { dev } = await stat(path);
    const major = (dev >>> 8) & 0xfff;
    const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
    return await isCrypt(await realpath(`/sys/dev/block/${major}:${minor}`));
  } catch {
    return null;
  }
}

async function isCrypt(device: string): Promise<boolean> {
  const name = await readFile(join(device, 'dm/uuid'), 'utf8').catch(() => '');
  if (name.startsWith('CRYPT-')) return true;
  const below = await readdir(join(device, 'slaves')).catch(() => []);
  for (const one of below) {
    if (await isCrypt(await realpath(join(device, 'slaves', one)))) return true;
  }
  return false;
}
