/** A signal while the server still starts is not lost, as it would be for a container's first process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import postgres, { type ReservedSql, type Sql } from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from '../support/imports.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let holder: Sql;
let held: ReservedSql;
let dir: string;
let child: ChildProcess;
let printed: string;
let ended: Promise<number | null>;

/** Who starts the server waits here for as long as another one migrates. */
async function holdTheStart(): Promise<void> {
  holder = postgres(database.url, { max: 1 });
  held = await holder.reserve();
  await held`select pg_advisory_lock(7204116830351)`;
}

const isWaiting = async () =>
  (await database.sql`select 1 from pg_locks where locktype = 'advisory' and not granted`).length;

beforeEach(async () => {
  database = await testDatabase();
  dir = mkdtempSync(join(tmpdir(), 'consentry-starting-'));
  await holdTheStart();
  child = spawn(process.execPath, [join(root, 'dist/main.js'), 'serve'], {
    env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url, DATA_DIR: dir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  printed = '';
  child.stdout?.on('data', (piece) => {
    printed += piece;
  });
  ended = new Promise((resolve) => child.once('close', resolve));
  await expect.poll(isWaiting, { timeout: 15_000 }).toBe(1);
});
afterEach(async () => {
  child.kill('SIGKILL');
  await ended;
  held.release();
  await holder.end();
  await database.close();
  rmSync(dir, { recursive: true, force: true });
});

test('a server that is asked to stop while it starts stops as soon as it has started', async () => {
  child.kill('SIGTERM');
  await wait(200);
  expect(child.exitCode ?? child.signalCode).toBe(null);
  await held`select pg_advisory_unlock(7204116830351)`;
  expect(await ended).toBe(0);
  // Started for once, it has a key to tell that is told at no other time.
  expect(printed).toContain('Your first API key');
});

test('a server that is asked twice while it starts ends at once', async () => {
  child.kill('SIGTERM');
  await wait(50);
  child.kill('SIGINT');
  expect(await ended).toBe(1);
});
