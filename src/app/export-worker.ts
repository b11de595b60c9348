/** What writes exports and brings them away, beside the requests. */
import { clearLeftovers } from './exports.ts';
import type { Log } from './ports.ts';
import { type PushParts, pushNextExport } from './push-export.ts';
import { runNextExport } from './run-export.ts';

export interface ExportWorker {
  /** There is something to write. */
  wake(): void;
  /** A round of upkeep. */
  keep(): Promise<void>;
  stop(): Promise<void>;
}

/** One export at a time: the rest of the work on this machine goes first. */
export function exportWorker(
  given: Omit<PushParts, 'isStopping'>,
  log: Pick<Log, 'warn'>,
): ExportWorker {
  let isStopping = false;
  let running: Promise<void> | null = null;
  const parts = { ...given, isStopping: () => isStopping };
  async function round(): Promise<void> {
    try {
      while (!isStopping && (await runNextExport(parts)));
      while (!isStopping && (await pushNextExport(parts)));
      await clearLeftovers(parts);
    } catch (error) {
      log.warn({ err: error }, 'an export was cut short');
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
