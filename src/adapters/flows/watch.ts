import { stat } from 'node:fs/promises';
import type { Log } from '../../app/ports.ts';

export interface Watched {
  /** Reads the folder anew, so that calls pinned to what is new there can be served. */
  reload(): Promise<void>;
  /** Lets new calls have what was read. */
  use(): void;
}

export interface WatchTimes {
  /** How often the lock is looked at. */
  readonly everyMs: number;
  /** From reading what is new to using it: more than `everyMs`, so that every process has read it. */
  readonly settleMs: number;
  /** How long after a failure the same lock is tried again: its files may come after it. */
  readonly againMs: number;
}

/** Together well below the five seconds after which a new call hears what was published. */
export const watchTimes: WatchTimes = { everyMs: 1_000, settleMs: 2_000, againMs: 5_000 };

/**
 * Looks whether `versions.lock` is still the file it was, and reloads when it is not. Looking is
 * one `stat` a second: it works on every file system, which change events do not. A reload that
 * fails is logged once, and what was there stays.
 *
 * @param asRead its state before it was read first
 * @returns how to stop; what is under way is finished first
 */
export function watchLock(
  lockFile: string,
  asRead: string,
  watched: Watched,
  log: Log,
  { everyMs, settleMs, againMs }: WatchTimes = watchTimes,
): () => Promise<void> {
  let seen = asRead;
  let failed: { readonly state: string; readonly at: number } | null = null;
  let settling: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;

  async function look(): Promise<void> {
    const state = await lockState(lockFile);
    if (state === seen) return;
    if (failed?.state === state && performance.now() - failed.at < againMs) return;
    try {
      await watched.reload();
    } catch (error) {
      if (failed?.state !== state) {
        const reason = reasonOf(error);
        log.error({ err: error, reason }, 'flows were published and cannot be read; the old stay');
      }
      failed = { state, at: performance.now() };
      return;
    }
    seen = state;
    failed = null;
    clearTimeout(settling);
    settling = setTimeout(() => {
      watched.use();
      log.info({}, 'published flows were read anew; new calls hear them');
    }, settleMs);
    settling.unref();
  }

  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null;
    });
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await looking;
    clearTimeout(settling);
  };
}

/** Changes with every rename and every write; a lock that cannot be seen is a state, too. */
export async function lockState(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return 'gone';
  }
}

/** Authors' files say what is wrong with them by place; nothing of a call is in it. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
