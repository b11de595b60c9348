/** The steps beside `say` and `ask`, as webhooks drive them against a real database. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../../src/app/call-ports.ts';
import { stepCall } from '../../src/app/step-call.ts';
import { shipped } from '../model/flows.ts';
import { type Desk, makeTenant, newCallSid, nextStep, openDesk, voice } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

/** A desk on which drafts run too: what is tried here are steps, not publishing. */
async function deskFor(flow: string, now?: string): Promise<Desk> {
  const desk = await openDesk(database.sql, tenant, { line: { flow } });
  const draft = shipped.all().findLast(({ name }) => name === flow);
  if (draft === undefined) throw new Error(`no flow ${flow}`);
  const flows = { ...desk.flows, current: () => draft, pinned: () => draft };
  const clock = now === undefined ? desk.clock : { ...desk.clock, now: () => Date.parse(now) };
  return { ...desk, flows, clock };
}

async function press(desk: Desk, callSid: string, told: string, digits: string | null) {
  const webhook = voice(callSid, { ...nextStep(told), digits });
  return stepCall(desk, webhook, desk.clock.monotonic() + 5_000);
}

async function begin(desk: Desk) {
  const callSid = newCallSid();
  return { callSid, told: await stepCall(desk, voice(callSid), desk.clock.monotonic() + 5_000) };
}

const tasksOf = async (callSid: string) =>
  (
    await database.sql`
      select kind, desk_task.person_id = leg.person_id as same from desk_task
      join leg using (party_id) where call_sid = ${callSid}`
  ).map(({ kind, same }) => [kind, same]);

test('a menu takes one key, leaves word once however often it is delivered, and says goodbye', async () => {
  const desk = await deskFor('rights');
  const { callSid, told } = await begin(desk);
  expect(told).toContain('For a copy of your data, press 1');
  expect(told).toMatch(/<Gather input="dtmf"[^>]*actionOnEmptyResult="true"/);
  const webhook = voice(callSid, { ...nextStep(told), digits: '3' });
  const answers = await Promise.all(
    [desk, await deskFor('rights')].map((one) =>
      stepCall(one, webhook, one.clock.monotonic() + 5_000),
    ),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('Your request is noted');
  expect(answers[0]).toMatch(/Goodbye\.<\/Say><Hangup\/>/);
  expect(await tasksOf(callSid)).toEqual([['erasure', true]]);
});

test.each([
  ['silence', null],
  ['another key', '6'],
  ['two keys', '12'],
])('%s hears the menu again, three times at most, and leaves no word', async (_, digits) => {
  const desk = await deskFor('rights');
  const { callSid, told } = await begin(desk);
  const second = await press(desk, callSid, told, digits);
  const third = await press(desk, callSid, second, digits);
  for (const document of [second, third]) expect(document).toContain('For a copy of your data');
  expect(await press(desk, callSid, third, digits)).toContain('<Hangup/>');
  expect(await tasksOf(callSid)).toEqual([]);
});

test('a language is offered by the voice of each, and spoken from then on, also in the entries', async () => {
  const desk = await deskFor('bilingual');
  const { callSid, told } = await begin(desk);
  expect(told).toMatch(/<Say[^>]*language="en-US">For English, press 1\.<\/Say>/);
  expect(told).toMatch(/<Say[^>]*language="es-[A-Z]{2}">Para español, pulse 2\.<\/Say>/);
  const asked = await press(desk, callSid, told, '2');
  expect(asked).not.toContain('Hello');
  expect(asked).toMatch(/<Gather[^>]*>\s*<Say[^>]*language="es-/);
  const granted = await press(desk, callSid, asked, '1');
  expect(granted).toContain('<Stream');
  const [row] = await database.sql`
    select state from call join leg on leg.call_id = call.id where call_sid = ${callSid}`;
  expect(row?.['state'].legs[0].snapshot.context.locale).toBe('es');
  expect(row?.['state'].locale).toBe('en');
});

test.each([
  ['in hours they are asked', '2036-11-24T10:00:00Z', 'With your permission'],
  ['after hours they can leave word', '2036-11-24T20:00:00Z', 'Nobody is here at the moment'],
])('%s', async (_, now, words) => {
  const desk = await deskFor('office-hours', now);
  const { callSid, told } = await begin(desk);
  expect(told).toContain(words);
  if (!told.includes('Nobody')) return;
  expect(await press(desk, callSid, told, '1')).toContain('Somebody will call you back');
  expect(await tasksOf(callSid)).toEqual([['call-back', true]]);
});

test('nine refuses every purpose at once, and nothing more is asked', async () => {
  const desk = await deskFor('inbound-purposes');
  const { callSid, told } = await begin(desk);
  const next = await press(desk, callSid, told, '9');
  expect(next).toContain('<Conference');
  expect(next).not.toContain('<Gather');
  const rows = await database.sql`
    select kind, purpose from entry join leg using (party_id) where call_sid = ${callSid}`;
  expect(rows.map(({ kind, purpose }) => `${kind} ${purpose}`).sort()).toEqual([
    'refusal recording',
    'refusal training',
    'refusal transcription',
    'request recording',
  ]);
});

test('each purpose has a status and a gate of its own', async () => {
  const desk = await deskFor('inbound-purposes');
  const { callSid, told } = await begin(desk);
  const second = await press(desk, callSid, told, '1');
  const third = await press(desk, callSid, second, '2');
  const last = await press(desk, callSid, third, '1');
  expect(last).toContain('<Conference');
  expect(desk.gates.isOpen(callSid, 'recording')).toBe(true);
  expect(desk.gates.isOpen(callSid, 'transcription')).toBe(false);
  const [row] = await database.sql`
    select state from call join leg on leg.call_id = call.id where call_sid = ${callSid}`;
  expect(row?.['state'].legs[0].statuses).toEqual({
    recording: 'granted',
    transcription: 'refused',
    training: 'granted',
  });
  const starred = await press(desk, callSid, last, null);
  expect(starred).toContain('Recording has stopped');
  expect(desk.gates.isOpen(callSid, 'recording')).toBe(false);
});
