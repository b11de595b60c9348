import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Vault } from '../../app/ports.ts';
import { ConsentryError } from '../../core/error.ts';

/** One folder at most, and no dots but the one before `age`: a name cannot leave the vault. */
const namePattern = /^(?:[a-z0-9-]{1,64}\/)?[a-z0-9-]{1,64}\.age$/;
/** Where payloads are written before they are whole. Also shows that the right disk is mounted. */
const incoming = '.incoming';
/** One age chunk with its tag: what a reader of ranges asks for. */
const readBytes = 65_552;

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * A vault in a folder, which is made if it is missing now. If it goes missing later (a disk that
 * is not mounted any more), everything throws `storage_failed` and nothing is made in its place.
 */
export async function openFileVault(folder: string): Promise<Vault> {
  await mkdir(join(folder, incoming), { recursive: true, mode: 0o700 }).catch((cause) => {
    throw storageFailed('the vault folder cannot be made', cause);
  });
  return new FileVault(folder);
}

class FileVault implements Vault {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(name: string, chunks: Chunks): Promise<void> {
    const target = this.#path(name);
    const temporary = join(this.#folder, incoming, `${flat(name)}.${hex()}.tmp`);
    try {
      await this.#removeUnfinished(name);
      await writeWhole(temporary, chunks);
      await this.#makeFolderOf(target);
      await rename(temporary, target);
      await syncFolder(dirname(target));
    } catch (cause) {
      // On a full or broken disk this may fail as well; the next put or remove tries again.
      await rm(temporary, { force: true }).catch(() => {});
      if (cause instanceof ConsentryError) throw cause;
      throw storageFailed('the vault cannot be written', cause);
    }
  }

  async *read(name: string, start = 0, end = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
    const path = this.#path(name);
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch (cause) {
      throw new ConsentryError('recording_unavailable', 'the payload cannot be read', { cause });
    }
    try {
      for (let at = start; at < end; ) {
        const buffer = Buffer.allocUnsafe(Math.min(readBytes, end - at));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  async size(name: string): Promise<number | null> {
    const path = this.#path(name);
    await this.#checkMounted();
    try {
      return (await stat(path)).size;
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return null;
      throw storageFailed('the vault cannot be read', cause);
    }
  }

  async remove(name: string): Promise<void> {
    const path = this.#path(name);
    await this.#checkMounted();
    try {
      await this.#removeUnfinished(name);
      if ((await stat(path).catch(() => null)) === null) return;
      await rm(path, { force: true });
      await syncFolder(dirname(path));
    } catch (cause) {
      throw storageFailed('the payload cannot be removed from the vault', cause);
    }
  }

  async health(): Promise<string | null> {
    const name = `health-${hex()}.age`;
    const written = Buffer.from(name);
    try {
      await this.put(name, [written]);
      const read: Uint8Array[] = [];
      for await (const chunk of this.read(name)) read.push(chunk);
      await this.remove(name);
      return Buffer.concat(read).equals(written) ? null : 'the vault gives back other bytes';
    } catch (error) {
      return error instanceof ConsentryError ? error.publicText : 'the vault cannot be read back';
    }
  }

  #path(name: string): string {
    if (!namePattern.test(name)) {
      throw new ConsentryError('invalid_request', 'a vault name is folder/name.age: a-z, 0-9, -');
    }
    return join(this.#folder, name);
  }

  /** An empty mount point must not pass for a vault from which everything was erased. */
  async #checkMounted(): Promise<void> {
    await stat(join(this.#folder, incoming)).catch((cause) => {
      throw storageFailed('the vault folder is missing', cause);
    });
  }

  /** What a crash in the middle of `put` left behind of this payload. */
  async #removeUnfinished(name: string): Promise<void> {
    const folder = join(this.#folder, incoming);
    for (const entry of await readdir(folder)) {
      if (entry.startsWith(`${flat(name)}.`)) await rm(join(folder, entry), { force: true });
    }
  }

  async #makeFolderOf(target: string): Promise<void> {
    const folder = dirname(target);
    if (folder === this.#folder) return;
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return;
      throw error;
    }
    await syncFolder(this.#folder);
  }
}

async function writeWhole(path: string, chunks: Chunks): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of chunks) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is on disk when the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

function flat(name: string): string {
  return name.replace('/', '_');
}

function hex(): string {
  return randomBytes(8).toString('hex');
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}

function storageFailed(what: string, cause: unknown): ConsentryError {
  return new ConsentryError('storage_failed', `${what} (${codeOf(cause)})`, { cause });
}
