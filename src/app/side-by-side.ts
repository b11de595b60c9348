/** Work on many things of which none may hold up the others. */
import type { Log } from './ports.ts';

/** Leaves connections to the database and to the carrier for the calls themselves. */
const atOnce = 5;

/** Never rejects: what fails is told, and stays for whoever comes round again. */
export async function eachApart<Item>(
  log: Log,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items.values(); // shared: every item is taken by one worker
  const worker = async () => {
    for (const item of rest) {
      try {
        await work(item);
      } catch (error) {
        log.warn({ err: error }, 'a piece of upkeep failed');
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
