/** Legs that may be over without anybody having said so. */
import type { CallSid, Instant } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import { endLeg } from './end-call.ts';
import { isOver } from './interpret-webhook.ts';
import type { Carrier } from './ports.ts';
import { eachApart } from './side-by-side.ts';

/** A leg that left its bridge or lost its stream is given this long to report its end. */
const goneGraceMs = 10_000;
/** A carrier that cannot be asked is believed gone after this long. */
const goneLimitMs = 60_000;
/** Between two looks at a leg about which there was no answer. */
const askAgainMs = 5_000;

export interface SuspectLegs {
  suspect(callSid: CallSid): void;
  /** Ends those that are over, and forgets those that are not. Throws when the store does. */
  look(): Promise<void>;
}

export function createSuspectLegs(parts: CallParts & { readonly carrier: Carrier }): SuspectLegs {
  const suspects = new Map<CallSid, { readonly since: Instant; readonly askAt: Instant }>();

  async function isGone(callSid: CallSid, since: Instant): Promise<boolean> {
    try {
      const status = await parts.carrier.callStatus(callSid);
      return status === null || isOver(status);
    } catch (error) {
      if (parts.clock.monotonic() - since < goneLimitMs) throw error;
      parts.log.warn({ err: error }, 'the carrier does not say whether a leg is over; closing it');
      return true;
    }
  }

  async function check(callSid: CallSid, since: Instant): Promise<void> {
    suspects.delete(callSid); // a sign that comes while the carrier is asked counts anew
    try {
      if (await isGone(callSid, since)) await endLeg(parts, callSid);
    } catch (error) {
      suspects.set(callSid, { since, askAt: parts.clock.monotonic() + askAgainMs });
      throw error;
    }
  }

  return {
    suspect(callSid) {
      if (suspects.has(callSid)) return;
      const since = parts.clock.monotonic();
      suspects.set(callSid, { since, askAt: since + goneGraceMs });
    },
    async look() {
      const at = parts.clock.monotonic();
      const due = [...suspects].filter(([, { askAt }]) => askAt <= at);
      if (due.length === 0) return;
      const live = await parts.store.stillLive(due.map(([callSid]) => callSid));
      for (const [callSid] of due) if (!live.has(callSid)) suspects.delete(callSid);
      const open = due.filter(([callSid]) => live.has(callSid));
      await eachApart(parts.log, open, ([callSid, { since }]) => check(callSid, since));
    },
  };
}
