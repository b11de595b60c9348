/**
 * Renews the leases of all open gates of one purpose, every second, by one question to the
 * database for all of them. If it does not answer in time nothing is renewed, and the gates
 * close by themselves; when it answers again, those whose grant stands open again, and their
 * recordings note the hole. Gates of recordings written here that were shut for a while are asked
 * about too: the database knows when they are open again, whoever could not say so.
 */
import { renewEveryMs } from '../core/consent/gate.ts';
import type { CallSid, Purpose } from '../core/words.ts';
import type { GateRegistry } from './gates.ts';
import type { Clock, Log } from './ports.ts';

/** Below the pace of the rounds, so that one is over before the next begins. */
const answerMsMax = 800;

export interface RenewParts {
  readonly gates: GateRegistry;
  readonly purpose: Purpose;
  /** The legs among those asked for whose gate is open in the database, with the version of it. */
  readonly stillGranted: (callSids: readonly CallSid[]) => Promise<ReadonlyMap<CallSid, number>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** One round. Never throws; resolves to how many gates the database says are open, null when in doubt. */
export async function renewGates(parts: RenewParts): Promise<number | null> {
  const { gates, purpose, clock, log } = parts;
  gates.sweep();
  const callSids = gates.renewable(purpose);
  if (callSids.length === 0) return 0;
  // Leases count from before the question: the answer may be as old as that.
  const askedAt = clock.monotonic();
  try {
    const granted = await within(answerMsMax, parts.stillGranted(callSids));
    for (const callSid of callSids) {
      const version = granted.get(callSid);
      if (version === undefined) gates.miss(callSid, purpose, askedAt);
      else gates.renew(callSid, purpose, askedAt, version);
    }
    return granted.size;
  } catch (error) {
    log.warn({ err: error, purpose, legs: callSids.length }, 'gates could not be renewed');
    return null;
  }
}

/** Starts the rounds. Returns how to stop them. */
export function keepRenewing(parts: RenewParts): () => void {
  let running = false;
  const timer = setInterval(async () => {
    if (running) return;
    running = true;
    await renewGates(parts);
    running = false;
  }, renewEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** An answer that comes later is nobody's: the caller has already given up on it. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    // Only after one more look at the sockets: when frames keep this process busy, the answer may
    // have come in time and lie there unread.
    timer = setTimeout(
      () => setImmediate(() => reject(new Error(`no answer within ${ms} ms`))),
      ms,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
