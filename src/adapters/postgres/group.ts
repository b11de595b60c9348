/**
 * Group commit: what waits is written by one statement. At 50 callers at once this doubles the
 * rate of one durable statement per caller, because they share a flush of the log.
 *
 * Beside a statement that is under way another one begins only when it is worth its beginning:
 * half of what the database does for a small one it does for a large one too. Who came meanwhile
 * goes with the next, a few milliseconds later; but not behind one that is held up.
 */

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupOptions<Item, Result> {
  /** One statement for all items; results in the same order. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Items with the same key never share a statement: the second must see what the first did. */
  readonly keyOf: (item: Item) => string;
  readonly itemsMax: number;
  /** Statements under way at once. */
  readonly inFlightMax: number;
}

/** So much of a full statement is worth one beside others. */
const worthwhile = 0.5;
/** Who has waited so long waits for no other statement: it is held up. */
const patienceMs = 20;

export function createGroup<Item, Result>(
  options: GroupOptions<Item, Result>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let inFlight = 0;
  let patience: NodeJS.Timeout | null = null;
  const enough = Math.ceil(options.itemsMax * worthwhile);

  /**
   * Rows are locked in the order of the batch, so every batch has the same: two that meet in the
   * same rows then wait one for the other, and never both, which costs a second until it is seen.
   */
  function takeBatch(): Waiting<Item, Result>[] {
    const batch = new Map<string, Waiting<Item, Result>>();
    const left: Waiting<Item, Result>[] = [];
    const keys = new Set<string>();
    for (const entry of waiting) {
      const key = options.keyOf(entry.item);
      if (batch.size < options.itemsMax && !keys.has(key)) batch.set(key, entry);
      else left.push(entry);
      keys.add(key);
    }
    waiting = left;
    if (batch.size < 2) return [...batch.values()];
    return [...batch].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  }

  /** A statement that fails as a whole is tried again item by item: one bad row spoils only itself. */
  async function alone(entry: Waiting<Item, Result>): Promise<void> {
    try {
      const [result] = await options.run([entry.item]);
      entry.resolve(result as Result);
    } catch (error) {
      entry.reject(error);
    }
  }

  async function send(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await options.run(batch.map((entry) => entry.item));
      batch.forEach((entry, index) => {
        entry.resolve(results[index] as Result);
      });
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const entry of batch) await alone(entry);
    }
  }

  function begin(): void {
    inFlight += 1;
    void send(takeBatch()).finally(() => {
      inFlight -= 1;
      pump();
    });
  }

  function pump(): void {
    while (waiting.length > 0 && (inFlight === 0 || (isFree() && waiting.length >= enough)))
      begin();
    if (patience !== null) clearTimeout(patience);
    patience = waiting.length > 0 && isFree() ? setTimeout(outOfPatience, patienceMs) : null;
  }

  const isFree = (): boolean => inFlight < options.inFlightMax;

  function outOfPatience(): void {
    patience = null;
    if (waiting.length > 0 && isFree()) begin();
    pump();
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // Everything that arrives in this turn of the event loop goes into one statement.
      if (waiting.length === 1 || waiting.length === enough) setImmediate(pump);
      else if (isFree() && waiting.length >= options.itemsMax) pump();
    });
}
