/**
 * Carries one turn into the world in the only safe order: gates that shut, shut now; then one
 * commit; then, and only if it stood, gates that open, and what the carrier is asked to do.
 */

import type { ShutReason } from '../core/call/effect.ts';
import type { VoiceWebhook } from '../core/call/webhook.ts';
import { gatedPurposes } from '../core/consent/purpose.ts';
import { withChoices } from '../core/flow/prompt.ts';
import type { Json } from '../core/ledger/canonical.ts';
import type { Channel } from '../core/ledger/consent-facts.ts';
import type { CallSid, Purpose, Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type {
  CallCommit,
  CarrierTask,
  DeskTask,
  GateNews,
  Invite,
  NewPerson,
  StoredCall,
  TaskKind,
} from './call-ports.ts';
import { type CallState, type LegState, localeOfLeg } from './call-state.ts';
import { composeDocument } from './compose-document.ts';
import { leaseFrom } from './gates.ts';
import { answersIn, answersTakenBack } from './keep-answers.ts';
import { optOutsOf } from './marketing-withdrawals.ts';
import { moveParties, type PartyMoves } from './party-moves.ts';
import type { PreparedEntry } from './ports.ts';
import { choicesIn } from './remembered-answers.ts';
import { fetchNext, ringSomebody, stopRinging, takesWords } from './ring.ts';
import type { Turn } from './take-turn.ts';
import { tellingsOf } from './tell-ended.ts';
import { entriesOf, personOf } from './turn-entries.ts';

/** How long a document's stream token is good for: the carrier starts the stream at once. */
const streamTokenMs = 60_000;

/** Time kept back for the way from the commit's acknowledgement to the carrier. */
export const answerReserveMs = 300;

export interface TurnRequest extends PartyMoves {
  /** The call as it is before the turn. */
  readonly call: StoredCall;
  readonly turn: Turn;
  readonly isNew?: boolean;
  readonly newLegs?: CallCommit['newLegs'];
  readonly newPerson?: NewPerson | null;
  /** The webhook that waits for a document, and what happened, in a word, for the timeline. */
  readonly answering?: { readonly webhook: VoiceWebhook; readonly kind: string };
  /** Monotonic instant after which the outcome is of no use to who waits. */
  readonly deadline?: number;
  /** True: nobody hears what the turn would say, and nobody is rung for it. */
  readonly quiet?: boolean;
  /** Entries beside those of the turn's changes. */
  readonly entries?: readonly PreparedEntry[];
  /** By what way what the turn is about reached us; absent: in the call itself. */
  readonly channel?: Channel;
  /** What the turn's entries rest on beside the call; absent: nothing. */
  readonly evidence?: Json;
}

export interface TurnResult {
  readonly call: StoredCall;
  /** The document for the carrier; null when nobody waits for one. */
  readonly reply: string | null;
  /** The commit stood, and its acknowledgement came after the deadline. */
  readonly isLate: boolean;
}

/** What is gathered for the commit while the turn's effects are gone through. */
interface Draft {
  state: CallState;
  reply: string | null;
  readonly tokens: CallCommit['tokens'][number][];
  readonly invites: Invite[];
  readonly tasks: { kind: TaskKind; body: object }[];
}

export const stepReplyContext = (callSid: CallSid, step: string): string =>
  `step/${callSid}/${step}`;
export const taskContext = (id: Uuid): string => `task/${id}`;

const secret = (parts: CallParts, bytes: number): string =>
  Buffer.from(parts.random.bytes(bytes)).toString('base64url');

function tell(parts: CallParts, news: GateNews): void {
  parts.gateChannel.announce(news).catch((error) => {
    parts.log.warn({ err: error }, 'other processes could not be told; their leases run out');
  });
}

/** @param version of the commit that is about to be tried */
function shutFirst(parts: CallParts, turn: Turn, version: number): void {
  for (const { callSid, effect } of turn.effects) {
    if (effect.type !== 'shut-gate') continue;
    const { purpose, reason } = effect;
    parts.gates.shut(callSid, purpose, reason);
    // The carrier ends a hung-up leg's stream by itself.
    if (reason !== 'hangup') tell(parts, { callSid, purpose, shut: reason, version });
  }
}

/**
 * Says which commit shut them: opens by earlier commits that are still on their way are late. A
 * gate that a pause held shut is told too when its permission or its leg is over, because the
 * recording behind it waits for nothing any more.
 */
function settleShut(parts: CallParts, before: CallState, turn: Turn, version: number): void {
  const shut = (callSid: CallSid, purpose: Purpose, reason: ShutReason): void => {
    parts.gates.shut(callSid, purpose, reason, version);
    tell(parts, { callSid, purpose, shut: reason, version });
  };
  for (const { callSid, effect } of turn.effects) {
    if (effect.type === 'shut-gate') shut(callSid, effect.purpose, effect.reason);
  }
  for (const leg of turn.state.legs) {
    const was = before.legs.find(({ callSid }) => callSid === leg.callSid);
    for (const purpose of gatedPurposes) {
      if (was?.statuses[purpose] !== 'granted' || was.openGates.includes(purpose)) continue;
      if (leg.phase === 'ended' && was.phase !== 'ended') shut(leg.callSid, purpose, 'hangup');
      else if (leg.statuses[purpose] !== 'granted') shut(leg.callSid, purpose, 'withdrawal');
    }
  }
}

function openLast(parts: CallParts, turn: Turn, version: number): void {
  const until = leaseFrom(parts.clock.monotonic());
  for (const { callSid, effect } of turn.effects) {
    if (effect.type !== 'open-gate') continue;
    const { purpose } = effect;
    parts.gates.open(callSid, purpose, until, version);
    const starts = turn.effects.some(
      (other) => other.callSid === callSid && other.effect.type === 'start-stream',
    );
    // A stream that starts is let in by the database's word; one that runs waits for this.
    if (!starts) tell(parts, { callSid, purpose, shut: null, version });
  }
}

/** Whoever's permission ended without their own doing hears so. */
function tellEnded(parts: CallParts, draft: Draft, request: TurnRequest): void {
  for (const body of tellingsOf(parts, draft.state, request)) {
    draft.tasks.push({ kind: 'announce', body });
  }
}

function setLeg(draft: Draft, callSid: CallSid, change: Partial<LegState>): void {
  draft.state = {
    ...draft.state,
    legs: draft.state.legs.map((leg) => (leg.callSid === callSid ? { ...leg, ...change } : leg)),
  };
}

/** A stream that begins: its name, and a token that lets one socket in, once. */
function newStream(parts: CallParts, draft: Draft, request: TurnRequest, leg: LegState) {
  const name = `leg-${secret(parts, 9)}`;
  const token = secret(parts, 32);
  const { id: callId, tenantId } = request.call;
  const { partyId, callSid } = leg;
  draft.tokens.push({
    hash: parts.hashToken(token),
    grant: { tenantId, callId, partyId, callSid, streamName: name },
    expiresAt: parts.clock.now() + streamTokenMs,
  });
  setLeg(draft, callSid, { streamName: name });
  return { name, token };
}

function answer(parts: CallParts, draft: Draft, request: TurnRequest, webhook: VoiceWebhook): void {
  const leg = draft.state.legs.find(({ callSid }) => callSid === webhook.callSid);
  if (leg === undefined) return;
  const effects = request.turn.effects
    .filter(({ callSid }) => callSid === leg.callSid)
    .map(({ effect }) => effect);
  const starts = effects.some(({ type }) => type === 'start-stream');
  const stops = effects.some(({ type }) => type === 'stop-stream');
  const runningStream = leg.streamName;
  const nextStep = secret(parts, 16);
  const { controller } = draft.state;
  const { document, awaits } = composeDocument(effects, {
    callId: request.call.id,
    role: leg.role,
    locale: localeOfLeg(leg, draft.state),
    urls: parts.urls(),
    nextStep,
    wordsOf: (promptId, locale) => parts.prompts.words(locale, promptId, controller),
    audioOf: (promptId, locale) => parts.prompts.audio(locale, promptId),
    stream: starts ? newStream(parts, draft, request, leg) : null,
    runningStream,
  });
  setLeg(draft, leg.callSid, {
    awaits,
    ...(leg.fetching === true && { fetching: false }),
    nextStep: awaits === 'nothing' ? null : nextStep,
    ...(stops && !starts ? { streamName: null } : {}),
  });
  draft.reply = parts.render(document);
}

/** What has to be asked of the carrier, because no document of ours is on its way to that leg. */
function askCarrier(parts: CallParts, draft: Draft, request: TurnRequest): void {
  for (const { callSid, effect } of request.turn.effects) {
    const leg = draft.state.legs.find((candidate) => candidate.callSid === callSid);
    if (leg === undefined) continue;
    const answered = callSid === request.answering?.webhook.callSid;
    // The carrier has ended the stream of a leg that is over by itself.
    const isLive = leg.phase !== 'ended';
    if (effect.type === 'stop-stream' && isLive && !answered && leg.streamName !== null) {
      draft.tasks.push({ kind: 'stop-stream', body: { callSid, name: leg.streamName } });
      setLeg(draft, callSid, { streamName: null });
    }
    if (effect.type === 'start-stream' && !answered) {
      const { name, token } = newStream(parts, draft, request, leg);
      const body = { callSid, name, url: parts.urls().media, parameters: { token } };
      draft.tasks.push({ kind: 'start-stream', body });
    }
    if (effect.type === 'erase') {
      draft.tasks.push({ kind: 'erase', body: { partyId: leg.partyId } });
    }
    if (effect.type === 'ring' && request.quiet !== true) {
      ringSomebody(parts, draft, request.call, effect, agentFlowOf(parts, leg));
    }
    if (effect.type === 'unring') stopRinging(draft);
    if (effect.type === 'text') textParty(parts, draft, request, leg, effect.promptId);
    if (effect.type === 'fetch' && request.quiet !== true) {
      fetchNext(draft, leg, (sid, change) => setLeg(draft, sid, change));
    }
    const { lineId } = request.call;
    const { agentCalled, noAgent } = draft.state;
    const rings = effect.type === 'call-agent' && request.quiet !== true && noAgent !== true;
    if (rings && lineId !== null && !agentCalled) {
      const step = secret(parts, 16);
      const partyId = parts.random.uuid();
      const flow = agentFlowOf(parts, leg);
      draft.invites.push({ step, callId: request.call.id, partyId, role: 'agent', flow });
      const body = { step, lineId, detectMachine: takesWords(parts, flow) };
      draft.tasks.push({ kind: 'call-agent', body });
      draft.state = { ...draft.state, agentCalled: true, agentParty: partyId };
    }
  }
  // Who takes it back by text is on the list already, by that message.
  if (request.channel !== 'text') draft.tasks.push(...optOutsOf(request.turn));
  moveParties(parts, draft, request);
}

/** By which flow whoever is rung for this leg is asked; null: the one that is called `agent`. */
function agentFlowOf(parts: Pick<CallParts, 'flows'>, leg: LegState): string | null {
  return parts.flows.pinned(leg.flow).definition.bridge.agent ?? null;
}

/** Nobody to send it to, or no line to send it from: it is left out. */
function textParty(
  parts: CallParts,
  draft: Draft,
  { call: { lineId } }: TurnRequest,
  leg: LegState,
  promptId: string,
): void {
  const { personId } = leg;
  if (personId === null || lineId === null) return;
  const locale = localeOfLeg(leg, draft.state);
  const words = parts.prompts.words(locale, promptId, draft.state.controller);
  const text = withChoices(words, parts.urls().choices);
  draft.tasks.push({ kind: 'text', body: { personId, lineId, text } });
}

function deskTasksOf(parts: CallParts, { turn }: TurnRequest): readonly DeskTask[] {
  return turn.effects.flatMap(({ callSid, effect }) => {
    if (effect.type !== 'task') return [];
    const leg = turn.state.legs.find((one) => one.callSid === callSid);
    if (leg === undefined) return [];
    const { partyId, personId } = leg;
    return [{ id: parts.random.uuid(), kind: effect.kind, partyId, personId }];
  });
}

function answersOf(parts: CallParts, request: TurnRequest): ReturnType<typeof answersIn> {
  const { cipher } = parts.tenant;
  const keyOf = async ({ personId }: LegState) =>
    (await personOf(parts, request, personId))?.key ?? null;
  return answersIn(request.turn, { cipher, uuid: parts.random.uuid }, keyOf);
}

function sealedTask(parts: CallParts, callId: Uuid, kind: TaskKind, body: object): CarrierTask {
  const id = parts.random.uuid();
  const bytes = Buffer.from(JSON.stringify(body));
  return { id, callId, kind, body: parts.tenant.cipher.seal(null, taskContext(id), bytes) };
}

function phaseOf(state: CallState): CallCommit['phase'] {
  if (state.legs.every((leg) => leg.phase === 'ended')) return 'ended';
  return state.legs.some((leg) => leg.phase === 'bridged') ? 'bridged' : 'asking';
}

function stepOf(parts: CallParts, request: TurnRequest, reply: string | null): CallCommit['step'] {
  const { answering } = request;
  if (answering === undefined || reply === null) return null;
  const { callSid, step, fingerprint } = answering.webhook;
  const context = stepReplyContext(callSid, step);
  const sealed = parts.tenant.cipher.seal(null, context, Buffer.from(reply));
  return { callSid, step, kind: answering.kind, fingerprint, reply: sealed };
}

/**
 * @returns `refused` when the call has moved on, or the deadline has passed in the database: load
 * the call again and look
 */
export async function commitTurn(
  parts: CallParts,
  request: TurnRequest,
): Promise<TurnResult | 'refused'> {
  const { turn, call } = request;
  shutFirst(parts, turn, call.version + 1);
  const at = parts.clock.now();
  const draft: Draft = { state: turn.state, reply: null, tokens: [], invites: [], tasks: [] };
  if (request.answering !== undefined) answer(parts, draft, request, request.answering.webhook);
  askCarrier(parts, draft, request);
  tellEnded(parts, draft, request);

  const phase = phaseOf(draft.state);
  const next: StoredCall = {
    ...call,
    state: draft.state,
    endedAt: phase === 'ended' ? (call.endedAt ?? at) : null,
  };
  const remaining =
    request.deadline === undefined ? null : request.deadline - parts.clock.monotonic();
  if (next.endedAt !== null && call.endedAt === null && parts.isTracked?.(call) === true) {
    draft.tasks.push({ kind: 'track', body: {} });
  }
  const tasks = draft.tasks.map(({ kind, body }) => sealedTask(parts, call.id, kind, body));
  const [first] = draft.state.legs;
  const entries = await entriesOf(parts, request, at);
  const outcome = await parts.store.commit({
    call: next,
    isNew: request.isNew === true,
    flow: first?.flow ?? { name: '', version: 0, hash: '' },
    phase,
    at,
    deadline: remaining === null ? null : at + remaining - answerReserveMs,
    newPerson: request.newPerson ?? null,
    newLegs: request.newLegs ?? [],
    legs: draft.state.legs.map((leg) => ({
      callSid: leg.callSid,
      recordingOpen: leg.openGates.includes('recording'),
      ended: leg.phase === 'ended',
    })),
    step: stepOf(parts, request, draft.reply),
    entries,
    choices: choicesIn(parts, request, entries, at),
    tokens: draft.tokens,
    invites: draft.invites,
    tasks,
    deskTasks: deskTasksOf(parts, request),
    answers: await answersOf(parts, request),
    answersGone: answersTakenBack(turn),
  });
  if (outcome === 'refused') {
    parts.cache.forget(call.id);
    return 'refused';
  }
  const committed = { ...next, version: call.version + 1 };
  if (request.newPerson) parts.people.keep(request.newPerson);
  parts.cache.keep(committed);
  settleShut(parts, call.state, turn, committed.version);
  // Too late to be heard: the caller was let through meanwhile, so no gate opens and nobody is rung.
  const isLate = request.deadline !== undefined && parts.clock.monotonic() >= request.deadline;
  if (!isLate) openLast(parts, turn, committed.version);
  for (const { id, kind } of tasks) {
    if (isLate && kind === 'call-agent') await parts.store.endTask(id, 'late');
    // Whoever is told that they are not called any more must not be called from then on.
    else if (kind === 'opt-out') await parts.runTask(id);
    else void parts.runTask(id);
  }
  return { call: committed, reply: draft.reply, isLate };
}
