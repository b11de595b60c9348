/** What carries out imports of lists, beside the requests. */
import type { ListParts } from './list-parts.ts';
import type { Log } from './ports.ts';
import { isTheirs, runNextListJob } from './run-list-job.ts';

export interface ListWorker {
  /** There is something to do. */
  wake(): void;
  /** A round of upkeep. */
  keep(): Promise<void>;
  stop(): Promise<void>;
}

/** One at a time: calls go first. */
export function listWorker(
  given: Omit<ListParts, 'isStopping'>,
  log: Pick<Log, 'warn'>,
): ListWorker {
  let isStopping = false;
  let running: Promise<void> | null = null;
  const parts = { ...given, isStopping: () => isStopping };
  async function round(): Promise<void> {
    for (let isMore = true; isMore && !isStopping; ) {
      try {
        isMore = await runNextListJob(parts);
      } catch (error) {
        // Of a file that is no list whoever sent it hears.
        if (isTheirs(error)) continue;
        log.warn({ err: error }, 'an import of a list was cut short');
        return;
      }
    }
  }
  const start = (): Promise<void> => {
    running ??= round().finally(() => {
      running = null;
    });
    return running;
  };
  return {
    wake: () => {
      if (!isStopping) void start();
    },
    keep: () => (isStopping ? Promise.resolve() : start()),
    async stop() {
      isStopping = true;
      await running;
    },
  };
}
