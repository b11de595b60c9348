/** A call that is redacted: that it took place stays; nobody can be found in it any more. */
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import {
  type CallView,
  isSealed,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { dumpTables } from './dump.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

const send = (method: string, path: string, body: object) =>
  server.api(path, { method, body: JSON.stringify(body) });
const json = async (answer: Response): Promise<CallView> => answer.json();
const person = (number: string) => `/v1/persons/${encodeURIComponent(number)}`;
const because = { reason: 'asked for by letter' };
let callers = 0;

async function recorded(number = `+1415555${String(4100 + callers++)}`) {
  const call = server.call({ from: number, caller: { answers: [{ press: '1' }] } });
  await call.when('stream-started');
  await sealFrames(server, call, 40);
  call.hangup();
  await call.ended;
  return { number, view: await server.callView(call.callSid, isSealed) };
}

async function receiptOf(id: string): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const receipt = await server.api(`/v1/receipts/${id}`);
    if (receipt.ok) return receipt.text();
    if (tries === 50) throw new Error(`no receipt: ${receipt.status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('[cap 59] [cap 60] a call that is redacted', () => {
  test('keeps when, how long, on which line and what was allowed, and nobody', async () => {
    const { number, view } = await recorded();
    const id = (await json(await server.api(person(number)))).id;
    const grant = view.entries.find(({ kind }: { kind: string }) => kind === 'grant');
    const before = await receiptOf(grant.receiptId);
    expect(JSON.parse(before).openings.number.value).toBe(number);
    const answer = await send('POST', `/v1/calls/${view.callSid}/redact`, because);
    const run = await json(answer);
    expect([answer.status, run.proved]).toEqual([200, true]);
    expect(run.counts).toMatchObject({ calls: { redacted: 1 }, recordings: { redacted: 1 } });

    const after = await json(await server.api(`/v1/calls/${view.id}`));
    const same = ['id', 'callSid', 'direction', 'line', 'flow', 'state', 'startedAt', 'endedAt'];
    for (const field of same) expect(after[field]).toEqual(view[field]);
    expect(after.parties).toMatchObject([
      { role: 'caller', number: null, statuses: { recording: 'granted' } },
    ]);
    expect(after.entries.map(({ kind }: { kind: string }) => kind)).toEqual([
      ...view.entries.map(({ kind }: { kind: string }) => kind),
      'erasure',
      'redaction',
    ]);
    expect(after.recordings).toMatchObject([{ state: 'erased' }]);
    const audio = await server.api(`/v1/recordings/${view.recordings[0].id}/audio`);
    expect(audio.status).toBe(410);

    // The entry stands, and says nothing; the receipt of before is still good.
    const late = await receiptOf(grant.receiptId);
    expect(JSON.parse(late)).toMatchObject({
      openings: {},
      statement: JSON.parse(before).statement,
    });
    expect(verifyReceipt(late)).toMatchObject({ ok: true });
    expect(verifyReceipt(before)).toMatchObject({ ok: true });
    expect(JSON.parse(await receiptOf(run.receiptId)).openings.reason.value).toBe(because.reason);

    const states = await server.database.sql`select state::text as state from call`;
    expect(JSON.stringify(states)).not.toContain(id);
    const held = await json(await server.api(`/v1/persons/${id}`));
    const left = held.categories
      .flatMap(({ places }: { places: { place: string; rows: number }[] }) => places)
      .filter(({ rows }: { rows: number }) => rows > 0)
      .map(({ place }: { place: string }) => place);
    expect(new Set(left)).toEqual(new Set(['public.person', 'public.audit']));
    expect(await dumpTables(server.database.sql)).not.toContain(number);
  });

  test('asked again answers the same', async () => {
    const { view } = await recorded();
    const path = `/v1/calls/${view.id}/redact`;
    const first = await json(await send('POST', path, because));
    expect(await json(await send('POST', path, because))).toEqual(first);
  });

  test('is not one that still runs', async () => {
    const call = server.call({ caller: { answers: [{ press: '1' }] } });
    await call.when('stream-started');
    const answer = await send('POST', `/v1/calls/${call.callSid}/redact`, because);
    expect(answer.status).toBe(409);
    call.hangup();
    await call.ended;
  });

  test('needs a reason, which is in the audit', async () => {
    const { view } = await recorded();
    expect((await send('POST', `/v1/calls/${view.id}/redact`, {})).status).toBe(422);
    const reason = 'case 4711';
    await send('POST', `/v1/calls/${view.id}/redact`, { reason });
    const { data } = await json(await server.api('/v1/audit?kind=change&limit=1'));
    expect(data[0]).toMatchObject({ operation: 'redactCall', reason, subject: { call: view.id } });
  });
});

test('[cap 59] a person who is redacted leaves all their calls, and is nobody known', async () => {
  const { number, view } = await recorded();
  const second = await recorded(number);
  const id = (await json(await server.api(person(number)))).id;
  const search = async (name: string) => {
    const found = await json(await server.api(`/v1/calls?person=${encodeURIComponent(name)}`));
    return found.data.map((one: { id: string }) => one.id);
  };
  for (const name of [number, id]) expect(await search(name)).toEqual([second.view.id, view.id]);
  await server.database.sql`
    insert into form_submission (id, tenant_id, person_id, form_hash, at, ticked, unticked)
    select gen_random_uuid(), tenant_id, id, ${Buffer.alloc(32)}, now(), '{}', '{}' from person
    where id = ${id}`;
  const run = await json(await send('POST', `${person(number)}/redact`, because));
  expect(
    await server.database.sql`select from form_submission where person_id = ${id}`,
  ).toHaveLength(0);
  for (const name of [number, id]) expect(await search(name)).toEqual([]);
  expect(run.counts).toMatchObject({ calls: { redacted: 2 }, people: { redacted: 1 } });
  for (const one of [view, second.view]) {
    const shown = await json(await server.api(`/v1/calls/${one.id}`));
    expect(shown.parties).toMatchObject([{ number: null }]);
  }
  expect((await json(await server.api(`/v1/persons/${id}`))).erased).toBe(true);
  // Whoever calls again is asked as a stranger is, and their answer is kept.
  const third = await recorded(number);
  expect(third.view.parties).toMatchObject([{ statuses: { recording: 'granted' } }]);
  const grant = third.view.entries.find(({ kind }: { kind: string }) => kind === 'grant');
  expect(JSON.parse(await receiptOf(grant.receiptId)).openings.number.value).toBe(number);
});

test('a person who is redacted here is forgotten by every process, and may come again there', async () => {
  const other = await testServer({}, { beside: server });
  try {
    const number = '+14155554999';
    const callThere = async () => {
      const call = server.carrier.placeCall({
        to: '+14155550999',
        from: number,
        voiceUrl: `${other.url}/twilio/voice`,
        statusUrl: `${other.url}/twilio/status`,
        fallbackUrl: `${other.url}/twilio/fallback`,
        caller: { answers: [{ press: '1' }] },
      });
      await call.when('stream-started');
      call.hangup();
      await call.ended;
      return server.callView(call.callSid, isSealed);
    };
    await callThere();
    const run = await json(await send('POST', `${person(number)}/redact`, because));
    expect(run.counts).toMatchObject({ people: { redacted: 1 } });
    const again = await callThere();
    const grant = again.entries.find(({ kind }: { kind: string }) => kind === 'grant');
    expect(JSON.parse(await receiptOf(grant.receiptId)).openings.number.value).toBe(number);
  } finally {
    await other.close();
  }
});

test('a call that was redacted by hand does not come back with a restored database', async () => {
  const { view } = await recorded();
  const { sql } = server.database;
  const [before] = await sql`select state from call where id = ${view.id}`;
  const [leg] = await sql`select person_id from leg where call_sid = ${view.callSid}`;
  await send('POST', `/v1/calls/${view.id}/redact`, because);
  const log = readFileSync(join(server.dir, 'redactions'), 'utf8');
  expect(log).toContain(view.id);
  await sql`update call set redacted_at = null, state = ${sql.json(before!['state'])} where id = ${view.id}`;
  await sql`update leg set person_id = ${leg!['person_id']} where call_sid = ${view.callSid}`;
  const other = await testServer({}, { beside: server });
  // Another machine has the file from the backup of the first.
  appendFileSync(join(other.dir, 'redactions'), log);
  await other.server.stop();
  const again = await testServer({ DATA_DIR: other.dir }, { beside: server });
  const [after] = await sql`select person_id, redacted_at from leg join call on call.id = call_id
    where call_sid = ${view.callSid}`;
  expect([after!['person_id'], after!['redacted_at'] !== null]).toEqual([null, true]);
  await again.close();
  rmSync(other.dir, { recursive: true, force: true });
});

describe('[cap 64] a legal hold', () => {
  test('keeps a call from redaction and erasure until it is lifted', async () => {
    const { number, view } = await recorded();
    const hold = await json(
      await send('POST', '/v1/holds', { call: view.callSid, reason: 'court' }),
    );
    const refused = [
      await send('POST', `/v1/calls/${view.id}/redact`, because),
      await send('POST', `/v1/calls/${view.id}/withdraw`, { purpose: 'recording', erase: true }),
      await server.api(person(number), { method: 'DELETE' }),
    ];
    for (const answer of refused) {
      const { code, detail } = await json(answer);
      expect([answer.status, code]).toEqual([409, 'held']);
      expect(detail).toMatch(/hold/);
    }
    const told = await json(await server.api(person(number), { method: 'DELETE' }));
    expect(told.holds).toEqual([{ id: hold.id, kind: 'call', since: hold.at }]);
    expect(told.detail).toMatch(/17\(3\)\(b\) and \(e\)/);
    const run = await json(await send('POST', `${person(number)}/redact`, because));
    expect(run.counts).toMatchObject({ calls: { redacted: 0, held: 1 } });
    const audio = await server.api(`/v1/recordings/${view.recordings[0].id}/audio`);
    expect(audio.status).toBe(200);
    const lifted = await send('POST', `/v1/holds/${hold.id}/lift`, { reason: 'settled' });
    expect((await json(lifted)).lifted).toMatchObject({ reason: 'settled' });
    expect((await server.api(person(number), { method: 'DELETE' })).status).toBe(200);
    for (const id of [
      hold.receiptId,
      (await json(await server.api('/v1/holds'))).data[0].lifted.receiptId,
    ]) {
      expect(verifyReceipt(await receiptOf(id))).toMatchObject({ ok: true });
    }
  });
});
