import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VersionLock } from '../../app/publish-flow.ts';
import { ConsentryError } from '../../core/error.ts';
import { type PublishedVersion, readVersions, withVersion } from '../../core/flow/versions.ts';

/** Who writes holds the new file for milliseconds; one this old was left by somebody who died. */
const abandonedMs = 10_000;
const lookEveryMs = 25;
const looksMax = 800;

/**
 * `versions.lock` for writing. The new text is written beside it, flushed, and renamed over it, so
 * that readers see the old lock or the new one, and a writer who dies leaves the old one. The file
 * beside it exists once, and so keeps writers apart: who comes second reads what the first wrote.
 */
export function versionLock(file: string): VersionLock {
  const beside = `${file}.new`;

  /** Keeps other writers away; whoever renames the file beside it away has made it the lock. */
  async function holding<Result>(
    act: (
      text: string,
      published: readonly PublishedVersion[],
      next: FileHandle,
    ) => Promise<Result>,
  ): Promise<Result> {
    const next = await attempt(file, () => openAlone(beside));
    try {
      const text = await attempt(file, () => readFile(file, 'utf8'));
      const { versions, badLines } = readVersions(text);
      if (badLines.length > 0) {
        throw new ConsentryError(
          'flow_invalid',
          `${file}:${badLines[0]}:1: must be a name, a version and a hash`,
        );
      }
      return await act(text, versions, next);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    } finally {
      await next.close();
    }
  }

  return {
    append: (choose) =>
      holding(async (text, published, next) => {
        const chosen = await choose(published);
        await attempt(file, async () => {
          await next.chmod((await stat(file)).mode);
          await next.writeFile(withVersion(text, chosen));
          await next.sync();
          await rename(beside, file);
        });
        return chosen;
      }),
    alone: (act) =>
      holding(async (_text, published) => {
        const result = await act(published);
        await rm(beside, { force: true });
        return result;
      }),
  };
}

/** Waits for other writers, and takes away what a dead one left. */
async function openAlone(path: string) {
  for (let looks = 0; ; looks += 1) {
    try {
      return await open(path, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || looks === looksMax) throw error;
    }
    const there = await stat(path).catch(() => null);
    if (there !== null && Date.now() - there.mtimeMs > abandonedMs) await rm(path, { force: true });
    else await sleep(lookEveryMs);
  }
}

async function attempt<Result>(file: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof ConsentryError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ConsentryError('storage_failed', `${file} cannot be written (${code})`, { cause });
  }
}
