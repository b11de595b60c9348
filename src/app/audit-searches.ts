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
/** Entries of the same asker under way at once: while one is written, the next is asked for. */
const underWayMax = 2;

interface Waiting {
  readonly persons: readonly Uuid[];
  readonly resolve: (id: Uuid) => void;
  readonly reject: (error: unknown) => void;
}

interface Queue {
  waiting: Waiting[];
  underWay: number;
  /** True: a turn of the event loop is waited for, so that what comes in it goes together. */
  begins: boolean;
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
    if (queue.begins || queue.underWay >= underWayMax) return;
    queue.begins = true;
    setImmediate(() => {
      queue.begins = false;
      if (queue.waiting.length > 0) void send(name, queue, asker, act);
    });
  }

  return (asker, act) => {
    if (!mayGoTogether(asker, act)) return write(asker, act);
    const name = sameOf(asker, act);
    const queue = queues.get(name) ?? { waiting: [], underWay: 0, begins: false };
    queues.set(name, queue);
    return new Promise((resolve, reject) => {
      queue.waiting.push({ persons: act.persons, resolve, reject });
      begin(name, queue, asker, act);
    });
  };
}
