/** What becomes of a call when one of its steps could not be answered. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tenant } from '../../src/app/call-ports.ts';
import { conferenceName } from '../../src/app/call-state.ts';
import { changeCall } from '../../src/app/change-call.ts';
import { createGivingUp } from '../../src/app/give-up.ts';
import { inviteOver } from '../../src/app/invite-status.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { type Desk, makeTenant, newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { agentWorld, inviteOf } from './agent-world.ts';

let database: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

const inFlow = (flow: string) =>
  openDesk(database.sql, tenant, { line: { flow, agent: '+12025550100' } });
const givingUpOf = (desk: Desk) => createGivingUp({ ...desk, wait: async () => {} });
const soon = ({ clock }: Desk) => clock.monotonic() + 5_000;

/** A leg that has pressed a key at each question. */
async function pressing(desk: Desk, callSid: string, digits: readonly string[]) {
  let reply = await stepCall(desk, voice(callSid), soon(desk));
  for (const digit of digits) {
    reply = await stepCall(desk, voice(callSid, { ...nextStep(reply), digits: digit }), soon(desk));
  }
  return reply;
}

async function callOf(desk: Desk, callSid: string) {
  const call = await desk.store.findByCallSid(callSid);
  if (call === null) throw new Error('the call is gone');
  return call;
}

describe('a caller who comes back from the bridge and gets no answer', () => {
  /** Granted recording, transcription and training. */
  async function granted() {
    const desk = await inFlow('inbound-purposes');
    const callSid = newCallSid();
    const bridged = await pressing(desk, callSid, ['1', '1', '1']);
    const statuses = async () => (await callOf(desk, callSid)).state.legs[0]?.statuses;
    expect(new Set(Object.values((await statuses()) ?? {}))).toEqual(new Set(['granted']));
    return { desk, callSid, statuses, failed: voice(callSid, nextStep(bridged)) };
  }

  test('has taken back everything they had granted, not what has a gate alone', async () => {
    const { desk, statuses, failed } = await granted();
    const givingUp = givingUpOf(desk);
    givingUp.step(failed, 'let through');
    await givingUp.settled();
    expect(await statuses()).toEqual({
      recording: 'withdrawn',
      transcription: 'withdrawn',
      training: 'withdrawn',
    });
  });

  test('has taken back nothing if it was we who fetched them, and is not recorded', async () => {
    const { desk, callSid, statuses, failed } = await granted();
    const { id } = await callOf(desk, callSid);
    await changeCall(desk, id, ({ state }) => {
      const legs = state.legs.map((leg) => ({ ...leg, fetching: true }));
      return { turn: { state: { ...state, legs }, effects: [], changes: [] } };
    });
    const givingUp = givingUpOf(desk);
    givingUp.step(failed, 'let through');
    await givingUp.settled();
    expect(Object.values((await statuses()) ?? {})).not.toContain('withdrawn');
    expect(desk.gates.isOpen(callSid, 'recording')).toBe(false);
    const [row] = await database.sql`select recording_open from leg where call_sid = ${callSid}`;
    expect(row?.['recording_open']).toBe(false);
  });
});

describe('a caller who waits, and gets no answer', () => {
  test('meets who has picked up: nobody is hung up on, and nobody is sent away', async () => {
    const desk = await inFlow('waiting-line');
    const callSid = newCallSid();
    const asked = await pressing(desk, callSid, []);
    const waiting = await stepCall(
      desk,
      voice(callSid, { ...nextStep(asked), digits: '1' }),
      soon(desk),
    );
    const { id } = await callOf(desk, callSid);
    const agentSid = newCallSid();
    const rung = { step: await inviteOf(database, id), direction: 'outbound' as const };
    await stepCall(desk, voice(agentSid, rung), soon(desk));
    const givingUp = givingUpOf(desk);
    expect(givingUp.wayOut(callSid).bridge).toBe(conferenceName(id));
    givingUp.step(voice(callSid, nextStep(waiting)), 'let through');
    await givingUp.settled();
    const { state } = await callOf(desk, callSid);
    expect(state.legs.map(({ letThrough }) => letThrough === true)).toEqual([true, false]);
    expect(state.ring?.over).toBe(false);
    const tasks = await database.sql`
      select from carrier_task where call_id = ${id} and kind = 'hang-up'`;
    expect(tasks).toHaveLength(0);
  });

  test('is not put onto a bridge where nobody is and nobody comes', async () => {
    const world = await agentWorld(database, tenant);
    const givingUp = givingUpOf(world);
    expect(givingUp.wayOut(world.callSid).bridge).toBe(conferenceName(world.callId));
    await inviteOver(world, await inviteOf(database, world.callId));
    expect(givingUp.wayOut(world.callSid).bridge).toBeNull();
  });
});
