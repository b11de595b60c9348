/** One party of a running call is put on hold, let go again, or hung up. */
import { ConsentryError } from '../core/error.ts';
import type { CallSid, Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type { StoredCall } from './call-ports.ts';
import type { LegState } from './call-state.ts';
import { changeCall } from './change-call.ts';
import { invitedOver } from './invite-status.ts';
import { takeTurn } from './take-turn.ts';
import { resolveCall } from './withdraw.ts';

/** Enough that two of a call are never the same. */
const releaseBytes = 9;

export interface HoldAsk {
  readonly call: Uuid | CallSid;
  readonly party: Uuid;
  readonly state: 'held' | 'active';
}

/**
 * While anybody is on hold nothing is recorded of anybody. Gates shut before the carrier is asked
 * to hold, and open after it has let go.
 *
 * @returns the call afterwards; null if there is none by that name
 * @throws ConsentryError `not_found` for a party that is not on the call; `conflict` for one that is
 * not on the bridge, or is held or active already
 */
export async function holdParty(
  parts: CallParts,
  { call: name, party, state: wanted }: HoldAsk,
): Promise<StoredCall | null> {
  const found = await resolveCall(parts, name);
  if (found === null) return null;
  parts.cache.forget(found.id); // what is refused is refused by what the database knows
  const isHolding = wanted === 'held';
  const release = Buffer.from(parts.random.bytes(releaseBytes)).toString('base64url');
  return changeCall(parts, found.id, ({ state }) => {
    if (!isParty(state, party)) throw noParty();
    const leg = state.legs.find(({ partyId, phase }) => partyId === party && phase === 'bridged');
    if (leg === undefined) throw new ConsentryError('conflict', 'the party is not on the bridge');
    const isHeld = leg.held === true && leg.release === undefined;
    if (isHeld === isHolding)
      throw new ConsentryError('conflict', `the party is ${wanted} already`);
    const { release: _, ...rest } = leg;
    const moved: LegState = { ...rest, held: true, ...(isHolding ? {} : { release }) };
    const after = { ...state, legs: state.legs.map((one) => (one === leg ? moved : one)) };
    return { turn: takeTurn(parts.flows.pinned, after, [], state), holds: [leg.callSid] };
  });
}

/** The carrier has let go. A release that was overtaken by another wish changes nothing. */
export async function releaseParty(
  parts: CallParts,
  callId: Uuid,
  callSid: CallSid,
  release: string,
): Promise<void> {
  await changeCall(parts, callId, ({ state }) => {
    const leg = state.legs.find((one) => one.callSid === callSid);
    if (leg?.release !== release) return null;
    const { release: _, held: __, ...free } = leg;
    const after = { ...state, legs: state.legs.map((one) => (one === leg ? free : one)) };
    return { turn: takeTurn(parts.flows.pinned, after, [], state) };
  });
}

/**
 * Hangs a party up, or stops ringing them. Nothing happens the second time.
 *
 * @returns false if there is no such call
 * @throws ConsentryError `not_found` for a party that is not on the call
 */
export async function dropParty(
  parts: CallParts,
  { call: name, party }: Pick<HoldAsk, 'call' | 'party'>,
): Promise<boolean> {
  const found = await resolveCall(parts, name);
  if (found === null) return false;
  parts.cache.forget(found.id);
  let step: string | null = null;
  await changeCall(parts, found.id, ({ state }) => {
    if (!isParty(state, party)) throw noParty();
    const legs = state.legs.filter(({ partyId }) => partyId === party);
    if (legs.length > 0) {
      const hangUp = legs.filter(({ phase }) => phase !== 'ended').map(({ callSid }) => callSid);
      return hangUp.length === 0 ? null : { turn: takeTurn(parts.flows.pinned, state, []), hangUp };
    }
    const added = state.invited?.find(({ partyId }) => partyId === party);
    step = added?.step ?? null;
    return added === undefined ? null : invitedOver(parts, state, added);
  });
  if (step !== null) await stopRinging(parts, found.id, step);
  return true;
}

/** Stops ringing somebody who was added. Nothing happens if they have picked up, or are over. */
export async function unringParty(parts: CallParts, callId: Uuid, party: Uuid): Promise<void> {
  let step: string | null = null;
  await changeCall(parts, callId, ({ state, endedAt }) => {
    const added = state.invited?.find(({ partyId }) => partyId === party);
    if (endedAt !== null || added === undefined) return null;
    step = added.step;
    return invitedOver(parts, state, added);
  });
  if (step !== null) await stopRinging(parts, callId, step);
}

/**
 * Looked up only now: either we see which leg rings them, or whoever has just been told by the
 * carrier sees that they are not wanted.
 */
async function stopRinging(parts: CallParts, callId: Uuid, step: string): Promise<void> {
  const callSid = (await parts.store.findInvite(step))?.callSid ?? null;
  if (callSid === null) return;
  await changeCall(parts, callId, ({ state, endedAt }) =>
    endedAt !== null || state.legs.some((leg) => leg.callSid === callSid)
      ? null
      : { turn: takeTurn(parts.flows.pinned, state, []), hangUp: [callSid] },
  );
}

function isParty({ legs, invited = [] }: StoredCall['state'], party: Uuid): boolean {
  return [...legs, ...invited].some(({ partyId }) => partyId === party);
}

const noParty = (): ConsentryError => new ConsentryError('not_found', 'the call has no such party');
