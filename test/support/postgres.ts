/** One PostgreSQL per test run; each file gets a fresh copy of the migrated template. */
import { randomBytes } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly sql: Sql;
  readonly url: string;
  close(): Promise<void>;
}

function at(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.toString();
}

/** A fresh migrated database. Close it at the end: the pool is ended and the database dropped. */
export async function testDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('postgresUrl');
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} template consentry_template strategy file_copy`);
  const url = at(adminUrl, name);
  const sql = postgres(url, { max: 10, onnotice: () => {} });
  return {
    sql,
    url,
    close: async () => {
      await sql.end({ timeout: 2 });
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end({ timeout: 2 });
    },
  };
}
