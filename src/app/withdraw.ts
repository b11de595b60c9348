/**
 * A permission is taken back, by whatever way. The gates in memory shut before anything else is
 * tried: before the database is asked, before the carrier is told.
 */
import { gatedPurposes } from '../core/consent/purpose.ts';
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import type { Channel } from '../core/ledger/consent-facts.ts';
import { type CallSid, type Purpose, purposes, type Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type { StoredCall } from './call-ports.ts';
import type { LegState } from './call-state.ts';
import { changeCall } from './change-call.ts';
import { takeTurn } from './take-turn.ts';

export interface Withdrawal {
  /** Id of the call, or the CallSid of one of its legs. */
  readonly call: Uuid | CallSid;
  /** `standing`: whatever is allowed, or being asked for. */
  readonly purpose: Purpose | 'standing';
  /** Whose permission; absent: everybody's. */
  readonly party?: Uuid;
  /** By what way it was asked for; absent: in the call. */
  readonly channel?: Channel;
  /** What the withdrawal rests on beside the call. */
  readonly evidence?: Json;
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

/** What there is to take back. A question that was left by hanging up is not answered later. */
function standingOf({ statuses, phase }: LegState): readonly Purpose[] {
  const standing = phase === 'ended' ? ['granted'] : ['granted', 'requested'];
  return purposes.filter((purpose) => standing.includes(statuses[purpose] ?? 'unknown'));
}

/**
 * @returns the call afterwards; null if there is none by that name
 * @throws ConsentryError `not_found` for a party that is not on the call
 */
export async function withdraw(
  parts: CallParts,
  { call: name, purpose, party, channel = 'call', evidence = null }: Withdrawal,
): Promise<StoredCall | null> {
  const call = await resolveCall(parts, name);
  if (call === null) return null;
  const concerns = (partyId: Uuid): boolean => party === undefined || partyId === party;
  const gates = purpose === 'standing' ? gatedPurposes : [purpose];
  const shut = (callSid: CallSid, version?: number): void => {
    for (const one of gates) parts.gates.shut(callSid, one, 'withdrawal', version);
  };
  for (const { callSid, partyId } of call.state.legs) {
    if (concerns(partyId)) shut(callSid);
  }
  const after = await changeCall(parts, call.id, ({ state }) => {
    const events = state.legs
      .filter(({ partyId }) => concerns(partyId))
      .flatMap((leg) =>
        (purpose === 'standing' ? standingOf(leg) : [purpose]).map((one) => ({
          callSid: leg.callSid,
          event: { type: 'WITHDRAW', purpose: one } as const,
        })),
      );
    const turn = takeTurn(parts.flows.pinned, state, events);
    return turn.state === state ? null : { turn, channel, evidence };
  });
  // Gates that the turn had nothing to do with wait to hear by which commit they were shut.
  for (const { callSid, partyId } of after?.state.legs ?? []) {
    if (concerns(partyId)) shut(callSid, after?.version);
  }
  // Looked for last: memory may lag behind another process that let the party in.
  if (after !== null && !after.state.legs.some((leg) => concerns(leg.partyId))) {
    throw new ConsentryError('not_found', 'the call has no such party');
  }
  return after;
}
