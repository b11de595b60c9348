import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRestrictions } from '../../../../src/adapters/postgres/restrictions.ts';
import { erasePerson } from '../../../../src/app/erase-person.ts';
import { clearLeftovers } from '../../../../src/app/exports.ts';
import { setLine } from '../../../../src/app/lines.ts';
import {
  type PushParts,
  type PushTargets,
  pushNextExport,
} from '../../../../src/app/push-export.ts';
import { runNextExport } from '../../../../src/app/run-export.ts';
import { PushError, type PushFault } from '../../../../src/core/exports/push-fault.ts';
import { seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
let plain: string;
const line = '+4930123456';
const numbers = ['+4915112345678', '+14155550123', '+4915112345679'];

beforeAll(async () => {
  server = await startApi();
  key = await server.key(['exports:read', 'exports:write', 'numbers:reveal', 'audit:read']);
  plain = await server.key(['exports:read', 'exports:write']);
  const { sql } = server.database;
  const settings = { flow: 'inbound', locale: 'en', controller: '=Muster GmbH' };
  const { id } = await setLine(server.parts, server.tenant.id, line, settings);
  for (const [i, number] of numbers.entries()) {
    await seedCall(sql, server.tenant, {
      startedAt: `2026-02-0${i + 1}T10:00:00.000Z`,
      lineId: i === 0 ? id : null,
      parties: [{ number, recording: {}, statuses: { recording: 'granted' } }],
    });
  }
  await sql`
    insert into text_message (message_sid, tenant_id, sender, meaning, has_words, reply, at)
    values (${`SM${randomUUID()}`}, ${server.tenant.id}, ${server.tenant.cipher.token(numbers[0]!)},
      '=stop', false, '<Response/>', now())`;
  await seedCall(sql, server.other, {});
});
afterAll(() => server.close());

const post = (body: object, by = key) => server.send('post', '/v1/exports', by, body);
async function make(body: object, by = key) {
  const made = await post(body, by);
  expect([made.status, made.body.state]).toEqual([201, 'waiting']);
  while (await runNextExport(server.parts.bulkParts));
  return made.body.id as string;
}
const file = (id: string, by = key) => server.get(`/v1/exports/${id}/file`, by);
const rowsOf = (text: string) => text.trimEnd().split('\r\n');

describe('an export [cap 67]', () => {
  test('has the columns of its kind, a row for each record, and numbers masked', async () => {
    const id = await make({ kind: 'calls' });
    const { status, text, headers } = await file(id);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe(`attachment; filename="consentry-calls-${id}.csv"`);
    expect(headers['cache-control']).toBe('no-store');
    const [head, ...rows] = rowsOf(text);
    expect(head).toMatch(/^id,startedAt,endedAt,durationMs,direction/);
    expect(rows).toHaveLength(3);
    expect(text).toContain("'+49 151 ••••• 678");
    for (const number of numbers) expect(text).not.toContain(number);
    const { body } = await server.get(`/v1/exports/${id}`, key);
    expect(body).toMatchObject({ state: 'ready', expected: 3, done: 3, gone: null });
    expect(body.sha256).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test.each<[string, object, number]>([
    ['calls', { since: '2026-02-02T00:00:00Z' }, 2],
    ['calls', { until: '2026-02-02T00:00:00Z' }, 1],
    ['calls', { line }, 1],
    ['calls', { outcome: 'granted' }, 3],
    ['calls', { outcome: 'refused' }, 0],
    ['calls', { flow: 'inbound' }, 3],
    ['calls', { campaign: 'spring' }, 0],
    ['consents', {}, 3],
    ['consents', { line }, 1],
    ['texts', {}, 1],
    ['persons', {}, 3],
  ])('of %s with %j has %i rows, as its count says', async (kind, filter, count) => {
    const id = await make({ kind, format: 'jsonl', ...filter });
    const { text } = await file(id);
    const rows = text.split('\n').filter((one) => one !== '');
    expect(rows).toHaveLength(count);
    for (const row of rows) expect(Object.keys(JSON.parse(row)).length).toBeGreaterThan(5);
    const { body } = await server.get(`/v1/exports/${id}`, key);
    expect([body.expected, body.done]).toEqual([count, count]);
  });

  test('has numbers in full for who may see them and says why, which the audit keeps', async () => {
    const id = await make({ kind: 'persons', reveal: true, reason: 'audit of 2026' });
    const { text } = await file(id);
    for (const number of numbers) expect(text).toContain(`'${number}`);
    expect((await file(id, plain)).status).toBe(403);
    const { body } = await server.get('/v1/audit?limit=200', key);
    const rows = body.data.filter((row: { operation: string }) => row.operation === 'makeExport');
    expect(rows.some((row: { reason: string }) => row.reason === 'audit of 2026')).toBe(true);
    const fetched = body.data.filter((row: { subject: object }) =>
      JSON.stringify(row.subject).includes(id),
    );
    expect(fetched).toHaveLength(2); // the one that was refused too
  });

  test.each<[string, object, number, string]>([
    ['a kind that there is none of', { kind: 'letters' }, 422, 'body.kind'],
    ['a line of somebody else', { kind: 'calls', line: '+4930999' }, 422, 'body.line'],
    ['texts of a campaign', { kind: 'texts', campaign: 'x' }, 422, 'body.campaign'],
    ['numbers in full without a reason', { kind: 'calls', reveal: true }, 422, 'body.reason'],
  ])('%s is refused, and said where', async (_, body, status, path) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.body.mistakes.map((one: { path: string }) => one.path)).toContain(path);
  });

  test('numbers in full need the permission', async () => {
    const { status } = await post({ kind: 'calls', reveal: true, reason: 'because' }, plain);
    expect(status).toBe(403);
  });

  test('marked as a sale is refused: nobody allowed it [cap 49]', async () => {
    expect((await post({ kind: 'persons', use: 'sale' })).status).toBe(409);
  });

  test('is refused while it is not written, and gone once it is removed or has expired', async () => {
    const { body: waiting } = await post({ kind: 'calls' });
    expect((await file(waiting.id)).status).toBe(409);
    while (await runNextExport(server.parts.bulkParts));
    expect((await file(waiting.id)).status).toBe(200);
    expect((await server.send('delete', `/v1/exports/${waiting.id}`, key)).status).toBe(204);
    expect((await file(waiting.id)).status).toBe(410);
    const old = await make({ kind: 'calls' });
    const before = server.time.now;
    server.time.now += 8 * 86_400_000;
    expect((await file(old)).status).toBe(410);
    await clearLeftovers(server.parts.bulkParts);
    const { body } = await server.get(`/v1/exports/${old}`, key);
    expect([body.state, body.gone]).toEqual(['gone', 'expired']);
    server.time.now = before;
    expect(readdirSync(folder()).join(' ')).not.toMatch(`${old}|${waiting.id}`);
  });

  test('lies sealed: nothing of it can be read from its file', async () => {
    const id = await make({ kind: 'calls', reveal: true, reason: 'to look for it' });
    const name = readdirSync(folder()).find((one) => one.startsWith(id)) ?? '';
    const bytes = readFileSync(join(folder(), name));
    expect(bytes.length).toBeGreaterThan(300);
    for (const text of ['startedAt', ...numbers]) expect(bytes.includes(text)).toBe(false);
  });

  test('of another tenant, or of nobody, is not there', async () => {
    expect((await file(randomUUID())).status).toBe(404);
  });

  test('becomes unreadable when any person is erased, and the certificate says so', async () => {
    const id = await make({ kind: 'persons' });
    const running = await post({ kind: 'persons' });
    const { sql } = server.database;
    const [person] = await sql`select id from person
      where token = ${server.tenant.cipher.token(numbers[2]!)} and tenant_id = ${server.tenant.id}`;
    const done = await erasePerson(server.parts.erasePersonParts, person?.['id'], 'test');
    expect(done.steps.find(({ step }) => step === 'exports')).toMatchObject({ found: 'gone' });
    expect((await file(id)).status).toBe(410);
    while (await runNextExport(server.parts.bulkParts));
    const { text } = await file(running.body.id);
    expect(rowsOf(text)).toHaveLength(4);
    // As it is masked, and whole; within an id the same digits are chance.
    expect(text).not.toMatch(/\b679\b|12345679/);
  });
});

describe('when a person is restricted', () => {
  const idOf = async (n: number): Promise<string> => {
    const [person] = await server.database.sql`select id from person
      where token = ${server.tenant.cipher.token(numbers[n]!)} and tenant_id = ${server.tenant.id}`;
    return person?.['id'];
  };
  const restrict = (id: string, at: number | null) =>
    createRestrictions(server.database.sql, server.tenant).set(id, at);

  test('what was exported with them before is not given out any more, nor brought away', async () => {
    const held = await make({ kind: 'persons' });
    const without = await make({ kind: 'persons', person: numbers[1] });
    const person = await idOf(0);
    expect(await restrict(person, Date.now())).toBe(true);
    expect((await file(held)).status).toBe(410);
    expect((await server.get(`/v1/exports/${held}`, key)).body).toMatchObject({
      state: 'gone',
      gone: 'restriction',
    });
    expect(await server.parts.bulkParts.jobs.startPush(held, 'warehouse')).toBe(false);
    expect((await file(without)).status).toBe(200);
    await restrict(person, null);
  });

  test('an export that is being written begins anew, without them', async () => {
    const { body } = await post({ kind: 'persons' });
    const { bulkParts } = server.parts;
    const person = await idOf(0);
    // The page with them was read and is sealed already when it comes.
    const files = {
      ...bulkParts.files,
      async put(...file: Parameters<typeof bulkParts.files.put>) {
        await bulkParts.files.put(...file);
        await restrict(person, Date.now());
      },
      remove: (name: string) => bulkParts.files.remove(name),
    };
    await runNextExport({ ...bulkParts, files });
    expect((await file(body.id)).status).toBe(409);
    while (await runNextExport(bulkParts));
    expect((await file(body.id)).text).not.toMatch(/\b678\b|12345678/);
    await restrict(person, null);
  });

  test('the copy that they asked for themselves stays, and no other export of theirs', async () => {
    const { sql } = server.database;
    const own = await make({ kind: 'persons', person: numbers[0] });
    const person = await idOf(0);
    await restrict(person, Date.now());
    expect((await file(own)).status).toBe(410);
    await restrict(person, null);
    const again = await make({ kind: 'persons', person: numbers[0] });
    const request = randomUUID();
    await sql`
      insert into rights_request (id, tenant_id, person_id, kind, law, speaker, state,
        received_at, due_at, answer_by, made_by, seq)
      values (${request}, ${server.tenant.id}, ${person}, 'access', 'gdpr', 'self', 'verified',
        now(), now(), now(), 'test', 1)`;
    await restrict(person, Date.now());
    expect((await file(again)).status).toBe(200);
    await restrict(person, null);
    await sql`delete from rights_request where id = ${request}`;
  });
});

const folder = () => (server.parts.bulkParts as unknown as { folder: string }).folder;

describe('a push of an export', () => {
  const tried: string[] = [];
  let faults: (PushFault | null)[] = [];
  beforeAll(() => {
    const targets: PushTargets = {
      names: async () => ['warehouse'],
      async push(target, { name, from }) {
        const pieces = [];
        for await (const piece of from(3)) pieces.push(piece);
        tried.push(`${target}/${name}: ${Buffer.concat(pieces).toString('utf8').slice(0, 9)}`);
        const fault = faults.shift() ?? null;
        if (fault !== null) throw new PushError(fault);
      },
    };
    Object.assign(server.parts.bulkParts, { targets });
  });
  const pushAll = async () => {
    while (await pushNextExport(server.parts.bulkParts as PushParts));
  };
  const look = async (id: string) => (await server.get(`/v1/exports/${id}`, key)).body.push;

  test('goes to a target of the operator, and to nowhere else', async () => {
    const id = await make({ kind: 'calls', push: 'warehouse' });
    await pushAll();
    expect(tried).toEqual([`warehouse/consentry-calls-${id}.csv: startedAt`]);
    expect(await look(id)).toMatchObject({ target: 'warehouse', state: 'done', fault: null });
    const { status, body } = await post({ kind: 'calls', push: 'elsewhere.example.com' });
    expect([status, body.mistakes[0]]).toMatchObject([
      422,
      { path: 'body.push', allowed: 'warehouse' },
    ]);
  });

  test('that was not taken is tried again later, and ends at last', async () => {
    const id = await make({ kind: 'calls', push: 'warehouse' });
    faults = ['unreachable', 'storage', null];
    const before = server.time.now;
    tried.length = 0;
    await pushAll();
    expect(await look(id)).toMatchObject({ state: 'waiting', attempts: 1, fault: 'unreachable' });
    await pushAll();
    expect(tried).toHaveLength(1);
    for (let i = 0; i < 4; i += 1) {
      server.time.now += 3_600_000;
      await pushAll();
    }
    expect(await look(id)).toMatchObject({ state: 'done', attempts: 3, fault: null });
    const other = await server.send('post', `/v1/exports/${id}/push`, key, { push: 'warehouse' });
    expect([other.status, other.body.push.state]).toEqual([201, 'waiting']);
    faults = Array.from({ length: 20 }, () => 'unreachable' as const);
    for (let i = 0; i < 12; i += 1) {
      server.time.now += 3_600_000;
      await pushAll();
    }
    expect(await look(id)).toMatchObject({ state: 'failed', attempts: 8 });
    server.time.now = before;
    faults = [];
  });

  test.each(['host-key', 'login', 'target'] as const)(
    'that failed by %s waits for a person',
    async (fault) => {
      const id = await make({ kind: 'calls', push: 'warehouse' });
      faults = [fault];
      await pushAll();
      expect(await look(id)).toMatchObject({ state: 'failed', attempts: 1, fault });
    },
  );

  test('of what was removed is refused', async () => {
    const id = await make({ kind: 'calls' });
    await server.send('delete', `/v1/exports/${id}`, key);
    const { status } = await server.send('post', `/v1/exports/${id}/push`, key, {
      push: 'warehouse',
    });
    expect(status).toBe(410);
  });
});

test('calls of one person are theirs, with their number, whoever else was on them', async () => {
  const [other, theirs] = ['+14155550191', '+14155550192'];
  await seedCall(server.database.sql, server.tenant, {
    parties: [{ number: other }, { number: theirs, role: 'transferee' }],
  });
  const id = await make({
    ...{ kind: 'calls', person: theirs, reveal: true, reason: 'their request' },
  });
  const { text } = await file(id);
  expect(rowsOf(text)).toHaveLength(2);
  expect(text).toContain(theirs);
  expect(text).not.toContain(other);
});
