/** The loop that every change outside a voice webhook shares: load, decide, commit, look again. */
import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type { StoredCall } from './call-ports.ts';
import { commitTurn, type TurnRequest } from './commit-turn.ts';

const looksMax = 5;

/**
 * @param decide what is to change; null if nothing is
 * @returns the call as it is afterwards; null if there is no such call
 * @throws ConsentryError `unavailable` when the call keeps moving under us
 */
export async function changeCall(
  parts: CallParts,
  callId: Uuid,
  decide: (call: StoredCall) => Omit<TurnRequest, 'call'> | null,
): Promise<StoredCall | null> {
  for (let look = 0; look < looksMax; look += 1) {
    const known = look === 0 ? parts.cache.byId(callId) : null;
    const call = known ?? (await parts.store.find(callId));
    if (call === null) return null;
    const request = decide(call);
    if (request === null && known !== null) continue; // memory may lag behind another process
    if (request === null) return call;
    const result = await commitTurn(parts, { ...request, call });
    if (result !== 'refused') return result.call;
  }
  throw new ConsentryError('unavailable', 'the call is changing too quickly; try again');
}
