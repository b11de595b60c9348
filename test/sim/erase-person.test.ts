/** A person who was recorded is erased: what is left says nothing of them, and nobody calls them. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createErasures } from '../../src/adapters/postgres/erasures.ts';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import {
  type CallView,
  isSealed,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { dumpTables, tablesWith } from './dump.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

const post = (path: string, body: object) =>
  server.api(path, { method: 'POST', body: JSON.stringify(body) });
const json = async (answer: Response): Promise<CallView> => answer.json();
const person = (number: string) => `/v1/persons/${encodeURIComponent(number)}`;
const erase = (number: string) => server.api(person(number), { method: 'DELETE' });
let callers = 0;

/** Grants, speaks and hangs up. */
async function recorded() {
  const number = `+1415555${String(3100 + callers++)}`;
  const call = server.call({ from: number, caller: { answers: [{ press: '1' }] } });
  await call.when('stream-started');
  await sealFrames(server, call, 40);
  call.hangup();
  await call.ended;
  return { number, view: await server.callView(call.callSid, isSealed) };
}

async function idOf(number: string): Promise<string> {
  return (await json(await server.api(person(number)))).id;
}

async function tokenOf(number: string): Promise<Buffer> {
  const [row] = await server.database
    .sql`select token from person where id = ${await idOf(number)}`;
  return row?.['token'] as Buffer;
}

describe('[cap 51] a person who is erased', () => {
  test('is gone from every place that the register says, and the certificate is proved', async () => {
    const { number, view } = await recorded();
    await post('/v1/opt-outs', { number, channel: 'call' });
    const id = await idOf(number);
    const answer = await erase(number);
    const certificate = await json(answer);
    expect([answer.status, certificate.proved]).toEqual([200, true]);
    expect(certificate.steps.length).toBeGreaterThan(10);
    const held = await json(await server.api(`/v1/persons/${id}`));
    const left = held.categories
      .flatMap(({ places }: { places: { place: string; rows: number }[] }) => places)
      .filter(({ rows }: { rows: number }) => rows > 0)
      .map(({ place }: { place: string }) => place);
    const kept = ['public.person', 'public.listing', 'public.listing_event', 'public.audit'];
    expect(held.erased).toBe(true);
    expect(new Set([...left, 'public.erasure'])).toEqual(new Set([...kept, 'public.erasure']));
    const audio = await server.api(`/v1/recordings/${view.recordings[0].id}/audio`);
    expect(audio.status).toBe(410);
    const call = await json(await server.api(`/v1/calls/${view.id}`));
    expect([call.startedAt, call.direction]).toEqual([view.startedAt, view.direction]);
    const states = await server.database.sql`select state::text as state from call`;
    expect(JSON.stringify(states)).not.toContain(id);
    expect(await dumpTables(server.database.sql)).not.toContain(number);
  });

  test('[cap 50] has an extract before, whose facts are those of their receipts', async () => {
    const { number, view } = await recorded();
    await post('/v1/opt-outs', { number, channel: 'call' });
    const extract = await json(await server.api(`${person(number)}/export`));
    expect([extract.number, extract.calls.length, extract.listings.length]).toEqual([number, 1, 1]);
    expect(extract.recordings).toMatchObject([{ id: view.recordings[0].id, state: 'sealed' }]);
    const grant = extract.facts.find(({ kind }: { kind: string }) => kind === 'grant');
    expect(grant.says).toMatchObject({ number, callId: view.id });
    for (let tries = 0; ; tries += 1) {
      const receipt = await server.api(`/v1/receipts/${grant.receiptId}`);
      if (receipt.ok) {
        const checked = verifyReceipt(await receipt.text());
        expect(checked).toMatchObject({ ok: true, facts: grant.says });
        break;
      }
      if (tries === 50) throw new Error(`no receipt: ${receipt.status}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await erase(number);
    const after = await json(await server.api(`/v1/persons/${extract.id}/export`));
    expect([after.number, after.calls, after.facts]).toEqual([null, [], []]);
  });

  test('and is on the own list no more leaves nothing there, nor of what they were listed for', async () => {
    const { sql } = server.database;
    const { number } = await recorded();
    const token = await tokenOf(number);
    const rows = async () => {
      const counts = [];
      for (const table of ['listing', 'listing_event', 'carrier_consent']) {
        const [row] = await sql`
          select count(*)::int as count from ${sql(table)} where token = ${token}`;
        counts.push(row?.['count']);
      }
      return counts;
    };
    await post('/v1/opt-outs', { number });
    // Told or not: what is to be told holds the number too.
    await sql`
      insert into carrier_consent (tenant_id, token, number_sealed, seq, listed, source, at, due_at)
      select tenant_id, token, number_sealed, seq, listed, source, since, 'infinity' from listing
      where token = ${token} and channel = 'text'
      on conflict (tenant_id, token) do update set due_at = 'infinity'`;
    const at = new Date(Date.now() + 1).toISOString();
    await post('/v1/opt-outs/lift', { number, document: { sha256: 'cd'.repeat(32), at } });
    await sql`update carrier_consent set due_at = 'infinity' where token = ${token}`;
    const [listings, events] = await rows();
    expect([listings, events]).toEqual([2, 4]);
    expect(await json(await erase(number))).toMatchObject({ proved: true });
    expect(await rows()).toEqual([0, 0, 0]);
  });

  test('and whose listing has run out leaves nothing there', async () => {
    const { sql } = server.database;
    const { number } = await recorded();
    const token = await tokenOf(number);
    await post('/v1/opt-outs', { number });
    await sql`update listing set until = now() - interval '1 minute' where token = ${token}`;
    expect(await json(await erase(number))).toMatchObject({ proved: true });
    const left = await sql`
      select token from listing where token = ${token}
      union all select token from listing_event where token = ${token}`;
    expect(left).toHaveLength(0);
  });

  test.each([
    ['for calls still', { channel: 'text' }],
    ['again', null],
  ])('who is listed %s stays so, with all that came of it', async (_, lifted) => {
    const { sql } = server.database;
    const { number } = await recorded();
    const token = await tokenOf(number);
    await post('/v1/opt-outs', { number });
    const at = new Date(Date.now() + 1).toISOString();
    await post('/v1/opt-outs/lift', {
      ...(lifted ?? {}),
      ...{ number, document: { sha256: 'cd'.repeat(32), at } },
    });
    if (lifted === null) await post('/v1/opt-outs', { number, channel: 'call' });
    const events = () => sql`
      select seq, listed from listing_event where token = ${token} order by seq`;
    const listings = () => sql`
      select channel, listed from listing where token = ${token} order by channel`;
    const before = [await events(), await listings()];
    expect(await json(await erase(number))).toMatchObject({ proved: true });
    expect([await events(), await listings()]).toEqual(before);
    expect((await listings()).filter(({ listed }) => listed)).toHaveLength(1);
    await expect(sql`delete from listing_event where token = ${token}`).rejects.toThrow(
      'append-only',
    );
  });

  test('stays one who is not called', async () => {
    const { number } = await recorded();
    await post('/v1/opt-outs', { number, channel: 'call' });
    expect((await json(await erase(number))).proved).toBe(true);
    const screening = await post('/v1/screenings', { number, channel: 'call' });
    expect((await json(screening)).decision).toBe('deny');
  });

  test('is not called or texted by a server that starts later, and their listing alone tells why', async () => {
    const { number } = await recorded();
    const line = { flow: 'inbound', locale: 'en', controller: 'Acme' };
    await server.api('/v1/lines/%2B14155550999', { method: 'PUT', body: JSON.stringify(line) });
    await post('/v1/opt-outs', { number, channel: 'both' });
    expect((await json(await erase(number))).proved).toBe(true);
    // The carrier is told first: until then it is not done.
    const { sql } = server.database;
    while ((await sql`select from carrier_consent`).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const [stands] = await server.database.sql`
      select encode(token, 'hex') as token from listing order by seq desc limit 1`;
    const holds = await tablesWith(server.database.sql, stands!['token'] as string);
    expect(holds).toEqual(['listing', 'listing_event', 'person']);
    const later = await testServer({}, { beside: server });
    for (const channel of ['call', 'text']) {
      const body = JSON.stringify({ number, channel });
      const answer = await json(await later.api('/v1/screenings', { method: 'POST', body }));
      const codes = answer.reasons.map(({ code }: { code: string }) => code);
      expect([answer.decision, codes.includes('INTERNAL_DNC')]).toEqual(['deny', true]);
    }
    const place = JSON.stringify({ to: number, purpose: 'service' });
    const refused = await later.api('/v1/calls', { method: 'POST', body: place });
    expect([refused.status, (await json(refused)).code]).toEqual([403, 'not_dialled']);
    await later.close();
  });

  test('asked again has the same certificate, with a receipt', async () => {
    const { number } = await recorded();
    const first = await json(await erase(number));
    expect(await json(await erase(number))).toEqual(first);
    for (let tries = 0; ; tries += 1) {
      const receipt = await server.api(`/v1/receipts/${first.receiptId}`);
      if (receipt.ok) {
        const { statement } = await json(receipt);
        expect(statement.kind).toBe('certificate');
        break;
      }
      if (tries === 50) throw new Error(`no receipt: ${receipt.status}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });

  test('who is on a call is not erased', async () => {
    const number = '+14155553999';
    const call = server.call({ from: number, caller: { answers: [{ press: '1' }] } });
    await call.when('stream-started');
    expect((await erase(number)).status).toBe(409);
    call.hangup();
    await call.ended;
  });

  test('does not come back with a restored database', async () => {
    const { number } = await recorded();
    const id = await idOf(number);
    const { sql } = server.database;
    const [before] = await sql`select key_wrapped, number_sealed from person where id = ${id}`;
    await erase(number);
    await sql`delete from erasure where person_id = ${id}`;
    await sql`update person set ${sql(before as never)} where id = ${id}`;
    expect((await json(await server.api(`/v1/persons/${id}`))).erased).toBe(false);
    const log = readFileSync(join(server.dir, 'erasures'), 'utf8');
    expect(log).not.toContain(number.slice(1));
    const other = await testServer({}, { beside: server });
    // Another machine has the file from the backup of the first.
    await other.close();
    appendFileSync(join(server.dir, 'erasures'), 'ab12 torn');
    const { fileErasures } = await import('../../src/adapters/checkpoints/erasures.ts');
    const all = await fileErasures(join(server.dir, 'erasures')).all();
    const [tenant] = await sql`select tenant_id as id from person where id = ${id}`;
    const back = await createErasures(sql, tenant as never).back(all);
    expect(back).toEqual([id]);
  });
});
