/** What the entries of a call say beside who answered what: which law, by what way, on what. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEntryTexts } from '../../src/adapters/postgres/entry-texts.ts';
import type { Tenant } from '../../src/app/call-ports.ts';
import { openingContext } from '../../src/app/make-entry.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { withdraw } from '../../src/app/withdraw.ts';
import { decodeOpening, textsNamedIn } from '../../src/core/ledger/entry.ts';
import { emptyProfile, encodeProfile, profileContext } from '../../src/core/person/profile.ts';
import { makeTenant, newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { agentWorld, inviteOf } from './agent-world.ts';

let database: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

interface Fact {
  readonly kind: string;
  readonly role: unknown;
  readonly channel: unknown;
  readonly evidence: unknown;
  readonly jurisdiction: { mode: string; rules: string[]; parties: { role: string }[] };
}

async function factsOf(
  desk: Awaited<ReturnType<typeof openDesk>>,
  callSid: string,
): Promise<readonly Fact[]> {
  const rows = await database.sql`
    select entry.id, entry.kind, entry.opening, entry.person_id from entry
    where call_id = (select call_id from leg where call_sid = ${callSid}) order by at, kind desc`;
  const facts: Fact[] = [];
  for (const { id, kind, opening, person_id: personId } of rows) {
    const person = personId === null ? null : await desk.people.find(personId);
    const context = openingContext(id);
    const bytes = desk.tenant.cipher.open(person?.key ?? null, context, opening);
    const texts = await createEntryTexts(database.sql).find(textsNamedIn(bytes));
    const opened = decodeOpening(bytes, (id) => texts.get(id));
    const values = Object.entries(opened).map(([label, { value }]) => [label, value]);
    facts.push({ kind, ...Object.fromEntries(values) });
  }
  return facts;
}

const soon = (desk: { clock: { monotonic(): number } }) => desk.clock.monotonic() + 5_000;
const california = { places: ['US-CA'], confidence: 'low', doubt: null };

test('a call from California to a line in Texas: both places, the stricter rule, no number', async () => {
  const desk = await openDesk(database.sql, tenant);
  const callSid = newCallSid();
  const asked = await stepCall(desk, voice(callSid, { to: '+12145550100' }), soon(desk));
  await stepCall(desk, voice(callSid, { ...nextStep(asked), digits: '1' }), soon(desk));
  const facts = await factsOf(desk, callSid);
  expect(facts.map(({ kind }) => kind)).toEqual(['request', 'grant']);
  for (const { jurisdiction, channel, evidence } of facts) {
    expect({ channel, evidence }).toEqual({ channel: 'call', evidence: null });
    expect(jurisdiction).toEqual({
      table: '2026-11-22',
      mode: 'all',
      rules: ['US', 'US-CA', 'US-TX'],
      parties: [
        { role: 'caller', ...california },
        { role: 'line', places: ['US-TX'], confidence: 'low', doubt: null },
      ],
    });
    expect(JSON.stringify(jurisdiction)).not.toContain('555');
  }
});

test.each([
  ['a withheld number', { from: 'anonymous', to: '+12145550100' }, 'caller', 'withheld'],
  ['a toll-free line', { from: '+12145550123', to: '+18885550100' }, 'line', 'nowhere'],
  ['a line that was not told', { from: '+12145550123', to: null }, 'line', 'withheld'],
])('%s counts as the strictest', async (_what, numbers, role, doubt) => {
  const desk = await openDesk(database.sql, tenant);
  const callSid = newCallSid();
  await stepCall(desk, voice(callSid, numbers), soon(desk));
  const [request] = await factsOf(desk, callSid);
  expect(request?.jurisdiction).toMatchObject({ mode: 'all' });
  expect(request?.jurisdiction.rules).toContain('strictest');
  expect(request?.jurisdiction.parties).toContainEqual(expect.objectContaining({ role, doubt }));
});

describe('a caller who says where they are', () => {
  const number = '+12145550177';
  const said = async (place: string | null) => {
    const desk = await openDesk(database.sql, tenant);
    const { id, key } = await desk.people.ensure(number);
    const profile = encodeProfile({ ...emptyProfile, place });
    const sealed = tenant.cipher.seal(key, profileContext(id), profile);
    await database.sql`update person set profile_sealed = ${sealed} where id = ${id}`;
    const later = await openDesk(database.sql, tenant);
    const callSid = newCallSid();
    await stepCall(later, voice(callSid, { from: number, to: '+12145550100' }), soon(later));
    const [request] = await factsOf(later, callSid);
    return request?.jurisdiction;
  };

  test('in the state of their number is under its law, for certain', async () => {
    expect(await said('US-TX')).toMatchObject({
      mode: 'one',
      parties: [{ role: 'caller', places: ['US-TX'], confidence: 'high', doubt: null }, {}],
    });
  });

  test('in another state than their number is under the strictest', async () => {
    const found = await said('US-CA');
    expect(found).toMatchObject({ mode: 'all', rules: expect.arrayContaining(['strictest']) });
    expect(found?.parties[0]).toMatchObject({ role: 'caller', doubt: 'contradiction' });
  });

  test('and takes it back is where their number is', async () => {
    expect(await said(null)).toMatchObject({
      mode: 'one',
      parties: [{ role: 'caller', places: ['US-TX'], confidence: 'low' }, {}],
    });
  });
});

test("the agent's entries know the caller's place, and the caller's later ones the agent's", async () => {
  const world = await agentWorld(database, tenant);
  const agentSid = newCallSid();
  const step = await inviteOf(database, world.callId);
  const invited = voice(agentSid, { step, to: '+12025550100', direction: 'outbound' });
  await stepCall(world, invited, soon(world));
  await withdraw(world, { call: world.callId, purpose: 'recording', channel: 'api' });
  const facts = await factsOf(world, world.callSid);
  const rolesIn = (wanted: { kind: string; role: string }) =>
    facts
      .filter(({ kind, role }) => kind === wanted.kind && role === wanted.role)
      .map(({ channel, jurisdiction }) => ({
        channel,
        parties: jurisdiction.parties.map(({ role }) => role),
      }));
  expect(rolesIn({ kind: 'request', role: 'caller' })).toEqual([
    { channel: 'call', parties: ['caller', 'line'] },
  ]);
  expect(rolesIn({ kind: 'request', role: 'agent' })).toEqual([
    { channel: 'call', parties: ['agent', 'caller', 'line'] },
  ]);
  expect(rolesIn({ kind: 'withdrawal', role: 'caller' })).toEqual([
    { channel: 'api', parties: ['agent', 'caller', 'line'] },
  ]);
});
