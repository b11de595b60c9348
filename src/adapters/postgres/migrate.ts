/** Brings the schema up to date: numbered plain SQL files, each in one transaction, in order. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { ConsentryError } from '../../core/error.ts';

/** Any constant: only one process migrates at a time. */
const migrationLock = 7_204_116_830_351;

const folder = join(import.meta.dirname, 'migrations');

export function migrationFiles(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}\.sql$/.test(name))
    .sort();
}

/**
 * @returns the names that were applied now
 * @throws `setting_invalid` if the database was migrated by a newer program
 */
export async function migrate(sql: Sql): Promise<readonly string[]> {
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${migrationLock})`;
    await tx`create table if not exists migration (name text primary key, at timestamptz not null default now())`;
    const done = new Set((await tx`select name from migration`).map((row) => String(row['name'])));
    const files = migrationFiles();
    const strangers = [...done].filter((name) => !files.includes(name));
    if (strangers.length > 0) {
      throw new ConsentryError(
        'setting_invalid',
        `the database has migration ${strangers.join(', ')}, which this version does not know; run the newer version`,
      );
    }
    const missing = files.filter((name) => !done.has(name));
    for (const name of missing) {
      await tx.unsafe(readFileSync(join(folder, name), 'utf8'));
      await tx`insert into migration (name) values (${name})`;
    }
    return missing;
  });
}
