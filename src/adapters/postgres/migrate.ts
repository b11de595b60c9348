/** Brings the schema up to date: numbered plain SQL files, each in one transaction, in order. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { ConsentryError } from '../../core/error.ts';

/** Any constant: only one process migrates at a time. */
const migrationLock = 7_204_116_830_351;

const shippedFolder = join(import.meta.dirname, 'migrations');

/** How long, and how often, a file waits for a table that somebody uses. */
export interface MigrationPatience {
  /** Whoever wants a table that the file has changed already waits as long with it. */
  readonly lockMs: number;
  /** Between two tries, for all who came to stand behind the file. */
  readonly restMs: number;
  readonly tries: number;
}

/** Two minutes: longer than any export reads at a stretch, and no start that hangs unseen. */
const usualPatience: MigrationPatience = { lockMs: 2_000, restMs: 1_000, tries: 40 };

/** `lock_not_available`, and `deadlock_detected`: the other side of it was served before us. */
const lockCodes: readonly unknown[] = ['55P03', '40P01'];

export function migrationFiles(folder = shippedFolder): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}\.sql$/.test(name))
    .sort();
}

/**
 * An older server may run on meanwhile, and its calls must not wait behind ours: so each file lets
 * go of its tables before the next one, and soon if it cannot have them all. Files that were applied
 * before one that fails stay applied.
 * @param sql has connections for one statement and one transaction at once
 * @returns the names that were applied now
 * @throws `setting_invalid` if the database was migrated by a newer program
 * @throws `unavailable` if a table is in use for too long
 */
export async function migrate(
  sql: Sql,
  folder = shippedFolder,
  patience = usualPatience,
): Promise<readonly string[]> {
  const lock = await sql.reserve();
  try {
    await lock`select pg_advisory_lock(${migrationLock})`;
    const missing = await missingFiles(sql, migrationFiles(folder));
    for (const name of missing) {
      await applyPatiently(sql, name, readFileSync(join(folder, name), 'utf8'), patience);
    }
    return missing;
  } finally {
    // All there is of its kind on this connection, which others will use; with it, it is gone too.
    await lock`select pg_advisory_unlock_all()`.catch(() => {});
    lock.release();
  }
}

function missingFiles(sql: Sql, files: readonly string[]): Promise<readonly string[]> {
  return sql.begin(async (tx) => {
    await tx`create table if not exists migration (name text primary key, at timestamptz not null default now())`;
    const done = new Set((await tx`select name from migration`).map((row) => String(row['name'])));
    const strangers = [...done].filter((name) => !files.includes(name));
    if (strangers.length > 0) {
      throw new ConsentryError(
        'setting_invalid',
        `the database has migration ${strangers.join(', ')}, which this version does not know; run the newer version`,
      );
    }
    return files.filter((name) => !done.has(name));
  });
}

async function applyPatiently(
  sql: Sql,
  name: string,
  text: string,
  { lockMs, restMs, tries }: MigrationPatience,
): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await apply(sql, name, text, lockMs);
      return;
    } catch (error) {
      if (!lockCodes.includes((error as { code?: unknown }).code)) throw error;
      if (tried === tries) {
        throw new ConsentryError(
          'unavailable',
          `migration ${name} did not get a table that something else uses, in ${tries} tries; what was applied before it stays; end that export, backup or session and start again`,
        );
      }
    }
    await wait(restMs);
  }
}

async function apply(sql: Sql, name: string, text: string, lockMs: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select set_config('lock_timeout', ${`${lockMs}ms`}, true)`;
    await tx.unsafe(text);
    await tx`insert into migration (name) values (${name})`;
  });
}
