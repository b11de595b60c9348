import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expireChoices } from '../../../../src/app/expire-choices.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
let made = 0;
beforeAll(async () => {
  server = await startApi();
  key = await server.key(['choices:read', 'choices:write']);
});
afterAll(() => server.close());

const sha256 = 'ab'.repeat(32);
const freshNumber = () => `+1212555${String(2000 + made++)}`;
const year = 365 * 86_400_000;
const iso = (at: number) => new Date(at).toISOString();

const form = (number: string, more: object = {}) => ({
  number,
  purpose: 'recording',
  kind: 'granted',
  channel: 'form',
  at: iso(server.time.now - 1_000),
  document: { sha256 },
  box: { before: false, after: true },
  ...more,
});
const put = (body: object) => server.send('post', '/v1/choices', key, body);
const show = (number: string) =>
  server.get(`/v1/persons/${encodeURIComponent(number)}/choices`, key);
type Shown = {
  purposes: { purpose: string; status: string; notBefore: string | null; lines: string[] }[];
};
const of = (body: Shown, purpose = 'recording') =>
  body.purposes.find((one) => one.purpose === purpose)!;

describe('a choice made elsewhere', () => {
  test('[cap 29] counts with the hash of its document, and has an entry', async () => {
    const number = freshNumber();
    const { status, body } = await put(form(number));
    expect(status).toBe(201);
    expect(of(body).status).toBe('granted');
    expect(body.history).toMatchObject([{ kind: 'granted', channel: 'form', document: sha256 }]);
    const [entry] = await server.database.sql`
      select kind, purpose from entry where id = ${body.history[0].receiptId}`;
    expect({ ...entry }).toEqual({ kind: 'choice', purpose: 'recording' });
    expect((await show(number)).body).toEqual(body);
  });

  test.each([
    ['[cap 29] was ticked beforehand', { box: { before: true, after: true } }, 'body.box.before'],
    ['was not ticked', { box: { before: false, after: false } }, 'body.box.after'],
    ['has no document', { document: null }, 'body.document'],
    ['has no box', { box: null }, 'body.box'],
    ['lies in the future', { at: '2030-01-01T00:00:00Z' }, 'body.at'],
    ['ends before it begins', { validUntil: '2020-01-01T00:00:00Z' }, 'body.validUntil'],
    ['[cap 43] is of a child alone', { ageBand: 'under-13' }, 'body.guardian'],
    ['is of a child of 14 alone', { ageBand: '13-15' }, 'body.guardian'],
    ['is of no number', { number: 'anonymous' }, 'body.number'],
  ])('that %s is refused', async (_, change, path) => {
    const number = freshNumber();
    const { status, body } = await put(form(number, change));
    expect([status, body.mistakes.map((one: { path: string }) => one.path)]).toEqual([422, [path]]);
    const shown = await show(number);
    if (shown.status === 200) expect(of(shown.body).status).toBe('none');
  });

  test('[cap 43] of a child counts with a guardian, and its receipt names both', async () => {
    const number = freshNumber();
    const { body } = await put(form(number, { ageBand: 'under-13', guardian: freshNumber() }));
    expect(of(body).status).toBe('granted');
    expect(body).toMatchObject({ ageBand: 'under-13', history: [{ guardian: true }] });
  });

  test('of somebody of 14 counts for the sale of their data, which is theirs to allow', async () => {
    const { body } = await put(form(freshNumber(), { ageBand: '13-15', purpose: 'sale' }));
    expect(of(body, 'sale').status).toBe('granted');
  });

  test('[cap 33] that was only implied is history and counts for nothing', async () => {
    const implied = { channel: 'implied', document: null, box: null };
    const { status, body } = await put(form(freshNumber(), implied));
    expect([status, of(body).status, body.history.length]).toEqual([201, 'none', 1]);
  });

  test('ends at its end', async () => {
    const number = freshNumber();
    await put(form(number, { validUntil: iso(server.time.now + 60_000) }));
    expect(of((await show(number)).body).status).toBe('granted');
    server.time.now += 60_000;
    expect(of((await show(number)).body).status).toBe('needs-renewal');
  });

  test('[cap 45] that was a no is not asked about for twelve months', async () => {
    const number = freshNumber();
    const no = { kind: 'refused', document: null, box: null };
    const { body } = await put(form(number, no));
    expect(of(body).status).toBe('refused');
    expect(Date.parse(of(body).notBefore!) - server.time.now).toBeGreaterThan(year - 10_000);
    server.time.now += year + 86_400_000;
    expect(of((await show(number)).body)).toMatchObject({ status: 'none', notBefore: null });
  });
});

test('what is taken back is taken back in live calls first, then for later ones', async () => {
  const number = freshNumber();
  const first = await put(form(number));
  await put(form(number, { purpose: 'training' }));
  const path = `/v1/persons/${encodeURIComponent(number)}/withdraw`;
  const { status, body } = await server.send('post', path, key, { purpose: 'all' });
  expect(status).toBe(200);
  expect([of(body).status, of(body, 'training').status]).toEqual(['refused', 'refused']);
  expect(of(body, 'sale').status).toBe('none');
  expect(server.taken.at(-1)?.[1]).toBe('standing');
  expect(first.status).toBe(201);
});

test('everything taken back is taken back on every line, too', async () => {
  const number = freshNumber();
  await put(form(number, { kind: 'refused', purpose: 'sale', document: null, box: null }));
  const line = '00000000-0000-4000-8000-0000000000aa';
  await server.database.sql`
    insert into choice (id, tenant_id, person_id, purpose, kind, at, valid_until, line_id, channel)
    select gen_random_uuid(), tenant_id, person_id, 'recording', 'granted', at, null, ${line}, 'call'
    from choice where seq = (select max(seq) from choice)`;
  const before = of((await show(number)).body);
  expect(before).toMatchObject({ status: 'none', lines: [line] });
  const path = `/v1/persons/${encodeURIComponent(number)}/withdraw`;
  const { body } = await server.send('post', path, key, { purpose: 'all' });
  expect(of(body)).toMatchObject({ status: 'refused', lines: [] });
});

test('[cap 43] what a child allowed counts no longer once their age is known', async () => {
  const number = freshNumber();
  expect(of((await put(form(number))).body).status).toBe('granted');
  const no = { kind: 'refused', purpose: 'sale', document: null, box: null };
  const { body } = await put(form(number, { ...no, ageBand: 'under-13' }));
  expect([of(body).status, body.ageBand]).toEqual(['none', 'under-13']);
});

test('nobody sees the choices of somebody who is not known, or without the scope', async () => {
  expect((await show('+12125559999')).status).toBe(404);
  const other = await server.key(['calls:read']);
  expect((await server.get('/v1/persons/%2B12125559999/choices', other)).status).toBe(403);
});

test('[cap 39] a permission that ran out has one entry of it, whoever notices first', async () => {
  const number = freshNumber();
  await put(form(number, { validUntil: iso(server.time.now + 60_000) }));
  const lasting = freshNumber();
  await put(form(lasting));
  const parts = server.parts.choiceParts;
  await expireChoices(parts);
  server.time.now += 60_000;
  await Promise.all([expireChoices(parts), expireChoices(parts), expireChoices(parts)]);
  await expireChoices(parts);
  const { body } = await show(number);
  expect(body.history.map((one: { kind: string }) => one.kind)).toEqual(['granted', 'expired']);
  expect(body.history[1]).toMatchObject({ channel: 'clock' });
  expect((await show(lasting)).body.history).toHaveLength(1);
  const [row] = await server.database.sql`
    select count(*)::int as n from ledger_queue q join entry e on e.id = q.entry_id
    where e.id = ${body.history[1].receiptId}`;
  expect(row!['n']).toBe(1);
});
