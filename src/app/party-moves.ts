/** What is asked of the carrier about the parties of a call beside what their flows say. */
import type { CallSid, Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type { Invite } from './call-ports.ts';
import type { RingDraft } from './ring.ts';

/** Enough that nobody guesses it: it is all that the invited leg shows. */
const stepBytes = 16;

/** Somebody who is to be added to a call. */
export interface PartyRing extends Pick<Invite, 'partyId' | 'role' | 'flow' | 'personId'> {
  readonly to: string;
  readonly detectMachine?: boolean;
}

export interface PartyMoves {
  readonly hangUp?: readonly CallSid[];
  /** Who is to be rung, beside whoever is there or is rung. */
  readonly rings?: readonly PartyRing[];
  /** Legs for the carrier to hold, or to let go: those that have a release in their state. */
  readonly holds?: readonly CallSid[];
}

type Call = { readonly id: Uuid; readonly lineId: Uuid | null };

export function moveParties(
  parts: Pick<CallParts, 'random'>,
  draft: RingDraft,
  { call, rings = [], holds = [], hangUp = [] }: PartyMoves & { readonly call: Call },
): void {
  for (const ring of rings) ringParty(parts, draft, call, ring);
  for (const callSid of holds) {
    const release = draft.state.legs.find((leg) => leg.callSid === callSid)?.release ?? null;
    draft.tasks.push({ kind: 'hold', body: { callSid, release } });
  }
  for (const callSid of hangUp) draft.tasks.push({ kind: 'hang-up', body: { callSid } });
}

function ringParty(
  parts: Pick<CallParts, 'random'>,
  draft: RingDraft,
  call: Call,
  { to, detectMachine = false, ...party }: PartyRing,
): void {
  const step = Buffer.from(parts.random.bytes(stepBytes)).toString('base64url');
  draft.invites.push({ step, callId: call.id, ...party });
  const asked = { step, lineId: call.lineId, to, added: true, detectMachine };
  draft.tasks.push({ kind: 'call-agent', body: asked });
  const { partyId, role } = party;
  const invited = [...(draft.state.invited ?? []), { step, partyId, role, over: false }];
  draft.state = { ...draft.state, invited };
}
