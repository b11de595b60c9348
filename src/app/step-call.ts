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
import type { CallParts } from './call-parts.ts';
import type { StoredCall } from './call-ports.ts';
import { localeOfLeg } from './call-state.ts';
import { commitTurn, stepReplyContext, type TurnRequest, type TurnResult } from './commit-turn.ts';
import { hangUpsAfter } from './end-call.ts';
import { interpretWebhook, isOver } from './interpret-webhook.ts';
import { firstTurn, invitedTurn } from './open-leg.ts';
import { stillReminded } from './remembered-answers.ts';
import { takeTurn } from './take-turn.ts';

/** Looks at a call that keeps moving under us. Two deliveries of a step need two. */
const looksMax = 4;

/** The step of a leg's first webhook, when no earlier document named one. */
export const firstStep = 'start';

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
  for (let look = 0; look < looksMax && parts.clock.monotonic() < deadline; look += 1) {
    const stored = await findCall(parts, webhook, look > 0);
    const told = await alreadyAnswered(parts, webhook, stored);
    if (told !== null) return told;
    const request = await nextTurn(parts, webhook, stored, look > 0);
    if (request === 'over') return parts.render([{ verb: 'hangup' }]);
    if (request === null) {
      if (stored !== null && look === 0) continue; // memory may lag behind another process
      parts.onOddity('step_unknown', webhook.callSid);
      throw new ConsentryError('unavailable', 'the step is not one that this call waits for');
    }
    const result = await tryCommit(parts, { ...request, deadline });
    if (result === 'refused') continue;
    // The caller has been let through; `give-up` ends what was granted meanwhile.
    if (result.isLate) throw new ConsentryError('unavailable', 'the answer came too late');
    if (result.reply !== null) return result.reply;
  }
  throw new ConsentryError('unavailable', 'the call could not be moved on in time');
}

/**
 * A connection that is lost after the commit leaves its outcome unknown: the next look finds out,
 * because it reads what this step was answered first.
 */
async function tryCommit(parts: CallParts, request: TurnRequest): Promise<TurnResult | 'refused'> {
  try {
    return await commitTurn(parts, request);
  } catch (error) {
    parts.log.warn({ err: error }, 'the outcome of a commit is unknown; looking again');
    parts.cache.forget(request.call.id);
    return 'refused';
  }
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

/**
 * What this webhook would change; null if nothing of ours waits for it; `over` if whoever it is
 * about has nobody left to talk to, which stays so: it needs no place in the call's history.
 */
async function nextTurn(
  parts: CallParts,
  webhook: VoiceWebhook,
  call: StoredCall | null,
  fresh: boolean,
): Promise<TurnRequest | 'over' | null> {
  const leg = call?.state.legs.find(({ callSid }) => callSid === webhook.callSid);
  if (call !== null && leg !== undefined) {
    if (leg.phase === 'ended' && isOver(webhook.callStatus)) return 'over';
    if (leg.nextStep !== webhook.step || leg.phase === 'ended') return null;
    const flow = parts.flows.pinned(leg.flow);
    const heard = interpretWebhook(webhook, leg, flow, localeOfLeg(leg, call.state));
    const events = await stillReminded(parts, call, leg, flow, heard);
    const turn = takeTurn(
      parts.flows.pinned,
      call.state,
      events.map((event) => ({ callSid: leg.callSid, event })),
    );
    const kind = events.map(({ type }) => type.toLowerCase()).join('+');
    return { call, turn, answering: { webhook, kind }, hangUp: hangUpsAfter(turn, leg) };
  }
  if (call !== null) return null;
  if (webhook.step === firstStep) return firstTurn(parts, webhook, fresh);
  const invite = await parts.store.findInvite(webhook.step);
  return invite === null ? null : invitedTurn(parts, webhook, invite);
}
