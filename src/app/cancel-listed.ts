/**
 * Ends what is on its way to numbers that were listed elsewhere: by a command beside the server, which
 * has no carrier to ask, or by another server. Whoever lists a number here ends it by themselves, and
 * before they are answered; this comes as soon as the stream of the own list brings the change.
 */
import type { OwnChange } from '../core/suppression/own-change.ts';
import type { Log } from './ports.ts';
import { troubleOf } from './trouble.ts';

export interface ListedElsewhere {
  /** What a look at the stream brought; nothing perhaps, and then what failed before is tried again. */
  hear(changes: readonly OwnChange[]): void;
  /** Resolves once what was heard is done. */
  settled(): Promise<void>;
}

/** @param cancel ends what is on its way to any of these numbers, or beginnings of numbers */
export function cancelListed(
  cancel: (numbers: readonly string[]) => Promise<void>,
  log: Pick<Log, 'warn'>,
): ListedElsewhere {
  const trouble = troubleOf(log, 'what rings at numbers that were listed was not stopped');
  let heard = new Set<string>();
  let working: Promise<void> | null = null;

  async function work(): Promise<void> {
    while (heard.size > 0) {
      const numbers = heard;
      heard = new Set();
      try {
        await cancel([...numbers]);
        trouble.over();
      } catch (error) {
        for (const number of numbers) heard.add(number);
        trouble.failed(error);
        break;
      }
    }
    working = null;
  }

  return {
    hear(changes) {
      for (const { listed, number } of changes) if (listed) heard.add(number);
      if (heard.size > 0) working ??= work();
    },
    settled: async () => void (await working),
  };
}
