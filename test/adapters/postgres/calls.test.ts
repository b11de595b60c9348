/** Commits of calls, where what they write is not what a caller can bring about alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallCommit, Tenant } from '../../../src/app/call-ports.ts';
import { stepCall } from '../../../src/app/step-call.ts';
import { agentWorld, inviteOf } from '../../app/agent-world.ts';
import { type Desk, makeTenant, newCallSid, openDesk, voice } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

/** A desk whose commits say something else of their legs. */
function withLegs(desk: Desk, change: Partial<CallCommit['legs'][number]>): Desk {
  return {
    ...desk,
    store: {
      ...desk.store,
      commit: (one) =>
        desk.store.commit({ ...one, legs: one.legs.map((leg) => ({ ...leg, ...change })) }),
    },
  };
}

const soon = (desk: Desk) => desk.clock.monotonic() + 5_000;

describe('a leg is from its first commit on what the commit says', () => {
  test.each([true, false])(
    'the first of a call, its recording allowed: %s',
    async (recordingOpen) => {
      const desk = withLegs(await openDesk(database.sql, tenant), { recordingOpen });
      const callSid = newCallSid();
      await stepCall(desk, voice(callSid), soon(desk));
      expect((await desk.store.openLegs([callSid])).get(callSid)).toBe(
        recordingOpen ? 1 : undefined,
      );
    },
  );

  test('one that joins, and the others of its call', async () => {
    const world = await agentWorld(database, tenant);
    const { version } = (await world.store.find(world.callId)) ?? expect.unreachable();
    const callSid = newCallSid();
    const step = await inviteOf(database, world.callId);
    const webhook = voice(callSid, { step, to: '+12025550100', direction: 'outbound' });
    await stepCall(withLegs(world, { recordingOpen: true }), webhook, soon(world));
    const open = await world.store.openLegs([callSid, world.callSid]);
    expect([...open.values()]).toEqual([version + 1, version + 1]);
  });

  test('one that is over at once is over', async () => {
    const desk = withLegs(await openDesk(database.sql, tenant), { ended: true });
    const callSid = newCallSid();
    await stepCall(desk, voice(callSid), soon(desk));
    expect(await desk.store.stillLive([callSid])).toEqual(new Set());
    const [row] = await database.sql`select ended_at from leg where call_sid = ${callSid}`;
    expect(row?.['ended_at']).toBeInstanceOf(Date);
  });
});

test('of many calls that begin at once with one new person all begin, and they are one person', async () => {
  const desk = await openDesk(database.sql, tenant);
  const other = await openDesk(database.sql, tenant);
  const from = '+14155550777';
  const sids = Array.from({ length: 12 }, () => newCallSid());
  await Promise.all(
    sids.map((sid, i) => stepCall(i % 2 ? other : desk, voice(sid, { from }), soon(desk))),
  );
  const rows = await database.sql`
    select distinct person_id from leg where call_sid = any(${sids}) `;
  expect(rows).toHaveLength(1);
  const legs = await database.sql`select from leg where call_sid = any(${sids})`;
  expect(legs).toHaveLength(12);
});

test('servers that write the same calls at once never wait for each other in a ring', async () => {
  const one = await openDesk(database.sql, tenant);
  const other = await openDesk(database.sql, tenant);
  const commits: CallCommit[] = [];
  for (let i = 0; i < 8; i += 1) {
    const callSid = newCallSid();
    await stepCall(one, voice(callSid), soon(one));
    const call = (await one.store.findByCallSid(callSid)) ?? expect.unreachable();
    const nothing = { newPerson: null, newLegs: [], legs: [], step: null, entries: [], tokens: [] };
    const rest = { invites: [], tasks: [], deskTasks: [] };
    const flow = call.state.legs[0]?.flow ?? expect.unreachable();
    commits.push({
      ...{ call, isNew: false, flow, phase: 'asking', at: Date.now(), deadline: null },
      ...nothing,
      ...rest,
    });
  }
  const deadlocks = async () =>
    Number(
      (
        await database.sql`
          select deadlocks from pg_stat_database where datname = current_database()`
      )[0]?.['deadlocks'],
    );
  const before = await deadlocks();
  for (let round = 0; round < 60; round += 1) {
    const now = commits.map((commit) => ({
      ...commit,
      call: { ...commit.call, version: commit.call.version + round },
    }));
    const back = [...now].reverse();
    const outcomes = await Promise.all([
      ...now.map((commit) => one.store.commit(commit)),
      ...back.map((commit) => other.store.commit(commit)),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(now.length);
  }
  await database.sql`select pg_stat_force_next_flush()`;
  expect(await deadlocks()).toBe(before);
});
