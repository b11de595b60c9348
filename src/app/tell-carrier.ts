/**
 * Tells the carrier who asked not to be texted, and who may be again, so that its own list and
 * ours agree. What has to be told is a row of the transaction that changed the list: it is told
 * after a restart too, again until the carrier has taken it, and the newest state only. The line
 * on which the carrier heard a word itself knows it, and is not told: nothing goes in circles.
 *
 * The carrier's list stands behind ours and in place of nothing: ours is looked at before a text.
 */
import { createHash } from 'node:crypto';
import { ConsentryError } from '../core/error.ts';
import { textSources } from '../core/suppression/lifting.ts';
import {
  type Consent,
  type ConsentCarrier,
  type ConsentDue,
  type ConsentQueue,
  consentsMax,
} from './consent-ports.ts';
import type { Clock, Log } from './ports.ts';

export interface TellParts {
  readonly queue: ConsentQueue;
  readonly carrier: ConsentCarrier;
  /** Numbers of ours that texts are sent from. */
  readonly senders: () => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Longer than all requests of a round may take. */
const leaseMs = 30_000;
const firstWaitMs = 1_000;
const longestWaitMs = 3_600_000;
/** What it refuses today it may take when somebody has changed the account. */
const refusedWaitMs = 86_400_000;
/** An account that may not use the endpoint is not asked about every number. */
const pauseMs = 900_000;
/** For what a request was answered without. */
const unanswered = -1;

/** @returns one round, to be called about once a second: the carrier takes 100 requests a minute */
export function carrierTeller(parts: TellParts): () => Promise<void> {
  const { queue, carrier, senders, clock, log } = parts;
  let pausedUntil = Number.NEGATIVE_INFINITY;

  async function settle(due: ConsentDue, refused: number): Promise<void> {
    if (refused === 0) return queue.told(due);
    log.warn({ error: refused }, 'the carrier refused to be told of an opt-out');
    await queue.postpone(due, refusedWaitMs, refused);
  }

  async function afterFailure(all: readonly ConsentDue[], error: unknown): Promise<void> {
    log.warn({ err: error, count: all.length }, 'the carrier could not be told of opt-outs');
    const isRefusal = error instanceof ConsentryError && error.code !== 'unavailable';
    if (isRefusal) pausedUntil = clock.monotonic() + pauseMs;
    for (const due of all) {
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(due.attempts, 20));
      await queue.postpone(due, isRefusal ? pauseMs : waitMs, null);
    }
  }

  return async () => {
    if (clock.monotonic() < pausedUntil) return;
    const lines = await senders();
    // Who has no line yet sends no texts.
    if (lines.length === 0) return;
    const all = await queue.take(Math.max(1, Math.floor(consentsMax / lines.length)), leaseMs);
    const told = all.map((due) => ({ due, consents: consentsOf(due, lines) }));
    const consents = told.flatMap((one) => one.consents);
    const answers = new Map<string, number>();
    try {
      for (let from = 0; from < consents.length; from += consentsMax) {
        const some = await carrier.tell(consents.slice(from, from + consentsMax));
        for (const [correlation, error] of some) answers.set(correlation, error);
      }
    } catch (error) {
      return afterFailure(all, error);
    }
    for (const one of told) {
      const errors = one.consents.map(({ correlation }) => answers.get(correlation) ?? unanswered);
      await settle(one.due, errors.find((error) => error !== 0) ?? 0);
    }
  };
}

function consentsOf(due: ConsentDue, lines: readonly string[]): readonly Consent[] {
  const { number: contact, seq, listed, at } = due;
  return lines
    .filter((line) => !due.wasHeardOn(line))
    .map((sender) => ({
      contact,
      sender,
      correlation: correlationOf(contact, sender, seq),
      optedIn: !listed,
      source: sourceOf(due),
      at,
    }));
}

/** The carrier may know it by that name already, if its answer was lost. */
function correlationOf(contact: string, sender: string, seq: number): string {
  const digest = createHash('sha256').update(`${contact} ${sender} ${seq}`).digest('hex');
  return digest.slice(0, 32);
}

function sourceOf({ source, listed }: ConsentDue): Consent['source'] {
  if (textSources.includes(source)) return listed ? 'opt-out-message' : 'opt-in-message';
  return source === 'form' ? 'website' : 'others';
}
