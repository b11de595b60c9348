/** A caller on a line with an agent, and a carrier that does as it is told. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Tenant } from '../../src/app/call-ports.ts';
import { type CallState, conferenceName } from '../../src/app/call-state.ts';
import { runTask, type TaskParts } from '../../src/app/carrier-tasks.ts';
import type { Carrier } from '../../src/app/ports.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { contactsThat } from '../support/contacts.ts';
import { type Desk, newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';
import type { TestDatabase } from '../support/postgres.ts';

export interface AgentWorld extends Desk, TaskParts {
  readonly callSid: string;
  readonly callId: string;
  readonly conference: string;
  /** What the carrier was asked for, in order. */
  readonly asked: string[];
  /** Addresses for the reports about legs that were rung. */
  readonly statusUrls: string[];
  /** Moves the monotonic clock. */
  pass(ms: number): void;
  state(): Promise<CallState>;
  /** Kind, attempts, whether it is over, and how. */
  tasks(kind: string): Promise<readonly Record<string, unknown>[]>;
  /** Carries out what is open, whoever holds it. */
  runOpen(): Promise<void>;
}

/** A caller who granted and is on the bridge; the agent's task is written, not carried out. */
export async function agentWorld(
  { sql }: TestDatabase,
  tenant: Tenant,
  answers: Partial<Carrier> = {},
): Promise<AgentWorld> {
  const lineId = randomUUID();
  await sql`
    insert into line (id, tenant_id, number_token, number_sealed, flow, locale, controller)
    values (${lineId}, ${tenant.id}, ${randomBytes(8)}, ${randomBytes(8)}, 'inbound', 'en', 'Acme')`;
  let passed = 0;
  const asked: string[] = [];
  const statusUrls: string[] = [];
  const desk = await openDesk(sql, tenant, {
    line: { id: lineId, number: '+14155550999', agent: '+12025550100' },
    clock: { now: () => Date.now(), monotonic: () => performance.now() + passed },
  });
  const done = (name: keyof Carrier, result: unknown) => (request: unknown) => {
    asked.push(name);
    if (name === 'createCall')
      statusUrls.push((request as { statusCallback: string }).statusCallback);
    const answer = answers[name] as ((request: unknown) => Promise<unknown>) | undefined;
    return answer === undefined ? Promise.resolve(result) : answer(request);
  };
  const carrier = {
    startStream: done('startStream', 'MZ1'),
    stopStream: done('stopStream', undefined),
    createCall: done('createCall', newCallSid()),
    hold: done('hold', undefined),
    announce: done('announce', undefined),
    cancel: done('cancel', undefined),
    hangUp: done('hangUp', undefined),
    redirect: done('redirect', undefined),
    sendText: done('sendText', 'SM1'),
    say: done('say', newCallSid()),
    callStatus: done('callStatus', 'in-progress'),
  } as Carrier;
  const callSid = newCallSid();
  const soon = desk.clock.monotonic() + 5_000;
  const start = await stepCall(desk, voice(callSid), soon);
  await stepCall(desk, voice(callSid, { ...nextStep(start), digits: '1' }), soon);
  const callId = (await desk.store.findByCallSid(callSid))?.id ?? '';
  const world: AgentWorld = {
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
    callSid,
    callId,
    conference: conferenceName(callId),
    asked,
    statusUrls,
    pass: (ms) => {
      passed += ms;
    },
    async state() {
      const call = await desk.store.find(callId);
      if (call === null) throw new Error('the call is gone');
      return call.state;
    },
    tasks: (kind) =>
      sql`select attempts, done_at is not null as done, failed from carrier_task
        where call_id = ${callId} and kind = ${kind} order by created_at`,
    async runOpen() {
      await sql`update carrier_task set taken_until = null where call_id = ${callId}`;
      const open = await sql`
        select id from carrier_task where call_id = ${callId} and done_at is null`;
      for (const { id } of open) await runTask(world, id);
    },
  };
  return world;
}

export async function inviteOf({ sql }: TestDatabase, callId: string): Promise<string> {
  const [row] = await sql`select step from leg_invite where call_id = ${callId}`;
  return row?.['step'] as string;
}
