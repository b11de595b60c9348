/**
 * What nobody's request would do: resume pauses that are over, carry out tasks left behind by a
 * process that died, and close calls whose end was never reported.
 */
import type { CallSid, Instant } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import { runTask, type TaskParts } from './carrier-tasks.ts';
import { endLeg } from './end-call.ts';
import { isOver } from './interpret-webhook.ts';
import { setPaused } from './pause-recording.ts';

/** A leg that left its bridge or lost its stream is given this long to report its end. */
const goneGraceMs = 10_000;
/** A carrier that cannot be asked is believed gone after this long. */
const goneLimitMs = 60_000;
/** Longest call the carrier itself allows (TimeLimit of Dial, 4 hours), with some to spare. */
const callLimitMs = 5 * 3_600_000;

export interface Caretaker {
  /** A sign that a leg may be over. */
  suspect(callSid: CallSid): void;
  /** One round; call it about once a second. Never throws. */
  round(): Promise<void>;
}

export function createCaretaker(parts: CallParts & TaskParts): Caretaker {
  const suspects = new Map<CallSid, Instant>();

  async function check(callSid: CallSid, since: Instant): Promise<void> {
    const waited = parts.clock.monotonic() - since;
    if (waited < goneGraceMs) return;
    try {
      const status = await parts.carrier.callStatus(callSid);
      if (status !== null && !isOver(status)) {
        suspects.delete(callSid);
        return;
      }
    } catch (error) {
      if (waited < goneLimitMs) return;
      parts.log.warn({ err: error }, 'the carrier does not say whether a leg is over; closing it');
    }
    await endLeg(parts, callSid);
    suspects.delete(callSid);
  }

  async function closeForgotten(): Promise<void> {
    const stale = await parts.store.liveSince(parts.clock.now() - callLimitMs, 20);
    for (const call of stale) {
      for (const { callSid, phase } of call.state.legs) {
        if (phase !== 'ended') await endLeg(parts, callSid);
      }
    }
  }

  async function round(): Promise<void> {
    for (const id of await parts.store.dueToResume(parts.clock.now())) {
      await setPaused(parts, { call: id, state: 'resumed', by: 'timer' });
    }
    for (const id of await parts.store.openTasks(20)) await runTask(parts, id);
    for (const [callSid, since] of suspects) await check(callSid, since);
    await closeForgotten();
  }

  return {
    suspect(callSid) {
      if (!suspects.has(callSid)) suspects.set(callSid, parts.clock.monotonic());
    },
    async round() {
      try {
        await round();
      } catch (error) {
        parts.log.warn({ err: error }, 'a round of looking after calls was cut short');
      }
    },
  };
}
