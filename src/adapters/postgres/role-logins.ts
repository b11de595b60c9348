/** Makes the database's roles, gives each its rights and a password that nobody ever types. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Sql } from 'postgres';
import { grantsFor, type Identity, identities } from './roles.ts';

/** Any constant: two processes that start at once give rights one after the other. */
const rolesLock = 7_204_116_830_353;
/** PostgreSQL's own number of rounds; the password has 256 bits, so more would add nothing. */
const scramRounds = 4_096;

export interface Login {
  readonly username: string;
  readonly password: string;
}

export type Logins = ReadonlyMap<Identity, Login>;

const hmac = (key: Uint8Array, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/**
 * What the server keeps of a password (RFC 5802, section 3; RFC 7677), made here, so that the
 * password itself is in no statement and thus in no log.
 */
export function scramVerifier(password: string, salt: Uint8Array = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, scramRounds, 32, 'sha256');
  const stored = sha256(hmac(salted, 'Client Key')).toString('base64');
  const server = hmac(salted, 'Server Key').toString('base64');
  const salt64 = Buffer.from(salt).toString('base64');
  return `SCRAM-SHA-256$${scramRounds}:${salt64}$${stored}:${server}`;
}

/** Roles belong to a whole cluster, rights to one database; the name tells the databases apart. */
export const roleName = (identity: Identity, database: string): string =>
  `consentry_${identity}_${sha256(database).toString('hex').slice(0, 8)}`;

/**
 * @param owner a connection of whoever migrates
 * @param key a secret that all processes of the installation share; passwords follow from it
 * @returns null if the owner may make no roles: then everything goes on in the owner's name
 */
export async function ensureLogins(owner: Sql, key: Uint8Array): Promise<Logins | null> {
  const [may] = await owner`
    select rolsuper or rolcreaterole as may, current_database() as name
    from pg_roles where rolname = current_user`;
  if (may?.['may'] !== true) return null;
  const database = String(may['name']);
  const logins = new Map<Identity, Login>(
    identities.map((identity) => [
      identity,
      {
        username: roleName(identity, database),
        password: hmac(key, `database/${identity}`).toString('hex'),
      },
    ]),
  );
  await owner.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${rolesLock})`;
    const tables = (
      await tx`
        select case schemaname when 'public' then '' else schemaname || '.' end || tablename as name
        from pg_tables where schemaname in ('public', 'headers') order by name`
    ).map((row) => String(row['name']));
    const known = new Map(
      (
        await tx`
          select rolname, shobj_description(oid, 'pg_authid') as mark from pg_roles
          where rolname = any(${[...logins.values()].map(({ username }) => username)})`
      ).map((row) => [String(row['rolname']), row['mark'] as string | null]),
    );
    for (const [identity, { username, password }] of logins) {
      const grants = grantsFor(identity, username, tables);
      const mark = sha256(`${grants.join(';')};${sha256(password).toString('hex')}`).toString(
        'hex',
      );
      if (known.get(username) === mark) continue;
      const verb = known.has(username) ? 'alter' : 'create';
      await tx.unsafe(
        [
          `${verb} role ${username} login nocreatedb nocreaterole password '${scramVerifier(password)}'`,
          ...grants,
          `comment on role ${username} is '${mark}'`,
        ].join(';'),
      );
    }
  });
  return logins;
}
