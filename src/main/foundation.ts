/**
 * What the server and the commands both stand on: the database, the keys, the tenant, the stores.
 * A command beside a running server uses the server's database; alone it starts it for itself.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { createFieldCipher } from '../adapters/keys/field-cipher.ts';
import { openFileKeys } from '../adapters/keys/file.ts';
import { commitsInFlight } from '../adapters/postgres/calls.ts';
import { type EmbeddedOptions, startEmbedded } from '../adapters/postgres/embedded.ts';
import { isThere } from '../adapters/postgres/is-there.ts';
import { migrate } from '../adapters/postgres/migrate.ts';
import { openPool, type Pool, type PoolSize } from '../adapters/postgres/pool.ts';
import { settleRestored } from '../adapters/postgres/restored-stream.ts';
import { ensureLogins, type Login } from '../adapters/postgres/role-logins.ts';
import { type Identity, identities } from '../adapters/postgres/roles.ts';
import { sharedSecret } from '../adapters/postgres/secrets.ts';
import { openDefaultTenant } from '../adapters/postgres/tenants.ts';
import type { Tenant } from '../app/call-ports.ts';
import type { KeyProvider } from '../app/ports.ts';
import type { Config } from '../config.ts';
import { ConsentryError } from '../core/error.ts';
import { random } from './chance.ts';
import { endingDir } from './paths.ts';

export interface Foundation {
  /** The console's: what a command or the API asks for. */
  readonly sql: Sql;
  /** Connections of each part in the database role of its own. */
  readonly as: Readonly<Record<Identity, Sql>>;
  /** False where the database's owner may make no roles: every part then works as the owner. */
  readonly hasRoles: boolean;
  /** Two connections for the commits of calls, and nothing else. */
  readonly commits: Sql;
  readonly keys: KeyProvider;
  readonly tenant: Tenant;
  /** A secret all processes share: the same bytes for the same name, for ever. */
  secret(name: string): Promise<Buffer>;
  /** False: it takes no connection within three seconds. */
  isThere(): Promise<boolean>;
  /** Whoever waits for the database fails at once, and so does whoever asks it from then on. */
  abandon(): Promise<void>;
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

/** Between its keys and its certificate a business has neither: a new one would be taken for its rest. */
function refuseEnding(config: Config): void {
  if (!existsSync(join(endingDir(config), 'state.json'))) return;
  const what = 'everything here is being destroyed; finish it with `consentry contract end`';
  throw new ConsentryError('conflict', what);
}

/** Of the hundred that PostgreSQL allows by itself, for a handful of processes beside each other. */
const connectionsOf: Readonly<Record<Identity, PoolSize>> = {
  webhook: { statements: 2, transactions: 2 },
  recorder: { statements: 2, transactions: 2 },
  sequencer: { statements: 1, transactions: 1 },
  retention: { statements: 1, transactions: 1 },
  console: { statements: 4, transactions: 3 },
  export: { statements: 1, transactions: 1 },
};
const ownersConnections: PoolSize = { statements: 1, transactions: 1 };
const commandsConnections: PoolSize = { statements: 2, transactions: 2 };

/** Soon again while it is away: a database that is back has to be noticed by callers within a second. */
const reconnectAfterS = (tries: number): number => Math.min(1, 0.05 * 2 ** tries);

/**
 * @param own true for the server: its database must not end with a passing command
 * @param onLife hears of the ends and beginnings of the server's embedded database
 */
export async function layFoundation(
  config: Config,
  own: boolean,
  onLife?: EmbeddedOptions['onLife'],
): Promise<Foundation> {
  refuseEnding(config);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o711 });
  const embedded =
    config.databaseUrl === null
      ? await startEmbedded({
          dir: join(config.dataDir, 'postgres'),
          own,
          ...(onLife && { onLife }),
        })
      : null;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  const pools: Pool[] = [];
  const pool = (size: PoolSize, login: Login | null): Pool => {
    const made = openPool(url, size, {
      ...login,
      connect_timeout: 5,
      backoff: reconnectAfterS,
      idle_timeout: 0,
      max_lifetime: null,
      onnotice: () => {},
      connection: { application_name: own ? 'consentry' : 'consentry-cli', TimeZone: 'UTC' },
    });
    pools.push(made);
    return made;
  };
  const endAll = (timeout: number) => Promise.all(pools.map((one) => one.end(timeout)));
  const asOwner = pool(own ? ownersConnections : commandsConnections, null);
  const owner = asOwner.sql;
  try {
    await migrate(owner);
    await settleRestored(owner);
    await refuseNewKey(owner, config);
    const keys = await openFileKeys(config.kekPath);
    const opened = await openDefaultTenant(owner, keys, random);
    const secretOf = (sql: Sql, name: string) =>
      sharedSecret(sql, keys, name, () => random.bytes(32));
    // A command is the operator's own hand, and passes: it works as the owner.
    const logins = own ? await ensureLogins(owner, await secretOf(owner, 'database')) : null;
    const connections = (identity: Identity) =>
      own ? pool(connectionsOf[identity], logins?.get(identity) ?? null).sql : owner;
    const as = Object.fromEntries(
      identities.map((identity) => [identity, connections(identity)]),
    ) as Record<Identity, Sql>;
    // Callers wait for these: never behind a report, and in processes of the database that do the
    // same all the time, with plans and memory at hand, instead of in a dozen by turns.
    const committing = { statements: commitsInFlight, transactions: 1 };
    const commits = own ? pool(committing, logins?.get('webhook') ?? null).sql : owner;
    if (own) {
      await asOwner.end(1); // what runs from here on has no right to change the schema
      // The first caller does not wait until they are there.
      await Promise.all(Array.from({ length: commitsInFlight }, () => commits`select 1`));
    }
    const tenant: Tenant = {
      id: opened.id,
      pseudonym: opened.pseudonym,
      cipher: createFieldCipher(opened.dataKey, opened.tokenKey),
    };
    return {
      sql: as.console,
      as,
      hasRoles: logins !== null,
      commits,
      keys,
      tenant,
      secret: (name) => secretOf(as.console, name),
      isThere: () => isThere(url),
      abandon: async () => {
        await endAll(0);
      },
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
