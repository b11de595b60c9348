/**
 * What lies outside the database when a business ends: the key file, folders of sealed files, and the
 * state of the ending itself, by which it goes on after a crash.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EndingFiles, EndingKept } from '../../app/end-contract.ts';

export interface EndingPaths {
  /** Where the state lies meanwhile, and the certificate in the end. */
  readonly folder: string;
  readonly keyFile: string;
  readonly folders: readonly string[];
  readonly files: readonly string[];
  readonly checkpoints: string;
}

const isMissing = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';

export function endingFiles({
  folder,
  keyFile,
  folders,
  files,
  checkpoints,
}: EndingPaths): EndingFiles {
  const stateFile = join(folder, 'state.json');
  return {
    async load() {
      const text = await textOf(stateFile);
      return text === null ? null : (JSON.parse(text) as EndingKept);
    },
    async save(state) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(stateFile, JSON.stringify(state));
    },
    async destroyKey() {
      const names = [keyFile, ...(await besides(keyFile))];
      for (const name of names) await shred(name);
      await syncFolder(dirname(keyFile));
    },
    async keyLeft() {
      return ((await exists(keyFile)) ? 1 : 0) + (await besides(keyFile)).length;
    },
    async remove() {
      for (const one of folders) await rm(one, { recursive: true, force: true });
      for (const one of files) await rm(one, { force: true });
    },
    async filesLeft() {
      let left = 0;
      for (const one of folders) left += await countBelow(one);
      for (const one of files) left += (await exists(one)) ? 1 : 0;
      return left;
    },
    async finish(id, certificate) {
      const path = join(folder, `certificate-${id}.json`);
      await writeWhole(path, certificate);
      if (await exists(checkpoints)) await rename(checkpoints, join(folder, `checkpoints-${id}`));
      await shred(stateFile);
      await syncFolder(folder);
      return path;
    },
    certificate: (id) => textOf(join(folder, `certificate-${id}.json`)),
  };
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );

/** The next key, earlier ones, and what a start that was cut short left: all begin with its name. */
async function besides(keyFile: string): Promise<readonly string[]> {
  const start = `${keyFile}.`;
  return (await namesIn(dirname(keyFile)))
    .map((name) => join(dirname(keyFile), name))
    .filter((path) => path.startsWith(start));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}

async function countBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    },
  );
  return entries.filter((entry) => !entry.isDirectory()).length;
}

/** Overwritten first: a disk that keeps old blocks aside is the operator's to know of. */
async function shred(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    (error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    },
  );
  if (size === null) return;
  // A key file may be one that its owner only reads.
  await chmod(path, 0o600);
  const file = await open(path, 'r+');
  try {
    await file.write(randomBytes(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path);
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
