/**
 * Work in threads, one piece after the other, each in a thread of its own: none holds up the calls
 * of this process, none inherits the memory of another, and one that takes too long or too much is
 * ended with all it holds.
 */
import { Worker } from 'node:worker_threads';
import { ConsentryError } from '../../core/error.ts';

export interface LaneLimits {
  readonly msMax: number;
  /** How many may wait behind the one that runs. */
  readonly waitingMax: number;
  readonly megabytesMax: number;
  /** When to come again, seconds: most of what is waited for is over by then. */
  readonly retryAfterS: number;
}

export interface Lane<Ask, Answer> {
  /** Throws `unavailable` when too many wait, or when it takes too long or too much memory. */
  run(ask: Ask): Promise<Answer>;
  /** Ends what runs, and refuses what waits. */
  close(): Promise<void>;
}

/** A file beside another, which is built, or as written, as that one is. */
export function fileBeside(url: string, name: string): URL {
  return new URL(`./${name}.${url.endsWith('.ts') ? 'ts' : 'js'}`, url);
}

/**
 * @param file what a thread runs
 * @param what it does, such as `the proof`
 */
export function openLane<Ask, Answer>(
  file: URL,
  what: string,
  limits: LaneLimits,
): Lane<Ask, Answer> {
  const { msMax, waitingMax, megabytesMax, retryAfterS } = limits;
  let last: Promise<unknown> = Promise.resolve();
  let asked = 0;
  let running: Worker | null = null;
  let isClosed = false;

  const refused = (why: string) => new ConsentryError('unavailable', `${what} ${why}`);

  async function inThread(ask: Ask): Promise<Answer> {
    if (isClosed) throw refused('was not begun: the server is stopping');
    const worker = new Worker(file, {
      workerData: ask,
      resourceLimits: { maxOldGenerationSizeMb: megabytesMax },
    });
    running = worker;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const late = refused(`took longer than ${msMax / 1_000} seconds`);
        timer = setTimeout(() => reject(late), msMax);
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', () => reject(refused('was ended')));
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'ERR_WORKER_OUT_OF_MEMORY' ? refused('took too much memory') : error;
    } finally {
      clearTimeout(timer);
      running = null;
      await worker.terminate();
    }
  }

  return {
    async run(ask) {
      if (asked > waitingMax) {
        const text = `${what} has to wait for too many others; ask again later`;
        throw new ConsentryError('unavailable', text, { retryAfterS });
      }
      asked += 1;
      const turn = last.then(() => inThread(ask));
      last = turn.catch(() => {});
      try {
        return await turn;
      } finally {
        asked -= 1;
      }
    },
    async close() {
      isClosed = true;
      await running?.terminate();
      await last;
    },
  };
}
