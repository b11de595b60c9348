/** What writes exports and brings them away, beside the requests. */
import { clearLeftovers } from './exports.ts';
import type { Log } from './ports.ts';
import { type PushParts, pushNextExport } from './push-export.ts';
import { runNextExport } from './run-export.ts';
import { type Worker, worker } from './worker.ts';

export const exportWorker = (
  given: Omit<PushParts, 'isStopping'>,
  log: Pick<Log, 'warn'>,
): Worker =>
  worker((isStopping) => {
    const parts = { ...given, isStopping };
    return async () => {
      try {
        while (!isStopping() && (await runNextExport(parts)));
        while (!isStopping() && (await pushNextExport(parts)));
        await clearLeftovers(parts);
      } catch (error) {
        log.warn({ err: error }, 'an export was cut short');
      }
    };
  });
