/**
 * Starts the embedded PostgreSQL again when it ends and nobody asked it to: somebody killed it, or
 * the system did for want of memory. Nothing is granted meanwhile, since every grant is a commit.
 */
import type { Postmaster } from './postmaster.ts';

const firstRestMs = 100;
const restMaxMs = 10_000;
/** Who has lived so long is well: the next end is a new trouble. */
const wellAfterMs = 60_000;

export type LifeEvent =
  | { readonly is: 'ended'; readonly by: string }
  | { readonly is: 'did-not-start'; readonly error: unknown; readonly nextMs: number }
  | { readonly is: 'back' };

export interface KeptAlive {
  /** Of the one that runs now; 0 between two lives. */
  readonly pid: number;
  /** Ends it, or the trying. */
  stop(): Promise<void>;
}

/** @param start as often as it takes; on the same port, so that connections find it again */
export function keepAlive(
  first: Postmaster,
  start: (isUnwanted: () => boolean) => Promise<Postmaster>,
  tell: (event: LifeEvent) => void,
): KeptAlive {
  let running: Postmaster | null = first;
  let isStopping = false;
  let wake = (): void => {};

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function again(restMs: number): Promise<number> {
    await rest(restMs);
    if (isStopping) return restMs;
    const nextMs = Math.min(restMaxMs, restMs * 2);
    try {
      running = await start(() => isStopping);
      if (!isStopping) tell({ is: 'back' });
    } catch (error) {
      tell({ is: 'did-not-start', error, nextMs });
    }
    return nextMs;
  }

  async function live(): Promise<void> {
    let restMs = firstRestMs;
    while (!isStopping) {
      if (running === null) {
        restMs = await again(restMs);
        continue;
      }
      const since = performance.now();
      const by = await running.ended;
      running = null;
      if (performance.now() - since > wellAfterMs) restMs = firstRestMs;
      if (!isStopping) tell({ is: 'ended', by });
    }
  }
  const life = live();

  return {
    get pid() {
      return running?.pid ?? 0;
    },
    async stop() {
      isStopping = true;
      wake();
      await running?.stop();
      await life;
      // One that was just being started.
      await running?.stop();
    },
  };
}
