/** Callers whose flow has somebody rung again and again: which of those who were rung still count. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tenant } from '../../src/app/call-ports.ts';
import { runTask } from '../../src/app/carrier-tasks.ts';
import { inviteOver } from '../../src/app/invite-status.ts';
import type { Carrier } from '../../src/app/ports.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { withdraw } from '../../src/app/withdraw.ts';
import { ConsentryError } from '../../src/core/error.ts';
import { reachingFlow, shippedFlow } from '../model/flows.ts';
import { contactsThat } from '../support/contacts.ts';
import { type Desk, makeTenant, newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;
let desk: Desk;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
  const plain = await openDesk(database.sql, tenant, { line: { agent: '+12025550100' } });
  const agent = shippedFlow('agent');
  const flows = {
    current: (name: string) => (name === 'agent' ? agent : reachingFlow),
    pinned: ({ name }: { name: string }) => (name === 'agent' ? agent : reachingFlow),
  };
  const prompts = {
    words: (_: string, id: string) => `Words of ${id}.`,
    audio: () => null,
  };
  desk = { ...plain, flows, prompts };
});
afterAll(() => database.close());

async function step(callSid: string, told: string, change: object): Promise<string> {
  const webhook = voice(callSid, { ...nextStep(told), ...change });
  return stepCall(desk, webhook, desk.clock.monotonic() + 5_000);
}

/** Whoever presses the key for a person waits in the queue. */
async function waiting() {
  const callSid = newCallSid();
  const told = await stepCall(desk, voice(callSid), desk.clock.monotonic() + 5_000);
  const queue = await step(callSid, told, { digits: '0' });
  return { callSid, told: queue, callId: (await desk.store.findByCallSid(callSid))?.id ?? '' };
}

const invitesOf = async (callId: string): Promise<readonly string[]> =>
  (
    await database.sql`select step from leg_invite where call_id = ${callId} order by created_at`
  ).map(({ step: one }) => String(one));
const tasksOf = async (callId: string) =>
  (
    await database.sql`select kind from carrier_task where call_id = ${callId} order by created_at`
  ).map(({ kind }) => String(kind));

test('somebody is rung again only once the one before is known not to come', async () => {
  const { callSid, told, callId } = await waiting();
  const again = await step(callSid, told, { digits: '' });
  expect(await invitesOf(callId)).toHaveLength(1);
  const [first = ''] = await invitesOf(callId);
  await inviteOver(desk, first);
  await step(callSid, again, { digits: '' });
  const [, second = ''] = await invitesOf(callId);
  expect(second).not.toBe('');
  // Late word of the first one concerns nobody any more; neither is the caller hung up for it.
  await inviteOver(desk, first);
  expect((await desk.store.find(callId))?.state.ring).toMatchObject({ step: second, over: false });
  expect(await tasksOf(callId)).toEqual(['call-agent', 'call-agent']);
  const stale = await desk.store.unansweredInvites(-1_000, 1_000);
  expect([stale.includes(first), stale.includes(second)]).toEqual([false, true]);
});

test('who picks up after nobody waits any more is hung up on', async () => {
  const { callSid, told, callId } = await waiting();
  const [invite = ''] = await invitesOf(callId);
  await step(callSid, told, { digits: '1' });
  const agent = voice(newCallSid(), { step: invite, direction: 'outbound' });
  const answer = await stepCall(desk, agent, desk.clock.monotonic() + 5_000);
  expect(answer).toMatch(/<Response>\s*<Hangup\/>\s*<\/Response>/);
});

test('what is whispered is where the caller stands as somebody picks up', async () => {
  const callSid = newCallSid();
  const told = await stepCall(desk, voice(callSid), desk.clock.monotonic() + 5_000);
  const bridged = await step(callSid, told, { digits: '1' });
  expect(bridged).toContain('<Conference');
  const call = await desk.store.findByCallSid(callSid);
  const [invite = ''] = await invitesOf(call?.id ?? '');
  await withdraw(desk, { call: callSid, purpose: 'recording' });
  const agent = voice(newCallSid(), { step: invite, direction: 'outbound' });
  const answer = await stepCall(desk, agent, desk.clock.monotonic() + 5_000);
  expect(answer).toMatch(/<Response><Say[^>]*>Words of whisper-refused\.<\/Say>/);
  expect(answer).toMatch(/<Gather/);
});

describe('fetching a caller from the bridge', () => {
  /** Nobody comes; the task that fetches the caller is written, and not carried out. */
  async function unanswered() {
    const callSid = newCallSid();
    const told = await stepCall(desk, voice(callSid), desk.clock.monotonic() + 5_000);
    const bridged = await step(callSid, told, { digits: '1' });
    const callId = (await desk.store.findByCallSid(callSid))?.id ?? '';
    const [invite = ''] = await invitesOf(callId);
    await inviteOver(desk, invite);
    const [task] = await database.sql`
      select id from carrier_task where call_id = ${callId} and kind = 'fetch'`;
    return { callSid, bridged, callId, taskId: String(task?.['id']) };
  }

  const tasks = (redirect: Carrier['redirect']) => {
    const carrier = { redirect } as Carrier;
    const dials = {
      ask: async () => true,
      named: async () => ({ isOver: false }),
      unnamed: async () => {},
    };
    return {
      ...desk,
      carrier,
      dials,
      contacts: contactsThat(true),
      enterListed: async () => {},
      eraseParty: async () => {},
    };
  };
  const stateOf = async (id: string) => {
    const [row] = await database.sql`
      select done_at is not null as done, failed, attempts from carrier_task where id = ${id}`;
    return row;
  };

  test('asks the carrier for the step that the leg waits for, and goes on where the flow says', async () => {
    const { callSid, bridged, taskId } = await unanswered();
    const asked: string[] = [];
    await runTask(
      tasks(async (sid, url) => {
        asked.push(`${sid} ${url}`);
      }),
      taskId,
    );
    const { step: waits } = nextStep(bridged);
    expect(asked).toEqual([`${callSid} https://voice.example.com/twilio/voice/${waits}`]);
    expect(await stateOf(taskId)).toMatchObject({ done: true, failed: null });
    const next = await step(callSid, bridged, {});
    expect(next).toContain('Words of waiting.');
    expect((await desk.store.findByCallSid(callSid))?.state.legs[0]?.statuses).toEqual({
      recording: 'granted',
    });
  });

  test('is left out when the caller came by themselves, whose star withdraws', async () => {
    const { callSid, bridged, taskId } = await unanswered();
    const next = await step(callSid, bridged, { dialCallStatus: 'answered' });
    expect(next).toMatch(/Words of stopped\..*Words of waiting\./);
    await runTask(
      tasks(() => Promise.reject(new Error('nobody is to be redirected'))),
      taskId,
    );
    expect(await stateOf(taskId)).toMatchObject({ done: true, failed: null });
  });

  test('is tried three times', async () => {
    const { taskId } = await unanswered();
    const failing = tasks(() => Promise.reject(new ConsentryError('unavailable')));
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await database.sql`update carrier_task set taken_until = null where id = ${taskId}`;
      await runTask(failing, taskId);
      expect(await stateOf(taskId)).toMatchObject({ attempts: attempt, done: attempt === 3 });
    }
    expect(await stateOf(taskId)).toMatchObject({ failed: 'carrier' });
  });
});
