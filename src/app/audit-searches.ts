/**
 * What a program asks at one moment is one entry, which says how many questions it stands for and
 * whom they were about. A dialer asks thousands of times a second; an entry for each would say
 * nothing more, and take longer than the answers.
 */
import type { Uuid } from '../core/words.ts';
import type { Act, Asker } from './audit.ts';

/** Writes one entry; resolves to its id once it is committed. */
export type WriteAct = (asker: Asker, act: Act) => Promise<Uuid>;

/** Questions that one entry stands for at most: keeps its list of people readable. */
const questionsMax = 256;
/** Entries of the same asker under way at once: a second one only beside one that is held up. */
const underWayMax = 2;
/**
 * How long the entry before is waited for. Who comes while it is written goes with the next: one
 * entry of all costs half of what one of the first and one of the rest do.
 */
const patienceMs = 20;

interface Waiting {
  readonly persons: readonly Uuid[];
  readonly resolve: (id: Uuid) => void;
  readonly reject: (error: unknown) => void;
}

interface Queue {
  waiting: Waiting[];
  underWay: number;
  /**
   * What the next entry waits for. `turn`: the end of this turn of the event loop, so that what comes in
   * it goes together; a timer: the entry before; null: somebody who asks, or a place.
   */
  begins: 'turn' | NodeJS.Timeout | null;
}

/** Whether an act may stand in one entry with others: a program's question that was let in. */
export function mayGoTogether({ as }: Asker, { act, allowed, reason, spans }: Act): boolean {
  const isPlain = (reason ?? null) === null && (spans ?? null) === null;
  return as === 'key' && act === 'search' && allowed && isPlain;
}

/** What the entries of a queue have in common. */
const sameOf = ({ by, address }: Asker, { operation, subject }: Act): string =>
  JSON.stringify([by, address, operation, Object.entries(subject).sort()]);

/** Each question waits for the entry that it stands in, and fails with it. */
export function writeTogether(write: WriteAct): WriteAct {
  const queues = new Map<string, Queue>();

  async function send(name: string, queue: Queue, asker: Asker, act: Act): Promise<void> {
    const batch = queue.waiting.splice(0, questionsMax);
    queue.underWay += 1;
    if (queue.waiting.length > 0) begin(name, queue, asker, act);
    const persons = [...new Set(batch.flatMap((one) => one.persons))];
    const count = batch.length === 1 ? {} : { requests: String(batch.length) };
    try {
      const id = await write(asker, { ...act, persons, subject: { ...act.subject, ...count } });
      for (const { resolve } of batch) resolve(id);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    queue.underWay -= 1;
    if (queue.waiting.length > 0) begin(name, queue, asker, act);
    else if (queue.underWay === 0) queues.delete(name);
  }

  function begin(name: string, queue: Queue, asker: Asker, act: Act): void {
    if (queue.underWay >= underWayMax) return;
    const isDue = queue.underWay === 0 || queue.waiting.length >= questionsMax;
    if (queue.begins === 'turn' || (queue.begins !== null && !isDue)) return;
    if (queue.begins !== null) clearTimeout(queue.begins);
    const go = (): void => {
      queue.begins = null;
      if (queue.waiting.length > 0) void send(name, queue, asker, act);
    };
    queue.begins = isDue ? 'turn' : setTimeout(go, patienceMs);
    if (isDue) setImmediate(go);
  }

  return (asker, act) => {
    if (!mayGoTogether(asker, act)) return write(asker, act);
    const name = sameOf(asker, act);
    const queue = queues.get(name) ?? { waiting: [], underWay: 0, begins: null };
    queues.set(name, queue);
    return new Promise((resolve, reject) => {
      queue.waiting.push({ persons: act.persons, resolve, reject });
      begin(name, queue, asker, act);
    });
  };
}
