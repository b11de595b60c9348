/** Files for people: whole or not there, for their owner only, and never over another by mistake. */
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConsentryError } from '../../core/error.ts';
import { UsageError } from './command.ts';

/** What is exported is somebody's voice or key: nobody else on the machine may read it. */
const ownerOnly = 0o600;

/** @throws UsageError if something lies there and may not be replaced, or it is no file name */
export async function refuseTaken(path: string, force: boolean): Promise<void> {
  if (path === '-') throw new UsageError('it writes to a file; give a file name instead of -');
  const there = await stat(path).catch(() => null);
  if (there === null) return;
  if (!there.isFile()) throw new UsageError(`${path} is there and is not a file`);
  if (!force) throw new UsageError(`${path} is there already; --force replaces it`);
}

/**
 * Writes to `.<name>.<pid>.tmp` beside the file, syncs, renames. What `chunks` throws is thrown
 * on, and nothing is left behind then.
 *
 * @throws `storage_failed` when the place cannot be written, UsageError as `refuseTaken`
 */
export async function writeWhole(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { force, onBytes }: { readonly force: boolean; readonly onBytes?: (bytes: number) => void },
): Promise<number> {
  await refuseTaken(path, force);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const file = await attempt(path, () => open(temporary, 'w', ownerOnly));
  try {
    const bytes = await pour(path, file, chunks, onBytes);
    await refuseTaken(path, force);
    await attempt(path, () => rename(temporary, path));
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function pour(
  path: string,
  file: FileHandle,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onBytes: ((bytes: number) => void) | undefined,
): Promise<number> {
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      await attempt(path, () => file.writeFile(chunk));
      bytes += chunk.length;
      onBytes?.(bytes);
    }
    await attempt(path, () => file.sync());
    return bytes;
  } finally {
    await file.close();
  }
}

async function attempt<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ConsentryError('storage_failed', `${path} cannot be written (${code})`, { cause });
  }
}
