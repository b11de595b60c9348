/** How often the API may be asked. Time stands still unless a test moves it. */
import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRateLimits } from '../../../../src/app/rate-limits.ts';
import type { Scope } from '../../../../src/core/access/scope.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
const warned: object[] = [];

beforeAll(async () => {
  const clock = { now: () => server.time.now, monotonic: () => server.time.now };
  const warn = (fields: object) => warned.push(fields);
  const rates = { known: 20, unknown: 5 };
  server = await startApi({ limits: createRateLimits({ rates, clock, log: { warn } }) });
});
afterAll(() => server.close());
beforeEach(() => {
  server.time.now += 3_600_000;
  warned.length = 0;
});

async function ask(times: number, request: () => PromiseLike<{ status: number }>) {
  const counts: Record<number, number> = {};
  for (let i = 0; i < times; i += 1) {
    const { status } = await request();
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

const keyOf = async (scopes: readonly Scope[], perSecond?: number): Promise<string> => {
  const admin = await server.key(['admin']);
  const wanted = { name: 'dialer', scopes, ...(perSecond !== undefined && { perSecond }) };
  const { status, body } = await server.send('post', '/v1/keys', admin, wanted);
  expect([status, body.perSecond]).toEqual([201, perSecond ?? null]);
  return body.key;
};
const screened = { number: '+12125550100', channel: 'call', purpose: 'service' };
const screen = (key: string) => server.send('post', '/v1/screenings', key, screened);

describe('a key', () => {
  test('is answered in a burst, then 429 with how long to wait, then at its rate', async () => {
    const key = await keyOf(['calls:read']);
    expect(await ask(45, () => server.get('/v1/calls', key))).toEqual({ 200: 40, 429: 5 });
    const { body, headers } = await server.get('/v1/calls', key);
    expect([headers['retry-after'], headers['content-type']]).toEqual([
      '1',
      'application/problem+json',
    ]);
    expect(body).toMatchObject({ status: 429, code: 'too_many_requests' });
    server.time.now += 1_000;
    expect(await ask(25, () => server.get('/v1/calls', key))).toEqual({ 200: 20, 429: 5 });
    expect(warned).toEqual([{ keyId: expect.any(String), perSecond: 20 }]);
  });

  test('is not held up by others, whoever they are and wherever they come from', async () => {
    const [one, other] = [await keyOf(['calls:read']), await keyOf(['calls:read'])];
    await ask(50, () => server.get('/v1/calls', one));
    await ask(10, () => supertest(server.app).get('/v1/calls'));
    expect((await server.get('/v1/calls', other)).status).toBe(200);
  });

  test('learns by limits no paths: what is not there counts too', async () => {
    const key = await keyOf(['calls:read']);
    expect(await ask(41, () => server.get('/v1/nothing', key))).toEqual({ 404: 40, 429: 1 });
  });

  test('screens without limit, unless it has one of its own', async () => {
    const dialer = await keyOf(['screen']);
    expect(await ask(120, () => screen(dialer))).toEqual({ 200: 120 });
    const slow = await keyOf(['screen'], 10);
    expect(await ask(25, () => screen(slow))).toEqual({ 200: 20, 429: 5 });
  });

  test.each([
    ['lists:write', 'post', '/v1/opt-outs', { number: '+12125550101', channel: 'call' }],
    ['choices:write', 'post', '/v1/choices', {}],
    ['calls:parties', 'post', `/v1/calls/${randomUUID()}/parties/${randomUUID()}`, { hold: true }],
    ['calls:parties', 'delete', `/v1/calls/${randomUUID()}/parties/${randomUUID()}`, undefined],
  ] as const)(
    'that may ask no more is still heard by %s: %s %s',
    async (scope, method, path, body) => {
      const slow = await keyOf([scope, 'calls:read'], 1);
      expect((await ask(12, () => server.get('/v1/calls', slow)))[429]).toBe(2);
      const { status } = await server.send(method, path, slow, body);
      // Whatever is wrong with what was said, it was listened to.
      expect([201, 400, 404, 422]).toContain(status);
    },
  );

  test('may have a higher limit, or none', async () => {
    const fast = await keyOf(['calls:read'], 50);
    expect(await ask(101, () => server.get('/v1/calls', fast))).toEqual({ 200: 100, 429: 1 });
    const free = await keyOf(['calls:read'], 0);
    expect(await ask(120, () => server.get('/v1/calls', free))).toEqual({ 200: 120 });
  });

  test('with a limit of its own makes none that may do more', async () => {
    const held = await keyOf(['keys:write'], 30);
    const make = (perSecond?: number) =>
      server.send('post', '/v1/keys', held, { name: 'x', scopes: ['keys:write'], perSecond });
    expect((await make(30)).status).toBe(201);
    for (const more of [31, 0, undefined]) expect((await make(more)).status).toBe(403);
  });
});

describe('a network address without a key', () => {
  test('is refused after its burst, and a known key from there is not', async () => {
    const tries = () => server.get('/v1/calls', 'csk_unknown');
    expect(await ask(15, tries)).toEqual({ 401: 10, 429: 5 });
    server.time.address = '198.51.100.4';
    expect((await tries()).status).toBe(401);
    server.time.address = '192.0.2.7';
    expect((await server.get('/v1/calls', await keyOf(['calls:read']))).status).toBe(200);
  });

  test('signs in no faster', async () => {
    // Each of its own: tries at one address wait for another reason, after five.
    let n = 0;
    const tries = () => {
      n += 1;
      const body = { email: `nobody${n}@example.com`, password: 'two goats and a lantern' };
      return supertest(server.app).post('/v1/sessions').send(body);
    };
    expect((await ask(12, tries))[429]).toBe(2);
  });

  test('of version 6 counts by its network', async () => {
    let i = 0;
    const tries = () => {
      i += 1;
      server.time.address = `2001:db8:1:2::${i}`;
      return supertest(server.app).get('/v1/calls');
    };
    expect(await ask(15, tries)).toEqual({ 401: 10, 429: 5 });
  });
});
