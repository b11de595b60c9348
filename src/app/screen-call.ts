/** A screening as placing a call needs it: with the caps that have to be reserved under. */

import type { Uuid } from '../core/words.ts';
import type { Screen } from './outbound-ports.ts';
import { replayInputsOf } from './replay-screening.ts';
import { type ScreenParts, screenNumber, viewOf } from './screen.ts';

export function screenCall(parts: ScreenParts, tenantId: Uuid): Screen {
  return async ({ number, channel, purpose, campaign, from = null, stated = null }) => {
    const ask = { channel, purpose, at: null, campaign, from, subject: campaign ?? purpose };
    const one = { number, place: null, line: null, stated };
    const screened = await screenNumber(parts, tenantId, ask, one);
    const { inquiry, verdict } = screened;
    const view = viewOf(parts.screener, inquiry, verdict);
    const isSelling = purpose !== 'service';
    const caps = isSelling ? (verdict.rules?.caps ?? []) : [];
    return {
      decision: verdict.decision,
      reasons: view.reasons,
      view,
      evidence: { ...view, inputs: replayInputsOf(screened) },
      caps: caps.map(({ cap: { attemptsMax: max, windowMs, per } }) => ({ max, windowMs, per })),
    };
  };
}
