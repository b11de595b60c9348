/** Callers whose flow has somebody rung again and again: which of those who were rung still count. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../src/app/call-ports.ts';
import { inviteOver } from '../../src/app/invite-status.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { withdraw } from '../../src/app/withdraw.ts';
import { reachingFlow, shippedFlow } from '../model/flows.ts';
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
