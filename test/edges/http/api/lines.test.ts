import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultLine, findLine, setLine } from '../../../../src/app/lines.ts';
import { line, linePage } from '../../../../src/edges/http/api/shapes.ts';
import { type ApiServer, startApi } from './support.ts';

const settings = { flow: 'inbound', locale: 'en', controller: 'Example Ltd' };
const berlin = '+4930123456';
const london = '+442079460018';

let server: ApiServer;
let writer: string;
let reader: string;
beforeAll(async () => {
  server = await startApi();
  writer = await server.key(['lines:read', 'lines:write']);
  reader = await server.key(['lines:read']);
});
afterAll(() => server.close());

const put = (number: string, body: object) =>
  server.send('put', `/v1/lines/${number}`, writer, body);

describe('a line', () => {
  test('is made, changed and shown with its number in full', async () => {
    const made = await put('+49 (30) 123-456', settings);
    expect(made.status).toBe(200);
    expect(line.parse(made.body)).toEqual(made.body);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      number: berlin,
      ...settings,
      agent: null,
      team: null,
      default: false,
      updatedAt: '2026-03-02T00:00:00.000Z',
    });
    const changed = await put(encodeURIComponent(berlin), {
      ...settings,
      locale: 'de',
      controller: ' Müller & Söhne „Büro“ ',
      agent: '+1 202 555 0123',
      default: true,
    });
    expect(changed.body).toMatchObject({
      number: berlin,
      locale: 'de',
      controller: 'Müller & Söhne „Büro“',
      agent: '+12025550123',
      default: true,
    });
    expect((await server.get(`/v1/lines/${berlin}`, writer)).body).toEqual(changed.body);
    const [row] = await server.database.sql`select count(*)::int as n from line`;
    expect(row!['n']).toBe(1);
  });

  test('hides where its agent is from those who may not change it', async () => {
    const one = await server.get(`/v1/lines/${berlin}`, reader);
    const all = await server.get('/v1/lines', reader);
    expect(one.body.agent).toBe('+1 202 ••••• 123');
    expect(all.body.data).toEqual([one.body]);
    expect(one.text + all.text).not.toContain('2025550123');
    await put(berlin, { ...settings, agent: 'sip:alice@example.com' });
    expect((await server.get(`/v1/lines/${berlin}`, reader)).body.agent).toBe('sip:•••••');
    expect((await server.get(`/v1/lines/${berlin}`, writer)).body.agent).toBe(
      'sip:alice@example.com',
    );
  });

  test('keeps agent and default when they are not mentioned, and loses the agent by null', async () => {
    await put(berlin, { ...settings, agent: '+12025550123', default: true });
    expect((await put(berlin, settings)).body).toMatchObject({
      agent: '+12025550123',
      default: true,
    });
    expect((await put(berlin, { ...settings, agent: null })).body.agent).toBeNull();
    expect((await put(berlin, { ...settings, default: false })).body.default).toBe(false);
  });

  test('takes being the default from the line that was', async () => {
    await put(berlin, { ...settings, default: true });
    await put(london, { ...settings, default: true });
    const { body } = await server.get('/v1/lines', reader);
    expect(linePage.parse(body)).toEqual(body);
    expect(
      body.data.map((one: { number: string; default: boolean }) => [one.number, one.default]),
    ).toEqual([
      [london, true],
      [berlin, false],
    ]);
  });

  test('is the only default even when two are made it at once', async () => {
    const { parts, tenant } = server;
    await Promise.all(
      [berlin, london, berlin, london].map((number) =>
        setLine(parts, tenant.id, number, { ...settings, isDefault: true }),
      ),
    );
    const { body } = await server.get('/v1/lines', reader);
    expect(body.data.filter((one: { default: boolean }) => one.default)).toHaveLength(1);
  });

  test('is found by the token of its number, and as the default', async () => {
    const { parts, tenant, other } = server;
    await put(london, { ...settings, default: true });
    const token = tenant.cipher.token(london);
    expect(await findLine(parts, tenant.id, token)).toMatchObject({ number: london });
    expect(await defaultLine(parts, tenant.id)).toMatchObject({ number: london });
    expect(await findLine(parts, tenant.id, tenant.cipher.token('+4930999999'))).toBeNull();
    expect(await findLine(parts, other.id, token)).toBeNull();
    expect(await defaultLine(parts, other.id)).toBeNull();
  });

  test('is nowhere in clear in the database', async () => {
    await put(berlin, { ...settings, agent: '+12025550123' });
    const [row] = await server.database.sql`
      select string_agg(line::text || encode(number_sealed, 'escape') || encode(agent_sealed, 'escape'), '') as t
      from line`;
    for (const digits of ['30123456', '2025550123', '2079460018']) {
      expect(row!['t']).not.toContain(digits);
    }
  });

  test.each(['+4930999999', 'desk', '+', '%2B'])('is not there as %s', async (number) => {
    expect((await server.get(`/v1/lines/${number}`, reader)).status).toBe(404);
  });

  test('of another tenant is another line', async () => {
    const foreign = await server.key(['admin'], server.other);
    expect((await server.get(`/v1/lines/${berlin}`, foreign)).status).toBe(404);
    expect((await server.get('/v1/lines', foreign)).body).toEqual({ data: [], next: null });
  });

  test('cannot be changed by those who may only read', async () => {
    expect((await server.send('put', `/v1/lines/${berlin}`, reader, settings)).status).toBe(403);
  });
});

describe('a mistake in a line', () => {
  test('is named with what is allowed, each of them', async () => {
    const { status, body } = await put('desk', {
      flow: 'outbound',
      locale: 'en',
      controller: ' ',
      agent: 'alice',
    });
    expect([status, body.code]).toEqual([422, 'invalid_request']);
    expect(body.mistakes).toMatchObject([
      { path: 'number', what: 'is not a telephone number' },
      { path: 'flow', what: 'there is no such flow', allowed: 'inbound, inbound-speech' },
      { path: 'controller' },
      { path: 'agent' },
    ]);
  });

  test.each([
    ['a locale the flow does not have', { flow: 'inbound-speech', locale: 'de' }, 'locale', 'en'],
    [
      'a flow named like an inherited field',
      { flow: 'constructor' },
      'flow',
      'inbound, inbound-speech',
    ],
    ['a name with markup', { controller: 'A\u0007B' }, 'controller', null],
    ['a name of 101 letters', { controller: 'a'.repeat(101) }, 'controller', null],
    ['an agent who is the line', { agent: '+49 30 123456' }, 'agent', null],
    ['a national number as agent', { agent: '030 123456' }, 'agent', null],
    ['a sip address with a space', { agent: 'sip:a b@example.com' }, 'agent', null],
    ['an address of another scheme', { agent: 'https://example.com' }, 'agent', null],
    ['an empty agent', { agent: '' }, 'agent', null],
  ])('such as %s is refused', async (_, change, path, allowed) => {
    const { status, body } = await put(berlin, { ...settings, ...change });
    expect(status).toBe(422);
    expect(body.mistakes).toHaveLength(1);
    expect(body.mistakes[0].path).toBe(path);
    if (allowed !== null) expect(body.mistakes[0].allowed).toBe(allowed);
  });
});

describe('who is limited to a team', () => {
  let north: string;
  beforeAll(async () => {
    const admin = await server.key(['admin']);
    await put(encodeURIComponent(berlin), { ...settings, team: 'north', default: false });
    await put(encodeURIComponent(london), { ...settings, team: 'south' });
    const email = 'north@example.com';
    const { body } = await server.send('post', '/v1/users', admin, {
      ...{ email, name: 'N', role: 'manager' },
    });
    const limits = { teams: ['north'] };
    await server.send('put', `/v1/users/${body.user.id}`, admin, { limits });
    const { password } = body;
    const newPassword = 'two goats and a lantern';
    const session = await server.send('post', '/v1/sessions', '', { email, password, newPassword });
    north = session.body.token;
  });
  const set = (number: string, body: object) =>
    server.send('put', `/v1/lines/${encodeURIComponent(number)}`, north, { ...settings, ...body });

  test('sees its lines, and no others are there', async () => {
    const { data } = (await server.get('/v1/lines', north)).body;
    expect(data.map((one: { number: string }) => one.number)).toEqual([berlin]);
    expect((await server.get(`/v1/lines/${berlin}`, north)).status).toBe(200);
    expect((await server.get(`/v1/lines/${london}`, north)).status).toBe(404);
  });

  test('changes its lines, and takes none over', async () => {
    expect((await set(berlin, { controller: 'North Ltd', team: 'north' })).status).toBe(200);
    expect((await set(london, { team: 'north' })).status).toBe(404);
    expect((await set(london, { agent: '+12025550199' })).status).toBe(404);
    for (const [number, body] of [
      ['+4930123999', {}],
      [berlin, { team: 'south' }],
      [berlin, { team: null }],
      [berlin, { default: true }],
    ] as const) {
      expect([body, (await set(number, body)).body.code]).toEqual([body, 'forbidden']);
    }
    expect((await server.get(`/v1/lines/${london}`, writer)).body.team).toBe('south');
  });
});
