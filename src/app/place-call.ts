/**
 * Places a call, if it may be: the number is screened, a permit is made and used up, the call is
 * written down, and only then the carrier is asked, once. Whether it is dialled or not, the
 * decision has its entry.
 */
import { createHash } from 'node:crypto';
import { ConsentryError } from '../core/error.ts';
import type { ScreeningPurpose, Stated } from '../core/suppression/inquiry.ts';
import { parseNumber } from '../core/suppression/number.ts';
import { scopesOf } from '../core/suppression/scopes.ts';
import type { Uuid } from '../core/words.ts';
import type { CallLine, CallParts } from './call-parts.ts';
import type { CarrierTask, Person } from './call-ports.ts';
import type { CallState, FlowPin } from './call-state.ts';
import { taskContext } from './commit-turn.ts';
import { notDialled, screeningEntry } from './enter-screening.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Dial, DialStore, Screen, Screened, ToldReason } from './outbound-ports.ts';
import type { PermitRefusal, PermitStore } from './permit-ports.ts';

export interface PlaceCallParts
  extends Pick<
    CallParts,
    'clock' | 'random' | 'tenant' | 'flows' | 'people' | 'store' | 'jurisdictions'
  > {
  readonly screen: Screen;
  readonly permits: PermitStore;
  readonly dials: DialStore;
  readonly entries: Pick<EntryMaker, 'screening'>;
  /** The line of a number or id of ours; with null the default line. Null: there is none. */
  readonly lineFor: (wanted: string | null) => Promise<CallLine | null>;
  /** Carries a task out now, and resolves when it was tried. */
  readonly runTaskNow: (id: Uuid) => Promise<void>;
}

export interface PlaceCall {
  readonly to: string;
  /** A number of ours, or the id of its line; null: the default line. */
  readonly from: string | null;
  /** Null: the line's. */
  readonly flow: string | null;
  readonly purpose: ScreeningPurpose;
  readonly campaign: string | null;
  /** Left out or null: nothing. */
  readonly stated?: Stated | null;
  /** A user's or key's id. */
  readonly by: string;
  /** What the request is known by where it may be repeated; null: it is not. */
  readonly repeatKey: string | null;
}

/** Long enough for a carrier that thinks before it rings; nobody waits in the meantime. */
export const permitMs = 60_000;
/** How long somebody is rung, seconds: about eight rings, and well within the screening's margin. */
const ringS = 40;
const stepBytes = 16;

/**
 * @returns the call's id
 * @throws `not_dialled` with every reason; `invalid_request` for a line or flow there is not
 */
export async function placeCall(parts: PlaceCallParts, wanted: PlaceCall): Promise<Uuid> {
  const callId = callIdOf(parts, wanted);
  // The first answer was lost on its way: the call is what it has become.
  if (wanted.repeatKey !== null && (await parts.store.find(callId)) !== null) return callId;
  const number = parseNumber(wanted.to)?.e164 ?? null;
  const at = parts.clock.now();
  const { purpose, campaign, stated = null } = wanted;
  const line = await parts.lineFor(wanted.from);
  const lineId = line?.id ?? null;
  const about = { channel: 'call', purpose, campaign, from: lineId, stated } as const;
  const ask = { number: number ?? wanted.to, ...about };
  const screened = await parts.screen(ask);
  const person = number === null ? null : await parts.people.ensure(number);
  if (screened.decision !== 'allow' || person === null) {
    return refuse(parts, wanted, person, screened, callId);
  }
  const { from, flow } = await settledOrKept(parts, { wanted, line, person, screened, callId });
  const permitId = parts.random.uuid();
  const entry = entryOf(parts, wanted, person, screened, callId);
  const made = await parts.permits.make({
    id: permitId,
    number: person.number,
    channel: 'call',
    purpose,
    subject: campaign ?? purpose,
    scopes: scopesOf(purpose, campaign, lineId),
    caps: screened.caps,
    at,
    notAfter: at + permitMs,
    entry,
  });
  if (made.is === 'listed') return refuse(parts, wanted, person, without('INTERNAL_DNC'), callId);
  if (made.is === 'capped') {
    const until = new Date(made.freeAt).toISOString();
    return refuse(parts, wanted, person, without('FREQUENCY_CAP', { until }), callId);
  }
  const dial = dialOf(parts, { callId, permitId, person, line, from, flow, at });
  const refusal = await parts.dials.place(dial);
  if (refusal !== null) {
    return refuse(parts, wanted, person, without(reasonOf[refusal]), callId);
  }
  await parts.runTaskNow(dial.task.id);
  return callId;
}

/** The same request has the same call: a second one finds the first one's. */
function callIdOf({ random, tenant }: PlaceCallParts, { repeatKey, by }: PlaceCall): Uuid {
  if (repeatKey === null) return random.uuid();
  const digest = createHash('sha256').update(`${tenant.id} ${by} ${repeatKey}`).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x80, 6); // RFC 9562, version 8
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

interface Unsettled {
  readonly wanted: PlaceCall;
  readonly line: CallLine | null;
  readonly person: Person;
  readonly screened: Screened;
  readonly callId: Uuid;
}

/** A wrong line or flow is an attempt all the same, and its screening is kept like any other. */
async function settledOrKept(
  parts: PlaceCallParts,
  { wanted, line, person, screened, callId }: Unsettled,
): Promise<ReturnType<typeof settled>> {
  try {
    return settled(parts, wanted, line);
  } catch (error) {
    if (!(error instanceof ConsentryError)) throw error;
    const evidence = { ...screened.evidence, notDialled: error.code };
    const entry = entryOf(parts, wanted, person, { ...screened, evidence }, callId);
    await parts.dials.addEntry(entry);
    const { mistakes } = error;
    throw new ConsentryError(error.code, error.message, {
      mistakes,
      extra: { ...error.extra, evidenceId: entry.id },
    });
  }
}

function settled(
  { flows }: PlaceCallParts,
  wanted: PlaceCall,
  line: CallLine | null,
): { from: string; flow: FlowPin & { locales: readonly string[] } } {
  if (line === null || line.number === null) {
    const [path, what] =
      wanted.from === null
        ? ['body.from', 'is missing, and there is no default line']
        : ['body.from', 'is no line of yours'];
    const allowed = 'the number or id of a line, as GET /v1/lines shows them';
    throw new ConsentryError('invalid_request', `${path}: ${what}; allowed: ${allowed}`, {
      mistakes: [{ path, what, allowed }],
    });
  }
  const flow = flows.current(wanted.flow ?? line.flow);
  if (flow === null || flow.role !== 'caller') {
    const what = 'is no published flow for whoever is called';
    throw new ConsentryError('invalid_request', `body.flow: ${what}`, {
      mistakes: [{ path: 'body.flow', what }],
    });
  }
  return { from: line.number, flow };
}

function dialOf(
  { random, tenant, jurisdictions }: PlaceCallParts,
  {
    callId,
    permitId,
    person,
    line,
    from,
    flow,
    at,
  }: Pick<Dial, 'callId' | 'permitId' | 'person' | 'at'> & {
    line: CallLine | null;
    from: string;
    flow: FlowPin & { locales: readonly string[] };
  },
): Dial {
  const locale = flow.locales.find((one) => one === line?.locale) ?? flow.locales[0] ?? 'en';
  const pin = { name: flow.name, version: flow.version, hash: flow.hash };
  const state: CallState = {
    outbound: { flow: pin },
    legs: [],
    strangers: [],
    controller: line?.controller ?? '',
    locale,
    linePlace: jurisdictions.placeOf(from),
    ...(line?.agent == null && { noAgent: true }),
    agentCalled: false,
    resumeAt: null,
  };
  const step = Buffer.from(random.bytes(stepBytes)).toString('base64url');
  const partyId = random.uuid();
  const taskId = random.uuid();
  const body = JSON.stringify({ step, to: person.number, from, timeoutS: ringS });
  const task: CarrierTask = {
    id: taskId,
    callId,
    kind: 'place-call',
    body: tenant.cipher.seal(null, taskContext(taskId), Buffer.from(body)),
  };
  const invite = { step, callId, partyId, role: 'caller' } as const;
  const lineId = line?.id ?? null;
  return { callId, permitId, lineId, flow: pin, locale, state, invite, task, person, at };
}

const reasonOf: Readonly<Record<PermitRefusal, string>> = {
  listed: 'INTERNAL_DNC',
  expired: 'PERMIT_EXPIRED',
  used: 'PERMIT_USED',
  unknown: 'PERMIT_UNKNOWN',
  'other-number': 'PERMIT_OTHER_NUMBER',
};

/** What was found after the screening. */
function without(code: string, more: { until?: string } = {}): Screened {
  const reasons: readonly ToldReason[] = [{ code, ...more }];
  const decision = code === 'FREQUENCY_CAP' ? 'hold' : 'deny';
  const view = { decision, allowed: false, reasons };
  return { decision, reasons, view, evidence: view, caps: [] };
}

async function refuse(
  parts: PlaceCallParts,
  wanted: PlaceCall,
  person: Person | null,
  screened: Screened,
  callId: Uuid,
): Promise<never> {
  const entry = entryOf(parts, wanted, person, screened, callId);
  await parts.dials.addEntry(entry);
  throw notDialled(screened, entry);
}

function entryOf(
  parts: PlaceCallParts,
  { to, purpose, campaign, by }: PlaceCall,
  person: Person | null,
  screened: Screened,
  callId: Uuid,
) {
  const contact = { callId, number: person?.number ?? to, purpose, campaign, by };
  return screeningEntry(parts, contact, person, screened);
}
