/** The database dies under load (immediate stop) and comes back: the server stays, and goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbedded } from '../../src/adapters/postgres/embedded.ts';

let dir: string;
let server: EmbeddedPostgres;
let sql: Sql;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'consentry-dies-'));
  server = await startEmbedded({ dir });
  sql = postgres(server.url, { max: 4, onnotice: () => {}, connect_timeout: 2 });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

test('a connection that is cut off inside a transaction is an error of that transaction alone', async () => {
  const cut = async () => {
    await sql.begin(async (tx) => {
      const [row] = await tx`select pg_backend_pid() as pid`;
      const other = postgres(server.url, { max: 1 });
      await other`select pg_terminate_backend(${row?.['pid']})`;
      await other.end();
      await wait(20);
      await tx`select 1`;
    });
  };
  for (let round = 0; round < 12; round += 1) {
    await expect(cut()).rejects.toThrow(/CONNECTION_CLOSED|terminating connection/);
  }
  // More were cut off than the pool has connections: none of them leaked.
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
});
