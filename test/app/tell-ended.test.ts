/** Who is told by the carrier that a permission ended, and who is not: they hear it otherwise. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../src/app/call-ports.ts';
import { endLeg } from '../../src/app/end-call.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { withdraw } from '../../src/app/withdraw.ts';
import { ConsentryError } from '../../src/core/error.ts';
import { makeTenant, newCallSid, voice } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type AgentWorld, agentWorld, inviteOf } from './agent-world.ts';

let database: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

const recording = (world: AgentWorld) =>
  withdraw(world, { call: world.callId, purpose: 'recording', channel: 'api' });

test('a caller on the bridge is, once', async () => {
  const told: unknown[] = [];
  const announce = async (request: unknown) => void told.push(request);
  const world = await agentWorld(database, tenant, { announce } as never);
  await recording(world);
  await recording(world);
  await world.runOpen();
  await world.runOpen();
  const url = 'https://voice.example.com/twilio/said/en/message-stopped';
  expect(told).toEqual([{ callSid: world.callSid, conference: world.conference, url }]);
});

test('who pressed the star is not: the document that answered has said it', async () => {
  const world = await agentWorld(database, tenant);
  const leg = (await world.state()).legs[0];
  const back = { step: leg?.nextStep ?? '', dialCallStatus: 'answered' };
  const reply = await stepCall(world, voice(world.callSid, back), world.clock.monotonic() + 5_000);
  expect(reply).toContain('Recording has stopped.');
  expect(await world.tasks('announce')).toEqual([]);
});

test('who is being asked, and whose call is over, is not', async () => {
  const world = await agentWorld(database, tenant);
  const agentSid = newCallSid();
  const step = await inviteOf(database, world.callId);
  const rung = { to: '+12025550100', direction: 'outbound' as const };
  const soon = () => world.clock.monotonic() + 5_000;
  await stepCall(world, voice(agentSid, { ...rung, step }), soon());
  const agent = (await world.state()).legs.find(({ callSid }) => callSid === agentSid);
  await withdraw(world, { call: world.callId, purpose: 'recording', party: agent?.partyId ?? '' });
  expect(await world.tasks('announce')).toEqual([]);
  await endLeg(world, world.callSid);
  await recording(world);
  expect((await world.state()).legs[0]?.statuses.recording).toBe('withdrawn');
  expect(await world.tasks('announce')).toEqual([]);
});

test('a carrier that fails, or knows no such party, is not asked again', async () => {
  for (const code of ['unavailable', 'not_found'] as const) {
    let asked = 0;
    const announce = async () => {
      asked += 1;
      throw new ConsentryError(code);
    };
    const world = await agentWorld(database, tenant, { announce } as never);
    await recording(world);
    for (let round = 0; round < 3; round += 1) await world.runOpen();
    expect([code, asked, (await world.tasks('announce')).length]).toEqual([code, 1, 1]);
  }
});
