import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

const hour = 3_600_000;
let server: ApiServer;
let admin: string;

beforeAll(async () => {
  server = await startApi();
  admin = await server.key(['admin']);
});
afterAll(() => server.close());

const inMs = (ms: number): string => new Date(server.time.now + ms).toISOString();

async function grant(ms = hour, role = 'supervisor') {
  const body = { role, reason: 'case 4711', until: inMs(ms) };
  const answer = await server.send('post', '/v1/support-access', admin, body);
  expect(answer.status).toBe(201);
  return answer.body as { id: string; token: string };
}

describe('support [cap 13]', () => {
  test('may do what its role may, for as long as was said, and then nothing', async () => {
    const { id } = await seedCall(server.database.sql, server.tenant);
    const { token } = await grant();
    expect((await server.get(`/v1/calls/${id}`, token)).status).toBe(200);
    expect((await server.get('/v1/lines', token)).status).toBe(403);
    expect((await server.get('/v1/me', token)).status).toBe(403);
    server.time.now += hour - 1;
    expect((await server.get('/v1/calls', token)).status).toBe(200);
    server.time.now += 1;
    expect((await server.get('/v1/calls', token)).status).toBe(401);
  });

  test('is refused at once when it is taken back, and once only', async () => {
    const { id, token } = await grant(24 * hour);
    expect((await server.get('/v1/calls', token)).status).toBe(200);
    const path = `/v1/support-access/${id}`;
    expect((await server.send('delete', path, admin)).status).toBe(204);
    expect((await server.get('/v1/calls', token)).status).toBe(401);
    expect((await server.send('delete', path, admin)).status).toBe(404);
  });

  test('is seen by who runs the tenant, with its reason, and never its token', async () => {
    const { id, token } = await grant();
    const { body } = await server.get('/v1/support-access', admin);
    expect(body.data.find((one: { id: string }) => one.id === id)).toMatchObject({
      role: 'supervisor',
      reason: 'case 4711',
      inForce: true,
      revokedAt: null,
    });
    expect(JSON.stringify(body)).not.toContain(token);
    server.time.now += hour;
    const later = await server.get('/v1/support-access', admin);
    expect(later.body.data.every((one: { inForce: boolean }) => !one.inForce)).toBe(true);
    const rows = await server.database.sql`
      select id::text, role, encode(reason_sealed, 'escape') as reason from support_access`;
    expect(JSON.stringify(rows)).not.toContain('case 4711');
  });

  test('stands in the audit as support, with what it did and what it was refused', async () => {
    const { id, token } = await grant();
    server.time.now += 1;
    await server.get('/v1/calls', token);
    server.time.now += 1;
    await server.get('/v1/users', token);
    const { body } = await server.get(`/v1/audit?user=${id}`, admin);
    const rows = body.data.map((one: { operation: string; allowed: boolean; by: object }) => [
      one.operation,
      one.allowed,
      one.by,
    ]);
    const by = { id, as: 'support', name: 'support' };
    expect(rows).toEqual([
      ['listUsers', false, by],
      ['listCalls', true, by],
    ]);
  });

  test.each([
    ['under an hour', 30 * 60_000],
    ['over a year', 367 * 24 * hour],
    ['in the past', -hour],
  ])('is not given for a time %s', async (_, ms) => {
    const body = { role: 'supervisor', reason: 'case 4711', until: inMs(ms) };
    const answer = await server.send('post', '/v1/support-access', admin, body);
    expect([answer.status, answer.body.mistakes[0].path]).toEqual([422, 'body.until']);
  });

  test('never runs the tenant, and gets no more than who gives it has', async () => {
    const body = { role: 'administrator', reason: 'case 4711', until: inMs(hour) };
    const answer = await server.send('post', '/v1/support-access', admin, body);
    expect(answer.status).toBe(422);
    const poor = await server.key(['users:write']);
    const wanted = { ...body, role: 'supervisor' };
    expect((await server.send('post', '/v1/support-access', poor, wanted)).status).toBe(403);
    const { token } = await grant();
    expect((await server.send('post', '/v1/support-access', token, wanted)).status).toBe(403);
  });

  test('with a token that never was is nobody', async () => {
    expect((await server.get('/v1/calls', `cst_${randomUUID()}`)).status).toBe(401);
  });
});
