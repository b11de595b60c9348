/** An agent's yes that counts for twelve months: the last moment it counts, and the first it does not. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCallStore } from '../../src/adapters/postgres/calls.ts';
import type { Tenant } from '../../src/app/call-ports.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { compileFlow } from '../../src/core/flow/compile.ts';
import { shipped, shippedFlow } from '../model/flows.ts';
import { type Desk, makeTenant, newCallSid, openDesk, voice } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { inviteOf } from './agent-world.ts';

let database: TestDatabase;
let tenant: Tenant;
let desk: Desk;
let agent: string;
let made = 0;
let now = 0;
const given = Date.parse('2026-03-02T10:00:00Z');
const over = Date.parse('2027-03-02T10:00:00Z');

const { definition } = shippedFlow('inbound');
const askedOnce = compileFlow({
  ...definition,
  name: 'asked-once',
  version: 1,
  bridge: { ...definition.bridge, agent: 'agent-standing' },
});

beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

beforeEach(async () => {
  made += 1;
  agent = `+1202555${5000 + made}`;
  now = given;
  const id = randomUUID();
  await database.sql`
    insert into line (id, tenant_id, number_token, number_sealed, flow, locale, controller)
    values (${id}, ${tenant.id}, ${randomBytes(8)}, ${randomBytes(8)}, 'asked-once', 'en', 'Acme')`;
  desk = await openDesk(database.sql, tenant, {
    line: { id, number: '+14155550999', flow: 'asked-once', agent },
    clock: { now: () => now, monotonic: () => performance.now() },
    // Nothing is written later than a deadline, and the database's clock is not ours to set.
    store: createCallStore(database.sql, () => Date.now() - now),
    flows: {
      current: (name) => (name === 'asked-once' ? askedOnce : shipped.current(name)),
      pinned: (pin) => (pin.name === 'asked-once' ? askedOnce : shipped.pinned(pin)),
    },
  });
});

const soon = () => desk.clock.monotonic() + 5_000;

/** The last address of ours in a document. */
function next(twiml: string) {
  const found = [...twiml.matchAll(/\/twilio\/voice\/([\w-]+)(?:\/(\w+))?[#"]/g)].at(-1);
  return { step: found?.[1] ?? '', stretch: (found?.[2] ?? null) as never };
}

/** A caller who allows recording, and waits alone on the bridge; and their agent's telephone as it is picked up. */
async function ringing() {
  const callSid = newCallSid();
  const asked = await stepCall(desk, voice(callSid), soon());
  await stepCall(desk, voice(callSid, { ...next(asked), digits: '1' }), soon());
  const callId = (await desk.store.findByCallSid(callSid))?.id ?? '';
  const agentSid = newCallSid();
  const rung = { from: '+14155550999', to: agent, direction: 'outbound' as const };
  const step = await inviteOf(database, callId);
  let heard = await stepCall(desk, voice(agentSid, { ...rung, step }), soon());
  return {
    heard: () => heard,
    async press(digits: string) {
      heard = await stepCall(desk, voice(agentSid, { ...rung, ...next(heard), digits }), soon());
    },
    /** Whether the caller is recorded, and the agent. */
    open: () => [callSid, agentSid].map((sid) => desk.gates.isOpen(sid, 'recording')),
    async kinds() {
      const rows = await database.sql`
        select entry.kind from entry join leg on leg.party_id = entry.party_id
        join ledger_queue queue on queue.entry_id = entry.id
        where leg.call_sid = ${agentSid} order by queue.id`;
      return rows.map((row) => row['kind']);
    },
  };
}

const reminder = 'As you agreed earlier, Acme';
const question = 'press 1';

async function allow(): Promise<void> {
  const first = await ringing();
  expect(first.heard()).toContain(question);
  await first.press('1');
  expect(first.open()).toEqual([true, true]);
}

describe('twelve months after an agent allowed it', () => {
  beforeEach(allow);

  test('less a moment they are reminded, and both are recorded once that was spoken', async () => {
    now = over - 1;
    const call = await ringing();
    expect(call.heard()).toContain(reminder);
    expect(call.heard()).not.toContain(question);
    expect(call.open()).toEqual([true, false]);
    await call.press('');
    expect(call.open()).toEqual([true, true]);
    expect(await call.kinds()).toEqual(['reminder']);
  });

  test('they are asked again, and nothing is recorded of them until they have answered', async () => {
    now = over;
    const call = await ringing();
    expect(call.heard()).toContain(question);
    expect(call.heard()).not.toContain(reminder);
    expect([call.open(), await call.kinds()]).toEqual([[true, false], ['request']]);
    await call.press('1');
    expect([call.open(), await call.kinds()]).toEqual([
      [true, true],
      ['request', 'grant'],
    ]);
    now = over + 1;
    expect((await ringing()).heard()).toContain(reminder);
  });

  test('silence is no yes: nobody is recorded, whatever they had allowed', async () => {
    now = over;
    const call = await ringing();
    for (let tries = 0; call.heard().includes(question); tries += 1) {
      if (tries > 5) throw new Error('they are asked for ever');
      await call.press('');
    }
    expect([call.open(), await call.kinds()]).toEqual([
      [false, false],
      ['request', 'refusal'],
    ]);
  });

  test('a reminder that the last moment goes by in counts for nothing: they are asked', async () => {
    now = over - 1;
    const call = await ringing();
    expect(call.heard()).toContain(reminder);
    now = over;
    await call.press('');
    expect(call.heard()).toContain(question);
    expect([call.open(), await call.kinds()]).toEqual([[true, false], ['request']]);
  });
});
