import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consentry, jsonLines, lines } from '../../cli/console.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let reader: string;
let writer: string;
beforeAll(async () => {
  server = await startApi();
  reader = await server.key(['tasks:read']);
  writer = await server.key(['tasks:write']);
});
afterAll(() => server.close());

async function leave(at: string, of = server.tenant, number: string | null = '+4915112345678') {
  const id = randomUUID();
  const personId = number === null ? null : randomUUID();
  const { sql } = server.database;
  if (number !== null) {
    const { key, wrapped } = of.cipher.newPersonKey();
    const sealed = of.cipher.seal(key, `person/${personId}/number`, Buffer.from(number));
    await sql`
      insert into person (id, tenant_id, token, key_wrapped, number_sealed)
      values (${personId}, ${of.id}, ${Buffer.from(randomUUID())}, ${wrapped}, ${sealed})`;
  }
  await sql`
    insert into desk_task (id, tenant_id, call_id, party_id, person_id, kind, created_at)
    values (${id}, ${of.id}, ${randomUUID()}, ${randomUUID()}, ${personId}, 'erasure', ${at}::text::timestamptz)`;
  return id;
}

test('open tasks come oldest first, page by page, numbers masked, none of another tenant', async () => {
  const ids = [
    await leave('2026-03-01T00:00:00.000001Z'),
    await leave('2026-03-01T00:00:00.000002Z', server.tenant, null),
    await leave('2026-03-01T00:00:01Z'),
  ];
  await leave('2026-02-01T00:00:00Z', server.other);
  const seen: { id: string; number: string | null }[] = [];
  let cursor = '';
  for (let page = 0; page < 3; page += 1) {
    const { body, status } = await server.get(`/v1/tasks?limit=1${cursor}`, reader);
    expect(status).toBe(200);
    expect(body.data).toHaveLength(1);
    seen.push(...body.data);
    cursor = `&cursor=${body.next}`;
    expect(body.next === null).toBe(page === 2);
  }
  expect(seen.map(({ id }) => id)).toEqual(ids);
  expect(seen.map(({ number }) => number)).toEqual([
    '+49 151 ••••• 678',
    null,
    '+49 151 ••••• 678',
  ]);
});

test('what is done is not listed any more, once, with who did it kept', async () => {
  const id = await leave('2026-03-02T00:00:00Z');
  expect((await server.send('delete', `/v1/tasks/${id}`, reader)).status).toBe(403);
  expect((await server.send('delete', `/v1/tasks/${id}`, writer)).status).toBe(204);
  expect((await server.send('delete', `/v1/tasks/${id}`, writer)).status).toBe(404);
  const { body } = await server.get('/v1/tasks', reader);
  expect(body.data.map((task: { id: string }) => task.id)).not.toContain(id);
  const [row] = await server.database.sql`select done_by, done_at from desk_task where id = ${id}`;
  expect(row?.['done_by']).toMatch(/^[0-9a-f-]{36}$/);
  expect(row?.['done_at']).toEqual(new Date(server.time.now));
});

test('a task of another tenant is not there', async () => {
  const id = await leave('2026-03-02T00:00:00Z', server.other);
  expect((await server.send('delete', `/v1/tasks/${id}`, writer)).status).toBe(404);
});

test('the command line lists them and marks one as done', async () => {
  const id = await leave('2026-03-03T00:00:00Z');
  const { parts, tenant } = server;
  const stores = { tenantId: tenant.id, tasks: parts };
  const listed = await consentry({ stores }, 'task', 'list');
  expect(lines(listed.out)[0]).toMatch(/^ID +WANTS +NUMBER/);
  expect(listed.out).toContain(id);
  expect(listed.out).not.toContain('15112345678');
  const done = await consentry({ stores }, 'task', 'done', id);
  expect([done.code, done.out]).toEqual([0, `done: ${id}\n`]);
  const rest = jsonLines((await consentry({ stores }, 'task', 'list', '--json')).out);
  expect(rest.map((task) => task['id'])).not.toContain(id);
  expect((await consentry({ stores }, 'task', 'done', id)).code).not.toBe(0);
});
