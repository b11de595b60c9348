/**
 * Answers one voice webhook: the same step is answered once, for ever, with the same bytes.
 *
 * The order is: a step that was answered before gets its stored answer; otherwise the events are
 * run through the call's machines, everything that changes is committed in one transaction, and
 * only then the document is given out. Whoever loses a race to another delivery of the same step
 * finds the winner's answer on the second look.
 */
import type { VoiceWebhook } from '../core/call/webhook.ts';
import { ConsentryError } from '../core/error.ts';
import { parseNumber } from '../core/suppression/number.ts';
import type { CallParts } from './call-parts.ts';
import type { Invite, NewLeg, StoredCall } from './call-ports.ts';
import { commitTurn, stepReplyContext, type TurnRequest, type TurnResult } from './commit-turn.ts';
import { hangUpsAfter } from './end-call.ts';
import { interpretWebhook } from './interpret-webhook.ts';
import { startLeg, takeTurn } from './take-turn.ts';

/** Looks at a call that keeps moving under us. Two deliveries of a step need two. */
const looksMax = 4;

/** The step of a leg's first webhook, when no earlier document named one. */
export const firstStep = 'start';

/** What a flow is called that answers lines nobody configured. */
export const builtInFlow = 'inbound';
const agentFlow = 'agent';

/**
 * @param deadline monotonic ms; nothing is written later than that
 * @returns TwiML
 * @throws ConsentryError `unavailable` when no answer could be had: the edge lets the caller
 * through unrecorded
 */
export async function stepCall(
  parts: CallParts,
  webhook: VoiceWebhook,
  deadline: number,
): Promise<string> {
  for (let look = 0; look < looksMax; look += 1) {
    const stored = await findCall(parts, webhook, look > 0);
    const told = await alreadyAnswered(parts, webhook, stored);
    if (told !== null) return told;
    const request = await nextTurn(parts, webhook, stored);
    if (request === null) {
      if (stored !== null && look === 0) continue; // memory may lag behind another process
      parts.onOddity('step_unknown', webhook.callSid);
      throw new ConsentryError('unavailable', 'the step is not one that this call waits for');
    }
    const result = await commitTurn(parts, { ...request, deadline });
    if (result === 'refused') continue;
    if (parts.clock.monotonic() >= deadline) await takeBack(parts, result);
    if (result.reply !== null) return result.reply;
  }
  throw new ConsentryError('unavailable', 'the call could not be moved on in time');
}

async function findCall(
  parts: CallParts,
  webhook: VoiceWebhook,
  fresh: boolean,
): Promise<StoredCall | null> {
  const known = parts.cache.byCallSid(webhook.callSid);
  if (known !== null && !fresh) return known;
  // A first webhook of a leg nobody knows is the rule, not the exception: the commit finds out.
  if (webhook.step === firstStep && !fresh) return null;
  const call = await parts.store.findByCallSid(webhook.callSid);
  if (call !== null) parts.cache.keep(call);
  return call;
}

/** The stored answer of a step that is not the one the leg waits for. */
async function alreadyAnswered(
  parts: CallParts,
  webhook: VoiceWebhook,
  call: StoredCall | null,
): Promise<string | null> {
  const { callSid, step } = webhook;
  if (call === null) return null;
  const leg = call.state.legs.find((candidate) => candidate.callSid === callSid);
  if (leg?.nextStep === step) return null;
  const stored = await parts.store.answered(callSid, step);
  if (stored === null) return null;
  if (!stored.fingerprint.equals(webhook.fingerprint)) {
    parts.onOddity('replay_mismatch', callSid);
  }
  const context = stepReplyContext(callSid, step);
  return parts.tenant.cipher.open(null, context, stored.reply).toString('utf8');
}

/** What this webhook would change; null if nothing of ours waits for it. */
async function nextTurn(
  parts: CallParts,
  webhook: VoiceWebhook,
  call: StoredCall | null,
): Promise<TurnRequest | null> {
  const leg = call?.state.legs.find(({ callSid }) => callSid === webhook.callSid);
  if (call !== null && leg !== undefined) {
    if (leg.nextStep !== webhook.step || leg.phase === 'ended') return null;
    const flow = parts.flows.pinned(leg.flow);
    const events = interpretWebhook(webhook, leg, flow, call.state.locale);
    const turn = takeTurn(
      parts.flows.pinned,
      call.state,
      events.map((event) => ({ callSid: leg.callSid, event })),
    );
    const kind = events.map(({ type }) => type.toLowerCase()).join('+');
    return { call, turn, answering: { webhook, kind }, hangUp: hangUpsAfter(turn, leg.callSid) };
  }
  if (call !== null) return null;
  if (webhook.step === firstStep) return firstTurn(parts, webhook);
  const invite = await parts.store.findInvite(webhook.step);
  return invite === null ? null : invitedTurn(parts, webhook, invite);
}

/** A call begins. */
async function firstTurn(parts: CallParts, webhook: VoiceWebhook): Promise<TurnRequest> {
  const line = await parts.lines.find(webhook.direction === 'inbound' ? webhook.to : webhook.from);
  const flow =
    parts.flows.current(webhook.flowName ?? line.flow) ?? parts.flows.current(builtInFlow);
  if (flow === null) throw new ConsentryError('flow_invalid', 'there is no built-in flow');
  const number = parseNumber((webhook.direction === 'inbound' ? webhook.from : webhook.to) ?? '');
  const person = number === null ? null : await parts.people.ensure(number.e164);
  const newLeg: NewLeg = {
    callSid: webhook.callSid,
    partyId: parts.random.uuid(),
    role: 'caller',
    personId: person?.id ?? null,
  };
  const { leg, effects, changes } = startLeg(flow, newLeg);
  const call: StoredCall = {
    id: parts.random.uuid(),
    tenantId: parts.tenant.id,
    lineId: line.id,
    direction: webhook.direction,
    startedAt: parts.clock.now(),
    endedAt: null,
    version: 0,
    state: {
      legs: [leg],
      strangers: [],
      controller: line.controller,
      locale: flow.locales.includes(line.locale) ? line.locale : (flow.locales[0] ?? 'en'),
      agentCalled: false,
      resumeAt: null,
    },
  };
  return {
    call,
    isNew: true,
    newLegs: [newLeg],
    turn: {
      state: call.state,
      effects: effects.map((effect) => ({ callSid: leg.callSid, effect })),
      changes: changes.map((change) => ({ leg, change })),
    },
    answering: { webhook, kind: 'started' },
  };
}

/** A party we rang has picked up: a leg of a call that is under way. */
async function invitedTurn(
  parts: CallParts,
  webhook: VoiceWebhook,
  invite: Invite,
): Promise<TurnRequest | null> {
  const call = await parts.store.find(invite.callId);
  const flow = parts.flows.current(agentFlow);
  if (call === null || call.endedAt !== null || flow === null) return null;
  if (call.state.legs.some(({ partyId }) => partyId === invite.partyId)) return null;
  const number = parseNumber(webhook.to ?? '');
  const person = number === null ? null : await parts.people.ensure(number.e164);
  const newLeg: NewLeg = {
    callSid: webhook.callSid,
    partyId: invite.partyId,
    role: invite.role,
    personId: person?.id ?? null,
  };
  const { leg, effects, changes } = startLeg(flow, newLeg);
  const turn = takeTurn(parts.flows.pinned, { ...call.state, legs: [...call.state.legs, leg] }, []);
  return {
    call,
    newLegs: [newLeg],
    turn: {
      state: turn.state,
      effects: [...effects.map((effect) => ({ callSid: leg.callSid, effect })), ...turn.effects],
      changes: [...changes.map((change) => ({ leg, change })), ...turn.changes],
    },
    answering: { webhook, kind: 'answered' },
  };
}

/**
 * The commit stood, but too late: the caller has been let through and told that nothing is
 * recorded. What was granted meanwhile ends here, and no gate was opened for it.
 */
async function takeBack(parts: CallParts, { call }: TurnResult): Promise<void> {
  const events = call.state.legs
    .filter(({ phase }) => phase !== 'ended')
    .map(({ callSid }) => ({ callSid, event: { type: 'FAILED' } as const }));
  const turn = takeTurn(parts.flows.pinned, call.state, events);
  await commitTurn(parts, { call, turn });
  throw new ConsentryError('unavailable', 'the answer came too late');
}
