/** kill -9 of the server at every step of an erasure: it is gone on with, and ends in one certificate. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChildServer, childServer } from '../sim/child-server.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const apiKey = randomBytes(24).toString('base64url');
const number = '+14155553777';
let dir: string;
let database: TestDatabase;
let child: ChildServer | null = null;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'consentry-erasure-'));
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

async function api(path: string, method = 'GET', body?: object): Promise<Response> {
  return fetch(`${child?.url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** A step is noted only while nobody holds the lock that is named after its place. */
const holdAt = `
  create table kill_at (n int);
  insert into kill_at values (0);
  create function held() returns trigger language plpgsql security definer as $$
  begin
    if jsonb_array_length(new.steps) = (select n from kill_at)
      and jsonb_array_length(new.steps) > jsonb_array_length(old.steps) then
      perform pg_advisory_xact_lock(4711);
    end if;
    return new;
  end $$;
  create trigger held before update on erasure for each row execute function held()`;

test('[cap 51] an erasure whose server is killed at every step ends in one certificate', async () => {
  const { sql } = database;
  await start();
  await sql.unsafe(holdAt);
  const choice = { number, purpose: 'sale', kind: 'refused', channel: 'paper' };
  await api('/choices', 'POST', { ...choice, at: '2026-03-04T12:00:00Z' });
  await api('/opt-outs', 'POST', { number, channel: 'call' });
  const [person] = await sql`select id from person`;
  const id = person!['id'] as string;
  const lock = await sql.reserve();
  let steps = 0;
  for (let n = 1; ; n += 1) {
    await sql`update kill_at set n = ${n}`;
    await lock`select pg_advisory_lock(4711)`;
    const erasing = api(`/persons/${id}`, 'DELETE').catch(() => null);
    let pid: number | null = null;
    let ended = false;
    void erasing.then(() => {
      ended = true;
    });
    while (pid === null && !ended) {
      const [waiting] = await sql`
        select pid from pg_locks where locktype = 'advisory' and objid = 4711 and not granted`;
      pid = waiting === undefined ? null : (waiting['pid'] as number);
      await wait(10);
    }
    if (ended) {
      await lock`select pg_advisory_unlock(4711)`;
      const certificate = (await (await erasing)?.json()) as { proved: boolean; steps: object[] };
      expect(certificate).toMatchObject({ proved: true });
      steps = certificate.steps.length;
      break;
    }
    await kill();
    // As when the machine dies, and not only the process.
    await sql`select pg_terminate_backend(${pid})`;
    await lock`select pg_advisory_unlock(4711)`;
    const [row] = await sql`select jsonb_array_length(steps) as n, finished_at from erasure`;
    expect([row!['n'], row!['finished_at']]).toEqual([n - 1, null]);
    // Its lease runs out in a minute; the next process goes on by itself, or is asked to.
    await sql`update erasure set taken_until = now() + interval '1 hour'`;
    await start();
    await sql`update erasure set taken_until = now() - interval '1 second'`;
  }
  lock.release();
  expect(steps).toBeGreaterThan(15);
  const rows = await sql`select proved, parties, call_sids, entry_id from erasure`;
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ proved: true, parties: [], call_sids: [] });
  expect(await sql`select from entry where kind = 'certificate'`).toHaveLength(1);
  const [left] = await sql`
    select key_wrapped is null and number_sealed is null as erased,
      (select count(*)::int from choice where person_id = ${id}) as choices,
      (select count(*)::int from listing where token = person.token) as listings
    from person where id = ${id}`;
  expect({ ...left }).toEqual({ erased: true, choices: 0, listings: 1 });
  const verdict = await api('/screenings', 'POST', { number, channel: 'call' });
  expect(((await verdict.json()) as { decision: string }).decision).toBe('deny');
}, 300_000);
