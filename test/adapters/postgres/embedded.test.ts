import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, expect, test } from 'vitest';
import { startEmbedded } from '../../../src/adapters/postgres/embedded.ts';
import { migrate, migrationFiles } from '../../../src/adapters/postgres/migrate.ts';
import { testDatabase } from '../../support/postgres.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('a cluster that runs already is adopted, survives its second user, and keeps what was written', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'consentry-pg-'));
  folders.push(dir);
  const first = await startEmbedded({ dir });
  const second = await startEmbedded({ dir });
  expect([first.adopted, second.adopted]).toEqual([false, true]);
  expect(second.url).toBe(first.url);
  await second.stop();

  const sql = postgres(first.url, { max: 1 });
  await sql`create table kept (n int)`;
  await sql`insert into kept values (1)`;
  await sql.end();
  await first.stop();

  const again = await startEmbedded({ dir });
  const later = postgres(again.url, { max: 1 });
  expect(await later`select n from kept`).toEqual([{ n: 1 }]);
  await later.end();
  await again.stop();
});

test('a wrong password is refused: nobody on this machine reads the database by chance', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'consentry-pg-'));
  folders.push(dir);
  const server = await startEmbedded({ dir });
  const address = new URL(server.url);
  address.password = 'guessed';
  const sql = postgres(address.toString(), { max: 1 });
  await expect(sql`select 1`).rejects.toThrow(/password authentication failed/);
  await sql.end();
  await server.stop();
});

test('migrating twice applies nothing twice, and an unknown migration stops the start', async () => {
  const database = await testDatabase();
  expect(await migrate(database.sql)).toEqual([]);
  expect(await database.sql`select name from migration order by name`).toHaveLength(
    migrationFiles().length,
  );
  await database.sql`insert into migration (name) values ('9999.sql')`;
  await expect(migrate(database.sql)).rejects.toThrow(/9999\.sql.*newer version/);
  await database.close();
});
