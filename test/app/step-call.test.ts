import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../src/app/call-ports.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { type Desk, makeTenant, newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;

beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

const soon = (desk: Desk) => desk.clock.monotonic() + 5_000;
const kinds = async (callSid: string) =>
  (
    await database.sql`
      select entry.kind from entry join leg on leg.party_id = entry.party_id
      where leg.call_sid = ${callSid} order by entry.at, entry.kind desc`
  ).map((row) => row['kind']);
const isOpen = async (callSid: string) =>
  (await database.sql`select recording_open from leg where call_sid = ${callSid}`)[0]?.[
    'recording_open'
  ];

async function answer(desk: Desk, callSid: string, digits: string | null) {
  const asked = await stepCall(desk, voice(callSid), soon(desk));
  const webhook = voice(callSid, { ...nextStep(asked), digits });
  return { webhook, told: await stepCall(desk, webhook, soon(desk)) };
}

test('1 grants: the stream starts in the same document, the gate opens after the commit', async () => {
  const desk = await openDesk(database.sql, tenant);
  const callSid = newCallSid();
  const { told } = await answer(desk, callSid, '1');
  expect(told).toMatch(/<Start><Stream[^>]*track="inbound_track"/);
  expect(told).toContain('<Conference');
  expect(await kinds(callSid)).toEqual(['request', 'grant']);
  expect(await isOpen(callSid)).toBe(true);
  expect(desk.gates.isOpen(callSid, 'recording')).toBe(true);
});

test.each(['2', '*', '0', '9', '11', null])(
  'the answer %s leaves the gate shut and the caller is let through in the end',
  async (digits) => {
    const desk = await openDesk(database.sql, tenant);
    const callSid = newCallSid();
    let { told } = await answer(desk, callSid, digits);
    for (let i = 0; i < 3 && !told.includes('<Conference'); i += 1) {
      told = await stepCall(desk, voice(callSid, { ...nextStep(told), digits }), soon(desk));
    }
    expect(told).toContain('<Conference');
    expect(told).not.toContain('<Stream');
    expect(await kinds(callSid)).toEqual(['request', 'refusal']);
    expect(desk.gates.isOpen(callSid, 'recording')).toBe(false);
    expect(await isOpen(callSid)).toBe(false);
  },
);

test('a step repeated at once, later, with other digits and on another process has one answer', async () => {
  const desk = await openDesk(database.sql, tenant);
  const other = await openDesk(database.sql, tenant);
  const callSid = newCallSid();
  const starts = await Promise.all(
    [desk, other, desk, other].map((each) => stepCall(each, voice(callSid), soon(each))),
  );
  expect(new Set(starts).size).toBe(1);
  const step = nextStep(starts[0] ?? '');
  const grant = voice(callSid, { ...step, digits: '1' });
  const refuse = voice(callSid, { ...step, digits: '2' });
  const answers = await Promise.all(
    [desk, other, desk, other].map((each) => stepCall(each, grant, soon(each))),
  );
  answers.push(
    await stepCall(other, refuse, soon(other)),
    await stepCall(desk, refuse, soon(desk)),
  );
  expect(new Set(answers).size).toBe(1);
  expect(await kinds(callSid)).toEqual(['request', 'grant']);
  expect([...desk.oddities, ...other.oddities]).toContain('replay_mismatch');
});

test('somebody who calls twice at once, on two processes, or again after a restart is one person', async () => {
  const from = '+14155550177';
  const desks = [await openDesk(database.sql, tenant), await openDesk(database.sql, tenant)];
  const calls = Array.from({ length: 8 }, newCallSid);
  await Promise.all(
    calls.map((callSid, i) => {
      const desk = desks[i % desks.length]!;
      return stepCall(desk, voice(callSid, { from }), soon(desk));
    }),
  );
  const later = await openDesk(database.sql, tenant);
  const again = newCallSid();
  expect(await stepCall(later, voice(again, { from }), soon(later))).toContain('<Gather');
  const rows = await database.sql`
    select distinct person_id, entry.person_id is not null as is_entered
    from leg join entry using (party_id, person_id) where call_sid = any(${[...calls, again]})`;
  expect(rows).toHaveLength(1);
  const token = tenant.cipher.token(from);
  expect(await database.sql`select id from person where token = ${token}`).toHaveLength(1);
});

test('on a line that has nobody to ring nobody is rung, and the caller waits in the bridge', async () => {
  const id = randomUUID();
  await database.sql`
    insert into line (id, tenant_id, number_token, number_sealed, flow, locale, controller)
    values (${id}, ${tenant.id}, ${randomBytes(8)}, ${randomBytes(8)}, 'inbound', 'en', 'Acme')`;
  const desk = await openDesk(database.sql, tenant, { line: { id, number: '+14155550999' } });
  const callSid = newCallSid();
  expect((await answer(desk, callSid, '1')).told).toContain('<Conference');
  const [left] = await database.sql`
    select (select count(*) from leg_invite where call_id = leg.call_id)::int as invites,
      (select count(*) from carrier_task where call_id = leg.call_id)::int as tasks
    from leg where call_sid = ${callSid}`;
  expect(left).toEqual({ invites: 0, tasks: 0 });
});

test('an unknown step of an unknown call changes nothing', async () => {
  const desk = await openDesk(database.sql, tenant);
  const callSid = newCallSid();
  await expect(stepCall(desk, voice(callSid, { step: 'made-up' }), soon(desk))).rejects.toThrow(
    /unavailable/,
  );
  expect(await database.sql`select 1 from leg where call_sid = ${callSid}`).toHaveLength(0);
});

test('a step whose deadline has passed writes nothing', async () => {
  const desk = await openDesk(database.sql, tenant);
  const callSid = newCallSid();
  const asked = await stepCall(desk, voice(callSid), soon(desk));
  const grant = voice(callSid, { ...nextStep(asked), digits: '1' });
  await expect(stepCall(desk, grant, desk.clock.monotonic() - 1)).rejects.toThrow(/unavailable/);
  expect(await kinds(callSid)).toEqual(['request']);
  expect(desk.gates.isOpen(callSid, 'recording')).toBe(false);
});

test.each([
  ['somebody new', '+14155550188', false],
  ['somebody known', '+14155550189', true],
])('a first step of %s that reaches the database too late writes nothing there', async (...of) => {
  const [, from, isKnown] = of;
  const desk = await openDesk(database.sql, tenant);
  if (isKnown) await stepCall(desk, voice(newCallSid(), { from }), soon(desk));
  const late: Desk = {
    ...desk,
    store: {
      ...desk.store,
      commit: (one) => desk.store.commit({ ...one, deadline: Date.now() - 1 }),
    },
  };
  const callSid = newCallSid();
  await expect(stepCall(late, voice(callSid, { from }), soon(desk))).rejects.toThrow(/unavailable/);
  expect(await database.sql`select from leg where call_sid = ${callSid}`).toHaveLength(0);
  expect(await database.sql`select from step where call_sid = ${callSid}`).toHaveLength(0);
});

test('star in the bridge withdraws, and the caller is put back', async () => {
  const desk = await openDesk(database.sql, tenant);
  const callSid = newCallSid();
  const { told } = await answer(desk, callSid, '1');
  const back = await stepCall(
    desk,
    voice(callSid, { ...nextStep(told), dialCallStatus: 'answered' }),
    soon(desk),
  );
  expect(back).toMatch(/<Stop><Stream/);
  expect(back).toContain('<Conference');
  expect(await kinds(callSid)).toEqual(['request', 'grant', 'withdrawal']);
  expect(desk.gates.isOpen(callSid, 'recording')).toBe(false);
  expect(await isOpen(callSid)).toBe(false);
});
