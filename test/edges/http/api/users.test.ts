import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, stepAt } from '../../../../src/core/access/totp.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let admin: string;
beforeAll(async () => {
  server = await startApi();
  admin = await server.key(['admin']);
});
afterAll(() => server.close());

const good = 'two goats and a lantern';
let made = 0;

/** An account that has changed its first password, and how to sign in to it. */
async function person(role: string) {
  made += 1;
  const email = `p${made}@example.com`;
  const added = await server.send('post', '/v1/users', admin, { email, name: `P ${made}`, role });
  expect(added.status).toBe(201);
  const { user, password } = added.body;
  const first = await signIn({ email, password, newPassword: good });
  expect(first.status).toBe(201);
  return { id: user.id as string, email, token: first.body.token as string, first: first.body };
}

const signIn = (body: object) => supertest(server.app).post('/v1/sessions').send(body);

/** The bytes of a secret in base32. */
function bytesOf(secret: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret]
    .map((char) => alphabet.indexOf(char).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

async function secondFactor(token: string): Promise<Buffer> {
  const { body, status } = await server.send('post', '/v1/me/second-factor', token);
  expect(status).toBe(201);
  expect(body.recoveryCodes).toHaveLength(10);
  const secret = bytesOf(body.secret);
  const code = codeOf(secret, stepAt(server.time.now));
  const confirmed = await server.send('post', '/v1/me/second-factor/confirm', token, { code });
  expect(confirmed.status).toBe(204);
  server.time.now += 60_000;
  return secret;
}

describe('a person', () => {
  test('gets a first password that is good for choosing another one only', async () => {
    const email = 'first@example.com';
    const { body } = await server.send('post', '/v1/users', admin, {
      email,
      name: 'First',
      role: 'agent',
    });
    const { password } = body;
    expect((await signIn({ email, password })).body.code).toBe('password_too_old');
    expect((await signIn({ email, password, newPassword: 'short' })).status).toBe(422);
    expect((await signIn({ email, password, newPassword: good })).status).toBe(201);
    expect((await signIn({ email, password })).body.code).toBe('sign_in_failed');
    expect((await signIn({ email, password: good })).status).toBe(201);
  });

  test('has one account for an address', async () => {
    const { email } = await person('agent');
    const again = { email: email.toUpperCase(), name: 'Other', role: 'auditor' };
    const { status, body } = await server.send('post', '/v1/users', admin, again);
    expect([status, body.code]).toEqual([409, 'user_exists']);
  });

  test('may do what their role may, and sees what that is', async () => {
    const { token } = await person('supervisor');
    const me = await server.get('/v1/me', token);
    expect(me.body).toMatchObject({ role: 'supervisor', hasSecondFactor: false });
    expect(me.body.scopes).toContain('recordings:listen');
    expect(me.body.scopes).not.toContain('recordings:download');
    expect((await server.get('/v1/calls', token)).status).toBe(200);
    const { status, body } = await server.get('/v1/lines', token);
    expect([status, body.detail]).toEqual([403, 'this needs a role with the scope lines:read']);
    expect((await server.get('/v1/users', token)).status).toBe(403);
  });

  test('is asked for a code once a second factor is in force, and each code counts once', async () => {
    const { email, token } = await person('auditor');
    const secret = await secondFactor(token);
    expect((await signIn({ email, password: good })).body.code).toBe('second_factor_needed');
    const code = codeOf(secret, stepAt(server.time.now));
    expect((await signIn({ email, password: good, code })).status).toBe(201);
    expect((await signIn({ email, password: good, code })).body.code).toBe('sign_in_failed');
  });

  test('sees where they are signed in, and signs out there', async () => {
    const { email, token } = await person('agent');
    const other = (await signIn({ email, password: good })).body;
    const { body } = await server.get('/v1/sessions', token);
    const current = body.data.filter((one: { current: boolean }) => one.current);
    expect([body.data.length, current.length]).toEqual([2, 1]);
    expect((await server.send('delete', `/v1/sessions/${other.id}`, token)).status).toBe(204);
    expect((await server.get('/v1/me', other.token)).status).toBe(401);
    expect((await server.get('/v1/me', token)).status).toBe(200);
    expect((await server.send('delete', `/v1/sessions/${other.id}`, token)).status).toBe(404);
  });

  test('cannot end a session of somebody else', async () => {
    const [one, other] = [await person('agent'), await person('agent')];
    const answer = await server.send('delete', `/v1/sessions/${other.first.id}`, one.token);
    expect(answer.status).toBe(404);
    expect((await server.get('/v1/me', other.token)).status).toBe(200);
  });

  test('changes their password, and is signed out elsewhere', async () => {
    const { email, token } = await person('agent');
    const other = (await signIn({ email, password: good })).body.token;
    const newPassword = 'nine ducks under a bridge';
    const change = (body: object) => server.send('post', '/v1/me/password', token, body);
    expect((await change({ password: 'wrong', newPassword })).status).toBe(401);
    expect((await change({ password: good, newPassword: good })).status).toBe(422);
    expect((await change({ password: good, newPassword })).status).toBe(204);
    expect((await server.get('/v1/me', other)).status).toBe(401);
    expect((await server.get('/v1/me', token)).status).toBe(200);
  });
});

describe('a session', () => {
  test('is no way to guess their password: tries wait', async () => {
    const ann = await person('agent');
    const change = (password: string) =>
      server.send('post', '/v1/me/password', ann.token, {
        password,
        newPassword: 'three goats and a lamp',
      });
    const codes: string[] = [];
    for (let n = 0; n < 6; n += 1) codes.push((await change(`wrong number ${n}`)).body.code);
    expect(codes).toEqual([...Array(5).fill('sign_in_failed'), 'too_many_tries']);
    expect((await change(good)).body.code).toBe('too_many_tries');
    server.time.now += 60_000;
    expect((await change(good)).status).toBe(204);
  });

  test('ends after half an hour without use, and after twelve hours with it', async () => {
    const idle = await person('agent');
    server.time.now += 30 * 60_000 - 1;
    expect((await server.get('/v1/me', idle.token)).status).toBe(200);
    server.time.now += 30 * 60_000;
    expect((await server.get('/v1/me', idle.token)).status).toBe(401);
    const busy = await person('agent');
    for (let quarter = 1; quarter < 48; quarter += 1) {
      server.time.now += 15 * 60_000;
      expect((await server.get('/v1/me', busy.token)).status).toBe(200);
    }
    server.time.now += 15 * 60_000;
    expect((await server.get('/v1/me', busy.token)).status).toBe(401);
  });

  test('is no key: what is for people is not for keys', async () => {
    const { status, body } = await server.get('/v1/me', admin);
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });

  test('of an unknown token is none', async () => {
    expect((await server.get('/v1/me', `css_${'a'.repeat(43)}`)).status).toBe(401);
  });
});

describe('who runs the tenant', () => {
  test('takes an account out of force: its sessions end and none begins', async () => {
    const { id, email, token } = await person('manager');
    const put = await server.send('put', `/v1/users/${id}`, admin, { disabled: true });
    expect(put.body.disabledAt).not.toBeNull();
    expect((await server.get('/v1/me', token)).status).toBe(401);
    expect((await signIn({ email, password: good })).body.code).toBe('sign_in_failed');
    await server.send('put', `/v1/users/${id}`, admin, { disabled: false });
    expect((await signIn({ email, password: good })).status).toBe(201);
  });

  test('gives another role: who holds it signs in anew', async () => {
    const { id, email, token } = await person('manager');
    await server.send('put', `/v1/users/${id}`, admin, { role: 'agent' });
    expect((await server.get('/v1/me', token)).status).toBe(401);
    const { body } = await signIn({ email, password: good });
    expect(body.user.role).toBe('agent');
  });

  test('resets who lost their second factor', async () => {
    const { id, email, token } = await person('agent');
    await secondFactor(token);
    const { body } = await server.send('post', `/v1/users/${id}/reset`, admin);
    expect(body.user.hasSecondFactor).toBe(false);
    const back = { email, password: body.password, newPassword: 'nine ducks under a bridge' };
    expect((await signIn(back)).status).toBe(201);
  });

  test('is nobody who may do less: no role is given, changed or reset beyond one’s own', async () => {
    const key = await server.key(['users:write', 'calls:read', 'screen']);
    const add = (role: string) =>
      server.send('post', '/v1/users', key, { email: `${role}@limits.example`, name: 'X', role });
    expect((await add('dialer')).status).toBe(201);
    for (const role of ['administrator', 'agent', 'privacy-officer']) {
      expect([role, (await add(role)).body.code]).toEqual([role, 'forbidden']);
    }
    const dialer = await person('dialer');
    const boss = await person('manager');
    const change = (id: string, body: object) => server.send('put', `/v1/users/${id}`, key, body);
    expect((await change(dialer.id, { name: 'Y' })).status).toBe(200);
    expect((await change(dialer.id, { role: 'administrator' })).body.code).toBe('forbidden');
    expect((await change(boss.id, { role: 'dialer' })).body.code).toBe('forbidden');
    expect((await change(boss.id, { disabled: true })).body.code).toBe('forbidden');
    expect((await server.send('post', `/v1/users/${boss.id}/reset`, key)).body.code).toBe(
      'forbidden',
    );
    expect((await server.get('/v1/me', boss.token)).status).toBe(200);
    expect((await server.send('post', `/v1/users/${dialer.id}/reset`, key)).status).toBe(201);
  });

  test('cannot take away the last administrator', async () => {
    const { id } = await person('administrator');
    for (const change of [{ disabled: true }, { role: 'agent' }]) {
      expect((await server.send('put', `/v1/users/${id}`, admin, change)).status).toBe(409);
    }
    await person('administrator');
    expect((await server.send('put', `/v1/users/${id}`, admin, { role: 'agent' })).status).toBe(
      200,
    );
  });

  test('asks everybody for a second factor: who has none can set one up and nothing else', async () => {
    const rules = await server.get('/v1/settings/sign-in', admin);
    const wanted = { ...rules.body, secondFactor: 'every-login' };
    for (const field of ['by', 'at']) delete wanted[field];
    const set = await server.send('put', '/v1/settings/sign-in', admin, wanted);
    expect(set.body).toMatchObject({ secondFactor: 'every-login', version: wanted.version + 1 });
    const { token } = await person('supervisor');
    const refused = await server.get('/v1/calls', token);
    expect([refused.status, refused.body.detail]).toEqual([
      403,
      'set up a second factor first: POST /v1/me/second-factor',
    ]);
    expect((await server.get('/v1/me', token)).body.scopes).toEqual([]);
    await secondFactor(token);
    expect((await server.get('/v1/calls', token)).status).toBe(200);
    // Two that looked at the same version: the second one is told.
    const late = await server.send('put', '/v1/settings/sign-in', admin, wanted);
    expect([late.status, late.body.code]).toEqual([409, 'conflict']);
    const back = { ...wanted, secondFactor: 'optional', version: wanted.version + 1 };
    expect((await server.send('put', '/v1/settings/sign-in', admin, back)).status).toBe(200);
  });
});

test('nobody is told whether an address has an account', async () => {
  const { email } = await person('agent');
  const wrong = { password: 'not this one at all' };
  const [known, unknown] = [
    await signIn({ email, ...wrong }),
    await signIn({ email: 'nobody@example.com', ...wrong }),
  ];
  expect(known.body).toEqual(unknown.body);
  expect([known.status, unknown.status]).toEqual([401, 401]);
  server.time.address = '198.51.100.1';
});
