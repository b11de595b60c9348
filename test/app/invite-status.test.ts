import { afterAll, beforeAll, expect, test } from 'vitest';
import { bridgeEvent } from '../../src/app/bridge-event.ts';
import type { Tenant } from '../../src/app/call-ports.ts';
import { endLeg } from '../../src/app/end-call.ts';
import { inviteOver } from '../../src/app/invite-status.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { makeTenant, newCallSid, voice } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { agentWorld, inviteOf } from './agent-world.ts';

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

const open = { attempts: 0, done: false, failed: null };

test('a party who does not come ends the caller’s wait, once, whoever tells it', async () => {
  const world = await agentWorld(database, tenant);
  const step = await inviteOf(database, world.callId);
  await Promise.all([inviteOver(world, step), inviteOver(world, step)]);
  await inviteOver(world, step);
  expect(await world.tasks('hang-up')).toEqual([open]);
  expect((await world.state()).inviteOver).toBe(true);
});

test('a party who has a leg is no reason to hang up, nor after that leg’s end', async () => {
  const world = await agentWorld(database, tenant);
  const step = await inviteOf(database, world.callId);
  const agent = newCallSid();
  await stepCall(world, voice(agent, { step }), world.clock.monotonic() + 5_000);
  await inviteOver(world, step);
  await endLeg(world, agent);
  await inviteOver(world, step);
  expect(await world.tasks('hang-up')).toEqual([]);
});

test('a caller who talks to somebody unknown is hung up only once that one has left', async () => {
  const world = await agentWorld(database, tenant);
  const step = await inviteOf(database, world.callId);
  const stranger = { conferenceName: world.conference, callSid: newCallSid(), sequence: null };
  await bridgeEvent(world, { ...stranger, event: 'join' });
  await inviteOver(world, step);
  expect(await world.tasks('hang-up')).toEqual([]);
  await bridgeEvent(world, { ...stranger, event: 'leave' });
  await inviteOver(world, step);
  expect(await world.tasks('hang-up')).toEqual([open]);
});

test('a call that is over, and an invite that nobody made, change nothing', async () => {
  const world = await agentWorld(database, tenant);
  const step = await inviteOf(database, world.callId);
  await endLeg(world, world.callSid);
  await inviteOver(world, step);
  await inviteOver(world, 'AbCdEfGhIjKlMnOpQr_-12');
  expect(await world.tasks('hang-up')).toEqual([]);
});
