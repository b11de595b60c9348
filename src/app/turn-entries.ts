/** The entries of a turn: each change of a permission, with who made it and under which law. */

import { foundMachine } from '../core/call/advance.ts';
import type { CallSid, Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import { localeOfLeg } from './call-state.ts';
import type { TurnRequest } from './commit-turn.ts';
import type { PlacedParty } from './jurisdiction-book.ts';
import type { PreparedEntry } from './ports.ts';

export async function personOf(parts: CallParts, { newPerson }: TurnRequest, id: Uuid | null) {
  if (id === null) return null;
  return newPerson?.id === id ? newPerson : parts.people.find(id);
}

/** Which rule the call is under, by the places of everybody who was or is on it. */
async function jurisdictionOf(parts: CallParts, request: TurnRequest, at: number) {
  const { placeOf, ruleFor } = parts.jurisdictions;
  const { legs, strangers, linePlace } = request.turn.state;
  const parties: PlacedParty[] = [{ role: 'line', place: linePlace ?? placeOf(null) }];
  for (const { role, personId } of legs) {
    const person = await personOf(parts, request, personId);
    parties.push({ role, place: placeOf(person?.number ?? null, person?.place) });
  }
  if (strangers.length > 0) parties.push({ role: 'stranger', place: placeOf(null) });
  return ruleFor(parties, at);
}

/** One for each leg on which this turn found an answering machine. */
async function machinesOf(parts: CallParts, request: TurnRequest, at: number) {
  const { call, turn, isNew, answering } = request;
  const before = isNew === true ? [] : call.state.legs;
  const wasFound = (sid: CallSid) =>
    before.some(({ callSid, snapshot }) => callSid === sid && foundMachine(snapshot));
  const entries: PreparedEntry[] = [];
  for (const { snapshot, callSid, partyId, role, flow, personId, phase } of turn.state.legs) {
    if (!foundMachine(snapshot) || wasFound(callSid)) continue;
    const person = await personOf(parts, request, personId);
    const { answeredBy = null } = answering?.webhook ?? {};
    const leg = { callId: call.id, callSid, partyId, role, flow } as const;
    const found = { kind: 'machine', purpose: 'recording', verdict: answeredBy, at } as const;
    const outcome = phase === 'ended' ? 'hung-up' : 'unrecorded';
    const number = person?.number ?? null;
    entries.push(parts.makeEntry.machine({ ...leg, ...found, number, outcome }, person));
  }
  return entries;
}

export async function entriesOf(parts: CallParts, request: TurnRequest, at: number) {
  const { channel = 'call', evidence = null } = request;
  const { id: callId, tenantId } = request.call;
  const { changes, state } = request.turn;
  const { controller } = state;
  const machines = await machinesOf(parts, request, at);
  const entries: PreparedEntry[] = [...(request.entries ?? []), ...machines];
  if (changes.length === 0) return entries;
  const jurisdiction = await jurisdictionOf(parts, request, at);
  const all = { callId, tenantId, controller, at, jurisdiction, evidence, channel };
  for (const { leg, change } of changes) {
    const person = await personOf(parts, request, leg.personId);
    const locale = localeOfLeg(leg, state);
    const entry = parts.makeEntry.consent({
      ...all,
      // A reminder rests on the grant of an earlier call.
      ...(change.kind === 'reminder' && {
        evidence: { grant: leg.grants?.[change.purpose] ?? null },
      }),
      leg,
      change,
      person,
      locale,
    });
    entries.push(entry);
  }
  return entries;
}
