/**
 * Live calls as of their last commit, so that a step needs no read. Only ever a hint: a commit
 * carries the version it started from and is refused if the database has another.
 */
import type { CallSid, Uuid } from '../core/words.ts';
import type { StoredCall } from './call-ports.ts';

/** Calls kept: about 3 KB each. */
const callsMax = 20_000;

export interface CallCache {
  byCallSid(callSid: CallSid): StoredCall | null;
  byId(callId: Uuid): StoredCall | null;
  /** Those that a person has a leg of. Looks at each, so not for every step. */
  ofPerson(personId: Uuid): readonly StoredCall[];
  keep(call: StoredCall): void;
  forget(callId: Uuid): void;
}

export function createCallCache(): CallCache {
  const calls = new Map<Uuid, StoredCall>();
  const ids = new Map<CallSid, Uuid>();

  function forget(callId: Uuid): void {
    const call = calls.get(callId);
    if (call === undefined) return;
    calls.delete(callId);
    for (const leg of call.state.legs) ids.delete(leg.callSid);
  }

  return {
    byCallSid(callSid) {
      const id = ids.get(callSid);
      return id === undefined ? null : (calls.get(id) ?? null);
    },
    byId: (callId) => calls.get(callId) ?? null,
    ofPerson: (personId) =>
      [...calls.values()].filter(({ state }) =>
        state.legs.some((leg) => leg.personId === personId),
      ),
    keep(call) {
      const known = calls.get(call.id);
      if (known !== undefined && known.version >= call.version) return;
      if (call.endedAt !== null) {
        forget(call.id);
        return;
      }
      calls.set(call.id, call);
      for (const leg of call.state.legs) ids.set(leg.callSid, call.id);
      if (calls.size > callsMax) {
        const oldest = calls.keys().next().value;
        if (oldest !== undefined) forget(oldest);
      }
    },
    forget,
  };
}
