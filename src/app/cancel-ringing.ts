/** Calls of ours that ring at a number that was just listed: nobody is to pick them up. */
import type { CallParts } from './call-parts.ts';
import { changeCall } from './change-call.ts';
import type { DialStore } from './outbound-ports.ts';
import { takeTurn } from './take-turn.ts';

/** A call that was answered meanwhile goes on: whoever picked up decides. */
export async function cancelRinging(
  parts: CallParts & { readonly dials: Pick<DialStore, 'ringing'> },
  number: string,
): Promise<void> {
  for (const { callId, callSid } of await parts.dials.ringing(number)) {
    await changeCall(parts, callId, ({ state, endedAt }) => {
      if (endedAt !== null || state.legs.length > 0) return null;
      const turn = takeTurn(parts.flows.pinned, { ...state, inviteOver: true }, [], state);
      return { turn, hangUp: callSid === null ? [] : [callSid] };
    });
  }
}
