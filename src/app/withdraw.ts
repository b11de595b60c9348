/**
 * A permission is taken back, by whatever way. The gates in memory shut before anything else is
 * tried: before the database is asked, before the carrier is told.
 */
import { ConsentryError } from '../core/error.ts';
import type { Channel } from '../core/ledger/facts.ts';
import type { CallSid, Purpose, Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type { StoredCall } from './call-ports.ts';
import { changeCall } from './change-call.ts';
import { takeTurn } from './take-turn.ts';

export interface Withdrawal {
  /** Id of the call, or the CallSid of one of its legs. */
  readonly call: Uuid | CallSid;
  readonly purpose: Purpose;
  /** Whose permission; absent: everybody's. */
  readonly party?: Uuid;
  /** By what way it was asked for; absent: in the call. */
  readonly channel?: Channel;
}

/** The call a name stands for: its id, or the CallSid of a leg. Null if there is none. */
export async function resolveCall(
  parts: CallParts,
  name: Uuid | CallSid,
): Promise<StoredCall | null> {
  if (name.startsWith('CA')) {
    return parts.cache.byCallSid(name) ?? parts.store.findByCallSid(name);
  }
  return parts.cache.byId(name) ?? parts.store.find(name);
}

/**
 * @returns the call afterwards; null if there is none by that name
 * @throws ConsentryError `not_found` for a party that is not on the call
 */
export async function withdraw(
  parts: CallParts,
  { call: name, purpose, party, channel = 'call' }: Withdrawal,
): Promise<StoredCall | null> {
  const call = await resolveCall(parts, name);
  if (call === null) return null;
  const concerns = (partyId: Uuid): boolean => party === undefined || partyId === party;
  for (const { callSid, partyId } of call.state.legs) {
    if (!concerns(partyId)) continue;
    parts.gates.shut(callSid, purpose, 'withdrawal');
  }
  const after = await changeCall(parts, call.id, ({ state }) => {
    const events = state.legs
      .filter(({ partyId }) => concerns(partyId))
      .map(({ callSid }) => ({ callSid, event: { type: 'WITHDRAW', purpose } as const }));
    const turn = takeTurn(parts.flows.pinned, state, events);
    return turn.state === state ? null : { turn, channel };
  });
  // Gates that the turn had nothing to do with wait to hear by which commit they were shut.
  for (const { callSid, partyId } of after?.state.legs ?? []) {
    if (concerns(partyId)) parts.gates.shut(callSid, purpose, 'withdrawal', after?.version);
  }
  // Looked for last: memory may lag behind another process that let the party in.
  if (after !== null && !after.state.legs.some((leg) => concerns(leg.partyId))) {
    throw new ConsentryError('not_found', 'the call has no such party');
  }
  return after;
}
