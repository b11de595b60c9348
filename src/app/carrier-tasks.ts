/**
 * What has to be done after a commit: asked of the carrier, or erased. A task is a row of that
 * commit, so none is lost with the process; it is taken with a lease, so none is done by two.
 */
import { ConsentryError } from '../core/error.ts';
import { parseNumber } from '../core/suppression/number.ts';
import type { Channel, ListingScope } from '../core/suppression/own-change.ts';
import type { CallSid, Uuid } from '../core/words.ts';
import type { LineBook } from './call-parts.ts';
import type { CallStore, CarrierTask, TaskKind, Tenant } from './call-ports.ts';
import { conferenceName } from './call-state.ts';
import { taskContext } from './commit-turn.ts';
import type { Urls } from './compose-document.ts';
import { contactUnlisted } from './contact-unlisted.ts';
import type { DialStore } from './outbound-ports.ts';
import { permitMs } from './place-call.ts';
import type { Carrier, Log } from './ports.ts';
import { sendText, type TextBody, type TextParts } from './send-text.ts';
import type { Telling } from './tell-ended.ts';

/** Longer than any request to the carrier may take. */
const taskLeaseMs = 30_000;
/** A request that failed is made again by the first round of upkeep after this long. */
const retryAfterMs = 5_000;
/** Holds last for weeks. */
const heldRetryAfterMs = 3_600_000;
/** Attempts at a request that may be repeated: with their waits less than a stream token lives. */
const attemptsMax = 3;
/**
 * How often each kind is tried at most: what the carrier can be asked twice without harm, and
 * ringing somebody, and sending them a text message, once. A caller was told that their recording is being deleted, so that is tried
 * for as long as it takes; the number is the column's largest.
 */
const attemptsOf: Readonly<Record<TaskKind, number>> = {
  'call-agent': 1,
  'place-call': 1,
  'start-stream': attemptsMax,
  'stop-stream': attemptsMax,
  'hang-up': attemptsMax,
  fetch: attemptsMax,
  // Again only while it is not marked: what failed before the carrier was asked.
  text: attemptsMax,
  hold: attemptsMax,
  // Said twice it would puzzle, and said late it would be about something else.
  announce: 1,
  erase: 2 ** 31 - 1,
  'opt-out': 2 ** 31 - 1,
  track: attemptsMax,
};
/** How long an agent is rung, seconds: about five rings. */
const agentRingS = 25;

export interface TaskParts extends Omit<TextParts, 'lines' | 'carrier'> {
  readonly log: Log;
  readonly tenant: Tenant;
  readonly store: CallStore;
  readonly lines: LineBook;
  readonly carrier: Carrier;
  readonly urls: () => Urls;
  /** Called with an invite's step when nobody was rung. */
  readonly inviteOver?: (step: string) => Promise<void>;
  /** Called when the carrier has let a leg go that was on hold. May be repeated. */
  readonly released?: (callId: Uuid, callSid: CallSid, release: string) => Promise<void>;
  /** Erases every recording of a party of a call, and enters it. May be repeated. */
  readonly eraseParty: (callId: Uuid, partyId: Uuid) => Promise<void>;
  /** Puts whoever took a permission for marketing back on the own list. May be repeated. */
  readonly optOutPerson?: (personId: Uuid, channels: readonly Channel[]) => Promise<void>;
  /** Lists whoever the carrier knows to want no texts from a line of ours. May be repeated. */
  readonly stoppedAtCarrier?: (personId: Uuid, lineId: Uuid) => Promise<void>;
  /** Keeps where a call that is over came from, if its caller allows that. May be repeated. */
  readonly track?: (callId: Uuid) => Promise<void>;
  /** Calls that we place, while they ring. */
  readonly dials: Pick<DialStore, 'ask' | 'named' | 'unnamed'>;
}

interface Bodies {
  readonly 'call-agent': {
    readonly step: string;
    readonly lineId: Uuid | null;
    /** Whom, if it is not the line's agent. */
    readonly to?: string;
    readonly timeoutS?: number;
    /** True for somebody who was added to the call, and may be unwanted again by now. */
    readonly added?: boolean;
    /** True where words are answers: a machine is looked for also where no mailbox is likely. */
    readonly detectMachine?: boolean;
  };
  readonly 'place-call': {
    readonly step: string;
    readonly to: string;
    readonly from: string;
    readonly timeoutS: number;
  };
  readonly 'start-stream': {
    readonly callSid: CallSid;
    readonly name: string;
    readonly url: string;
    readonly parameters: Readonly<Record<string, string>>;
  };
  readonly 'stop-stream': { readonly callSid: CallSid; readonly name: string };
  readonly 'hang-up': { readonly callSid: CallSid };
  readonly text: TextBody;
  readonly hold: { readonly callSid: CallSid; readonly release: string | null };
  readonly announce: Telling;
  readonly fetch: { readonly callSid: CallSid; readonly step: string };
  readonly erase: { readonly partyId: Uuid };
  readonly 'opt-out': { readonly personId: Uuid; readonly channels: readonly Channel[] };
  /** Where the call came from is looked up then, so that no task holds it. */
  readonly track: object;
}

async function callAgent(parts: TaskParts, id: Uuid, body: Bodies['call-agent']): Promise<void> {
  const line = body.lineId === null ? null : await parts.lines.byId(body.lineId);
  const to = body.to ?? line?.agent ?? null;
  // Marked before the request: a time-out must never become a second call.
  await parts.store.endTask(id, null);
  if (to === null || line === null || line.number === null) return parts.inviteOver?.(body.step);
  const { number: from } = line;
  const { step, status } = parts.urls();
  // At a number a mailbox may pick up; our own telephones have none that we did not put there, and
  // the detection would make each caller wait for seconds more.
  const detectMachine = parseNumber(to) !== null || body.detectMachine === true;
  const ring = async (): Promise<CallSid> => {
    const callSid = await parts.carrier.createCall({
      to,
      from,
      url: step(body.step),
      statusCallback: `${status}?invite=${body.step}`,
      timeoutS: body.timeoutS ?? agentRingS,
      detectMachine,
    });
    if (body.added === true) await noteRung(parts, body.step, callSid);
    return callSid;
  };
  try {
    const number = body.added === true ? (parseNumber(to)?.e164 ?? null) : null;
    if (number === null) await ring();
    else if (!(await ringAdded(parts, id, { ...body, number }, ring))) {
      await parts.inviteOver?.(body.step);
    }
  } catch (error) {
    // A carrier that did not answer may be ringing all the same; if so, it reports the outcome.
    const unknown = error instanceof ConsentryError && error.code === 'unavailable';
    if (!unknown) await parts.inviteOver?.(body.step);
    throw error;
  }
}

/** Somebody added may have asked, after the screening, not to be called. @returns false: they have */
async function ringAdded(
  { contacts, clock, store, enterListed }: TaskParts,
  id: Uuid,
  { step, lineId, number }: Bodies['call-agent'] & { readonly number: string },
  ring: () => Promise<CallSid>,
): Promise<boolean> {
  const { callId = null, partyId = null } = (await store.findInvite(step)) ?? {};
  const scopes: ListingScope[] = lineId === null ? ['all'] : ['all', `line:${lineId}`];
  const told = { id, number, channel: 'call', scopes, callId, partyId } as const;
  const contact = { ...told, at: clock.now() };
  const isRung = await contactUnlisted(contacts, contact, ring);
  if (!isRung) await enterListed(contact);
  return isRung;
}

/** What was left behind by a server that died is as old as its permit, or has been listed since. */
async function isStillToBePlaced(
  { contacts, clock, dials, enterListed }: TaskParts,
  id: Uuid,
  callId: Uuid,
  number: string,
): Promise<boolean> {
  const at = clock.now();
  const about = { number, channel: 'call', scopes: ['all'], callId, at } as const;
  if (await contacts.isListed(about)) {
    await enterListed({ ...about, id, partyId: null });
    return false;
  }
  return dials.ask(callId, at - permitMs);
}

/**
 * Asked of the carrier once. What it refuses ends the call; what it does not answer may be ringing
 * all the same, and its reports say what became of it.
 */
async function placeCall(
  parts: TaskParts,
  { id, callId }: CarrierTask,
  { step, to, from, timeoutS }: Bodies['place-call'],
): Promise<void> {
  // Marked before the request: a time-out must never become a second call.
  await parts.store.endTask(id, null);
  if (!(await isStillToBePlaced(parts, id, callId, to))) return parts.inviteOver?.(step);
  const urls = parts.urls();
  try {
    const callSid = await parts.carrier.createCall({
      to,
      from,
      url: urls.step(step),
      statusCallback: `${urls.status}?invite=${step}`,
      timeoutS,
      detectMachine: true,
    });
    const { isOver } = await parts.dials.named(callId, callSid);
    // Its number was listed while we asked: nobody is to pick it up.
    if (isOver) await parts.carrier.hangUp(callSid);
  } catch (error) {
    await parts.dials.unnamed(callId).catch(() => {});
    const unknown = error instanceof ConsentryError && error.code === 'unavailable';
    if (!unknown) await parts.inviteOver?.(step);
    throw error;
  }
}

/** Who was sent away while their telephone was being rung is let go at once. */
async function noteRung(parts: TaskParts, step: string, callSid: CallSid): Promise<void> {
  await parts.store.noteRung(step, callSid);
  const invite = await parts.store.findInvite(step);
  const call = invite === null ? null : await parts.store.find(invite.callId);
  const isWanted = call?.state.invited?.some((one) => one.step === step && !one.over);
  if (isWanted !== true || call?.endedAt !== null) await parts.carrier.hangUp(callSid);
}

/** False for a wish that another has taken the place of, which can be while a request failed. */
async function isStillWished(
  { store }: TaskParts,
  callId: Uuid,
  { callSid, release }: Bodies['hold'],
): Promise<boolean> {
  const call = await store.find(callId);
  const leg = call?.state.legs.find((one) => one.callSid === callSid);
  if (release !== null) return leg?.release === release;
  return leg?.held === true && leg.release === undefined;
}

/** Nobody is recorded until the carrier has let go: only then do gates open again. */
async function hold(parts: TaskParts, callId: Uuid, wish: Bodies['hold']): Promise<void> {
  const { callSid, release } = wish;
  if (!(await isStillWished(parts, callId, wish))) return;
  try {
    const conference = conferenceName(callId);
    await parts.carrier.hold({ conference, callSid, on: release === null });
  } catch (error) {
    // Off the bridge nobody is on hold; who comes back is held again if that is still wished.
    const isGone = error instanceof ConsentryError && error.code === 'not_found';
    if (!isGone) throw error;
  }
  if (release !== null) await parts.released?.(callId, callSid, release);
}

/** Who has left the bridge meanwhile hears it nowhere. */
async function announce(
  { store, carrier }: TaskParts,
  { id, callId }: CarrierTask,
  telling: Telling,
): Promise<void> {
  await store.endTask(id, null);
  try {
    await carrier.announce({ conference: conferenceName(callId), ...telling });
  } catch (error) {
    if (!(error instanceof ConsentryError && error.code === 'not_found')) throw error;
  }
}

/** They wrote to the carrier that they want no texts (twilio.com/docs/api/errors/21610). */
const isStopped = (error: unknown): boolean =>
  error instanceof ConsentryError && error.extra['carrierError'] === 21_610;

/** Only while the leg still waits for that step: the party may have brought it themselves. */
async function fetchNext(parts: TaskParts, { callSid, step }: Bodies['fetch']): Promise<void> {
  const call = await parts.store.findByCallSid(callSid);
  const leg = call?.state.legs.find((one) => one.callSid === callSid);
  if (leg === undefined || leg.phase === 'ended' || leg.nextStep !== step) return;
  await parts.carrier.redirect(callSid, parts.urls().step(step));
}

/** False once the leg is over or its stream was stopped, which can be while a request failed. */
async function isWanted(parts: TaskParts, body: Bodies['start-stream']): Promise<boolean> {
  const call = await parts.store.findByCallSid(body.callSid);
  const leg = call?.state.legs.find(({ callSid }) => callSid === body.callSid);
  return leg?.phase !== 'ended' && leg?.streamName === body.name;
}

async function carryOut(parts: TaskParts, task: CarrierTask): Promise<void> {
  const bytes = parts.tenant.cipher.open(null, taskContext(task.id), task.body);
  const body: unknown = JSON.parse(bytes.toString('utf8'));
  switch (task.kind) {
    case 'call-agent':
      return callAgent(parts, task.id, body as Bodies['call-agent']);
    case 'place-call':
      return placeCall(parts, task, body as Bodies['place-call']);
    case 'start-stream': {
      const stream = body as Bodies['start-stream'];
      if (await isWanted(parts, stream)) await parts.carrier.startStream(stream);
      break;
    }
    case 'stop-stream':
      await parts.carrier.stopStream(body as Bodies['stop-stream']);
      break;
    case 'hang-up':
      await parts.carrier.hangUp((body as Bodies['hang-up']).callSid);
      break;
    case 'text':
      try {
        await sendText(parts, task, body as TextBody, () => parts.store.endTask(task.id, null));
      } catch (error) {
        const { personId, lineId } = body as TextBody;
        if (isStopped(error)) await parts.stoppedAtCarrier?.(personId, lineId);
        throw error;
      }
      return;
    case 'hold':
      await hold(parts, task.callId, body as Bodies['hold']);
      break;
    case 'announce':
      return announce(parts, task, body as Bodies['announce']);
    case 'fetch':
      await fetchNext(parts, body as Bodies['fetch']);
      break;
    case 'opt-out': {
      const { personId, channels } = body as Bodies['opt-out'];
      await parts.optOutPerson?.(personId, channels);
      break;
    }
    case 'track':
      await parts.track?.(task.callId);
      break;
    case 'erase':
      await parts.eraseParty(task.callId, (body as Bodies['erase']).partyId);
      break;
  }
  await parts.store.endTask(task.id, null);
}

async function afterFailure(parts: TaskParts, task: CarrierTask, error: unknown): Promise<void> {
  const { id, kind } = task;
  const isGone = error instanceof ConsentryError && error.code === 'not_found';
  // The leg or its stream is over, which is what was wanted.
  if (isGone && kind !== 'start-stream' && attemptsOf[kind] > 1) {
    return parts.store.endTask(id, null);
  }
  // What a legal hold keeps is erased once that is lifted.
  const isHeld = error instanceof ConsentryError && error.code === 'held';
  if (!isHeld) parts.log.warn({ err: error, task: kind }, 'what a call asked for was not done');
  const delayMs = isHeld ? heldRetryAfterMs : retryAfterMs;
  const again =
    !isGone &&
    attemptsOf[kind] > 1 &&
    (await parts.store.postponeTask(id, delayMs, attemptsOf[kind]));
  if (!again) await parts.store.endTask(id, 'carrier');
}

/** Never throws: what failed is left for the upkeep, or is over. */
export async function runTask(parts: TaskParts, id: Uuid): Promise<void> {
  try {
    const task = await parts.store.takeTask(id, taskLeaseMs);
    if (task === null) return;
    try {
      await carryOut(parts, task);
    } catch (error) {
      await afterFailure(parts, task, error);
    }
  } catch (error) {
    parts.log.warn({ err: error }, 'a carrier task could not be read or marked');
  }
}
