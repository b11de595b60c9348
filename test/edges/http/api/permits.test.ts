import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let dialer: string;
let lists: string;
let made = 0;
beforeAll(async () => {
  server = await startApi();
  dialer = await server.key(['screen']);
  lists = await server.key(['lists:write']);
});
afterAll(() => server.close());

const freshNumber = () => `+1212555${String(1000 + made++)}`;
const ask = (number: string, more: object = {}) =>
  server.send('post', '/v1/permits', dialer, { number, purpose: 'marketing-calls', ...more });
const consume = (id: string, body: object = {}) =>
  server.send('post', `/v1/permits/${id}/consume`, dialer, body);
const optOut = (number: string) => server.send('post', '/v1/opt-outs', lists, { number });

test('a permit is made with its evidence and used once', async () => {
  const number = freshNumber();
  const { status, body } = await ask(number);
  expect(status).toBe(201);
  expect(Date.parse(body.notAfter)).toBe(server.time.now + 60_000);
  const rows = await server.database.sql`select kind from entry where id = ${body.evidenceId}`;
  expect(rows[0]!['kind']).toBe('screening');
  expect((await consume(body.id, { number })).status).toBe(204);
  const again = await consume(body.id, { number });
  expect([again.status, again.body.code, again.body.reason]).toEqual([409, 'permit_void', 'used']);
});

test('a number that was listed after the permit was made is not contacted', async () => {
  const number = freshNumber();
  const { body } = await ask(number);
  await optOut(number);
  expect((await consume(body.id)).body.reason).toBe('listed');
});

test('a number that is listed gets no permit, and the refusal is kept', async () => {
  const number = freshNumber();
  await optOut(number);
  const { status, body } = await ask(number);
  expect([status, body.code, body.reasons]).toEqual([
    403,
    'not_dialled',
    [{ code: 'INTERNAL_DNC' }],
  ]);
  const rows = await server.database.sql`select kind from entry where id = ${body.evidenceId}`;
  expect(rows[0]!['kind']).toBe('screening');
});

test('a prefix that was listed after the permit was made stops it, shown with its number or alone', async () => {
  for (const body of [{}, { number: '+16465550100' }]) {
    const permit = await ask('+16465550100');
    expect(permit.status).toBe(201);
    await optOut('+1646555*');
    const { status, body: problem } = await consume(permit.body.id, body);
    expect([status, problem.reason]).toEqual([409, 'listed']);
    const lift = { number: '+1646555*', document: { sha256: 'a'.repeat(64) } };
    expect((await server.send('post', '/v1/opt-outs/lift', lists, lift)).status).toBe(200);
  }
});

test('a permit is over after a minute, and for no other number', async () => {
  const { body } = await ask(freshNumber());
  expect((await consume(body.id, { number: freshNumber() })).body.reason).toBe('other-number');
  server.time.now += 60_000;
  expect((await consume(body.id)).body.reason).toBe('expired');
});

test('caps hold for permits that are made, whether they are used or not', async () => {
  const number = freshNumber();
  server.time.caps = [{ max: 2, windowMs: 86_400_000, per: 'subject' }];
  const outcomes = [await ask(number), await ask(number), await ask(number)];
  expect(outcomes.map(({ status }) => status)).toEqual([201, 201, 403]);
  expect(outcomes[2]!.body.reasons).toMatchObject([{ code: 'FREQUENCY_CAP' }]);
  expect((await ask(number, { campaign: 'other' })).status).toBe(201);
  server.time.caps = [];
});

test('what is no permit is not there', async () => {
  expect((await consume(randomUUID())).status).toBe(404);
  expect((await consume('x')).status).toBe(404);
});
