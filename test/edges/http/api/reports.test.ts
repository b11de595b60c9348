import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReleases } from '../../../../src/adapters/postgres/releases.ts';
import { openingContext } from '../../../../src/app/make-entry.ts';
import { attack } from '../../../../src/core/reports/attack.ts';
import { seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
const since = '2025-11-01T00:00:00Z';
const until = '2025-12-01T00:00:00Z';
const numbers: string[] = [];

/** One call of each of so many people: from Berlin or California, granted and then as said. */
async function calls(count: number, area: string, then: 'refusal' | 'silence' | null, day = '05') {
  const { sql } = server.database;
  const { tenant } = server;
  for (let i = 0; i < count; i += 1) {
    const number = `${area}${String(numbers.length).padStart(4, '0')}`;
    numbers.push(number);
    const startedAt = `2025-11-${day}T10:00:00.000Z`;
    const call = await seedCall(sql, tenant, { startedAt, parties: [{ number }] });
    if (then === null) continue;
    const id = randomUUID();
    const [person] = await sql`
      select id, key_wrapped from person where token = ${tenant.cipher.token(number)}`;
    const personKey = tenant.cipher.unwrapPersonKey(person?.['key_wrapped']);
    const answer = { salt: 'ab'.repeat(32), value: then === 'silence' ? 'silence' : 'deny' };
    const opening = Buffer.from(JSON.stringify({ answer }));
    const sealed = tenant.cipher.seal(personKey, openingContext(id), opening);
    const partyId = String(call.parties[0]?.id);
    await sql`delete from entry where call_id = ${call.id}`;
    for (const [kind, entryId, bytes] of [
      ['request', randomUUID(), Buffer.of()],
      ['refusal', id, sealed],
    ] as const) {
      await sql`
        insert into entry (id, tenant_id, call_id, party_id, kind, purpose, at, opening, person_id)
        values (${entryId}, ${tenant.id}, ${call.id}, ${partyId}, ${kind}, 'recording',
          ${startedAt}::text::timestamptz + ${kind === 'refusal' ? '2' : '1'}::interval, ${bytes},
          ${person?.['id']})`;
    }
  }
}

beforeAll(async () => {
  server = await startApi();
  key = await server.key(['reports:read', 'reports:release']);
  await calls(30, '+493012', null);
  await calls(14, '+493012', 'refusal');
  await calls(16, '+1415555', null);
  await calls(12, '+1415555', 'silence');
  await calls(3, '+1415555', 'refusal');
  await calls(2, '+331234', null);
});
afterAll(() => server.close());

const report = (query: string, as = key) =>
  server.get(`/v1/reports/calls?since=${since}&until=${until}&${query}`, as);

describe('a report on calls [cap 78]', () => {
  test('counts by region, and says nothing of two', async () => {
    const { status, body } = await report('rows=region');
    expect([status, body.rows, body.columnTotals, body.leftOut]).toEqual([
      200,
      ['DE', 'US-CA'],
      [75],
      true,
    ]);
    expect(body.cells[0][0]).toMatchObject({ callers: 44, calls: 44, granted: 68, refused: 32 });
    expect(body.cells[1][0]).toMatchObject({ callers: 31, silent: 39 });
  });

  test('by token counts the same people as by number [cap 17]', async () => {
    const { body } = await report('rows=direction');
    expect(body.cells[0][0].callers).toBe(new Set(numbers).size);
  });

  test('by two things hides what is few, and what would give it away', async () => {
    const { body } = await report('rows=region&columns=outcome');
    const cells = body.cells.map((row: ({ calls: number } | null)[]) =>
      row.map((cell) => cell?.calls ?? null),
    );
    const shown = cells.flat().filter((n: number | null) => n !== null);
    expect(shown.every((n: number) => n === 0 || n >= 5)).toBe(true);
    const totals = { rowTotals: body.rowTotals, columnTotals: body.columnTotals };
    expect(attack({ rows: body.rows, columns: body.columns, cells, ...totals })).toEqual([]);
  });

  test('is CSV where that is asked for', async () => {
    const { text, headers } = await report('rows=region&format=csv');
    expect(headers['content-type']).toContain('text/csv');
    expect(text.split('\r\n')[0]).toMatch(/^row,column,callers,calls,/);
    expect(text).toContain('\r\nDE,,44,44,');
  });

  test('holds no number, and no id of anybody', async () => {
    const text = JSON.stringify((await report('rows=region&columns=outcome')).body);
    for (const number of numbers) expect(text).not.toContain(number.slice(-8));
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  test.each([
    ['rows=caller', 422],
    ['rows=region&columns=region', 422],
    ['rows=region&limit=5', 422],
  ])('%s is refused', async (query, status) => {
    expect((await report(query)).status).toBe(status);
  });

  test('of more than a year, or of no time at all, is refused', async () => {
    const long = `/v1/reports/calls?since=2024-01-01T00:00:00Z&until=${until}`;
    expect((await server.get(long, key)).status).toBe(422);
    const none = `/v1/reports/calls?since=${until}&until=${since}`;
    expect((await server.get(none, key)).status).toBe(422);
  });

  test('is of whole days, so that no call can be cut out of them', async () => {
    for (const times of [
      `since=2025-11-05T10:00:01Z&until=${until}`,
      `since=${since}&until=2025-11-05T09:59:59Z`,
    ]) {
      const { status, body } = await server.get(`/v1/reports/calls?${times}`, key);
      expect([status, body.mistakes?.[0]?.what]).toEqual([
        422,
        'has to be the start of a day, UTC',
      ]);
    }
    expect((await server.get('/v1/reports/calls', key)).status).toBe(200);
  });

  test('is written down with who asked, also as CSV', async () => {
    const rows = async () => {
      const [counted] = await server.database.sql`
        select count(*) filter (where allowed)::int as allowed,
          count(*) filter (where not allowed)::int as refused
        from audit where kind = 'read'`;
      return [counted?.['allowed'], counted?.['refused']] as const;
    };
    const [allowed, refused] = await rows();
    await report('rows=region');
    await report('rows=region&format=csv');
    await report('rows=region', await server.key(['calls:read']));
    expect(await rows()).toEqual([allowed + 2, refused + 1]);
  });

  test('needs its scope', async () => {
    expect((await report('rows=line', await server.key(['calls:read']))).status).toBe(403);
  });
});

describe('a release [cap 78]', () => {
  const make = (body: object, as = key) => server.send('post', '/v1/reports/releases', as, body);

  test('is made once, of a month that is over, and stays as it is', async () => {
    const { status, body } = await make({ month: '2025-11', rows: 'region' });
    expect([status, body.rows, body.columns]).toEqual([201, ['DE', 'US-CA'], expect.any(Array)]);
    expect(attack(body)).toEqual([]);
    for (const n of [...body.cells.flat(), ...body.rowTotals, ...body.columnTotals]) {
      expect(n === null || n === 0 || n >= 10).toBe(true);
    }
    expect((await make({ month: '2025-11', rows: 'region' })).status).toBe(409);
    const { body: again } = await server.get('/v1/reports/releases/2025-11', key);
    expect(again).toEqual(body);
    await expect(server.database.sql`update report_release set body = '{}'`).rejects.toThrow(
      /append-only/,
    );
    expect((await server.get('/v1/reports/releases', key)).body.data).toEqual([body]);
  });

  test.each([
    ['of a month that is not over', { month: '2026-03' }, 422],
    ['of a month with too few', { month: '2025-10', rows: 'region' }, 409],
    ['cut otherwise than those before', { month: '2025-09', rows: 'line' }, 409],
    ['of something else than a month', { month: '2025-13' }, 422],
  ])('%s is refused', async (_, body, status) => {
    expect((await make(body)).status).toBe(status);
  });

  test('of two at once is one', async () => {
    await calls(40, '+493044', null, '01');
    await server.database.sql`
      update call set started_at = started_at - interval '90 days', ended_at = ended_at - interval '90 days'
      where started_at < '2025-11-02'`;
    await server.database.sql`
      update entry set kind = 'withdrawal' where ctid in (
        select entry.ctid from entry join call on call.id = entry.call_id
        where call.started_at < '2025-09-01' and entry.kind = 'grant' limit 15)`;
    const both = await Promise.all([1, 2].map(() => make({ month: '2025-08', rows: 'region' })));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test('of two months at once, each of which did not see the other, is one', async () => {
    const tenantId = randomUUID();
    const releases = createReleases(server.database.sql, tenantId);
    const empty = { rows: [], columns: [], cells: [], rowTotals: [], columnTotals: [] };
    const rules = { k: 10, l: 2, t: 0.3 } as const;
    const table = { ...empty, rules, noise: null, leftOut: 0 };
    const add = (month: string, rowsBy: 'line' | 'region', among: number) =>
      releases.add({ month, rowsBy, madeBy: 'a', madeAt: Date.parse(since), table }, among);
    const both = await Promise.all([add('2025-01', 'line', 0), add('2025-02', 'region', 0)]);
    expect(both.sort()).toEqual(['added', 'crossed']);
    const [kept] = await releases.list();
    expect(await add(kept?.month ?? '', 'line', 1)).toBe('known');
    expect(await add('2025-03', 'line', 1)).toBe('added');
  });

  test('needs its own scope', async () => {
    const reader = await server.key(['reports:read']);
    expect((await make({ month: '2025-08' }, reader)).status).toBe(403);
    expect((await server.get('/v1/reports/releases/2025-01', reader)).status).toBe(404);
  });
});
