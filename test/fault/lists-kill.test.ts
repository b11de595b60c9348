/**
 * Imports of lists and real processes: a server that is killed while it takes a list over goes on
 * where it was, each number is taken over once, and a file that did not arrive whole is never read.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChildServer, childServer } from '../sim/child-server.ts';
import { numbers } from '../support/list-world.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const apiKey = randomBytes(24).toString('base64url');
const authorization = `Bearer ${apiKey}`;
let database: TestDatabase;
let dir: string;
let environment: Record<string, string>;
let server: ChildServer;
const printed: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
  dir = mkdtempSync(join(tmpdir(), 'consentry-lists-kill-'));
  environment = {
    DATABASE_URL: database.url,
    DATA_DIR: dir,
    KEYS_URL: `file:${join(dir, 'kek')}`,
    TWILIO_ACCOUNT_SID: `AC${randomBytes(16).toString('hex')}`,
    TWILIO_AUTH_TOKEN: randomBytes(16).toString('hex'),
    TWILIO_API_URL: 'http://127.0.0.1:9',
    BOOTSTRAP_API_KEY: apiKey,
  };
  server = await childServer(environment);
});
afterAll(async () => {
  await server.kill();
  await database.close();
  rmSync(dir, { recursive: true, force: true });
});

async function killAndStart(): Promise<void> {
  await server.kill();
  printed.push(server.printed());
  server = await childServer(environment);
  // Whoever is dead is thought alive for as long as their lease; it is over now.
  await database.sql`update list_job set taken_until = now() - interval '1 second'
    where state in ('running', 'receiving')`;
}

async function api(method: string, path: string, body?: string, type = 'text/csv') {
  const answer = await fetch(`${server.url}/v1${path}`, {
    method,
    headers: { authorization, ...(body !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  });
  return (await answer.json()) as Record<string, never> & { id: string; state: string };
}

/** Any import wakes whoever carries them out. */
const wake = () => api('POST', '/lists/litigator/import', '201,2000000');

async function settled(id: string) {
  for (;;) {
    const job = await api('GET', `/list-imports/${id}`);
    if (!['receiving', 'waiting', 'running'].includes(job.state)) return job;
    await wait(50);
  }
}

async function brought(): Promise<number> {
  const [row] = await database.sql`select count(*)::int as count from listing`;
  return row?.['count'] as number;
}

test('a list that is taken over while servers are killed is taken over once', async () => {
  const count = 4_000;
  const text = Array.from({ length: count }, (_, i) => `+1201555${1_000 + i}`).join('\n');
  const { id } = await api('POST', '/lists/own/import', text);
  for (const part of [0.2, 0.5]) {
    while ((await brought()) < count * 2 * part) await wait(5);
    await killAndStart();
    expect(await brought()).toBeLessThan(count * 2);
    await wake();
  }
  expect(await settled(id)).toMatchObject({ state: 'done', total: count, brought: count * 2 });
  const [row] = await database.sql`
    select (select count(*)::int from listing where listed) as listings,
      (select count(*)::int from listing_event) as events`;
  expect(row).toEqual({ listings: count * 2, events: count * 2 });
  const ask = '{"number": "+12015552345"}';
  const answer = await api('POST', '/screenings', ask, 'application/json');
  const { reasons } = answer as unknown as { reasons: readonly { code: string }[] };
  expect(reasons.map(({ code }) => code)).toContain('INTERNAL_DNC');
}, 120_000);

test('a registry whose server is killed before it was read is in force afterwards', async () => {
  const text = numbers(305, 200_000).join('\n');
  const { id } = await api('POST', '/lists/national-US/import', text);
  await killAndStart();
  await wake();
  expect(await settled(id)).toMatchObject({ state: 'done', total: 200_000 });
  expect(await api('GET', '/lists/national-US')).toMatchObject({ areas: { 305: 200_000 } });
}, 60_000);

test('a file that did not arrive whole is never read, and nothing of it is left', async () => {
  const sending = httpRequest(`${server.url}/v1/lists/state-US-FL/import`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/csv' },
  });
  sending.on('error', () => {});
  sending.write(numbers(305, 100_000).join('\n'));
  const receiving = () => database.sql`
    select id from list_job where list = 'state-US-FL' and state = 'receiving'`;
  let [row] = await receiving();
  for (; row === undefined; [row] = await receiving()) await wait(10);
  await killAndStart();
  sending.destroy();
  await settled((await wake()).id);
  expect(await settled(row['id'])).toMatchObject({ state: 'failed', fault: 'cut-short' });
  expect(readdirSync(join(dir, 'list-files')).filter((name) => name.endsWith('.age'))).toEqual([]);
}, 60_000);

test('no number is in the log, in the database or in what was sent', async () => {
  const out = [...printed, server.printed()].join('');
  const dump = JSON.stringify([
    await database.sql`select * from list_job`,
    await database.sql`select * from listing`,
    await database.sql`select * from list_access`,
  ]);
  for (const text of [out, dump]) {
    expect(text).not.toMatch(/2015552345|1201555\d{4}|305,2000000/);
  }
  for (const name of readdirSync(join(dir, 'list-files'), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!name.isFile()) continue;
    const bytes = readFileSync(join(name.parentPath, name.name)).toString('latin1');
    expect(bytes).not.toContain('305,2000000');
  }
});
