/** How a leg appears: as the first of a call, or of a party whom we rang. */
import type { CallEvent } from '../core/call/event.ts';
import type { VoiceWebhook } from '../core/call/webhook.ts';
import { ConsentryError } from '../core/error.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import { parseNumber } from '../core/suppression/number.ts';
import type { CallSid, Uuid } from '../core/words.ts';
import type { CallParts, FlowBook } from './call-parts.ts';
import type { Invite, NewLeg, NewPerson, Person, StoredCall } from './call-ports.ts';
import type { CallState } from './call-state.ts';
import type { TurnRequest } from './commit-turn.ts';
import { isMachine } from './interpret-webhook.ts';
import { absence } from './invite-status.ts';
import { type EarlierAnswers, earlierAnswers } from './remembered-answers.ts';
import { whisperFor } from './ring.ts';
import { startLeg, type Turn, takeTurn } from './take-turn.ts';

/** What a flow is called that answers lines nobody configured. */
export const builtInFlow = 'inbound';

/**
 * A call begins.
 * @param fresh true: its person may be one whom another call has written down meanwhile
 */
export async function firstTurn(
  parts: CallParts,
  webhook: VoiceWebhook,
  fresh: boolean,
): Promise<TurnRequest> {
  const ours = webhook.direction === 'inbound' ? webhook.to : webhook.from;
  const line = await parts.lines.find(ours);
  const flow =
    parts.flows.current(webhook.flowName ?? line.flow) ?? parts.flows.current(builtInFlow);
  if (flow === null) throw new ConsentryError('flow_invalid', 'there is no built-in flow');
  const number = parseNumber((webhook.direction === 'inbound' ? webhook.from : webhook.to) ?? '');
  const { person, newPerson } = await callerOf(parts, number?.e164 ?? null, fresh);
  const newLeg: NewLeg = {
    callSid: webhook.callSid,
    partyId: parts.random.uuid(),
    role: 'caller',
    personId: person?.id ?? null,
  };
  const locale = flow.locales.includes(line.locale) ? line.locale : (flow.locales[0] ?? 'en');
  // Whoever was never written down has chosen nothing.
  const before = newPerson === null ? person : null;
  const known = await knownOf(parts, flow, before, line.id, line.controller);
  const turn = openingTurn(parts, webhook, flow, newLeg, known, {
    legs: [],
    strangers: [],
    controller: line.controller,
    locale,
    linePlace: parts.jurisdictions.placeOf(parseNumber(ours ?? '')?.e164 ?? null),
    ...(line.agent === null && { noAgent: true }),
    agentCalled: false,
    resumeAt: null,
  });
  const call: StoredCall = {
    id: parts.random.uuid(),
    tenantId: parts.tenant.id,
    lineId: line.id,
    direction: webhook.direction,
    startedAt: parts.clock.now(),
    endedAt: null,
    version: 0,
    state: turn.state,
  };
  const answering = { webhook, kind: 'started' };
  return { call, isNew: true, newLegs: [newLeg], newPerson, turn, answering };
}

/**
 * Who calls. Whether somebody whom memory does not have was ever written down is the commit's to
 * find out, which costs most callers no look-up; if they were, the next look finds them.
 */
async function callerOf(
  parts: CallParts,
  number: string | null,
  fresh: boolean,
): Promise<{ person: Person | null; newPerson: NewPerson | null }> {
  if (number === null) return { person: null, newPerson: null };
  if (fresh) return { person: await parts.people.ensure(number), newPerson: null };
  const known = parts.people.known(number);
  if (known !== null) return { person: known, newPerson: null };
  const newPerson = parts.people.draft(number);
  return { person: newPerson, newPerson };
}

/**
 * A party we rang has picked up: a leg of a call that is under way. `over`: the call is not, any
 * more. Null: the party has a leg already, or there is no flow for it.
 */
export async function invitedTurn(
  parts: CallParts,
  webhook: VoiceWebhook,
  invite: Invite,
): Promise<TurnRequest | 'over' | null> {
  const call = await parts.store.find(invite.callId);
  if (call === null) return null;
  // Whom we called is asked by the flow that the call was placed with.
  const outbound = invite.role === 'caller' ? call.state.outbound : undefined;
  const flow =
    outbound === undefined ? invitedBy(parts.flows, invite) : parts.flows.pinned(outbound.flow);
  if (flow === null) return null;
  if (call.endedAt !== null) return 'over';
  const { ring, invited } = call.state;
  if (ring?.partyId === invite.partyId && ring.over) return 'over';
  if (invited?.some(({ partyId, over }) => over && partyId === invite.partyId)) return 'over';
  if (call.state.legs.some(({ partyId }) => partyId === invite.partyId)) return null;
  const number = parseNumber(webhook.to ?? '');
  const person = number === null ? null : await parts.people.ensure(number.e164);
  const newLeg: NewLeg = {
    callSid: webhook.callSid,
    partyId: invite.partyId,
    role: invite.role,
    personId: person?.id ?? null,
  };
  const known = await knownOf(parts, flow, person, call.lineId, call.state.controller);
  const opening = openingTurn(parts, webhook, flow, newLeg, known, call.state);
  const answered = { call, newLegs: [newLeg], answering: { webhook, kind: 'answered' } };
  // What a caller has allowed is told to nobody's tape.
  if (isMachine(webhook)) return { ...answered, ...machineTurn(parts, opening, invite) };
  const turn = whispered(opening, webhook.callSid, whisperFor(call.state, invite.partyId));
  return { ...answered, turn };
}

/** A machine that its flow hangs up on is as if nobody had picked up. */
function machineTurn(
  parts: CallParts,
  opening: Turn,
  { partyId, role }: Invite,
): Pick<TurnRequest, 'turn' | 'hangUp'> {
  const own = opening.state.legs.find((leg) => leg.partyId === partyId);
  const isGone = role !== 'caller' && own?.phase === 'ended';
  const gone = isGone ? absence(parts, opening.state, partyId) : null;
  if (gone === null) return { turn: opening };
  const { state, effects, changes } = gone.turn;
  const turn = {
    state,
    effects: [...opening.effects, ...effects],
    changes: [...opening.changes, ...changes],
  };
  return { turn, ...(gone.hangUp !== undefined && { hangUp: gone.hangUp }) };
}

/** A flow that is not there, or of another role, asks nobody: the one that is called as the role does. */
function invitedBy(flows: FlowBook, { flow, role }: Invite): CompiledFlow | null {
  const named = flow === null || flow === undefined ? null : flows.current(flow);
  return named?.role === role ? named : flows.current(role);
}

/** What they are told is spoken before their own question, which stays as it is. */
function whispered(turn: Turn, callSid: CallSid, promptId: string | null): Turn {
  if (promptId === null) return turn;
  const told = { callSid, effect: { type: 'say', promptId } } as const;
  return { ...turn, effects: [told, ...turn.effects] };
}

/** What they answered in earlier calls; one look-up, where the flow remembers answers. */
async function knownOf(
  parts: CallParts,
  flow: CompiledFlow,
  person: Person | null,
  line: Uuid | null,
  controller: string,
): Promise<EarlierAnswers | null> {
  if (person === null) return null;
  return earlierAnswers(parts, flow, person, { line, controller, at: parts.clock.now() });
}

/** A leg's first turn, in the call as it is without it. */
function openingTurn(
  parts: CallParts,
  webhook: VoiceWebhook,
  flow: CompiledFlow,
  newLeg: NewLeg,
  known: EarlierAnswers | null,
  before: CallState,
): Turn {
  const machine = isMachine(webhook);
  const beginning = { at: parts.clock.now(), known, machine };
  const { leg, effects, changes } = startLeg(flow, newLeg, beginning);
  const { callSid } = leg;
  // Who comes while the recording is paused is not recorded either.
  const paused: readonly CallEvent[] = before.resumeAt === null ? [] : [{ type: 'PAUSE' }];
  const events = paused.map((event) => ({ callSid, event }));
  const turn = takeTurn(parts.flows.pinned, { ...before, legs: [...before.legs, leg] }, events);
  return {
    state: turn.state,
    effects: [...effects.map((effect) => ({ callSid, effect })), ...turn.effects],
    changes: [...changes.map((change) => ({ leg, change })), ...turn.changes],
  };
}
