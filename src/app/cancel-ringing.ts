/** Calls of ours that ring at a number that was just listed: nobody is to pick them up. */
import type { CallParts } from './call-parts.ts';
import { changeCall } from './change-call.ts';
import type { DialStore, Ringing } from './outbound-ports.ts';
import { takeTurn } from './take-turn.ts';

/**
 * A call that was answered meanwhile goes on: whoever picked up decides.
 *
 * @param number E.164, or the beginning of numbers with `*` behind it
 */
export async function cancelRinging(
  parts: CallParts & { readonly dials: Pick<DialStore, 'ringing'> },
  number: string,
): Promise<void> {
  for (const { callId, callSid } of await ringingAt(parts, number)) {
    await changeCall(parts, callId, ({ state, endedAt }) => {
      if (endedAt !== null || state.legs.length > 0) return null;
      const turn = takeTurn(parts.flows.pinned, { ...state, inviteOver: true }, [], state);
      return { turn, hangUp: callSid === null ? [] : [callSid] };
    });
  }
}

async function ringingAt(
  { dials, people }: Pick<CallParts, 'people'> & { readonly dials: Pick<DialStore, 'ringing'> },
  number: string,
): Promise<readonly Ringing[]> {
  if (!number.endsWith('*')) return dials.ringing(number);
  const beginning = number.slice(0, -1);
  const hit: Ringing[] = [];
  for (const one of await dials.ringing(null)) {
    const person = await people.find(one.personId);
    // Whose number cannot be told any more may be one of them.
    if (person === null || person.number.startsWith(beginning)) hit.push(one);
  }
  return hit;
}
