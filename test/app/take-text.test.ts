/** A text while the database fails: the gates shut at once, the rest is insisted on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTextStore } from '../../src/adapters/postgres/texts.ts';
import { renderText } from '../../src/adapters/twilio/twiml.ts';
import type { Tenant } from '../../src/app/call-ports.ts';
import type { OptOut } from '../../src/app/opt-out.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { createTextTaker } from '../../src/app/take-text.ts';
import type { TextStore } from '../../src/app/text-ports.ts';
import { type Desk, makeTenant, newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';
import { faultySql } from '../support/faulty-sql.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { agentWorld, inviteOf } from './agent-world.ts';

let database: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

let last = 0;
const number = () => {
  last += 1;
  return `+1415555${3000 + last}`;
};

async function grantedBy(desk: Desk, from: string): Promise<string> {
  const callSid = newCallSid();
  const soon = desk.clock.monotonic() + 5_000;
  const asked = await stepCall(desk, voice(callSid, { from }), soon);
  await stepCall(desk, voice(callSid, { from, ...nextStep(asked), digits: '1' }), soon);
  expect(desk.gates.isOpen(callSid, 'recording')).toBe(true);
  return callSid;
}

function message(from: string, body: string, n = 1) {
  const messageSid = `SM${String(last).padStart(16, '0')}${String(n).padStart(16, '0')}`;
  return { messageSid, from, to: '+14155550999', body, optOutType: null };
}

function takerOn(desk: Desk, texts: TextStore = createTextStore(database.sql)) {
  const wanted: OptOut[] = [];
  const taker = createTextTaker({
    ...desk,
    texts,
    renderText,
    optOut: async (one) => void wanted.push(one),
    restart: async () => {},
    stopReaches: async () => ['call', 'text'],
    withdrawChoices: async () => {},
    wait: async () => {},
  });
  return { taker, wanted };
}

const kinds = async (callSid: string) =>
  (
    await database.sql`
      select entry.kind from entry join leg on leg.party_id = entry.party_id
      where leg.call_sid = ${callSid} order by entry.at, entry.id`
  ).map((row) => row['kind']);

test('the gate is shut before the database is asked', async () => {
  const desk = await openDesk(database.sql, tenant);
  const from = number();
  const callSid = await grantedBy(desk, from);
  let openAtFirst: boolean | null = null;
  const store = createTextStore(database.sql);
  const { taker } = takerOn(desk, {
    ...store,
    answered: (sid) => {
      openAtFirst ??= desk.gates.isOpen(callSid, 'recording');
      return store.answered(sid);
    },
  });
  await taker.take(message(from, 'STOP'));
  expect(openAtFirst).toBe(false);
  expect(await kinds(callSid)).toEqual(['request', 'grant', 'withdrawal']);
});

test('whatever statement fails, the message is dealt with in the end, once', async () => {
  for (let failing = 1; failing <= 8; failing += 1) {
    for (const place of ['before', 'after'] as const) {
      const healthy = await openDesk(database.sql, tenant);
      const from = number();
      const callSid = await grantedBy(healthy, from);
      const { sql } = faultySql(database.sql, failing, place);
      const desk = await openDesk(sql, tenant);
      const { taker, wanted } = takerOn(desk, createTextStore(sql));
      const webhook = message(from, 'please no more');
      await taker.take(webhook).catch(() => {});
      await taker.settled();
      expect([failing, place, await kinds(callSid)]).toEqual([
        failing,
        place,
        ['request', 'grant', 'withdrawal'],
      ]);
      expect(wanted.at(-1)).toMatchObject({ number: from, provisional: true });
      const reply = await taker.take(webhook);
      expect(reply).toContain('<Message>');
      const tasks = await database.sql`
        select from desk_task where call_id = (select call_id from leg where call_sid = ${callSid})`;
      expect([failing, place, tasks.length]).toEqual([failing, place, 1]);
    }
  }
});

test('of two messages at once one is answered with words', async () => {
  const desk = await openDesk(database.sql, tenant);
  const other = await openDesk(database.sql, tenant);
  const from = number();
  const callSid = await grantedBy(desk, from);
  const replies = await Promise.all([
    takerOn(desk).taker.take(message(from, 'STOP', 1)),
    takerOn(other).taker.take(message(from, 'stop', 2)),
    takerOn(desk).taker.take(message(from, 'STOP', 1)),
  ]);
  expect(replies[2]).toBe(replies[0]);
  expect(replies.slice(0, 2).filter((reply) => reply.includes('<Message>'))).toHaveLength(1);
  expect(await kinds(callSid)).toEqual(['request', 'grant', 'withdrawal']);
});

test('an agent is heard, too: by the number they were rung on', async () => {
  const world = await agentWorld(database, tenant);
  const agentSid = newCallSid();
  const soon = world.clock.monotonic() + 5_000;
  const step = await inviteOf(database, world.callId);
  const rung = { to: '+12025550100', direction: 'outbound' as const };
  const asked = await stepCall(world, voice(agentSid, { ...rung, step }), soon);
  await stepCall(world, voice(agentSid, { ...rung, ...nextStep(asked), digits: '1' }), soon);
  expect(world.gates.isOpen(agentSid, 'recording')).toBe(true);
  expect(world.gates.isOpen(world.callSid, 'recording')).toBe(true);
  await takerOn(world).taker.take(message('+12025550100', 'STOP', 9));
  expect(await kinds(agentSid)).toEqual(['request', 'grant', 'withdrawal']);
  // The caller's permission stands, and nothing is recorded of them while the agent's does not.
  expect(await kinds(world.callSid)).toEqual(['request', 'grant']);
  expect(world.gates.isOpen(agentSid, 'recording')).toBe(false);
  expect(world.gates.isOpen(world.callSid, 'recording')).toBe(false);
});

test('a stop of one person leaves the others of a call alone', async () => {
  const desk = await openDesk(database.sql, tenant);
  const [one, other] = [number(), number()];
  const [mine, theirs] = [await grantedBy(desk, one), await grantedBy(desk, other)];
  await takerOn(desk).taker.take(message(one, 'STOP'));
  expect(desk.gates.isOpen(mine, 'recording')).toBe(false);
  expect(desk.gates.isOpen(theirs, 'recording')).toBe(true);
});
