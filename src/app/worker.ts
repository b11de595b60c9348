/** Work beside the requests, one round of it at a time: calls go first. */
export interface Worker {
  /** There is something to do. */
  wake(): void;
  /** A round of upkeep; joins the one that is under way. */
  keep(): Promise<void>;
  /** What is under way stops where it may. Resolves when nothing is. */
  stop(): Promise<void>;
}

/** @param roundOf how a round is made, of what tells whether it must stop; a round does not throw */
export function worker(roundOf: (isStopping: () => boolean) => () => Promise<void>): Worker {
  let isStopping = false;
  let running: Promise<void> | null = null;
  const round = roundOf(() => isStopping);
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
