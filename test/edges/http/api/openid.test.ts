/** Signing in by a real provider on this machine, as a browser would. */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFieldCipher } from '../../../../src/adapters/keys/field-cipher.ts';
import { openIdClient } from '../../../../src/adapters/openid/client.ts';
import type { OpenIdClient } from '../../../../src/app/openid-sign-in.ts';
import { type ApiServer, startApi } from './support.ts';

const redirectUri = 'http://127.0.0.1:9/sign-in/openid';
const clientId = 'consentry';
const clientSecret = randomBytes(24).toString('base64url');

/** What the provider says of who signs in. */
const person = { email: '', verified: true, amr: ['pwd'] as string[] };
let provider: Server;
let issuer: string;
let server: ApiServer;
let admin: string;

/** The package has no types of its own. */
// biome-ignore lint/suspicious/noExplicitAny: see above
async function loadProvider(): Promise<any> {
  const name = 'oidc-provider';
  return (await import(name)).default;
}

async function startProvider(): Promise<Server> {
  const Provider = await loadProvider();
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: [randomBytes(16).toString('hex')] },
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: person.email, email_verified: person.verified }),
    }),
  });
  const answer = oidc.callback();
  /** Whoever comes is signed in, and agrees. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await oidc.interactionDetails(request, response);
    if (prompt.name === 'login') {
      const login = { accountId: randomUUID(), amr: person.amr };
      await oidc.interactionFinished(request, response, { login });
      return;
    }
    const grant = new oidc.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope('openid email');
    const consent = { grantId: await grant.save() };
    const merged = { mergeWithLastSubmission: true };
    await oidc.interactionFinished(request, response, { consent }, merged);
  }
  http.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) void interact(request, response);
    else answer(request, response);
  });
  return http;
}

/** This machine, as the register of recipients has it. */
const mayReach = (host: string) => host === '127.0.0.1' || host === 'localhost';

beforeAll(async () => {
  provider = await startProvider();
  const client = openIdClient({ issuer, clientId, clientSecret, redirectUri, mayReach });
  const cipher = createFieldCipher(randomBytes(32), randomBytes(32));
  server = await startApi({ openId: { client, cipher } });
  admin = await server.key(['admin']);
});
afterAll(async () => {
  provider.closeAllConnections();
  provider.close();
  await server.close();
});
beforeEach(() => {
  person.verified = true;
  person.amr = ['pwd'];
});

const post = (path: string, body: object = {}) => supertest(server.app).post(path).send(body);

async function account(role = 'supervisor'): Promise<{ id: string; email: string }> {
  const email = `${randomUUID()}@example.com`;
  const { body } = await server.send('post', '/v1/users', admin, { email, name: 'Ann', role });
  person.email = email;
  return { id: body.user.id, email };
}

/** Follows the provider until it sends the browser back; what stood in that address. */
async function visit(url: string): Promise<Record<string, string>> {
  const jar = new Map<string, string>();
  let at = url;
  for (let hops = 0; hops < 12; hops += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`the provider answered ${answer.status}`);
    at = new URL(location, at).href;
    if (at.startsWith(redirectUri)) return Object.fromEntries(new URL(at).searchParams);
  }
  throw new Error('the provider never sent the browser back');
}

async function begun() {
  const { status, body } = await post('/v1/sessions/openid');
  expect(status).toBe(201);
  return body as { url: string; attempt: string };
}

const finish = (body: object) => post('/v1/sessions/openid/finish', body);

describe('signing in by OpenID Connect [cap 1]', () => {
  test('gives a session to who has an account of the verified address', async () => {
    const { id, email } = await account();
    const { url, attempt } = await begun();
    const query = new URL(url).searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(query.get(name)).toMatch(/^[A-Za-z0-9_-]{43}$/);
    }
    const { status, body } = await finish({ attempt, ...(await visit(url)) });
    expect([status, body.user?.email, body.restricted]).toEqual([201, email, false]);
    const me = await server.get('/v1/me', body.token);
    expect([me.status, me.body.id]).toEqual([200, id]);
    const rows = await server.database.sql`select kind, allowed from audit where by = ${id}`;
    expect([...rows]).toEqual([{ kind: 'change', allowed: true }]);
  });

  test('is refused for an address that is not verified, unknown, or out of force', async () => {
    const { id } = await account();
    const tryIt = async () => {
      const { url, attempt } = await begun();
      const { status, body } = await finish({ attempt, ...(await visit(url)) });
      return [status, body.code];
    };
    person.verified = false;
    expect(await tryIt()).toEqual([401, 'sign_in_failed']);
    person.verified = true;
    expect((await tryIt())[0]).toBe(201);
    await server.send('put', `/v1/users/${id}`, admin, { disabled: true });
    expect(await tryIt()).toEqual([401, 'sign_in_failed']);
    person.email = 'nobody@example.com';
    expect(await tryIt()).toEqual([401, 'sign_in_failed']);
  });

  test('is refused for a code of another attempt, a changed one, and the same one twice', async () => {
    await account();
    const [mine, other] = [await begun(), await begun()];
    const back = await visit(mine.url);
    const foreign = await visit(other.url);
    for (const body of [
      { attempt: other.attempt, ...back },
      { attempt: mine.attempt, ...back, state: foreign['state'] },
      { attempt: mine.attempt, ...back, code: foreign['code'] },
      { attempt: mine.attempt, ...back, iss: 'http://127.0.0.1:1' },
      { attempt: `${mine.attempt.slice(0, -4)}AAAA`, ...back },
      { attempt: 'AAAA', ...back },
    ]) {
      const { status, body: answer } = await finish(body);
      expect([status, answer.code]).toEqual([401, 'sign_in_failed']);
    }
    const fresh = await begun();
    const body = { attempt: fresh.attempt, ...(await visit(fresh.url)) };
    expect((await finish(body)).status).toBe(201);
    expect((await finish(body)).status).toBe(401);
  });

  test('is over after ten minutes', async () => {
    await account();
    const { url, attempt } = await begun();
    const back = await visit(url);
    server.time.now += 10 * 60_000;
    expect((await finish({ attempt, ...back })).status).toBe(401);
  });

  test('has to bring a second factor where one is asked for [cap 2]', async () => {
    const current = await server.get('/v1/settings/sign-in', admin);
    const { version, password } = current.body;
    const rule = { version, password, secondFactor: 'every-login' };
    expect((await server.send('put', '/v1/settings/sign-in', admin, rule)).status).toBe(200);
    await account();
    const first = await begun();
    const refused = await finish({ attempt: first.attempt, ...(await visit(first.url)) });
    expect([refused.status, refused.body.code]).toEqual([401, 'second_factor_needed']);
    person.amr = ['pwd', 'mfa'];
    const second = await begun();
    const { status } = await finish({ attempt: second.attempt, ...(await visit(second.url)) });
    expect(status).toBe(201);
    const back = { ...rule, version: version + 1, secondFactor: 'optional' };
    await server.send('put', '/v1/settings/sign-in', admin, back);
  });

  test('checks nonce, audience and PKCE against what was asked', async () => {
    await account();
    const client = openIdClient({ issuer, clientId, clientSecret, redirectUri, mayReach });
    const changed: Record<string, (known: Attempt) => Attempt> = {
      nonce: (known) => ({ ...known, nonce: 'x'.repeat(43) }),
      verifier: (known) => ({ ...known, verifier: 'x'.repeat(43) }),
      nothing: (known) => known,
    };
    for (const [what, change] of Object.entries(changed)) {
      const { url, attempt } = await client.begin();
      const { code = '', state = '', iss } = await visit(url);
      const outcome = client.finish(change(attempt), { code, state, iss });
      if (what === 'nothing') expect(await outcome).toMatchObject({ emailVerified: true });
      else await expect(outcome).rejects.toMatchObject({ code: 'sign_in_failed' });
    }
    const other = openIdClient({ issuer, clientId: 'other', clientSecret, redirectUri, mayReach });
    const { url, attempt } = await client.begin();
    const { code = '', state = '', iss } = await visit(url);
    const outcome = other.finish(attempt, { code, state, iss });
    await expect(outcome).rejects.toMatchObject({ code: 'sign_in_failed' });
  });

  test('says so when the provider cannot be reached, and tries again the next time', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    const settings = {
      issuer: `http://127.0.0.1:${port}`,
      clientId,
      clientSecret,
      redirectUri,
      mayReach,
    };
    const client = openIdClient(settings);
    await expect(client.begin()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(client.begin()).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('is asked nowhere that stands in no entry of the recipients', async () => {
    const asked: string[] = [];
    const strict = (host: string) => {
      asked.push(host);
      return false;
    };
    const settings = { issuer, clientId, clientSecret, redirectUri, mayReach: strict };
    const refused = { code: 'unavailable', publicText: expect.stringMatching(/no entry/) };
    await expect(openIdClient(settings).begin()).rejects.toMatchObject(refused);
    expect(asked).toEqual([new URL(issuer).hostname]);
  });
});

test('where no provider is set up, there is none', async () => {
  const { openId } = server.parts;
  const plain = await startApi();
  expect(openId).not.toBeNull();
  const { status, body } = await supertest(plain.app).post('/v1/sessions/openid').send({});
  expect([status, body.code]).toEqual([404, 'not_found']);
  await plain.close();
});

type Attempt = Awaited<ReturnType<OpenIdClient['begin']>>['attempt'];
