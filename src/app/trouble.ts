/** Tells of what fails again and again when it begins to, and not each time. */
import type { Log } from './ports.ts';

export interface Trouble {
  failed(error: unknown): void;
  /** It worked: the next failure is told. */
  over(): void;
}

/** @param what as it stands in the log; nothing of a person */
export function troubleOf(log: Pick<Log, 'warn'>, what: string): Trouble {
  let isTold = false;
  return {
    failed(error) {
      if (!isTold) log.warn({ err: error }, what);
      isTold = true;
    },
    over() {
      isTold = false;
    },
  };
}
