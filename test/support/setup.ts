/** Starts what every test run needs, on free ports and in temporary folders, and stops it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/adapters/postgres/embedded.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'consentry-test-'));
  const server = await startEmbedded({ dir, fsync: false, maxConnections: 300 });
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin.unsafe('create database consentry_template');
  const template = new URL(server.url);
  template.pathname = '/consentry_template';
  const sql = postgres(template.toString(), { max: 2, onnotice: () => {} });
  await migrate(sql);
  await sql.end();
  await admin.end();
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
