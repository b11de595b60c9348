/** kill -9 of the server in the middle of a run of retention: the next start goes on with it. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChildServer, childServer } from '../sim/child-server.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type SeededTenant, seedTenant } from '../support/seed-call.ts';
import { makeYear, seedYear } from '../support/seed-year.ts';

const apiKey = randomBytes(24).toString('base64url');
let dir: string;
let database: TestDatabase;
let child: ChildServer | null = null;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'consentry-retention-'));
  database = await testDatabase();
});
afterAll(async () => {
  await kill();
  await database.close();
  rmSync(dir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  child = await childServer({
    DATA_DIR: dir,
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: apiKey,
    LOG_LEVEL: 'error',
  });
}

async function kill(): Promise<void> {
  await child?.kill();
  child = null;
}

interface Run {
  readonly id: string;
  readonly finishedAt: string | null;
  readonly proved: boolean;
  readonly expected: Record<string, { due: number }>;
  readonly counts: Record<string, { redacted: number; failed: number }>;
  readonly receiptId: string;
}

async function api(path: string, method = 'GET'): Promise<Run> {
  const answer = await fetch(`${child?.url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}` },
  });
  return (await answer.json()) as Run;
}

const redactedIn = ({ counts }: Run): number => counts['calls']?.redacted ?? 0;

test('[cap 58] a run whose server is killed again and again counts each call once', async () => {
  const { sql } = database;
  await start();
  const [own] = await sql`select id, pseudonym from tenant where name = 'default'`;
  // Sealed by keys that the server does not have: a run opens nothing.
  const { cipher } = await seedTenant(sql);
  const tenant: SeededTenant = { id: own!['id'], pseudonym: '', cipher };
  const year = makeYear('kill', { calls: 500, people: 80 });
  const calls = year.calls.map((call) => ({ ...call, line: null }));
  await seedYear(
    sql,
    { ...tenant, pseudonym: own!['pseudonym'].toString('hex') },
    {
      ...year,
      lines: [],
      calls,
    },
  );
  await sql`update recording set vault_name = 'year/' || id || '.age'`;
  await sql`
    insert into tenant_setting (tenant_id, name, version, value, by, at)
    values (${tenant.id}, 'retention', 1, ${sql.json([
      { kind: 'calls', days: 1, purpose: null, lineId: null, campaign: null },
    ])}, 'test', now())`;

  const { id, expected } = await api('/retention/runs', 'POST');
  let kills = 0;
  let seen = 0;
  for (;;) {
    const run = await api(`/retention/runs/${id}`);
    if (run.finishedAt !== null) break;
    if (kills < 3 && redactedIn(run) > seen) {
      seen = redactedIn(run);
      await kill();
      kills += 1;
      // Its lease runs out in a minute.
      await sql`update retention_run set taken_until = now() - interval '1 second' where id = ${id}`;
      await start();
    }
    await wait(20);
  }
  expect(kills).toBe(3);
  const run = await api(`/retention/runs/${id}`);
  const [row] = await sql`
    select count(*)::int as calls, count(*) filter (where redacted_at is not null)::int as redacted,
      (select count(*)::int from recording where state = 'erased') as recordings,
      (select count(*)::int from entry where kind = 'erasure') as erasures from call`;
  expect(run.proved).toBe(true);
  expect(redactedIn(run)).toBe(row!['redacted']);
  expect(redactedIn(run)).toBe(expected['calls']!.due);
  expect(redactedIn(run)).toBe(calls.filter(({ isOpen }) => !isOpen).length);
  expect(run.counts['recordings']!.redacted).toBe(row!['recordings']);
  expect(row!['erasures']).toBe(row!['recordings']);
  const results = await sql`select from entry where kind = 'redaction'`;
  expect(results.length).toBe(1);
}, 120_000);
