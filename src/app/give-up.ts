/**
 * What is left when a webhook could not be answered: the caller was let through and told that
 * nothing is recorded, so nothing may be. The gates shut at once, in memory; the call's history
 * follows as soon as the database takes it, however long that is.
 */
import type { CallEvent } from '../core/call/event.ts';
import type { VoiceWebhook } from '../core/call/webhook.ts';
import { gatedPurposes } from '../core/consent/purpose.ts';
import { starWithdrawals } from '../core/flow/envelope.ts';
import type { CallSid, Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type { StoredCall } from './call-ports.ts';
import { type CallState, conferenceName, type LegState, starReturns } from './call-state.ts';
import { changeCall } from './change-call.ts';
import { isCallerAlone } from './company.ts';
import { type Turn, takeTurn } from './take-turn.ts';

/** Answers that were given without the call's history: a repeat within the hour gets the same. */
const answersMax = 10_000;
/** Waits between attempts to write it down, ms; the last one goes on for ever, up to the limit. */
const waitsMs = [250, 1_000, 2_000, 5_000, 15_000] as const;
/** The carrier's longest call; after it there is nothing left to end. */
const attemptsMax = 1_000;

/** How a caller is let through: where to, as far as memory knows. */
export interface WayOut {
  /** The bridge on which somebody of this call waits; null: none does. */
  readonly bridge: string | null;
}

export interface GivingUp {
  /** The answer this step was given when nothing else worked; null if it was not. */
  answerOf(webhook: VoiceWebhook): string | null;
  /** Says no to everything of this leg, now; `answer` is what the carrier is told. */
  step(webhook: VoiceWebhook, answer: string): void;
  /** The same for a step that was given up before: what became of it is known only now. */
  again(webhook: VoiceWebhook): void;
  /** The carrier came by its fallback address: it could not get an answer of ours at all. */
  leg(callSid: CallSid): void;
  wayOut(callSid: CallSid): WayOut;
  /** Resolves when nothing waits to be written down. */
  settled(): Promise<void>;
  stop(): void;
}

const stepKey = ({ callSid, step }: VoiceWebhook): string => `${callSid} ${step}`;

/**
 * Whoever came back from the bridge pressed `*`, and that takes back all they had granted even if we
 * could not say so; everybody else, and whoever we fetched from there, just met a failure.
 */
function eventsFor(leg: LegState): readonly CallEvent[] {
  const isStar = leg.awaits === 'bridge' && starReturns(leg.role) && leg.fetching !== true;
  if (!isStar) return [{ type: 'FAILED' }];
  return starWithdrawals(leg.statuses).map(({ purpose }) => ({ type: 'WITHDRAW', purpose }));
}

/** The bridge on which somebody of the call waits for this leg, or may come to it; null: nobody does. */
function bridgeFor(id: Uuid, state: CallState, { role }: LegState): string | null {
  const isAnybody =
    role !== 'caller' ||
    !isCallerAlone(state) ||
    state.legs.some((leg) => leg.role !== 'caller' && leg.phase !== 'ended');
  return isAnybody ? conferenceName(id) : null;
}

/** Whoever was let through to the bridge meets there who rings or waits: nobody is sent away. */
const isKept = ({ effect }: Turn['effects'][number]): boolean => effect.type !== 'unring';

export interface GivingUpParts extends CallParts {
  /** Resolves after so long, or as soon as the signal aborts. Never rejects. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export function createGivingUp(parts: GivingUpParts): GivingUp {
  const answers = new Map<string, string>();
  const writing = new Set<Promise<void>>();
  const stopped = new AbortController();

  function shutNow(callSid: CallSid): void {
    for (const purpose of gatedPurposes) {
      parts.gates.shut(callSid, purpose, 'failure');
      parts.gateChannel
        .announce({ callSid, purpose, shut: 'failure', version: null })
        .catch(() => {}); // the lease of whoever holds the media runs out
    }
  }

  async function callOf(callSid: CallSid): Promise<StoredCall | null> {
    return parts.cache.byCallSid(callSid) ?? parts.store.findByCallSid(callSid);
  }

  /**
   * True for the step the leg waits for, and for one whose commit stood though its answer came too
   * late. Any other step moves nothing, whoever sent it.
   */
  async function isOurs(call: StoredCall, callSid: CallSid, step: string): Promise<boolean> {
    const leg = call.state.legs.find((one) => one.callSid === callSid);
    return leg?.nextStep === step || (await parts.store.answered(callSid, step)) !== null;
  }

  /** @param step the one that could not be answered; null: whatever the leg waits for */
  async function writeDown(callSid: CallSid, step: string | null): Promise<void> {
    const call = await callOf(callSid);
    if (call === null) return;
    if (step !== null && !(await isOurs(call, callSid, step))) return;
    await changeCall(parts, call.id, ({ state }) => {
      const leg = state.legs.find((one) => one.callSid === callSid);
      if (leg === undefined || leg.phase === 'ended' || leg.letThrough === true) return null;
      const events = eventsFor(leg).map((event) => ({ callSid, event }));
      const taken = takeTurn(parts.flows.pinned, state, events);
      const turn = step === null ? taken : { ...taken, effects: taken.effects.filter(isKept) };
      const legs = turn.state.legs.map((one) =>
        one.callSid === callSid ? { ...one, letThrough: true, nextStep: null } : one,
      );
      return { turn: { ...turn, state: { ...turn.state, legs } }, quiet: true };
    });
  }

  async function insist(callSid: CallSid, step: string | null): Promise<void> {
    for (let attempt = 0; attempt < attemptsMax && !stopped.signal.aborted; attempt += 1) {
      try {
        await writeDown(callSid, step);
        return;
      } catch (error) {
        if (attempt === 0) parts.log.warn({ err: error }, 'a failed step waits to be written down');
        await parts.wait(waitsMs[Math.min(attempt, waitsMs.length - 1)] ?? 0, stopped.signal);
      }
    }
  }

  function begin(callSid: CallSid, step: string | null): void {
    const work = insist(callSid, step).finally(() => writing.delete(work));
    writing.add(work);
  }

  return {
    answerOf: (webhook) => answers.get(stepKey(webhook)) ?? null,
    step(webhook, answer) {
      const { callSid, step } = webhook;
      const known = parts.cache
        .byCallSid(callSid)
        ?.state.legs.find((leg) => leg.callSid === callSid);
      if (answers.size >= answersMax) answers.delete(answers.keys().next().value ?? '');
      answers.set(stepKey(webhook), answer);
      if (known === undefined || known.nextStep === step) shutNow(callSid);
      begin(callSid, step);
    },
    again({ callSid, step }) {
      begin(callSid, step);
    },
    leg(callSid) {
      shutNow(callSid);
      begin(callSid, null);
    },
    wayOut(callSid) {
      const call = parts.cache.byCallSid(callSid);
      const leg = call?.state.legs.find((one) => one.callSid === callSid);
      if (call == null || leg === undefined) return { bridge: null };
      return { bridge: bridgeFor(call.id, call.state, leg) };
    },
    async settled() {
      await Promise.all(writing);
    },
    stop: () => stopped.abort(),
  };
}
