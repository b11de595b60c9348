/** What carries out imports of lists, beside the requests. */
import type { ListParts } from './list-parts.ts';
import type { Log } from './ports.ts';
import { isTheirs, runNextListJob } from './run-list-job.ts';
import { type Worker, worker } from './worker.ts';

export const listWorker = (given: Omit<ListParts, 'isStopping'>, log: Pick<Log, 'warn'>): Worker =>
  worker((isStopping) => {
    const parts = { ...given, isStopping };
    return async () => {
      for (let isMore = true; isMore && !isStopping(); ) {
        try {
          isMore = await runNextListJob(parts);
        } catch (error) {
          // Of a file that is no list whoever sent it hears.
          if (isTheirs(error)) continue;
          log.warn({ err: error }, 'an import of a list was cut short');
          return;
        }
      }
    };
  });
