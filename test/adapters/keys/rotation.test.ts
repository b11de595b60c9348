/** One key takes the place of another: what opens, whatever it was interrupted at. */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openFileKeys } from '../../../src/adapters/keys/file.ts';
import { keyRotation } from '../../../src/adapters/keys/key-shelf.ts';
import { identityContext } from '../../../src/adapters/postgres/recording-keys.ts';
import { sharedSecret } from '../../../src/adapters/postgres/secrets.ts';
import { openDefaultTenant } from '../../../src/adapters/postgres/tenants.ts';
import { wrappedRows, wrappedTables } from '../../../src/adapters/postgres/wrapped-rows.ts';
import type { KeyProvider } from '../../../src/app/ports.ts';
import { keysInUse, prepareRotation, rotateKeys } from '../../../src/app/rotate-keys.ts';
import { random } from '../../../src/main/chance.ts';
import { consentry } from '../../edges/cli/console.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let folder: string;
let path: string;
let database: TestDatabase;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rotation-'));
  path = join(folder, 'kek');
  database = await testDatabase();
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const parts = (keys: KeyProvider) => ({
  keys,
  rotation: keyRotation(path),
  wrapped: wrappedRows(database.sql),
});

const identity = 'AGE-SECRET-KEY-1';

/** All that an installation wraps; whoever opens it later has to find the same. */
async function fill(keys: KeyProvider) {
  const tenant = await openDefaultTenant(database.sql, keys, random);
  const secret = await sharedSecret(database.sql, keys, 'ledger', () => random.bytes(32));
  const id = random.uuid();
  const wrapped = Buffer.from(await keys.wrap(Buffer.from(identity), identityContext(id)));
  await database.sql`
    insert into l1_key (id, tenant_id, period, recipient, identity_wrapped, kek_id)
    values (${id}, ${tenant.id}, '2026', 'age1x', ${wrapped}, ${keys.keyId()}),
      (${random.uuid()}, ${tenant.id}, '2020', 'age1y', null, ${keys.keyId()})`;
  return { tenant, secret, l1: id };
}

type Filled = Awaited<ReturnType<typeof fill>>;

/** As a server does at its start. */
async function opens(filled: Filled, keys?: KeyProvider): Promise<boolean> {
  const with_ = keys ?? (await openFileKeys(path));
  const { sql } = database;
  expect(await openDefaultTenant(sql, with_, random)).toEqual(filled.tenant);
  const make = () => random.bytes(32);
  expect(await sharedSecret(sql, with_, 'ledger', make)).toEqual(filled.secret);
  const [row] = await sql`select identity_wrapped from l1_key where id = ${filled.l1}`;
  const opened = await with_.unwrap(row!['identity_wrapped'], identityContext(filled.l1));
  expect(Buffer.from(opened).toString()).toBe(identity);
  return true;
}

const earlierFiles = () => readdirSync(folder).filter((name) => name.startsWith('kek.was-'));

describe('a change of keys', () => {
  test('wraps all there is under the new key, and the earlier one is needed for nothing', async () => {
    const keys = await openFileKeys(path);
    const filled = await fill(keys);
    const before = readFileSync(path);
    const done = await rotateKeys(parts(keys));
    expect(done).toEqual({
      keyId: expect.stringMatching(/^file:[0-9a-f]{16}$/),
      wasBegun: false,
      rewrapped: 4,
      earlier: join(folder, earlierFiles()[0] ?? ''),
    });
    expect(readFileSync(done.earlier ?? '')).toEqual(before);
    expect(readFileSync(path)).not.toEqual(before);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const use = await keysInUse(parts(keys));
    expect(use.map((one) => ['state' in one && one.state, one.wraps])).toEqual([
      ['in force', 4],
      ['earlier', 0],
    ]);
    rmSync(done.earlier ?? '');
    expect(await opens(filled)).toBe(true);
  });

  test('covers every column that names its key', async () => {
    const rows = await database.sql`
      select c.table_name, c.column_name from information_schema.columns c
      where c.data_type = 'bytea' and c.column_name like '%wrapped' and exists (
        select 1 from information_schema.columns k
        where k.table_name = c.table_name and k.column_name = 'kek_id')`;
    const there = rows.map((row) => `${row['table_name']}.${row['column_name']}`).sort();
    const covered = Object.entries(wrappedTables).flatMap(([table, { columns }]) =>
      Object.keys(columns).map((column) => `${table}.${column}`),
    );
    expect(covered.sort()).toEqual(there);
    const tables = await database.sql`
      select distinct table_name from information_schema.columns where column_name = 'kek_id'`;
    expect(tables.map((row) => row['table_name']).sort()).toEqual(
      Object.keys(wrappedTables).sort(),
    );
  });

  test.each<[string, (keys: KeyProvider) => Promise<unknown>]>([
    ['the next key was made', (keys) => parts(keys).rotation.next()],
    [
      'the rows were wrapped',
      async (keys) => {
        const { rotation, wrapped } = parts(keys);
        await wrapped.rewrap(keys, await rotation.next());
      },
    ],
    [
      'the earlier key was kept',
      async (keys) => {
        const { rotation, wrapped } = parts(keys);
        await wrapped.rewrap(keys, await rotation.next());
        const next = readFileSync(`${path}.next`);
        await rotation.promote();
        writeFileSync(`${path}.next`, next, { mode: 0o600 });
        writeFileSync(path, readFileSync(join(folder, earlierFiles()[0] ?? '')));
      },
    ],
  ])(
    'that was cut short after %s opens everything, and is finished by asking again',
    async (_, step) => {
      const keys = await openFileKeys(path);
      const filled = await fill(keys);
      await step(keys);
      expect(await opens(filled)).toBe(true);
      expect(await opens(filled, keys)).toBe(true); // and in servers that ran before
      const again = await openFileKeys(path);
      const next = keyRotation(path)
        .next()
        .then((key) => key.keyId());
      expect(await rotateKeys(parts(again))).toMatchObject({ wasBegun: true, keyId: await next });
      for (const name of earlierFiles()) rmSync(join(folder, name));
      expect(readdirSync(folder)).toEqual(['kek']);
      expect(await opens(filled)).toBe(true);
    },
  );

  test('that cannot put the key in place leaves everything as it opens', async () => {
    const keys = await openFileKeys(path);
    const filled = await fill(keys);
    const { rotation, wrapped } = parts(keys);
    const stuck = { ...rotation, promote: () => Promise.reject(new Error('disk full')) };
    await expect(rotateKeys({ keys, rotation: stuck, wrapped })).rejects.toThrow('disk full');
    expect(await opens(filled)).toBe(true);
    expect(await rotateKeys(parts(await openFileKeys(path)))).toMatchObject({ rewrapped: 0 });
    expect(await opens(filled)).toBe(true);
  });

  test('leaves a database of before open, while the earlier key lies beside the new one', async () => {
    const keys = await openFileKeys(path);
    const filled = await fill(keys);
    const { sql } = database;
    await sql`create table backup as table secret`;
    const done = await rotateKeys(parts(keys));
    await sql`update secret set wrapped = b.wrapped, kek_id = b.kek_id from backup b where b.name = secret.name`;
    expect(await opens(filled)).toBe(true);
    rmSync(done.earlier ?? '');
    await expect(opens(filled)).rejects.toMatchObject({ code: 'key_missing' });
  });

  test('changes nothing if one value opens with no key that is there', async () => {
    const keys = await openFileKeys(path);
    await fill(keys);
    await database.sql`update secret set wrapped = ${Buffer.alloc(64, 1)}`;
    const rows = () => database.sql`select * from tenant`;
    const before = await rows();
    await expect(rotateKeys(parts(keys))).rejects.toMatchObject({ code: 'key_missing' });
    expect(await rows()).toEqual(before);
    expect(earlierFiles()).toEqual([]);
  });

  test('of two at once one wins, and everything opens', async () => {
    const filled = await fill(await openFileKeys(path));
    const all = await Promise.allSettled(
      Array.from({ length: 4 }, async () => rotateKeys(parts(await openFileKeys(path)))),
    );
    expect(all.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await opens(filled)).toBe(true);
    await rotateKeys(parts(await openFileKeys(path)));
    for (const name of earlierFiles()) rmSync(join(folder, name));
    expect(await opens(filled)).toBe(true);
  });

  test('finds what a server wrapped under the earlier key meanwhile', async () => {
    const keys = await openFileKeys(path);
    const filled = await fill(keys);
    const { rotation, wrapped } = parts(keys);
    const late = Buffer.from(await keys.wrap(Buffer.alloc(32, 3), 'secret/late'));
    const slow = {
      ...rotation,
      async promote() {
        await database.sql`insert into secret (name, wrapped, kek_id) values ('late', ${late}, ${keys.keyId()})`;
        return rotation.promote();
      },
    };
    expect(await rotateKeys({ keys, rotation: slow, wrapped })).toMatchObject({ rewrapped: 5 });
    for (const name of earlierFiles()) rmSync(join(folder, name));
    const fresh = await openFileKeys(path);
    expect(await opens(filled, fresh)).toBe(true);
    expect(await sharedSecret(database.sql, fresh, 'late', () => Buffer.of())).toEqual(
      Buffer.alloc(32, 3),
    );
  });
});

describe('a server that runs while keys change', () => {
  test('goes on, is well, and wraps under the new key', async () => {
    const keys = await openFileKeys(path);
    const filled = await fill(keys);
    const { keyId } = await rotateKeys(parts(await openFileKeys(path)));
    expect(await opens(filled, keys)).toBe(true);
    expect(await keys.health()).toBeNull();
    const wrapped = await keys.wrap(Buffer.from('x'), 'c');
    expect(keys.keyId()).toBe(keyId);
    for (const name of earlierFiles()) rmSync(join(folder, name));
    expect(Buffer.from(await (await openFileKeys(path)).unwrap(wrapped, 'c')).toString()).toBe('x');
    expect(await keys.health()).toBeNull();
  });

  test('is not held up by it: what belongs to the tenant is written meanwhile', async () => {
    const keys = await openFileKeys(path);
    const { tenant } = await fill(keys);
    const { sql } = database;
    let written = 0;
    const from = {
      ...keys,
      async unwrap(wrapped: Uint8Array, context: string) {
        written += await sql.begin(async (tx) => {
          await tx`set local lock_timeout = '2s'`;
          const { count } = await tx`
            insert into line (id, tenant_id, number_token, number_sealed, flow, locale, controller)
            values (${random.uuid()}, ${tenant.id}, ${Buffer.from(random.bytes(8))}, '', 'inbound', 'en', 'A')`;
          return count;
        });
        return keys.unwrap(wrapped, context);
      },
    };
    const to = await keyRotation(path).next();
    expect(await wrappedRows(sql).rewrap(from, to)).toBe(4);
    expect(written).toBe(4);
  });

  test('goes on if the earlier key is deleted before it saw the change', async () => {
    const keys = await openFileKeys(path);
    const filled = await fill(keys);
    const { keyId } = await rotateKeys(parts(await openFileKeys(path)));
    for (const name of earlierFiles()) rmSync(join(folder, name));
    expect(await keys.health()).toBe('the key file holds another key');
    expect(await opens(filled, keys)).toBe(true);
    expect([await keys.health(), keys.keyId()]).toEqual([null, keyId]);
  });

  test('takes no key that was merely put there', async () => {
    const keys = await openFileKeys(path);
    const id = keys.keyId();
    const wrapped = await keys.wrap(Buffer.from('x'), 'c');
    writeFileSync(path, Buffer.alloc(32, 9));
    expect(Buffer.from(await keys.unwrap(wrapped, 'c')).toString()).toBe('x');
    await expect(keys.unwrap(wrapped, 'd')).rejects.toMatchObject({ code: 'key_missing' });
    expect(keys.keyId()).toBe(id);
    expect(await keys.health()).toBe('the key file holds another key');
  });

  test('passes over what lies beside it and cannot be a key', async () => {
    const keys = await openFileKeys(path);
    writeFileSync(`${path}.was-0`, 'short', { mode: 0o600 });
    writeFileSync(`${path}.was-1`, Buffer.alloc(32), { mode: 0o600 });
    chmodSync(`${path}.was-1`, 0o644);
    const wrapped = await keys.wrap(Buffer.from('x'), 'c');
    expect(Buffer.from(await (await openFileKeys(path)).unwrap(wrapped, 'c')).toString()).toBe('x');
  });
});

describe('consentry keys', () => {
  const run = async (...argv: readonly string[]) => {
    const rotation = parts(await openFileKeys(path));
    return consentry({ stores: { rotation } }, 'keys', ...argv);
  };

  test('prepares, rotates and shows', async () => {
    const filled = await fill(await openFileKeys(path));
    const prepared = await run('rotate', '--prepare');
    expect(prepared.out).toMatch(
      /^The next key file:[0-9a-f]{16} is there. It is not in force yet.\n$/,
    );
    expect(existsSync(`${path}.next`)).toBe(true);
    const state = async () =>
      (await run('show', '--json')).out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map(({ state: now, wraps }) => [now, wraps]);
    expect(await state()).toEqual([
      ['in force', 4],
      ['next', 0],
    ]);
    const rotated = await run('rotate');
    expect(rotated.code).toBe(0);
    expect(rotated.out).toContain(
      '4 values were wrapped under it, in a change that was begun before',
    );
    expect(rotated.out).toContain(`The earlier key lies in ${join(folder, 'kek.was-')}`);
    expect(await state()).toEqual([
      ['in force', 4],
      ['earlier', 0],
    ]);
    expect(await opens(filled)).toBe(true);
    const second = JSON.parse((await run('rotate', '--json')).out);
    expect(second).toMatchObject({ wasBegun: false, rewrapped: 4 });
    expect((await run('show')).out.split('\n')[0]).toMatch(/^KEY +STATE +WRAPS +WHERE/);
  });

  test('shows a key that is missing', async () => {
    await fill(await openFileKeys(path));
    await database.sql`update secret set kek_id = 'file:0000000000000000'`;
    expect((await run('show')).out).toMatch(/file:0000000000000000 +missing +1 +-/);
    expect(await prepareRotation(parts(await openFileKeys(path)))).toMatchObject({ rewrapped: 0 });
  });
});
