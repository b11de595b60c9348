/** kill -9 of the server at every step of an export: the next one goes on, or says that it cannot. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChildServer, childServer } from '../sim/child-server.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const apiKey = randomBytes(24).toString('base64url');
const people = 5;
let dir: string;
let database: TestDatabase;
let child: ChildServer | null = null;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'consentry-export-kill-'));
  database = await testDatabase();
});
afterAll(async () => {
  await child?.kill();
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

async function api(path: string, method = 'GET', body?: object): Promise<Response> {
  return fetch(`${child?.url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Every write of an export, and of who is in it, counts; the nth waits for the lock. */
const holdAt = `
  create table kill_at (n int);
  insert into kill_at values (0);
  create sequence write_of_export;
  grant usage on sequence write_of_export to public;
  create function held() returns trigger language plpgsql security definer as $$
  begin
    if nextval('write_of_export') = (select n from kill_at) then
      perform pg_advisory_xact_lock(4712);
    end if;
    return new;
  end $$;
  create trigger held before update on export_job for each row execute function held();
  create trigger held before insert on export_holding for each row execute function held()`;

test('[cap 67] an export whose server is killed at every step is whole in the end, and never handed out before', async () => {
  const { sql } = database;
  await start();
  await sql.unsafe(holdAt);
  for (let i = 0; i < people; i += 1) {
    const choice = {
      number: `+1415555370${i}`,
      purpose: 'sale',
      kind: 'refused',
      channel: 'paper',
    };
    await api('/choices', 'POST', { ...choice, at: '2026-03-04T12:00:00Z' });
  }
  const lock = await sql.reserve();
  let steps = 0;
  for (let n = 1; ; n += 1) {
    await sql`select setval('write_of_export', 1, false)`;
    await sql`update kill_at set n = ${n}`;
    await lock`select pg_advisory_lock(4712)`;
    const made = (await (await api('/exports', 'POST', { kind: 'persons' })).json()) as {
      id: string;
    };
    let pid: number | null = null;
    let state = 'waiting';
    while (pid === null && state !== 'ready') {
      const [waiting] = await sql`
        select pid from pg_locks where locktype = 'advisory' and objid = 4712 and not granted`;
      pid = waiting === undefined ? null : (waiting['pid'] as number);
      const [row] = await sql`select state from export_job where id = ${made.id}`;
      state = row!['state'];
      await wait(10);
    }
    if (pid === null) {
      await lock`select pg_advisory_unlock(4712)`;
      steps = n - 1;
      break;
    }
    expect((await api(`/exports/${made.id}/file`)).status).toBe(409);
    await child?.kill();
    await sql`select pg_terminate_backend(${pid})`;
    await lock`select pg_advisory_unlock(4712)`;
    await sql`update kill_at set n = 0`;
    await sql`update export_job set taken_until = now() - interval '1 second' where state = 'running'`;
    await start();
    for (;;) {
      const answer = await api(`/exports/${made.id}/file`);
      if (answer.status === 409) {
        await wait(50);
        continue;
      }
      expect([n, answer.status]).toEqual([n, 200]);
      expect([n, (await answer.text()).trimEnd().split('\r\n').length]).toEqual([n, 1 + people]);
      break;
    }
    const [held] = await sql`
      select sum(length(tokens))::int / 16 as n from export_holding where export_id = ${made.id}`;
    expect([n, held!['n']]).toEqual([n, people]);
    await api(`/exports/${made.id}`, 'DELETE');
    expect(readdirSync(join(dir, 'exports')).filter((name) => name.startsWith(made.id))).toEqual(
      [],
    );
  }
  lock.release();
  expect(steps).toBeGreaterThanOrEqual(4);
}, 300_000);
