/** Lists at the terminal: imported, held, vouched for by people who sign in, undone and read out. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { diskFile, writtenAt } from '../../../src/adapters/lists/disk-file.ts';
import type { UserRole } from '../../../src/core/access/role.ts';
import { listWorld, numbers } from '../../support/list-world.ts';
import { type SeededTenant, seedTenant } from '../../support/seed-call.ts';
import { type ApiServer, startApi } from '../http/api/support.ts';
import { consentry, jsonLines, type World } from './console.ts';

let server: ApiServer;
let tenant: SeededTenant;
let world: World;
const folder = mkdtempSync(join(tmpdir(), 'consentry-list-cli-'));
const password = 'two goats and a lantern';

beforeAll(async () => {
  server = await startApi();
});
afterAll(() => server.close());
beforeEach(async () => {
  tenant = await seedTenant(server.database.sql);
  const { parts, time } = server;
  const { parts: lists } = await listWorld(server.database.sql, tenant, () => time.now);
  const { accounts, sessions, hasher, breaches, policy, clock, random } = parts;
  world = {
    stores: {
      tenantId: server.tenant.id,
      audit: parts,
      users: { accounts, sessions, hasher, breaches, policy, clock, random },
      lists: { ...lists, diskFile, writtenAt } as never,
    },
  };
});

function file(lines: readonly string[]): string {
  const path = join(folder, `${randomUUID()}.txt`);
  writeFileSync(path, lines.join('\n'));
  return path;
}
const run = (...args: string[]) => {
  server.time.now += 60_000;
  return consentry(world, 'list', ...args);
};
const obtained = () => ['--obtained', new Date(server.time.now).toISOString()];
const heldId = (err: string) => /list vouch (\S+)/.exec(err)?.[1] ?? '';

async function person(role: UserRole): Promise<string> {
  const admin = await server.key(['admin']);
  const email = `${randomUUID()}@example.com`;
  const { body } = await server.send('post', '/v1/users', admin, { email, name: role, role });
  await server
    .send('post', '/v1/sessions', admin, { email, password: body.password, newPassword: password })
    .unset('authorization');
  return email;
}
const vouch = (id: string, email: string, ...more: string[]) => {
  server.time.now += 60_000;
  const args = ['vouch', id, '--user', email, '--reason', 'counted by hand', ...more];
  return consentry({ ...world, stdin: [`${password}\n`] }, 'list', ...args);
};

describe('list import', () => {
  test('says what was read, which lines were no numbers, and what is in force', async () => {
    const path = file([...numbers(201, 2_000), 'hello']);
    const { code, out } = await run('import', 'national-US', path, ...obtained());
    expect(code).toBe(0);
    expect(out).toContain('national-US: 2001 lines, 2000 added, 0 removed, 0 unchanged');
    expect(out).toContain('1 rejected, no-number: line 2001');
    expect(out).toMatch(/version \S+ is in force, with 2000 numbers/);
    const [view] = jsonLines((await run('show', '--json')).out);
    expect(view).toMatchObject({ list: 'national-US', total: 2_000, age: 'fresh' });
  });

  test('prints JSON, with whether it is in force; a dry run is not', async () => {
    const path = file(numbers(201, 10));
    const dry = await run('import', 'litigator', path, '--dry-run', '--json');
    expect(JSON.parse(dry.out)).toMatchObject({ state: 'done', inForce: false, total: 10 });
    const real = await run('import', 'litigator', path, '--json');
    expect(JSON.parse(real.out)).toMatchObject({ state: 'done', inForce: true, total: 10 });
  });

  test.each([
    [['import', 'national', 'x'], 'LIST cannot be “national”'],
    [['import', 'own', 'x', '--scope', 'spring'], '--scope'],
    [['import', 'own', 'x', '--sha256', 'abc'], '--sha256 has 64'],
    [['import', 'own', 'x', '--count', 'many'], '--count is a number'],
    [['pull', 'national-US', 'registry', '../x'], 'FILE is a name without folders'],
  ])('%j is no command line', async (args, text) => {
    const { code, err } = await run(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(text)]);
  });

  test('of a file that is not there, or no list, fails and says so', async () => {
    expect((await run('import', 'national-US', '/nowhere')).err).toContain('no such file');
    const path = file(['<a>']);
    const { code, err } = await run('import', 'national-US', path);
    expect([code, err]).toEqual([1, expect.stringContaining('the file cannot be read')]);
  });

  test('takes another system’s list over into the own list, and undoes it', async () => {
    const path = file(['+12015550100', '+442079460018']);
    const args = ['import', 'own', path, '--scope', 'campaign:spring', '--channel', 'call'];
    const { code, out } = await run(...args);
    expect([code, out]).toEqual([0, expect.stringContaining('own: 2 new listings')]);
    const entries = jsonLines((await run('export', 'own', '--json')).out);
    expect(entries).toMatchObject([
      { number: '+442079460018', scope: 'campaign:spring', reason: 'import' },
      { number: '+12015550100', channel: 'call' },
    ]);
    const id = /--import (\S+)`/.exec(out)?.[1] ?? '';
    const undone = await run('undo', 'own', '--import', id);
    expect([undone.code, undone.err]).toEqual([1, expect.stringContaining('2 different people')]);
    expect((await run('undo', 'own')).err).toContain('say which import');
  });
});

describe('list vouch', () => {
  test('by two different people who sign in puts what was held in force', async () => {
    await run('import', 'national-US', file(numbers(201, 1_000)));
    const held = await run('import', 'national-US', file(numbers(201, 900)));
    expect([held.code, held.out]).toEqual([
      1,
      expect.stringContaining('doubt: it has 900 numbers'),
    ]);
    const id = heldId(held.err);
    const ann = await person('privacy-officer');
    const first = await vouch(id, ann);
    expect([first.code, first.err]).toEqual([0, expect.stringContaining('one more person')]);
    expect((await vouch(id, ann)).err).toContain('one more person');
    const second = await vouch(id, await person('administrator'));
    expect([second.code, second.out]).toEqual([0, expect.stringContaining('with 900 numbers')]);
    const [last] = jsonLines((await run('imports', '--json')).out);
    expect(last).toMatchObject({ id, state: 'done', vouches: [{}, {}] });
    expect((await run('imports')).out).toContain('it has 900 numbers');
    const key = await server.key(['audit:read']);
    const { body } = await server.get('/v1/audit?kind=change&limit=10', key);
    const rows = body.data.filter((row: { operation: string }) => row.operation === 'list vouch');
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row).toMatchObject({ reason: 'counted by hand', subject: { import: id } });
    }
  });

  test('needs the right password and the permission, and leaves no session behind', async () => {
    await run('import', 'national-US', file(numbers(201, 1_000)));
    const id = heldId((await run('retire', 'national-US')).err);
    const ann = await person('privacy-officer');
    const wrong = { ...world, stdin: ['not it'] };
    const args = ['vouch', id, '--user', ann, '--reason', 'counted by hand'];
    expect((await consentry(wrong, 'list', ...args)).code).toBe(1);
    server.time.now += 3_600_000;
    const agent = await vouch(id, await person('manager'));
    expect([agent.code, agent.err]).toEqual([1, expect.stringContaining('lists:vouch')]);
    const done = await vouch(id, ann, '--json');
    expect(JSON.parse(done.out)).toMatchObject({ state: 'held', vouchesNeeded: 1 });
    const [user] = (await server.parts.accounts.list()).filter(({ email }) => email === ann);
    const sessions = await server.parts.sessions.list(user!.id);
    expect(sessions).toHaveLength(1); // the one that its password was set in
    expect((await vouch(id, ann, '--password-file', '/nowhere')).code).toBe(1);
    expect((await run('vouch', id, '--user', ann)).err).toContain('--reason says why');
  });

  test('is over when the import is dropped', async () => {
    await run('import', 'national-US', file(numbers(201, 1_000)));
    const id = heldId((await run('import', 'national-US', file(numbers(201, 5)))).err);
    expect((await run('drop', id)).out).toBe(`dropped: ${id}\n`);
    expect((await run('drop', id)).err).toContain('it is over already');
    const { err } = await vouch(id, await person('administrator'));
    expect(err).toContain('nothing stands against it');
  });
});

test('list undo puts the version before in force again, where the list gets no shorter', async () => {
  await run('import', 'national-US', file(numbers(201, 1_000)));
  await run('import', 'national-US', file(numbers(201, 1_001)));
  const { code, out } = await run('undo', 'national-US');
  expect([code, out]).toEqual([0, expect.stringContaining('in force again, with 1000 numbers')]);
  const nothing = await run('undo', 'national-US');
  expect([nothing.code, nothing.err]).toEqual([1, expect.stringContaining('first version')]);
});

test('list access shows under which account a list was got, and who took it out', async () => {
  const account = ['--account', '10234567-89', '--seller', 'Example Inc'];
  expect((await run('expect', 'national-US', ...account)).out).toBe('national-US: expected\n');
  await run('import', 'national-US', file(numbers(201, 3)), '--campaign', 'spring');
  const out = await run('export', 'national-US', '--reason', 'asked by the court');
  expect(out.out).toBe('+12012000000\n+12012000001\n+12012000002\n');
  const rows = jsonLines((await run('access', '--list', 'national-US', '--json')).out);
  expect(rows).toMatchObject([
    {
      what: 'exported',
      by: { id: 'operator' },
      account: '10234567-89',
      reason: 'asked by the court',
    },
    { what: 'obtained', campaign: 'spring', seller: 'Example Inc', account: '10234567-89' },
  ]);
  expect((await run('access')).out).toContain('10234567-89');
  expect((await run('access', '--until', '2020-01-01T00:00Z')).err).toContain('nobody');
});
