import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TaskKind, Tenant } from '../../src/app/call-ports.ts';
import { runTask } from '../../src/app/carrier-tasks.ts';
import { taskContext } from '../../src/app/commit-turn.ts';
import { inviteOver } from '../../src/app/invite-status.ts';
import { holdParty, releaseParty } from '../../src/app/move-party.ts';
import { ConsentryError } from '../../src/core/error.ts';
import { contactsThat } from '../support/contacts.ts';
import { makeTenant } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type AgentWorld, agentWorld, inviteOf } from './agent-world.ts';

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

const failing = (code: 'unavailable' | 'not_found' | 'invalid_request') => () =>
  Promise.reject(new ConsentryError(code));

async function addTask({ callId }: AgentWorld, kind: TaskKind, body: object): Promise<void> {
  const id = randomUUID();
  const sealed = tenant.cipher.seal(null, taskContext(id), Buffer.from(JSON.stringify(body)));
  await database.sql`
    insert into carrier_task (id, call_id, kind, body) values (${id}, ${callId}, ${kind}, ${sealed})`;
}

async function streamBody(world: AgentWorld): Promise<object> {
  const { callSid } = world;
  const name = (await world.state()).legs[0]?.streamName;
  return { callSid, name, url: 'wss://voice.example.com', parameters: {} };
}

const kinds = [
  ['start-stream', 'startStream'],
  ['stop-stream', 'stopStream'],
  ['hang-up', 'hangUp'],
] as const;

describe.each(kinds)('%s', (kind, verb) => {
  test('is asked for again until it is done', async () => {
    let failures = 2;
    const world = await agentWorld(database, tenant, {
      [verb]: async () => {
        failures -= 1;
        if (failures >= 0) throw new ConsentryError('unavailable');
      },
    });
    await addTask(world, kind, await streamBody(world));
    await world.runOpen();
    expect(await world.tasks(kind)).toEqual([{ attempts: 1, done: false, failed: null }]);
    expect(await world.store.openTasks(100)).toEqual([]);
    await world.runOpen();
    await world.runOpen();
    expect(await world.tasks(kind)).toEqual([{ attempts: 3, done: true, failed: null }]);
    expect(world.asked.filter((name) => name === verb)).toHaveLength(3);
  });

  test('is given up after three attempts', async () => {
    const world = await agentWorld(database, tenant, { [verb]: failing('unavailable') });
    await addTask(world, kind, await streamBody(world));
    for (let i = 0; i < 4; i += 1) await world.runOpen();
    expect(await world.tasks(kind)).toEqual([{ attempts: 3, done: true, failed: 'carrier' }]);
  });

  test('is over when the leg is', async () => {
    const world = await agentWorld(database, tenant, { [verb]: failing('not_found') });
    await addTask(world, kind, await streamBody(world));
    await world.runOpen();
    const failed = kind === 'start-stream' ? 'carrier' : null;
    expect(await world.tasks(kind)).toEqual([{ attempts: 1, done: true, failed }]);
  });
});

test.each([
  [
    'a hold that failed is not asked for again once the party was let go',
    'held',
    'active',
    [true, false],
  ],
  [
    'a release that failed is not asked for again once the party is held again',
    'active',
    'held',
    [false, true],
  ],
] as const)('%s', async (_, first, then, asked) => {
  const wishes: boolean[] = [];
  let fails = false;
  const world: AgentWorld = await agentWorld(database, tenant, {
    hold: async ({ on }) => {
      wishes.push(on);
      if (fails) throw new ConsentryError('unavailable');
    },
  });
  const parts = {
    ...world,
    released: (callId: string, callSid: string, release: string) =>
      releaseParty(world, callId, callSid, release),
  };
  const party = (await world.state()).legs[0]!.partyId;
  const want = (state: 'held' | 'active') => holdParty(world, { call: world.callId, party, state });
  const open = async () => {
    await database.sql`update carrier_task set taken_until = null where call_id = ${world.callId}`;
    const rows = await database.sql`
      select id from carrier_task
      where call_id = ${world.callId} and kind = 'hold' and done_at is null order by created_at desc`;
    for (const { id } of rows) await runTask(parts, id);
  };
  if (first === 'active') {
    await want('held');
    await open();
    wishes.length = 0;
  }
  fails = true;
  await want(first);
  await open();
  fails = false;
  await want(then);
  await open();
  await open();
  expect(wishes).toEqual(asked);
  const [leg] = (await world.state()).legs;
  expect([leg?.held, leg?.release]).toEqual([then === 'held' ? true : undefined, undefined]);
});

test('a stream that was replaced or stopped meanwhile is not started', async () => {
  const world = await agentWorld(database, tenant);
  await addTask(world, 'start-stream', { ...(await streamBody(world)), name: 'leg-before' });
  await world.runOpen();
  expect(world.asked).not.toContain('startStream');
  expect(await world.tasks('start-stream')).toEqual([{ attempts: 1, done: true, failed: null }]);
});

describe('call-agent', () => {
  async function rung(code: 'unavailable' | 'invalid_request' | null) {
    const answers = code === null ? {} : { createCall: failing(code) };
    const world = await agentWorld(database, tenant, answers);
    const over: string[] = [];
    const parts = {
      ...world,
      inviteOver: async (step: string) => {
        over.push(step);
        await inviteOver(world, step);
      },
    };
    const tasks = await database.sql`
      select id from carrier_task where call_id = ${world.callId} and kind = 'call-agent'`;
    for (const { id } of [...tasks, ...tasks]) await runTask(parts, id);
    return { world, over, step: await inviteOf(database, world.callId) };
  }

  test('rings once, and the invite comes back with every report', async () => {
    const { world, over, step } = await rung(null);
    expect(world.statusUrls).toEqual([`https://voice.example.com/twilio/status?invite=${step}`]);
    expect(over).toEqual([]);
  });

  test('that the carrier refuses ends the caller’s wait', async () => {
    const { world, over, step } = await rung('invalid_request');
    expect(over).toEqual([step]);
    expect(await world.tasks('call-agent')).toEqual([
      { attempts: 1, done: true, failed: 'carrier' },
    ]);
    expect(await world.tasks('hang-up')).toHaveLength(1);
  });

  test('whose answer is lost may be ringing: it is not repeated, and nobody is hung up', async () => {
    const { world, over } = await rung('unavailable');
    expect(over).toEqual([]);
    expect(world.asked).toEqual(['createCall']);
  });
});

describe('erase', () => {
  test('is tried for as long as it takes: the caller was told that it is done', async () => {
    const world = await agentWorld(database, tenant);
    const erased: string[] = [];
    let failures = 5;
    const parts = {
      ...world,
      eraseParty: async (callId: string, partyId: string) => {
        failures -= 1;
        if (failures >= 0) throw new ConsentryError('unavailable');
        erased.push(`${callId} ${partyId}`);
      },
    };
    const partyId = randomUUID();
    await addTask(world, 'erase', { partyId });
    for (let round = 0; round < 7; round += 1) {
      await database.sql`update carrier_task set taken_until = null where call_id = ${world.callId}`;
      const rows = await database.sql`
        select id from carrier_task where call_id = ${world.callId} and kind = 'erase'`;
      for (const { id } of rows) await runTask(parts, id);
    }
    expect(erased).toEqual([`${world.callId} ${partyId}`]);
    expect(await world.tasks('erase')).toMatchObject([{ attempts: 6, done: true, failed: null }]);
  });
});

test.each([
  ['who asked meanwhile not to be called is not rung', '+12025550177', false, []],
  ['nobody stands against is rung', '+12025550177', true, ['createCall']],
  ['at an address of ours is rung', 'sip:desk@example.com', false, ['createCall']],
])('somebody added %s', async (_, to, may, asked) => {
  const over: string[] = [];
  const world = await agentWorld(database, tenant, {});
  const parts = {
    ...world,
    contacts: contactsThat(may),
    inviteOver: async (step: string) => void over.push(step),
  };
  const before = world.asked.length;
  const id = randomUUID();
  const { lineId } = (await world.store.find(world.callId)) ?? {};
  const body = { step: 'a-step', lineId, to, added: true };
  const sealed = tenant.cipher.seal(null, taskContext(id), Buffer.from(JSON.stringify(body)));
  await database.sql`
    insert into carrier_task (id, call_id, kind, body)
    values (${id}, ${world.callId}, 'call-agent', ${sealed})`;
  await runTask(parts, id);
  expect(world.asked.slice(before).filter((name) => name === 'createCall')).toEqual(asked);
  expect(over).toEqual(asked.length === 0 ? ['a-step'] : []);
});
