import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ReservedSql } from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, migrationFiles } from '../../../src/adapters/postgres/migrate.ts';
import { root } from '../../support/imports.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

const patience = { lockMs: 300, restMs: 200, tries: 50 };
/** Changes one table, and then another one, which somebody may be using. */
const both = 'alter table free add column n int; alter table busy add column n int;';

let database: TestDatabase;
let folder: string;
let reader: ReservedSql;

/** Reads from `busy` for as long as the transaction lasts, like an export with a cursor. */
async function readBusy(): Promise<void> {
  await reader`begin`;
  await reader`select 1 from busy`;
}

const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
const run = (more = {}) => migrate(database.sql, folder, { ...patience, ...more });
const names = async () =>
  (await database.sql`select name from migration order by name`).map(({ name }) => name);
const waitsForTable = async () =>
  (await database.sql`select 1 from pg_locks where locktype = 'relation' and not granted`).length;

beforeEach(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'consentry-migrations-'));
  await database.sql`truncate migration`;
  await database.sql`create table free (id int)`;
  await database.sql`create table busy (id int)`;
  reader = await database.sql.reserve();
});
afterEach(async () => {
  await reader`rollback`;
  reader.release();
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

test.each(migrationFiles())('%s says in its first line whether it breaks older servers', (name) => {
  const text = readFileSync(join(root, 'src/adapters/postgres/migrations', name), 'utf8');
  expect(text.split('\n', 1)[0]).toMatch(/^-- breaking: (?:yes|no)$/);
});

test('a table in use delays its migration, which holds up nobody beside for longer than its limit', async () => {
  file('0001.sql', both);
  await readBusy();
  const migrated = run();
  await expect.poll(waitsForTable, { interval: 5 }).toBe(1);
  // Several tries long: who writes beside it comes through each time.
  for (let write = 0; write < 5; write += 1) {
    const begun = performance.now();
    await database.sql`insert into free (id) values (${write})`;
    expect(performance.now() - begun).toBeLessThan(patience.lockMs + 1_000);
    await wait(100);
  }
  expect(await names()).toEqual([]);
  await reader`rollback`;
  expect(await migrated).toEqual(['0001.sql']);
  expect(await names()).toEqual(['0001.sql']);
  expect(await database.sql`select id, n from free`).toHaveLength(5);
});

test('a migration that somebody waits for, who has what it waits for, is tried again', async () => {
  file('0001.sql', both);
  await readBusy();
  const migrated = run({ lockMs: 20_000 });
  await expect.poll(waitsForTable, { interval: 5 }).toBe(1);
  // The database ends the one of the two that has waited for a second: the migration.
  await reader`insert into free (id) values (1)`;
  await reader`commit`;
  expect(await migrated).toEqual(['0001.sql']);
});

test('a table that stays in use ends in a sentence that says what to do, and nothing half applied', async () => {
  file('0001.sql', 'create table first (id int)');
  file('0002.sql', both);
  await readBusy();
  await expect(run({ lockMs: 50, restMs: 10, tries: 3 })).rejects.toThrow(
    /0002\.sql did not get a table .* in 3 tries/,
  );
  expect(await names()).toEqual(['0001.sql']);
  await expect(database.sql`select n from free`).rejects.toThrow(/"n" does not exist/);
});

test('files before one that fails stay applied, and the next start goes on with that one', async () => {
  file('0001.sql', 'create table first (id int)');
  file('0002.sql', 'create table second (id int); select wrong');
  file('0003.sql', 'create table third (id int)');
  await expect(run()).rejects.toThrow(/"wrong" does not exist/);
  expect(await names()).toEqual(['0001.sql']);
  expect(await database.sql`select to_regclass('second') as second`).toEqual([{ second: null }]);
  file('0002.sql', 'create table second (id int)');
  expect(await run()).toEqual(['0002.sql', '0003.sql']);
});

test('of two that start at once one migrates, and the other one finds it done', async () => {
  file('0001.sql', 'select pg_sleep(0.2); create table first (id int)');
  file('0002.sql', 'create table second (id int)');
  const applied = await Promise.all([run(), run()]);
  expect(applied.flat()).toEqual(['0001.sql', '0002.sql']);
  const locks = await database.sql`select 1 from pg_locks where locktype = 'advisory'`;
  expect(locks).toHaveLength(0);
});
