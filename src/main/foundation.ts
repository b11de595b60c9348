/**
 * What the server and the commands both stand on: the database, the keys, the tenant, the stores.
 * A command beside a running server uses the server's database; alone it starts it for itself.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { createFieldCipher } from '../adapters/keys/field-cipher.ts';
import { openFileKeys } from '../adapters/keys/file.ts';
import { commitsInFlight } from '../adapters/postgres/calls.ts';
import { startEmbedded } from '../adapters/postgres/embedded.ts';
import { migrate } from '../adapters/postgres/migrate.ts';
import { sharedSecret } from '../adapters/postgres/secrets.ts';
import { openDefaultTenant } from '../adapters/postgres/tenants.ts';
import type { Tenant } from '../app/call-ports.ts';
import type { KeyProvider } from '../app/ports.ts';
import type { Config } from '../config.ts';
import { ConsentryError } from '../core/error.ts';
import { random } from './chance.ts';

export interface Foundation {
  readonly sql: Sql;
  /** Two connections for the commits of calls, and nothing else. */
  readonly commits: Sql;
  readonly keys: KeyProvider;
  readonly tenant: Tenant;
  /** A secret all processes share: the same bytes for the same name, for ever. */
  secret(name: string): Promise<Buffer>;
  close(): Promise<void>;
}

/**
 * The key-encryption key is made once, for an empty database. A new one beside rows that were
 * sealed under another opens nothing, and would lie where the right one belongs.
 */
async function refuseNewKey(sql: Sql, { kekPath }: Config): Promise<void> {
  if (existsSync(kekPath)) return;
  const tenants = await sql`select 1 from tenant limit 1`;
  if (tenants.length === 0) return;
  throw new ConsentryError(
    'key_missing',
    'the database was used with a key-encryption key that is not where KEYS_URL (or DATA_DIR/keys/kek) says; put it back from its backup',
  );
}

/** @param own true for the server: its database must not end with a passing command */
export async function layFoundation(config: Config, own: boolean): Promise<Foundation> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o711 });
  const embedded =
    config.databaseUrl === null
      ? await startEmbedded({ dir: join(config.dataDir, 'postgres'), own })
      : null;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  const pool = (max: number) =>
    postgres(url, {
      max,
      connect_timeout: 5,
      idle_timeout: 0,
      max_lifetime: null,
      onnotice: () => {},
      connection: { application_name: own ? 'consentry' : 'consentry-cli', TimeZone: 'UTC' },
    });
  const sql = pool(own ? 12 : 4);
  // Callers wait for these: never behind a report, and in processes of the database that do the same
  // all the time, with plans and memory at hand, instead of in a dozen by turns.
  const commits = own ? pool(commitsInFlight) : sql;
  const endAll = async (timeout: number) => {
    if (commits !== sql) await commits.end({ timeout });
    await sql.end({ timeout });
  };
  try {
    await migrate(sql);
    // The first caller does not wait until they are there.
    const greetings = own ? Array.from({ length: commitsInFlight }, () => commits`select 1`) : [];
    await Promise.all(greetings);
    await refuseNewKey(sql, config);
    const keys = await openFileKeys(config.kekPath);
    const opened = await openDefaultTenant(sql, keys, random);
    const tenant: Tenant = {
      id: opened.id,
      pseudonym: opened.pseudonym,
      cipher: createFieldCipher(opened.dataKey, opened.tokenKey),
    };
    return {
      sql,
      commits,
      keys,
      tenant,
      secret: (name) => sharedSecret(sql, keys, name, () => random.bytes(32)),
      close: async () => {
        await endAll(5);
        await embedded?.stop();
      },
    };
  } catch (error) {
    await endAll(1);
    await embedded?.stop();
    throw error;
  }
}
