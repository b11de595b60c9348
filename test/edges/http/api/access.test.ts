import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthenticator, ensureBootstrapKey } from '../../../../src/app/api-keys.ts';
import { scopes } from '../../../../src/core/access/scope.ts';
import { newApiKey } from '../../../../src/edges/http/api/key-shapes.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let admin: string;
beforeAll(async () => {
  server = await startApi();
  admin = await server.key(['admin']);
});
afterAll(() => server.close());

describe('a request', () => {
  const ask = (authorization: string | undefined, path = '/v1/calls') => {
    const request = supertest(server.app).get(path);
    return authorization === undefined ? request : request.set('authorization', authorization);
  };

  test('without a key learns how to sign in, and nothing else', async () => {
    for (const path of ['/v1/calls', '/v1/nothing', '/v1/calls/x', '/v1', '/v1/']) {
      const { status, body, headers } = await ask(undefined, path);
      expect([path, status, body.code]).toEqual([path, 401, 'unauthenticated']);
      expect(headers['www-authenticate']).toBe('Bearer realm="consentry"');
      expect(headers['content-type']).toBe('application/problem+json');
    }
  });

  test.each([
    ['an unknown key', () => `Bearer csk_${'a'.repeat(43)}`],
    ['no key', () => 'Bearer '],
    ['another scheme', () => `Basic ${admin}`],
    ['a key of another case', () => `Bearer ${admin.toUpperCase()}`],
    ['half a key', () => `Bearer ${admin.slice(0, -1)}`],
    ['two keys', () => `Bearer ${admin}, Bearer ${admin}`],
    ['a key of 10,000 characters', () => `Bearer ${'k'.repeat(10_000)}`],
  ])('with %s is refused', async (_, authorization) => {
    const { status, headers } = await ask(authorization());
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toMatch(/^Bearer realm="consentry"/);
  });

  test('with its key in the query is refused', async () => {
    for (const name of ['access_token', 'key', 'api_key', 'token']) {
      expect((await ask(undefined, `/v1/calls?${name}=${admin}`)).status).toBe(401);
    }
  });

  test('may write the scheme in any case', async () => {
    expect((await ask(`bearer ${admin}`)).status).toBe(200);
    expect((await ask(`BEARER  ${admin} `)).status).toBe(200);
  });

  test('without the scope is told which one it needs', async () => {
    const key = await server.key(['calls:read']);
    const { status, body } = await ask(`Bearer ${key}`, '/v1/lines');
    expect([status, body.code]).toEqual([403, 'forbidden']);
    expect(body.detail).toContain('lines:read');
  });

  test('with a method that is not there is told which are', async () => {
    const { status, body, headers } = await supertest(server.app)
      .patch('/v1/keys')
      .set('authorization', `Bearer ${admin}`);
    expect([status, body.code, headers['allow']]).toEqual([
      405,
      'method_not_allowed',
      'GET, HEAD, POST',
    ]);
  });

  test('is answered for one reader, whatever the answer', async () => {
    for (const path of ['/v1/calls', '/v1/nothing', '/v1/calls?limit=0', '/v1/calls/%E0']) {
      const { headers } = await ask(`Bearer ${admin}`, path);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
      expect(headers).not.toHaveProperty('etag');
    }
  });
});

describe('a body', () => {
  const post = (type: string, body: Buffer, encoding?: string) => {
    const request = supertest(server.app)
      .post('/v1/keys')
      .set('authorization', `Bearer ${admin}`)
      .set('content-type', type);
    if (encoding !== undefined) request.set('content-encoding', encoding);
    // As it is: supertest would write a buffer out as JSON.
    return request.serialize((bytes) => bytes).send(body);
  };
  const valid = JSON.stringify({ name: 'desk', scopes: ['calls:read'] });

  test.each([
    ['a form', 'application/x-www-form-urlencoded', 'name=a', 415],
    ['text', 'text/plain', valid, 415],
    ['JSON of another kind', 'application/merge-patch+json', valid, 415],
    ['another character set', 'application/json; charset=latin1', valid, 415],
    ['a compressed body', 'application/json', valid, 415, 'gzip'],
    ['broken JSON', 'application/json', '{"name":', 400],
    ['nothing', 'application/json', '', 400],
    ['bytes that are not UTF-8', 'application/json', '{"name":"\xff"}', 400],
    ['over 64 KiB', 'application/json', `{"name":"${'a'.repeat(65_536)}"}`, 413],
  ])('of %s is refused', async (_, type, body, status, encoding?: string) => {
    const answer = await post(type, Buffer.from(body, 'latin1'), encoding);
    expect(answer.status).toBe(status);
    expect(answer.type).toBe('application/problem+json');
  });

  test('may say that it is UTF-8', async () => {
    expect((await post('application/json; charset=utf-8', Buffer.from(valid))).status).toBe(201);
    expect((await post('application/json;charset="UTF-8"', Buffer.from(valid))).status).toBe(201);
  });

  test('with every kind of mistake has all of them named, and the names allowed', async () => {
    const { body } = await server.send('post', '/v1/keys', admin, {
      scopes: ['calls:read', 'all'],
      owner: 'x',
      '+4915112345678': true,
    });
    expect(body.mistakes).toEqual([
      { path: 'body.name', what: 'is missing', allowed: 'a value of type string' },
      { path: 'body.scopes.1', what: 'is not allowed', allowed: scopes.join(', ') },
      {
        path: 'body',
        what: 'field owner is not known',
        allowed: 'name, scopes, perSecond, expiresAt',
      },
      { path: 'body', what: 'a field is not known', allowed: 'name, scopes, perSecond, expiresAt' },
    ]);
  });
});

describe('an API key', () => {
  test('is shown once, kept as a hash, listed, revoked, and refused from then on', async () => {
    const made = await server.send('post', '/v1/keys', admin, {
      name: 'desk',
      scopes: ['calls:read', 'calls:read'],
    });
    expect(made.status).toBe(201);
    expect(newApiKey.parse(made.body)).toEqual(made.body);
    const { id, key, scopes: held } = made.body;
    expect(key).toMatch(/^csk_[A-Za-z0-9_-]{43}$/);
    expect(held).toEqual(['calls:read']);

    expect((await server.get('/v1/calls', key)).status).toBe(200);
    // The use is noted beside the answer, not before it.
    const shown = async () => {
      const { body } = await server.get('/v1/keys', admin);
      return body.data.find((one: { id: string }) => one.id === id);
    };
    await expect
      .poll(shown)
      .toMatchObject({ name: 'desk', lastUsedAt: '2026-03-02T00:00:00.000Z' });
    const listed = await server.get('/v1/keys', admin);
    expect(listed.text).not.toContain(key);
    const [dump] = await server.database.sql`select string_agg(k::text, '') as t from api_key k`;
    expect(dump!['t']).not.toContain(key);

    const revoked = await server.send('delete', `/v1/keys/${id}`, admin);
    expect([revoked.status, revoked.text]).toEqual([204, '']);
    expect((await server.get('/v1/calls', key)).status).toBe(401);
    expect((await server.send('delete', `/v1/keys/${id}`, admin)).status).toBe(404);
    expect((await server.get('/v1/keys', admin)).text).not.toContain(id);
  });

  test('that another process revoked is refused within five seconds', async () => {
    const key = await server.key(['calls:read']);
    expect((await server.get('/v1/calls', key)).status).toBe(200);
    await server.database.sql`update api_key set revoked_at = now() where name = 'test'
      and scopes = '{calls:read}'`;
    expect((await server.get('/v1/calls', key)).status).toBe(200);
    server.time.now += 5_000;
    expect((await server.get('/v1/calls', key)).status).toBe(401);
  });

  test('with an end is refused from then on, looked up anew or remembered', async () => {
    const end = server.time.now + 3_000;
    const expiresAt = new Date(end).toISOString();
    const scopes = ['calls:read', 'keys:write'];
    const made = await server.send('post', '/v1/keys', admin, { name: 'short', scopes, expiresAt });
    expect([made.status, made.body.expiresAt]).toEqual([201, expiresAt]);
    const { key } = made.body;
    const status = async () => (await server.get('/v1/calls', key)).status;
    expect(await status()).toBe(200);
    server.time.now = end - 1;
    expect(await status()).toBe(200);
    server.time.now = end;
    expect(await status()).toBe(401);
    server.time.now += 10_000;
    expect(await status()).toBe(401);
    expect((await server.get('/v1/keys', admin)).text).toContain(made.body.id);
  });

  test('with an end makes no key that lives longer, and no key ends before it begins', async () => {
    const instant = (ms: number) => new Date(server.time.now + ms).toISOString();
    const make = (by: string, expiresAt?: string) =>
      server.send('post', '/v1/keys', by, { name: 'next', scopes: ['keys:write'], expiresAt });
    const { key } = (await make(admin, instant(60_000))).body;
    expect((await make(key, instant(60_000))).status).toBe(201);
    for (const later of [undefined, instant(60_001)]) {
      const refused = await make(key, later);
      expect([refused.status, refused.body.detail]).toEqual([
        403,
        `this key expires at ${instant(60_000)}, and makes keys up to then`,
      ]);
    }
    expect((await make(admin, instant(0))).status).toBe(422);
    expect((await make(admin, 'soon')).status).toBe(422);
  });

  test('hands on no scope that it does not hold, and revokes no key that may do more', async () => {
    const keeper = await server.key(['keys:write', 'calls:read']);
    const refused = await server.send('post', '/v1/keys', keeper, {
      name: 'more',
      scopes: ['calls:read', 'recordings:listen'],
    });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    expect(refused.body.detail).toContain('recordings:listen');
    const allowed = await server.send('post', '/v1/keys', keeper, {
      name: 'less',
      scopes: ['calls:read'],
    });
    expect(allowed.status).toBe(201);
    const { body } = await server.get('/v1/keys', admin);
    const powerful = body.data.find((one: { scopes: string[] }) => one.scopes.includes('admin'));
    expect((await server.send('delete', `/v1/keys/${powerful.id}`, keeper)).status).toBe(403);
    expect((await server.send('delete', `/v1/keys/${allowed.body.id}`, keeper)).status).toBe(204);
  });

  test('of another tenant is not there', async () => {
    const foreign = await server.key(['admin'], server.other);
    const { body } = await server.get('/v1/keys', foreign);
    expect(body.data).toHaveLength(1);
    const answer = await server.send('delete', `/v1/keys/${body.data[0].id}`, admin);
    expect(answer.status).toBe(404);
    expect((await server.get('/v1/keys', foreign)).status).toBe(200);
  });

  test('has its use noted once a minute', async () => {
    const key = await server.key(['calls:read', 'ledger:read']);
    const lastUsed = async () => {
      const [row] = await server.database.sql`
        select last_used_at from api_key where scopes = '{calls:read,ledger:read}'`;
      return (row!['last_used_at'] as Date | null)?.getTime() ?? null;
    };
    const start = server.time.now;
    const useAfter = async (ms: number) => {
      server.time.now = start + ms;
      await server.get('/v1/calls', key);
    };
    await useAfter(0);
    await expect.poll(lastUsed).toBe(start);
    await useAfter(59_000);
    await useAfter(60_000);
    // Not cached at 60 s (the look-up of 59 s is younger than 5 s), so noted by the next look-up.
    await useAfter(64_000);
    await expect.poll(lastUsed).toBe(start + 64_000);
  });
});

describe('the bootstrap key', () => {
  const first = `first ${'b'.repeat(30)}~`;
  const second = `second-${'c'.repeat(30)}`;
  const knows = async (key: string) => {
    const fresh = createAuthenticator(server.parts);
    return (await fresh.find(key))?.scopes ?? null;
  };
  const ensure = (setting: string | null) =>
    ensureBootstrapKey(server.parts, server.tenant.id, setting);

  test('is an admin from the first start, and stays when the start is repeated', async () => {
    await ensure(first);
    await ensure(first);
    expect(await knows(first)).toEqual(['admin']);
    const { status } = await server.get('/v1/keys', first);
    expect(status).toBe(200);
    const [row] = await server.database.sql`
      select count(*)::int as n from api_key where name = 'bootstrap' and revoked_at is null`;
    expect(row!['n']).toBe(1);
  });

  test('is revoked when the setting changes or goes, and revived when it comes back', async () => {
    await ensure(second);
    expect([await knows(first), await knows(second)]).toEqual([null, ['admin']]);
    await ensure(null);
    expect([await knows(first), await knows(second)]).toEqual([null, null]);
    await ensure(first);
    expect([await knows(first), await knows(second)]).toEqual([['admin'], null]);
  });

  test('leaves the keys of another tenant alone', async () => {
    await ensureBootstrapKey(server.parts, server.other.id, second);
    expect(await knows(first)).toEqual(['admin']);
    await ensureBootstrapKey(server.parts, server.other.id, null);
    expect(await knows(first)).toEqual(['admin']);
  });

  test('can be neither imitated nor revoked through the API', async () => {
    await ensure(first);
    const imitation = { name: 'bootstrap', scopes: ['calls:read'] };
    expect((await server.send('post', '/v1/keys', admin, imitation)).status).toBe(422);
    const { body } = await server.get('/v1/keys', admin);
    const { id } = body.data.find((one: { name: string }) => one.name === 'bootstrap');
    const answer = await server.send('delete', `/v1/keys/${id}`, admin);
    expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
  });

  test.each([
    ['too short', 'a'.repeat(31)],
    ['too long', 'a'.repeat(513)],
    ['with a line break', `${'a'.repeat(32)}\nb`],
    ['with a space at its end', `${'a'.repeat(32)} `],
  ])('that is %s stops the start, and is not repeated in the message', async (_, setting) => {
    const failure = await ensure(setting).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'setting_invalid' });
    expect((failure as Error).message).not.toContain('aaaa');
  });
});

describe('a request with an Idempotency-Key', () => {
  const post = (key: string, body: object, onceKey = 'one') =>
    server.send('post', '/v1/keys', key, body).set('idempotency-key', onceKey);
  const body = { name: 'once', scopes: ['calls:read'] };

  test('gets the same answer again, and nothing is done twice', async () => {
    const onceKey = randomUUID();
    const first = await post(admin, body, onceKey);
    const second = await post(admin, body, onceKey);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.text).toBe(first.text);
    expect(second.type).toBe(first.type);
    expect([first.headers, second.headers].map((one) => one['idempotency-replayed'])).toEqual([
      undefined,
      'true',
    ]);
    const [row] = await server.database.sql`
      select body, status from idempotency where key = ${onceKey}`;
    expect((row!['body'] as Buffer).includes(first.body.key)).toBe(false);
  });

  test('and another request is a mismatch', async () => {
    const onceKey = randomUUID();
    await post(admin, body, onceKey);
    const answer = await post(admin, { ...body, name: 'other' }, onceKey);
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_mismatch']);
  });

  test("is nobody else's: the same key with another API key is another request", async () => {
    const onceKey = randomUUID();
    const admin2 = await server.key(['admin']);
    const first = await post(admin, body, onceKey);
    const second = await post(admin2, body, onceKey);
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  test('that was refused may be sent again', async () => {
    const onceKey = randomUUID();
    const keeper = await server.key(['keys:write']);
    expect((await post(keeper, body, onceKey)).status).toBe(403);
    expect((await post(keeper, { ...body, scopes: ['keys:write'] }, onceKey)).status).toBe(201);
  });

  test.each([[''], ['a b'], ['a'.repeat(256)]])('is refused when that key is %j', async (bad) => {
    const answer = await post(admin, body, bad);
    expect(answer.status).toBe(422);
    expect(answer.body.mistakes[0].path).toBe('header.Idempotency-Key');
  });
});

test('nothing that was logged or stored in clear holds a key', async () => {
  expect(JSON.stringify(server.logged)).not.toContain('csk_');
});
