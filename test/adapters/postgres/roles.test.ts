/** Each part of the program has a database role of its own, which can do its work and no more. */
import { createHmac, pbkdf2Sync } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ensureLogins,
  type Logins,
  scramVerifier,
} from '../../../src/adapters/postgres/role-logins.ts';
import { type Identity, identities, rightsOf } from '../../../src/adapters/postgres/roles.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

const key = Buffer.alloc(32, 7);
let database: TestDatabase;
let logins: Logins;
const connections = new Map<Identity, Sql>();

beforeAll(async () => {
  database = await testDatabase();
  logins = (await ensureLogins(database.sql, key)) ?? new Map();
  for (const [identity, login] of logins) {
    connections.set(identity, postgres(database.url, { max: 1, onnotice: () => {}, ...login }));
  }
});
afterAll(async () => {
  for (const sql of connections.values()) await sql.end({ timeout: 1 });
  await database.close();
});

const as = (identity: Identity): Sql => connections.get(identity) as Sql;

/** How a statement ends: `done`, or PostgreSQL's code of the refusal (42501: no privilege). */
async function tried(identity: Identity, statement: string): Promise<string> {
  return as(identity)
    .unsafe(statement)
    .then(
      () => 'done',
      (error) => String(error.code),
    );
}
const refused = '42501';

test('every part gets a login of its own', () => {
  expect([...logins.keys()]).toEqual([...identities]);
  expect(new Set([...logins.values()].map(({ username }) => username)).size).toBe(6);
});

const forbidden: readonly (readonly [Identity, string, string])[] = [
  ['webhook', 'read a recording’s key', 'select * from l1_key'],
  ['webhook', 'read a header', 'select * from headers.recording_header'],
  ['webhook', 'write the tree', 'delete from ledger_leaf'],
  ['webhook', 'take an entry back', 'delete from entry'],
  ['webhook', 'read an account', 'select * from app_user'],
  ['recorder', 'read who spoke', 'select * from person'],
  ['recorder', 'read what was answered', 'select * from step'],
  ['recorder', 'read an account', 'select * from app_user'],
  ['sequencer', 'read who spoke', 'select * from person'],
  ['sequencer', 'write a fact', 'insert into entry (id) values (gen_random_uuid())'],
  ['sequencer', 'read a key', 'select * from l1_key'],
  ['retention', 'let somebody in', 'select * from user_session'],
  ['retention', 'read a header', 'select header from headers.recording_header'],
  ['retention', 'read a key', 'select * from l1_key'],
  ['retention', 'write a setting', 'delete from tenant_setting'],
  ['console', 'read a key', 'select * from l1_key'],
  ['console', 'change a fact', "update entry set kind = 'grant'"],
  ['console', 'write the tree', 'insert into ledger_tile (level) values (1)'],
  ['export', 'write anything', 'delete from call'],
  ['export', 'read an account', 'select * from app_user'],
  ['export', 'read a secret', 'select * from secret'],
];

test.each(forbidden)('[cap 10] the %s cannot %s', async (identity, _what, statement) => {
  expect(await tried(identity, statement)).toBe(refused);
});

test.each(identities)('the %s makes no table, no role and no function', async (identity) => {
  expect(await tried(identity, 'create table mine (id int)')).toBe(refused);
  expect(await tried(identity, 'create role mine')).toBe(refused);
  expect(
    await tried(identity, "create function mine() returns int language sql as 'select 1'"),
  ).toBe(refused);
  expect(await tried(identity, 'drop table call')).toBe(refused);
});

test.each(Object.entries(rightsOf))('what the %s may, it can', async (identity, rights) => {
  for (const [table, letters] of Object.entries(rights)) {
    const reads = /s(?!\()/.test(letters.replaceAll(/\([^)]*\)/g, '('));
    const ended = await tried(identity as Identity, `select * from ${table} limit 1`);
    expect([table, ended]).toEqual([table, reads ? 'done' : refused]);
  }
});

describe('giving rights', () => {
  test('again changes nothing, and two at once do not disturb each other', async () => {
    const marks = () => database.sql`
      select rolname, rolpassword from pg_authid where rolname like 'consentry%' order by 1`;
    const before = await marks();
    await Promise.all([ensureLogins(database.sql, key), ensureLogins(database.sql, key)]);
    expect(await marks()).toEqual(before);
  });

  test('under another key gives other passwords', async () => {
    await ensureLogins(database.sql, Buffer.alloc(32, 8));
    const login = logins.get('export');
    const former = postgres(database.url, { max: 1, onnotice: () => {}, ...login });
    await expect(former`select 1`).rejects.toMatchObject({ code: '28P01' });
    await former.end();
    await ensureLogins(database.sql, key);
  });

  test('a right that was given by hand is taken back with the next change', async () => {
    const { username } = logins.get('export') ?? { username: '' };
    await database.sql.unsafe(
      `grant delete on call to ${username}; comment on role ${username} is ''`,
    );
    await ensureLogins(database.sql, key);
    expect(await tried('export', 'delete from call')).toBe(refused);
  });

  test('an owner that may make no roles gets none, and is told so', async () => {
    const { username, password } = logins.get('export') ?? { username: '', password: '' };
    const small = postgres(database.url, { max: 1, username, password });
    expect(await ensureLogins(small, key)).toBeNull();
    await small.end();
  });
});

test('the verifier is what RFC 7677 says', () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  const [, stored] = /\$([^$:]+):[^:]+$/.exec(scramVerifier('pencil', salt)) ?? [];
  // The exchange of its section 3: proof = client key XOR client signature.
  const salted = pbkdf2Sync('pencil', salt, 4096, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const message =
    'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  const signature = createHmac('sha256', Buffer.from(stored ?? '', 'base64'))
    .update(message)
    .digest();
  const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0)));
  expect(proof.toString('base64')).toBe('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=');
});
