import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReleases } from '../../../../src/adapters/postgres/releases.ts';
import { releaseRules } from '../../../../src/core/reports/release.ts';
import { seedCall } from '../../../support/seed-call.ts';
import { consentry } from '../../cli/console.ts';
import { overApi } from '../../cli/over-api.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
beforeAll(async () => {
  server = await startApi();
  key = await server.key(['retention:read']);
});
afterAll(() => server.close());

const report = async () => (await server.get('/v1/retention/report', key)).body;
const kind = async (name: string) =>
  (await report()).kinds.find((one: { kind: string }) => one.kind === name);
const none = { raw: 0, redacted: 0, redactedPercent: null, oldest: null, oldestDays: null };

describe('[cap 66] what is still identifiable', () => {
  test('is nothing where there is nothing', async () => {
    const { kinds, release } = await report();
    expect(release).toBeNull();
    for (const one of kinds) expect(one).toEqual({ kind: one.kind, ...none });
  });

  test('is told by kind, with the oldest that is raw and the share that is not', async () => {
    const { sql } = server.database;
    const { tenant } = server;
    const days = ['2026-01-01', '2026-01-11', '2026-02-20'];
    const calls = [];
    for (const day of days) {
      const startedAt = `${day}T00:00:00.000Z`;
      calls.push(
        await seedCall(sql, tenant, {
          startedAt,
          parties: [{ number: `+49301230${day.slice(-2)}`, recording: {} }],
        }),
      );
    }
    const [first] = calls;
    await sql`update call set redacted_at = now() where id = ${first!.id}`;
    await sql`update recording set state = 'erased' where call_id = ${first!.id}`;
    // The clock of the API is at 2026-03-02.
    const left = { raw: 2, redacted: 1, redactedPercent: 33, oldest: '2026-01-11T00:00:00.000Z' };
    expect(await kind('calls')).toEqual({ kind: 'calls', ...left, oldestDays: 50 });
    expect(await kind('recordings')).toMatchObject({ raw: 2, redacted: 1, redactedPercent: 33 });
    await sql`
      update person set key_wrapped = null, number_sealed = null
      where id = (select person_id from leg where call_id = ${first!.id})`;
    expect(await kind('people')).toMatchObject({ raw: 2, redacted: 1 });
    for (const sender of [Buffer.of(1), null]) {
      await sql`
        insert into text_message (message_sid, tenant_id, sender, meaning, has_words, reply, at)
        values (${`SM${randomUUID().replaceAll('-', '')}`}, ${tenant.id}, ${sender}, 'other', false, ${Buffer.of(1)},
          '2026-02-01T00:00:00Z')`;
    }
    expect(await kind('texts')).toMatchObject({ raw: 1, redacted: 1, oldestDays: 29 });
    await sql`
      insert into desk_task (id, tenant_id, call_id, party_id, kind, created_at)
      select ${randomUUID()}, ${tenant.id}, call_id, party_id, 'callback', '2026-03-01'
      from leg where call_id = ${calls[1]!.id}`;
    expect(await kind('forms')).toMatchObject({ raw: 1, redacted: 0, redactedPercent: 0 });
    // Of another tenant nothing counts.
    await seedCall(sql, server.other, { parties: [{ number: '+4930999999' }] });
    expect(await kind('calls')).toMatchObject({ raw: 2 });
  });

  test('has the k of the last release, and the smallest number that it tells', async () => {
    const releases = createReleases(server.database.sql, server.tenant.id);
    const table = {
      rows: ['a', 'b'],
      columns: ['answered'],
      cells: [[12], [null]],
      rowTotals: [12, 31],
      columnTotals: [43],
      rules: releaseRules,
      noise: null,
      leftOut: 0,
    };
    const made = { madeBy: 'key', madeAt: 0, rowsBy: 'line', table } as const;
    await releases.add({ month: '2025-11', ...made }, 0);
    await releases.add({ month: '2025-12', ...made, table: { ...table, cells: [[25], [18]] } }, 1);
    expect((await report()).release).toEqual({
      month: '2025-12',
      k: 10,
      l: 2,
      t: 0.3,
      epsilon: null,
      smallest: 12,
      hidden: 0,
    });
  });

  test('is shown by the command', async () => {
    const { code, out } = await consentry(overApi(server), 'retention', 'report');
    expect(code).toBe(0);
    expect(out).toMatch(/calls +2 +2026-01-11T00:00:00\.000Z +50 days +1 +33 %/);
    expect(out).toMatch(/the last release, 2025-12: at least 10 callers \(k\), without noise/);
    const json = await consentry(overApi(server), 'retention', 'report', '--json');
    expect(JSON.parse(json.out)).toEqual(await report());
  });

  test('is not for everybody', async () => {
    const other = await server.key(['calls:read']);
    expect((await server.get('/v1/retention/report', other)).status).toBe(403);
  });
});
