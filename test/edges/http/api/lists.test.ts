/** Lists over HTTP: sent, followed, vouched for, read out, and who got at them. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runNextListJob } from '../../../../src/app/run-list-job.ts';
import type { UserRole } from '../../../../src/core/access/role.ts';
import { numbers } from '../../../support/list-world.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let http: Server;
let admin: string;
let key: string;

beforeAll(async () => {
  server = await startApi();
  http = createServer(server.app).listen(0, '127.0.0.1');
  admin = await server.key(['admin']);
  key = await server.key(['lists:read', 'lists:write', 'audit:read']);
});
afterAll(async () => {
  http.close();
  await server.close();
});

const runAll = async () => {
  while (await runNextListJob(server.parts.listParts).catch(() => true));
};
const post = (list: string, query: string, content: string | Buffer, type = 'text/csv', by = key) =>
  supertest(http)
    .post(`/v1/lists/${list}/import${query}`)
    .set('authorization', `Bearer ${by}`)
    .set('content-type', type)
    .send(content);
async function imported(list: string, content: string | Buffer, query = '') {
  server.time.now += 60_000;
  const sent = await post(list, query, content);
  expect([sent.status, sent.body.state]).toEqual([202, 'waiting']);
  await runAll();
  return (await server.get(`/v1/list-imports/${sent.body.id}`, key)).body;
}
async function person(role: UserRole): Promise<{ id: string; token: string }> {
  const email = `${randomUUID()}@example.com`;
  const { body } = await server.send('post', '/v1/users', admin, { email, name: role, role });
  const { id } = body.user;
  const session = await supertest(http)
    .post('/v1/sessions')
    .send({ email, password: body.password, newPassword: 'two goats and a lantern' });
  return { id, token: session.body.token };
}
const vouch = (id: string, by: string) =>
  server.send('post', `/v1/list-imports/${id}/vouch`, by, { reason: 'counted by hand' });
const total = async (list: string) => (await server.get(`/v1/lists/${list}`, key)).body.total;

describe('an upload', () => {
  test('is answered at once, read beside everything else, and shown by area code', async () => {
    const text = [...numbers(201, 3), ...numbers(305, 2), '+442079460018'].join('\n');
    const done = await imported('litigator', gzipSync(text), '?source=court%20watch&channel=call');
    expect(done).toMatchObject({
      state: 'done',
      total: 6,
      lines: 6,
      fault: null,
      vouchesNeeded: 0,
    });
    const { body } = await server.get('/v1/lists/litigator', key);
    expect(body).toMatchObject({
      state: 'in-force',
      kind: 'litigator',
      place: null,
      age: 'fresh',
      total: 6,
      areas: { 201: 3, 305: 2 },
      elsewhere: 1,
      source: 'court watch',
      channels: ['call'],
      versions: [{ inForce: true, version: done.version }],
    });
    const { data } = (await server.get('/v1/lists', key)).body;
    expect(data.map(({ list }: { list: string }) => list)).toEqual(['own', 'litigator']);
  });

  test('that is no list says why, and what was sent is never in the answer', async () => {
    const done = await imported('wireless', '<a><ph val="2015550100"></b>');
    expect(done).toMatchObject({ state: 'failed', fault: 'unreadable' });
    expect(JSON.stringify(done)).not.toContain('2015550100');
  });

  test('with an Idempotency-Key is one import', async () => {
    const once = (content: string) => post('wireless', '', content).set('idempotency-key', 'k-1');
    const first = await once('201,2000000');
    const again = await once('201,2000000');
    expect([again.status, again.body.id]).toEqual([202, first.body.id]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const other = await once('201,2000001');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
    await runAll();
  });

  test.each<[string, string, string, string, number, string]>([
    ['to no list', 'national', '', 'text/csv', 404, 'not_found'],
    ['as what lists do not come in', 'tps-GB', '', 'image/png', 415, 'content_type_unsupported'],
    ['with a parameter that is none', 'tps-GB', '?knd=full', 'text/csv', 422, 'invalid_request'],
    ['with a hash that is none', 'tps-GB', '?sha256=abc', 'text/csv', 422, 'invalid_request'],
    ['as changes of the own list', 'own', '?kind=change', 'text/csv', 409, 'conflict'],
  ])('%s is refused', async (_, list, query, type, status, code) => {
    const answer = await post(list, query, '201,2000000', type);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('that is empty, packed on the way, or without the scope is refused', async () => {
    expect((await post('tps-GB', '', '')).status).toBe(400);
    const packed = post('tps-GB', '', gzipSync('x')).set('content-encoding', 'gzip');
    expect((await packed).status).toBe(415);
    const reader = await server.key(['lists:read']);
    expect((await post('tps-GB', '', '1', 'text/csv', reader)).status).toBe(403);
  });
});

describe('two people', () => {
  test('vouch, each by themselves, before a shorter list is in force', async () => {
    await imported('state-US-FL', numbers(305, 1_000).join('\n'));
    const held = await imported('state-US-FL', numbers(305, 900).join('\n'));
    expect(held).toMatchObject({ state: 'held', vouchesNeeded: 2, doubts: [{ is: 'shrinks' }] });
    const [ann, bob] = [await person('privacy-officer'), await person('administrator')];
    const agent = await person('manager');

    // neither a program, whatever it may do, nor a person without the permission
    expect((await vouch(held.id, admin)).status).toBe(403);
    expect((await vouch(held.id, agent.token)).status).toBe(403);
    expect((await vouch(held.id, ann.token)).body).toMatchObject({
      state: 'held',
      vouches: [{ by: ann.id }],
    });
    expect((await vouch(held.id, ann.token)).body).toMatchObject({ vouchesNeeded: 1 });
    await runAll();
    expect(await total('state-US-FL')).toBe(1_000);
    expect((await vouch(held.id, bob.token)).status).toBe(200);
    await runAll();
    expect(await total('state-US-FL')).toBe(900);

    const { body } = await server.get('/v1/audit?limit=200', key);
    const rows = body.data.filter(
      ({ operation, allowed }: { operation: string; allowed: boolean }) =>
        operation === 'vouchForListImport' && allowed,
    );
    expect(new Set(rows.map((row: { by: { id: string } }) => row.by.id))).toEqual(
      new Set([ann.id, bob.id]),
    );
    for (const row of rows) {
      expect([row.reason, row.subject.import]).toEqual(['counted by hand', held.id]);
    }
  });

  test('vouch for the end of a list', async () => {
    await imported('dncl-CA', numbers(416, 5).join('\n'));
    const gone = await server.send('delete', '/v1/lists/dncl-CA', key);
    expect([gone.status, gone.body.kind]).toEqual([202, 'retire']);
    await runAll();
    expect(await total('dncl-CA')).toBe(5);
    for (const role of ['privacy-officer', 'administrator'] as const) {
      await vouch(gone.body.id, (await person(role)).token);
    }
    await runAll();
    expect((await server.get('/v1/lists/dncl-CA', key)).body).toMatchObject({ state: 'retired' });
    expect((await server.send('delete', '/v1/lists/dncl-CA', key)).status).toBe(404);
    expect((await server.send('delete', '/v1/lists/own', key)).status).toBe(409);
  });
});

describe('what is expected of a list', () => {
  test('its imports inherit, and the account is kept sealed', async () => {
    const account = '10234567-89';
    const said = { list: 'national-US', source: 'donotcall.gov', seller: 'Example Inc', account };
    const made = await server.send('post', '/v1/lists', key, said);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ state: 'expected', seller: 'Example Inc', hasAccount: true });
    expect(made.body.warnings.join()).toContain('no version yet');
    await imported('national-US', numbers(212, 10).join('\n'), '?campaign=spring');
    expect((await server.get('/v1/lists/national-US', key)).body).toMatchObject({
      state: 'in-force',
      source: 'donotcall.gov',
    });
    const { body } = await server.get('/v1/list-accesses?list=national-US', key);
    expect(body.data).toMatchObject([
      { what: 'obtained', account, seller: 'Example Inc', campaign: 'spring', numbers: 10 },
    ]);
    const rows = await server.database.sql`select b.*, j.* from list_book b, list_job j`;
    expect(JSON.stringify(rows)).not.toContain(account);
  });
});

describe('the register of list access', () => {
  const accesses = async (query: string) =>
    (await server.get(`/v1/list-accesses${query}`, key)).body.data;

  test('has each import once, with who, which version and of which file', async () => {
    const text = numbers(201, 4).join('\n');
    const done = await imported('tps-GB', text);
    expect(await accesses('?list=tps-GB')).toMatchObject([
      {
        what: 'obtained',
        by: { as: 'key' },
        version: done.version,
        sourceSha256: createHash('sha256').update(text).digest('hex'),
        import: done.id,
        numbers: 4,
      },
    ]);
  });

  test('has what was got elsewhere, as somebody wrote it down, and what they looked up', async () => {
    const said = { list: 'reassigned', what: 'looked-up', numbers: 3, campaign: 'spring' };
    const at = '2026-02-28T10:00:00.000Z';
    const made = await server.send('post', '/v1/list-accesses', key, { ...said, at });
    expect([made.status, made.body.data[0]]).toMatchObject([201, { ...said, gotAt: at }]);
    expect(await accesses('?list=reassigned&until=2026-01-01T00:00:00Z')).toEqual([]);
    const bad = await server.send('post', '/v1/list-accesses', key, { ...said, list: 'x' });
    expect(bad.status).toBe(404);
  });

  test('is part of the audit, and no row of it can be changed or removed', async () => {
    const [row] = await accesses('');
    const { body } = await server.get('/v1/audit?limit=200', key);
    expect(body.data.map(({ id }: { id: string }) => id)).toContain(row.id);
    const { sql } = server.database;
    await expect(sql`delete from list_access where id = ${row.id}`).rejects.toThrow();
    await expect(sql`update list_access set list = 'x' where id = ${row.id}`).rejects.toThrow();
    await expect(sql`delete from list_vouch`).rejects.toThrow();
  });
});

describe('an export of a list', () => {
  const fetched = (
    list: string,
    query: string,
    by: string,
    reason: string | null = 'hand-over',
  ) => {
    const asked = server.get(`/v1/lists/${list}/export${query}`, by);
    return reason === null ? asked : asked.set('consentry-reason', reason);
  };

  test('has every number, says why it was asked for, and is in the register before it leaves', async () => {
    await imported('state-US-NJ', ['201,2000001', '+442079460018', '201,2000000'].join('\n'));
    expect((await fetched('state-US-NJ', '', key)).status).toBe(403);
    expect((await fetched('state-US-NJ', '', admin, null)).status).toBe(422);
    const { status, text } = await fetched('state-US-NJ', '', admin);
    expect([status, text]).toEqual([200, '+12012000000\n+12012000001\n+442079460018\n']);
    const json = await fetched('state-US-NJ', '?format=ndjson', admin).buffer(true);
    expect(String(json.text ?? json.body)).toContain('{"number":"+12012000000"}\n');
    const { data } = (await server.get('/v1/list-accesses?list=state-US-NJ', key)).body;
    const rows = data.map(({ what, reason }: { what: string; reason: string }) => [what, reason]);
    expect(rows.toSorted()).toEqual([
      ['exported', 'hand-over'],
      ['exported', 'hand-over'],
      ['obtained', null],
    ]);
    expect((await fetched('tps-FR', '', admin)).status).toBe(404);
  });
});

describe('the own list', () => {
  const entries = '/v1/lists/own/entries';
  const number = '+14155550123';

  test('has numbers and prefixes by our decision, and lets them go by it', async () => {
    for (const one of [number, '+1900*']) {
      const made = await server.send('post', entries, key, { number: one, channel: 'call' });
      expect([made.status, made.body.listings[0].reason]).toEqual([201, 'policy']);
    }
    const { data } = (await server.get(entries, key)).body;
    expect(data.map((row: { number: string }) => row.number)).toEqual([
      '+1900*',
      '+1 415 ••••• 123',
    ]);
    const gone = await server.send('delete', entries, key, { number, channel: 'call' });
    expect([gone.status, gone.body.listings[0].listed]).toEqual([200, false]);
    expect((await server.send('delete', entries, key, { number })).status).toBe(404);
  });

  test('waits for two people where a file brought nobody: it may not have been understood', async () => {
    const held = await imported('own', 'name,city\n');
    expect(held).toMatchObject({ state: 'held', doubts: [{ is: 'empty' }] });
  });

  test('keeps what somebody asked for themselves, also after our own decision', async () => {
    await server.send('post', entries, key, { number, channel: 'call' });
    await server.send('post', '/v1/opt-outs', key, { number, channel: 'call' });
    const kept = await server.send('delete', entries, key, { number, channel: 'call' });
    expect([kept.status, kept.body.code]).toEqual([409, 'conflict']);
    expect(server.ownCopy.find(number, 'call', [], server.time.now)).toHaveLength(1);
  });

  test('is paged, and read out with why each number stands there', async () => {
    await imported('own', '+12015550100\n+12015550101', '?scope=campaign:spring&channel=call');
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const page = (await server.get(`${entries}?limit=1${cursor}`, key)).body;
      seen.push(...page.data.map(({ scope }: { scope: string }) => scope));
      next = page.next;
    }
    expect(seen).toEqual(['campaign:spring', 'campaign:spring', 'all', 'all']);
    const out = await server
      .get('/v1/lists/own/export?format=ndjson', admin)
      .set('consentry-reason', 'hand-over')
      .buffer(true)
      .parse((response, done) => {
        let text = '';
        response.on('data', (piece: Buffer) => {
          text += piece;
        });
        response.on('end', () => done(null, text));
      });
    const lines = String(out.body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ number: '+12015550101', reason: 'import', channel: 'call' });
    expect((await server.get('/v1/lists/tps-GB/entries', key)).status).toBe(409);
    expect((await server.get(`${entries}?cursor=%20`, key)).status).toBe(422);
  });
});
