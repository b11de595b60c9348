/** Who comes and goes on a bridge, as the carrier reports it. */
import type { ConferenceWebhook } from '../core/call/webhook.ts';
import type { CallSid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import { type CallState, callIdOfConference } from './call-state.ts';
import { changeCall } from './change-call.ts';
import { takeTurn } from './take-turn.ts';

/** Whoever is on our bridge without a leg of ours was asked by nobody. */
function strangersAfter(state: CallState, webhook: ConferenceWebhook): readonly CallSid[] {
  const { event, callSid } = webhook;
  if (event === 'end') return [];
  if (callSid === null) return state.strangers;
  const others = state.strangers.filter((stranger) => stranger !== callSid);
  const ours = state.legs.some((leg) => leg.callSid === callSid);
  return event === 'join' && !ours ? [...others, callSid] : others;
}

/** Our own legs are counted from the document that joins them, which is earlier than any report. */
export async function bridgeEvent(parts: CallParts, webhook: ConferenceWebhook): Promise<void> {
  const callId = callIdOfConference(webhook.conferenceName);
  if (callId === null) return;
  await changeCall(parts, callId, ({ state, endedAt }) => {
    const strangers = strangersAfter(state, webhook);
    const same = strangers.join() === state.strangers.join();
    if (same || endedAt !== null) return null;
    return { turn: takeTurn(parts.flows.pinned, { ...state, strangers }, [], state) };
  });
}
