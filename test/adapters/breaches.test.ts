/** Passwords that were stolen elsewhere: a file of hashes, searched where it lies. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBreachList } from '../../src/adapters/breaches/sorted-hashes.ts';
import { changePassword } from '../../src/app/passwords.ts';
import { type ApiServer, startApi } from '../edges/http/api/support.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'consentry-breaches-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const sha1 = (password: string) =>
  createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();

function fileOf(text: string): string {
  const path = join(dir, randomBytes(6).toString('hex'));
  writeFileSync(path, text);
  return path;
}

/** As the downloader of Have I Been Pwned writes it. */
function listOf(passwords: readonly string[], eol = '\r\n', lastEol = true): string {
  const lines = passwords.map((one, i) => `${sha1(one)}:${(i * 7919) % 10 ** (1 + (i % 8))}`);
  return fileOf(lines.sort().join(eol) + (lastEol ? eol : ''));
}

const words = (n: number) => Array.from({ length: n }, (_, i) => `stolen ${i}`);

describe('a list of stolen passwords', () => {
  test('holds each of its own and no other, however long it is', async () => {
    const sizes = fc.integer({ min: 1, max: 1_500 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), fc.boolean(), async (n, unix, lastEol) => {
        const own = words(n);
        const list = await openBreachList(listOf(own, unix ? '\n' : '\r\n', lastEol));
        for (const one of own) expect([n, one, await list.holds(one)]).toEqual([n, one, true]);
        for (let i = n; i < n + 100; i += 1) expect(await list.holds(`stolen ${i}`)).toBe(false);
      }),
      { numRuns: 15 },
    );
  });

  test('of 200,000 is searched and not read', async () => {
    const list = await openBreachList(listOf(words(200_000)));
    const start = performance.now();
    for (let i = 0; i < 200; i += 1) {
      expect(await list.holds(`stolen ${i * 997}`)).toBe(true);
      expect(await list.holds(`fresh ${i}`)).toBe(false);
    }
    expect(performance.now() - start).toBeLessThan(8_000);
  });

  test('may have lower-case hashes and no counts', async () => {
    const hashes = words(500).map(sha1).sort();
    const list = await openBreachList(fileOf(`${hashes.join('\n').toLowerCase()}\n`));
    expect([await list.holds('stolen 7'), await list.holds('stolen 500')]).toEqual([true, false]);
  });

  test.each<[string, () => string, RegExp]>([
    ['is missing', () => join(dir, 'nowhere'), /cannot be read/],
    ['is empty', () => fileOf(''), /without a line/],
    ['holds words', () => fileOf('password\nletmein\n'), /no SHA-1/],
    [
      'is ordered by how often',
      () =>
        fileOf(
          words(2_000)
            .map((one, i) => `${sha1(one)}:${9_000 - i}\n`)
            .join(''),
        ),
      /not sorted by hash/,
    ],
  ])('that %s stops the start', async (_, path, text) => {
    await expect(openBreachList(path())).rejects.toMatchObject({
      code: 'setting_invalid',
      publicText: expect.stringMatching(text),
    });
  });

  test('that goes bad is no reason to take a password', async () => {
    for (const now of ['x'.repeat(400_000), '', `${'x'.repeat(60)}\n`.repeat(6_000)]) {
      const path = listOf(words(5_000));
      const list = await openBreachList(path);
      writeFileSync(path, now);
      await expect(list.holds('stolen 3')).rejects.toMatchObject({ code: 'unavailable' });
    }
  });
});

describe('a stolen password', () => {
  const stolen = 'two goats and a lantern';
  const fresh = 'three goats and no lantern';
  let server: ApiServer;
  beforeAll(async () => {
    const breaches = await openBreachList(listOf([stolen, ...words(100)]));
    server = await startApi({ breaches });
  });
  afterAll(() => server.close());

  test('is refused when somebody chooses it, and another is taken', async () => {
    const email = 'ann@example.com';
    const admin = await server.key(['admin']);
    const person = { email, name: 'Ann', role: 'supervisor' };
    const { password } = (await server.send('post', '/v1/users', admin, person)).body;
    const signIn = (newPassword: string) =>
      supertest(server.app).post('/v1/sessions').send({ email, password, newPassword });
    const refused = await signIn(stolen);
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid_request']);
    expect(refused.body.mistakes).toEqual([
      { path: 'body.newPassword', what: 'was stolen elsewhere and is known to others' },
    ]);
    expect(JSON.stringify(refused.body)).not.toContain(stolen);
    const { status, body } = await signIn(fresh);
    expect(status).toBe(201);
    const change = (newPassword: string) =>
      server.send('post', '/v1/me/password', body.token, { password: fresh, newPassword });
    expect((await change(stolen)).status).toBe(422);
    expect((await change('four goats and two lanterns')).status).toBe(204);
  });

  test('is not looked for for ever, and nothing is taken while nobody can look', async () => {
    const hung = { holds: () => new Promise<boolean>(() => {}) };
    const broken = { holds: () => Promise.reject(new Error('disk')) };
    const { accounts, hasher, clock } = server.parts;
    const [user] = await accounts.list();
    const policy = { profile: 'nist', maxAgeDays: null } as const;
    for (const breaches of [broken, hung]) {
      const parts = { accounts, hasher, breaches, clock };
      const known = { user: user!, passwordHash: null };
      const why = breaches === hung ? { code: 'unavailable' } : { message: 'disk' };
      await expect(changePassword(parts, known, fresh, policy)).rejects.toMatchObject(why);
    }
  }, 15_000);
});
