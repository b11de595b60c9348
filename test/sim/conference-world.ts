/**
 * A call with many parties on the real app code and a real database, a carrier that does as it is
 * told when it is told to, and beside it a plain model of who is there and who allowed what. The
 * model knows nothing of machines, turns or commits: it is what a person with a pencil would keep.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { addParty } from '../../src/app/add-party.ts';
import { bridgeEvent } from '../../src/app/bridge-event.ts';
import type { CallParts } from '../../src/app/call-parts.ts';
import type { Tenant } from '../../src/app/call-ports.ts';
import { conferenceName } from '../../src/app/call-state.ts';
import { runTask, type TaskParts } from '../../src/app/carrier-tasks.ts';
import { endLeg } from '../../src/app/end-call.ts';
import { createGates } from '../../src/app/gates.ts';
import { inviteOver } from '../../src/app/invite-status.ts';
import { dropParty, holdParty, releaseParty } from '../../src/app/move-party.ts';
import { setPaused } from '../../src/app/pause-recording.ts';
import type { Carrier } from '../../src/app/ports.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { withdraw } from '../../src/app/withdraw.ts';
import { ConsentryError } from '../../src/core/error.ts';
import type { Status } from '../../src/core/words.ts';
import { contactsThat } from '../support/contacts.ts';
import { newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';

export type Kind = 'request' | 'grant' | 'refusal' | 'withdrawal';

/** What the model knows of a party. */
export interface Person {
  readonly role: 'caller' | 'agent' | 'transferee' | 'joiner';
  partyId: string;
  sid: string | null;
  /** `rung`: their telephone rings; `asked`: the question is on the air. */
  place: 'rung' | 'asked' | 'bridge' | 'gone';
  status: Status;
  held: boolean;
  /** The carrier was asked to let them go, and has not done it yet. */
  releasing: boolean;
  /** Kinds of the entries that their acts must have made, in order. */
  readonly entries: Kind[];
  /** The document they were given last. */
  document: string;
  readonly inviteStep: string | null;
  dropped: boolean;
}

export interface Conference {
  readonly people: Person[];
  readonly strangers: Set<string>;
  paused: boolean;
  readonly each: boolean;
  /** The line has an agent: who is left alone is not left waiting. */
  readonly hasAgent: boolean;
  /** An agent who did not come while a stranger was there: looked at again once they have gone. */
  late: Person | null;
  /** Nobody is left with the caller: the call is to end. */
  over: boolean;
  readonly callId: string;
  readonly parts: CallParts & TaskParts;
  /** Of this call. */
  openTasks(): Promise<readonly string[]>;
  /** Legs that the carrier was asked to end and has not reported yet. */
  readonly ending: string[];
  /** Every leg that it was ever asked to end. */
  readonly ended: Set<string>;
}

const soon = 600_000;
/** Leases do not run out in the middle of a script. */
const still = { now: () => Date.now(), monotonic: () => 0 };

/** @param breakIt replaces parts of the app, to see whether anybody notices */
export async function openConference(
  sql: Sql,
  tenant: Tenant,
  { each, agent }: { readonly each: boolean; readonly agent: boolean },
  breakIt: (desk: CallParts) => Partial<CallParts> = () => ({}),
): Promise<Conference> {
  const lineId = randomUUID();
  await sql`
    insert into line (id, tenant_id, number_token, number_sealed, flow, locale, controller)
    values (${lineId}, ${tenant.id}, ${randomBytes(8)}, ${randomBytes(8)}, 'inbound', 'en', 'Acme')`;
  const whole = await openDesk(sql, tenant, {
    line: {
      id: lineId,
      number: '+14155550999',
      flow: each ? 'inbound-each' : 'inbound',
      agent: agent ? '+12025550100' : null,
    },
    clock: still,
    gates: createGates(still),
  });
  const desk: CallParts = { ...whole, ...breakIt(whole) };
  const people: Person[] = [];
  const ending: string[] = [];
  const ended = new Set<string>();
  const carrier = {
    startStream: async () => 'MZ1',
    stopStream: async () => {},
    async createCall({ to, url }: { to: string; url: string }) {
      const step = url.split('/').at(-1) ?? '';
      const sid = newCallSid();
      const invite = await desk.store.findInvite(step);
      people.push({ ...fresh(invite?.role as Person['role'], sid, step), document: to });
      const person = people.at(-1);
      if (person !== undefined) person.partyId = invite?.partyId ?? '';
      return sid;
    },
    async hold({ callSid, on }: { callSid: string; on: boolean }) {
      const person = people.find(({ sid }) => sid === callSid);
      if (person?.place !== 'bridge') throw new ConsentryError('not_found');
      if (!on && person.releasing) Object.assign(person, { held: false, releasing: false });
    },
    async hangUp(callSid: string) {
      ending.push(callSid);
      ended.add(callSid);
    },
    announce: async () => {},
    cancel: async () => {},
    redirect: async () => {},
    sendText: async () => 'SM1',
    say: async () => newCallSid(),
    callStatus: async () => 'in-progress',
  } as Carrier;
  const parts = {
    ...desk,
    carrier,
    eraseParty: async () => {},
    contacts: contactsThat(true),
    enterListed: async () => {},
    dials: {
      ask: async () => true,
      named: async () => ({ isOver: false }),
      unnamed: async () => {},
    },
    inviteOver: (step: string) => inviteOver(parts, step),
    released: (callId: string, sid: string, release: string) =>
      releaseParty(parts, callId, sid, release),
  } as CallParts & TaskParts;
  const caller = fresh('caller', newCallSid(), null);
  people.push(caller);
  caller.document = await stepCall(parts, voice(caller.sid ?? ''), soon);
  caller.place = 'asked';
  note(caller, 'request');
  const call = await desk.store.findByCallSid(caller.sid ?? '');
  if (call === null) throw new Error('the call did not begin');
  caller.partyId = call.state.legs[0]?.partyId ?? '';
  return {
    people,
    strangers: new Set(),
    paused: false,
    each,
    hasAgent: agent,
    late: null,
    over: false,
    callId: call.id,
    parts,
    async openTasks() {
      const rows = await sql`
        select id from carrier_task where call_id = ${call.id} and done_at is null
        order by created_at`;
      return rows.map((row) => row['id'] as string);
    },
    ending,
    ended,
  };
}

function fresh(role: Person['role'], sid: string, inviteStep: string | null): Person {
  return {
    role,
    partyId: '',
    sid,
    place: 'rung',
    status: 'unknown',
    held: false,
    releasing: false,
    entries: [],
    document: '',
    inviteStep,
    dropped: false,
  };
}

const statusAfter = {
  request: 'requested',
  grant: 'granted',
  refusal: 'refused',
  withdrawal: 'withdrawn',
} as const;

function note(person: Person, kind: Kind): void {
  person.entries.push(kind);
  person.status = statusAfter[kind];
}

const there = ({ people }: Conference): readonly Person[] =>
  people.filter(({ place }) => place === 'bridge');

/** Whether this person may be recorded now, by what a person with a pencil knows. */
export function mayBeRecorded(world: Conference, person: Person): boolean {
  if (person.place !== 'bridge' || person.status !== 'granted') return false;
  if (world.paused || world.strangers.size > 0) return false;
  const present = there(world);
  if (present.some(({ held }) => held)) return false;
  return world.each || present.every(({ status }) => status === 'granted');
}

/** Whether nobody is with the caller or may still come. */
export function isCallerAlone(world: Conference): boolean {
  if (world.strangers.size > 0) return false;
  return world.people.every(
    ({ role, place, dropped }) =>
      role === 'caller' ||
      (place === 'gone' && !(role === 'agent' && world.late !== null)) ||
      (place === 'rung' && dropped),
  );
}

/** Somebody is gone: who was with the caller, or whom they waited for. */
function noteGone(world: Conference, { role }: Person, was: Person['place']): void {
  if (role === 'caller' || !isCallerAlone(world)) return;
  const isLoss = was === 'bridge' || (was === 'asked' ? role !== 'agent' : true);
  if (was === 'bridge' || (isLoss && world.hasAgent)) world.over = true;
}

// ---------------------------------------------------------------- what can happen

/** A key, or silence, at the question on the air. The last webhook may come again. */
export async function answer(
  world: Conference,
  person: Person,
  key: '1' | '2' | null,
): Promise<void> {
  // Taken back before it was answered: no answer to it counts any more, and none is waited for.
  const isOpen = person.status === 'requested';
  const turns = key === null && isOpen ? 2 : 1;
  for (let turn = 0; turn < turns; turn += 1) await press(world, person, key);
  if (isOpen) note(person, key === '1' ? 'grant' : 'refusal');
  person.place = 'bridge';
}

/** One webhook of a leg, and its repeats: each is answered with the same bytes. */
async function press(world: Conference, person: Person, key: string | null): Promise<void> {
  const webhook = voice(person.sid ?? '', { ...nextStep(person.document), digits: key });
  person.document = await stepCall(world.parts, webhook, soon);
  const again = await stepCall(world.parts, webhook, soon);
  if (again !== person.document) throw new Error('a step has two answers');
}

export async function pickUp(world: Conference, person: Person): Promise<void> {
  const first = voice(person.sid ?? '', {
    step: person.inviteStep ?? '',
    direction: 'outbound',
    to: person.document.startsWith('+') ? person.document : null,
  });
  person.document = await stepCall(world.parts, first, soon);
  if (person.dropped) {
    if (!person.document.includes('<Hangup')) throw new Error('who was sent away is let in');
    person.place = 'gone';
    return;
  }
  person.place = 'asked';
  note(person, 'request');
}

export async function star(world: Conference, person: Person): Promise<void> {
  await press(world, person, null);
  if (person.status === 'granted') note(person, 'withdrawal');
  // Back on the bridge, where the carrier does not hold them any more: they are held anew.
  await report(world, person.sid ?? '', 'join');
}

export async function takeBack(world: Conference, whose: Person | null): Promise<void> {
  const party = whose === null ? {} : { party: whose.partyId };
  await withdraw(world.parts, { call: world.callId, purpose: 'recording', ...party });
  for (const person of world.people) {
    if (whose !== null && whose !== person) continue;
    if (person.status === 'granted') note(person, 'withdrawal');
    else if (person.status === 'requested') note(person, 'refusal');
  }
}

export async function pause(world: Conference): Promise<void> {
  const state = world.paused ? 'resumed' : 'paused';
  await setPaused(world.parts, { call: world.callId, state, by: 'test' });
  world.paused = !world.paused;
}

export async function hold(world: Conference, person: Person): Promise<void> {
  const wanted = person.held && !person.releasing ? 'active' : 'held';
  // The wish counts from when it is made: a release from when the carrier has done it.
  if (wanted === 'held') Object.assign(person, { held: true, releasing: false });
  else person.releasing = true;
  await holdParty(world.parts, { call: world.callId, party: person.partyId, state: wanted });
}

export async function invite(world: Conference, role: 'transferee' | 'joiner', to: string) {
  await addParty(world.parts, { call: world.callId, role, to });
  await carrierWorks(world);
}

export async function drop(world: Conference, person: Person): Promise<void> {
  person.dropped = true;
  if (person.place === 'rung') noteGone(world, person, 'rung');
  await dropParty(world.parts, { call: world.callId, party: person.partyId });
}

/** Reports come twice, and the one of their leaving perhaps before. */
export async function hangUp(world: Conference, person: Person): Promise<void> {
  const was = person.place;
  person.place = 'gone';
  if (!(person.dropped && was === 'rung')) noteGone(world, person, was);
  if (person.sid !== null) await report(world, person.sid, 'leave');
  const known = await endLeg(world.parts, person.sid ?? '');
  if (known) await endLeg(world.parts, person.sid ?? '');
  if (person.inviteStep !== null) await inviteOver(world.parts, person.inviteStep);
  const isLate = person.role === 'agent' && was === 'rung' && world.strangers.size > 0;
  if (isLate) world.late = person;
}

let sequence = 0;

export async function report(world: Conference, callSid: string, event: 'join' | 'leave') {
  sequence += 1;
  const webhook = {
    conferenceName: conferenceName(world.callId),
    conferenceSid: `CF${'0'.repeat(32)}`,
    callSid,
    event,
    sequence,
  };
  await bridgeEvent(world.parts, webhook);
  await bridgeEvent(world.parts, webhook);
}

/** Somebody whom nobody asked is let in by the carrier's console, or goes again. */
export async function stranger(world: Conference): Promise<void> {
  const [known] = world.strangers;
  const sid = known ?? newCallSid();
  if (known === undefined) world.strangers.add(sid);
  else world.strangers.delete(sid);
  await report(world, sid, known === undefined ? 'join' : 'leave');
  // A report of their coming that was held up changes nothing.
  sequence -= known === undefined ? 0 : 2;
  if (known !== undefined) await report(world, sid, 'join');
  sequence += 2;
}

/** The carrier does what it was asked for, and reports whom it hung up. */
export async function carrierWorks(world: Conference): Promise<void> {
  for (;;) {
    const open = await world.openTasks();
    for (const id of open) await runTask(world.parts, id);
    const gone = world.ending.splice(0);
    for (const sid of gone) {
      const person = world.people.find((one) => one.sid === sid);
      if (person !== undefined && person.place !== 'gone') await hangUp(world, person);
    }
    if (open.length > 0 || gone.length > 0) continue;
    if (world.late === null || world.strangers.size > 0) return;
    // The upkeep looks again at who did not come.
    const { late } = world;
    world.late = null;
    noteGone(world, late, 'rung');
    await inviteOver(world.parts, late.inviteStep ?? '');
  }
}
