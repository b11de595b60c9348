import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Tenant } from '../../src/app/call-ports.ts';
import { createCaretaker } from '../../src/app/look-after-calls.ts';
import { setPaused } from '../../src/app/pause-recording.ts';
import { ConsentryError } from '../../src/core/error.ts';
import { makeTenant } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { agentWorld, inviteOf } from './agent-world.ts';

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.sql`update call set ended_at = now() where ended_at is null`;
  await database.sql`update carrier_task set done_at = now() where done_at is null`;
});

const over = { callStatus: async () => 'completed' };
const phases = async (world: Awaited<ReturnType<typeof agentWorld>>) =>
  (await world.state()).legs.map(({ phase }) => phase);

test('the end of a bridge closes the legs that were on it, if the carrier says they are over', async () => {
  const gone = await agentWorld(database, tenant, over);
  const caretaker = createCaretaker(gone);
  await caretaker.suspectBridge(gone.conference);
  await caretaker.suspectBridge('somebody else’s');
  await caretaker.round();
  expect(await phases(gone)).toEqual(['bridged']);
  gone.pass(10_001);
  await caretaker.round();
  expect(await phases(gone)).toEqual(['ended']);
});

test('after a start every live leg is looked at, and one that goes on is left alone', async () => {
  const gone = await agentWorld(database, tenant);
  const here = await agentWorld(database, tenant, {
    callStatus: async (callSid) => (callSid === gone.callSid ? 'completed' : 'in-progress'),
  });
  const caretaker = createCaretaker(here);
  await caretaker.suspectLive();
  here.pass(10_001);
  await caretaker.round();
  expect(await phases(gone)).toEqual(['ended']);
  expect(await phases(here)).toEqual(['bridged']);
  here.pass(10_001);
  await caretaker.round();
  expect(here.asked.filter((name) => name === 'callStatus')).toHaveLength(2);
});

test('a leg that has ended is not asked after', async () => {
  const world = await agentWorld(database, tenant, over);
  const caretaker = createCaretaker(world);
  caretaker.suspect(world.callSid);
  await database.sql`update leg set ended_at = now() where call_sid = ${world.callSid}`;
  world.pass(10_001);
  await caretaker.round();
  expect(world.asked).not.toContain('callStatus');
});

test('a carrier that does not answer is asked again, and believed gone after a minute', async () => {
  const world = await agentWorld(database, tenant, {
    callStatus: () => Promise.reject(new ConsentryError('unavailable')),
  });
  const caretaker = createCaretaker(world);
  caretaker.suspect(world.callSid);
  for (const ms of [10_001, 1_000, 5_001]) {
    world.pass(ms);
    await caretaker.round();
  }
  expect(world.asked.filter((name) => name === 'callStatus')).toHaveLength(2);
  expect(await phases(world)).toEqual(['bridged']);
  world.pass(60_000);
  await caretaker.round();
  expect(await phases(world)).toEqual(['ended']);
});

test('a pause that cannot be ended and a carrier that hangs hold up nobody else', async () => {
  let release = () => {};
  const hung = new Promise<string>((resolve) => {
    release = () => resolve('in-progress');
  });
  const world = await agentWorld(database, tenant, { callStatus: () => hung });
  const other = await agentWorld(database, tenant);
  for (const { callId } of [world, other]) {
    await setPaused(world, { call: callId, state: 'paused', by: 'api', resumeAfterMs: 1 });
  }
  await database.sql`update call set state = (state::jsonb || '{"legs": null}')::json where id = ${world.callId}`;
  world.cache.forget(world.callId);
  const caretaker = createCaretaker(world);
  caretaker.suspect(world.callSid);
  world.pass(10_001);
  const first = caretaker.round();
  const second = caretaker.round();
  while ((await other.state()).resumeAt !== null) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  while (!world.asked.includes('callStatus')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  release();
  await Promise.all([first, second]);
  expect(world.asked.filter((name) => name === 'callStatus')).toHaveLength(1);
});

test('an agent of whom nothing was heard is given up after 200 seconds, not before', async () => {
  const world = await agentWorld(database, tenant);
  const step = await inviteOf(database, world.callId);
  await createCaretaker(world).round();
  expect(await world.tasks('hang-up')).toEqual([]);
  await database.sql`
    update leg_invite set created_at = now() - interval '201 seconds' where step = ${step}`;
  await createCaretaker(world).round();
  expect(await world.tasks('hang-up')).toHaveLength(1);
  expect(await world.store.unansweredInvites(0, 100)).toEqual([]);
});

test('what could not be sealed is tried again every minute, whatever goes wrong', async () => {
  const world = await agentWorld(database, tenant);
  let times = 0;
  const caretaker = createCaretaker(world, {
    recoverRecordings: () => {
      times += 1;
      throw new Error('the vault is away');
    },
  });
  for (const ms of [0, 59_000, 1_001, 1_000, 60_000]) {
    world.pass(ms);
    await caretaker.round();
  }
  expect(times).toBe(2);
});
