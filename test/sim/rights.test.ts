/** A person asks to be forgotten: a real code by the carrier, a certificate, and the numbers of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  isSealed,
  lineNumber,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';

const late = /^consentry_rights_requests\{due="late"\} \d+$/m;
let server: TestServer;
beforeAll(async () => {
  // Ten in the morning in California.
  server = await testServer({}, { screeningAt: Date.parse('2026-06-10T17:00Z') });
  const settings = { flow: 'inbound', locale: 'en', controller: 'Muster GmbH', default: true };
  const path = `/v1/lines/${encodeURIComponent(lineNumber)}`;
  const set = await server.api(path, { method: 'PUT', body: JSON.stringify(settings) });
  expect(set.ok).toBe(true);
});
afterAll(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
type Answer = any;
const json = async (answer: Response): Promise<Answer> => answer.json();

async function ask(path: string, body: object = {}) {
  const answer = await server.api(`/v1/rights-requests${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await json(answer) };
}

async function recorded(number: string) {
  const call = server.call({ from: number, caller: { answers: [{ press: '1' }] } });
  await call.when('stream-started');
  await sealFrames(server, call, 20);
  call.hangup();
  await call.ended;
  return server.callView(call.callSid, isSealed);
}

describe('[cap 51] a request for deletion', () => {
  test('is verified by the code that the carrier texted, and erases the person', async () => {
    const number = '+14155553201';
    await recorded(number);
    const { id, person } = (await ask('', { number, kind: 'delete' })).body;
    expect((await ask(`/${id}/fulfil`)).status).toBe(409);
    expect((await ask(`/${id}/check`)).status).toBe(200);
    const text = server.carrier.texts.at(-1);
    expect([text?.to, text?.from]).toEqual([number, lineNumber]);
    const code = /\d{6}/.exec(text?.body ?? '')?.[0];
    expect((await ask(`/${id}/verify`, { code })).status).toBe(200);
    const done = await ask(`/${id}/fulfil`);
    expect([done.status, done.body['state'], done.body['number']]).toEqual([
      200,
      'fulfilled',
      null,
    ]);
    const held = await json(await server.api(`/v1/persons/${person}`));
    expect(held).toMatchObject({ erased: true });
    const rows = await server.database.sql`
      select kind from entry where id in (select entry_id from rights_event where request_id = ${id})
        or id in (select entry_id from erasure where person_id = ${person}) order by at, kind desc`;
    const order = rows.map(({ kind }) => kind);
    expect(order.indexOf('certificate')).toBeGreaterThan(order.indexOf('rights'));
    expect(order.at(-1)).toBe('rights');
  });

  test('is verified by a code that is spoken in a call, which was screened', async () => {
    const number = '+14155553202';
    const { id } = (await ask('', { number, kind: 'access' })).body;
    const checked = await ask(`/${id}/check`, { by: 'call' });
    expect(checked.status).toBe(200);
    const [entry] = await server.database.sql`
      select count(*)::int as n from entry where kind = 'screening'`;
    expect(entry!['n']).toBeGreaterThan(0);
  });

  test('whoever wants no texts gets none, and is told of other ways', async () => {
    const number = '+14155553203';
    const stop = { method: 'POST', body: JSON.stringify({ number, channel: 'text' }) };
    await server.api('/v1/opt-outs', stop);
    const before = server.carrier.texts.length;
    const { id } = (await ask('', { number, kind: 'access' })).body;
    expect((await ask(`/${id}/check`)).status).toBe(409);
    expect(server.carrier.texts.length).toBe(before);
  });

  test('whoever wants no calls is not dialled for a code, and the screening is kept', async () => {
    const number = '+14155553204';
    const stop = { method: 'POST', body: JSON.stringify({ number, channel: 'call' }) };
    await server.api('/v1/opt-outs', stop);
    const { id } = (await ask('', { number, kind: 'access' })).body;
    const { status, body } = await ask(`/${id}/check`, { by: 'call' });
    expect([status, body.code]).toEqual([403, 'not_dialled']);
    const kept = await server.database.sql`
      select kind from entry where id = ${body.evidenceId}`;
    expect(kept.map(({ kind }) => kind)).toEqual(['screening']);
  });
});

test('how many are late is told to whoever scrapes it', async () => {
  const metrics = async () => (await fetch(`${server.url}/metrics`)).text();
  await expect.poll(metrics, { timeout: 5_000 }).toMatch(late);
});

test('an objection is carried out at once: permissions are taken back, and nobody calls', async () => {
  const number = '+14155553205';
  await recorded(number);
  const { id } = (await ask('', { number, kind: 'object' })).body;
  expect((await ask(`/${id}/fulfil`)).status).toBe(200);
  const screening = await server.api('/v1/screenings', {
    method: 'POST',
    body: JSON.stringify({ number, channel: 'call' }),
  });
  expect((await json(screening)).decision).toBe('deny');
});

test('whose data is restricted is not heard, exported, recorded or called, until it is lifted', async () => {
  const number = '+14155553206';
  const { recordings } = await recorded(number);
  const audio = () => server.api(`/v1/recordings/${recordings[0].id}/audio`);
  const person = `/v1/persons/${encodeURIComponent(number)}`;
  expect([(await audio()).status, (await server.api(`${person}/export`)).status]).toEqual([
    200, 200,
  ]);
  const { id } = (await ask('', { number, kind: 'restrict' })).body;
  const document = { sha256: 'ab'.repeat(32) };
  await ask(`/${id}/verify`, { document });
  expect((await ask(`/${id}/fulfil`)).status).toBe(200);
  const refused = await json(await audio());
  expect(refused).toMatchObject({ status: 403, code: 'restricted' });
  expect((await server.api(`${person}/export`)).status).toBe(403);
  const call = server.call({ from: number, caller: { answers: [{ press: '1' }] } });
  await call.when('bridged');
  call.hangup();
  await call.ended;
  const view = await server.callView(call.callSid, isSealed);
  expect(view.recordings).toEqual([]);
  expect(view.parties[0].statuses.recording).not.toBe('granted');
  const verdict = { method: 'POST', body: JSON.stringify({ number, channel: 'call' }) };
  expect((await json(await server.api('/v1/screenings', verdict))).decision).toBe('deny');
  // Their own copy is theirs all the same.
  const copy = (await ask('', { number, kind: 'access' })).body;
  await ask(`/${copy.id}/verify`, { document });
  expect((await server.api(`${person}/export`)).status).toBe(200);
  await ask(`/${copy.id}/fulfil`);
  expect((await server.api(`${person}/export`)).status).toBe(403);
  expect((await ask(`/${id}/lift`)).status).toBe(200);
  expect([(await audio()).status, (await server.api(`${person}/export`)).status]).toEqual([
    200, 200,
  ]);
  expect((await ask(`/${id}/lift`)).status).toBe(409);
});

test('[cap 44] that Global Privacy Control is honoured stands where browsers look', async () => {
  const answer = await fetch(`${server.url}/.well-known/gpc.json`);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(await json(answer)).toMatchObject({ gpc: true });
});

test('[cap 48] one call is told to the carrier alone, and what is taken away to who took it', async () => {
  const number = '+14155553207';
  const { id, recordings } = await recorded(number);
  const person = `/v1/persons/${encodeURIComponent(number)}`;
  const told = async () => (await json(await server.api(`${person}/disclosures`))).recipients;
  expect(await told()).toMatchObject([
    { recipient: 'carrier', count: 1, disclosures: [{ what: 'call', callId: id }] },
  ]);
  const headers = { 'consentry-reason': 'a complaint' };
  await server.api(`/v1/recordings/${recordings[0].id}/download`, { headers });
  await server.api(`${person}/export`);
  const [carrier, taker, ...more] = await told();
  expect([carrier.count, more]).toEqual([1, []]);
  const things = taker.disclosures.map(({ what }: { what: string }) => what);
  expect(things).toEqual(['recording', 'extract']);
  expect(taker.recipient).not.toBe('carrier');
});
