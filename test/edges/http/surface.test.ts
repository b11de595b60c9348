/**
 * Everything that the server answers, found in the server itself and asked for without credentials,
 * against a list that people look through. `npx vitest run … --update` writes the list anew; a line
 * that says `anybody` is for a person to agree to.
 */
import { join } from 'node:path';
import express, { type Express } from 'express';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stretches } from '../../../src/core/words.ts';
import { type TestServer, testServer } from '../../support/server.ts';

const golden = join(import.meta.dirname, '../../golden/surface.txt');
const inside = '192.0.2.9';
const outside = '198.51.100.7';

interface Place {
  readonly method: string;
  readonly path: string;
}

interface Layer {
  readonly handle: { readonly stack?: readonly Layer[] };
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

let server: TestServer;
let places: readonly Place[];
beforeAll(async () => {
  const mounted = new Map<unknown, string>();
  const use = express.application.use;
  let app: Express | null = null;
  const spy = vi.spyOn(express.application, 'use').mockImplementation(function (
    this: Express,
    ...given: readonly unknown[]
  ) {
    app = this;
    const [path, ...handlers] = given;
    if (typeof path === 'string') for (const one of handlers) mounted.set(one, path);
    return Reflect.apply(use, this, given);
  } as never);
  server = await testServer({
    PUBLIC_URL: 'https://voice.example.com',
    API_FROM: '192.0.2.0/24, 2001:db8::/32',
    API_PER_SECOND_UNKNOWN: '0',
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_ID: 'consentry',
    OIDC_CLIENT_SECRET: 'secret',
  });
  spy.mockRestore();
  expect(app).not.toBeNull();
  const { stack } = app!['router'] as unknown as { stack: readonly Layer[] };
  places = placesIn(stack, '', mounted);
});
afterAll(() => server.close());

function placesIn(
  stack: readonly Layer[],
  base: string,
  mounted: ReadonlyMap<unknown, string>,
): readonly Place[] {
  return stack.flatMap(({ route, handle }) => {
    if (route !== undefined) {
      const path = base + (route.path === '/' && base !== '' ? '' : route.path);
      const methods = Object.keys(route.methods).filter((method) => method !== '_all');
      // What takes every method is one of the carrier's, or refuses those it does not take.
      const names = methods.length === 0 ? (base === '' ? ['post'] : []) : methods;
      return names.map((method) => ({ method: method.toUpperCase(), path }));
    }
    const inner = handle.stack;
    return inner === undefined ? [] : placesIn(inner, base + (mounted.get(handle) ?? ''), mounted);
  });
}

/** Every parameter gets a value that could name something, and does not. */
const addressOf = (path: string) =>
  path
    .replace(':stretch', stretches[0])
    .replaceAll(/:\w+/g, '00000000-0000-0000-0000-000000000000');

const ask = ({ method, path }: Place, from: string, key?: string) => {
  const agent = supertest(server.server.listensAt);
  const request = agent[method.toLowerCase() as 'get'](addressOf(path));
  // The carrier sends forms, and who sends nothing else is told so before any signature is read.
  if (path.startsWith('/twilio/')) request.type('form').send('CallSid=x');
  if (key !== undefined) request.set('authorization', `Bearer ${key}`);
  return request.set('x-forwarded-for', from);
};

/** By what somebody without anything is answered. */
async function needs(place: Place): Promise<string> {
  const { status } = await ask(place, inside);
  if (status === 401) return 'key';
  return status === 403 && place.path.startsWith('/twilio/') ? 'signature' : 'anybody';
}

describe('[cap 12] the public surface', () => {
  test('is what the list says: who may ask for what, and from where', async () => {
    const lines: string[] = [];
    let keyed = 0;
    for (const place of places) {
      const who = await needs(place);
      const hidden = [await ask(place, inside), await ask(place, outside)].map(
        ({ body }) => body.code === 'not_found',
      );
      const where = !hidden[0] && hidden[1] ? 'API_FROM' : 'anywhere';
      if (who === 'key') {
        // By role they stand in access.txt.
        expect([place.path, where]).toEqual([place.path, 'API_FROM']);
        keyed += 1;
        continue;
      }
      lines.push(`${who.padEnd(10)}${where.padEnd(10)}${place.method.padEnd(7)}${place.path}`);
    }
    expect(keyed).toBeGreaterThan(100);
    const text = [
      'What the server answers on its one port without an API key or a session: by whose leave, from',
      'where, and what. Everything else needs one, with the scope that access.txt lists, and is asked',
      'from API_FROM only.',
      '',
      'signature  of the carrier, over the address and every parameter',
      'anybody    without any: what is public, or has its secret in the address or a form',
      'API_FROM   only from these networks, where the setting names any',
      '',
      ...lines,
      `signature anywhere  GET    /twilio/media (WebSocket, with a token that works once)`,
      '',
    ];
    await expect(text.join('\n')).toMatchFileSnapshot(golden);
  });

  test('is not wider for who has a key and asks from elsewhere', async () => {
    const calls = { method: 'GET', path: '/v1/calls' };
    expect((await ask(calls, inside, server.apiKey)).status).toBe(200);
    expect((await ask(calls, '2001:db8::7', server.apiKey)).status).toBe(200);
    for (const from of [outside, '::ffff:198.51.100.7', 'nowhere', `${inside}, ${outside}`]) {
      expect([from, (await ask(calls, from, server.apiKey)).status]).toEqual([from, 404]);
    }
  });

  test('has one WebSocket, which needs the signature of the carrier', async () => {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const agent = supertest(server.server.listensAt);
    const statusOf = async (path: string) => (await agent.get(path).set(upgrade)).status;
    expect(await statusOf('/twilio/media')).toBe(403);
    for (const path of ['/', '/v1/calls', '/media']) expect(await statusOf(path)).toBe(404);
  });
});

describe('[cap 12] what a browser gets', () => {
  test('runs nothing, is framed by nobody, guesses no types and comes back by https', async () => {
    const rest = places.filter(({ path }) => !path.startsWith('/twilio/'));
    expect(rest.length).toBeGreaterThan(100);
    for (const place of [
      ...rest,
      { method: 'GET', path: '/' },
      { method: 'GET', path: '/nothing' },
    ]) {
      const { headers } = await ask(place, inside);
      const told = [place.path, headers['strict-transport-security']];
      expect(told).toEqual([place.path, 'max-age=31536000']);
      const policy = String(headers['content-security-policy']);
      expect([place.path, policy]).toEqual([
        place.path,
        expect.stringMatching(/^default-src 'none'/),
      ]);
      expect([place.path, policy]).toEqual([
        place.path,
        expect.stringContaining("frame-ancestors 'none'"),
      ]);
      expect([place.path, policy]).toEqual([place.path, expect.not.stringContaining('script-src')]);
      expect([place.path, headers['x-content-type-options']]).toEqual([place.path, 'nosniff']);
      expect([place.path, headers['referrer-policy']]).toEqual([place.path, 'no-referrer']);
      expect([place.path, headers['set-cookie']]).toEqual([place.path, undefined]);
    }
  });
});

describe('[cap 12] limits of how often', () => {
  test('hold for keys and for addresses without one, and never for the carrier', async () => {
    const slow = await testServer({ API_PER_SECOND: '1', API_PER_SECOND_UNKNOWN: '1' });
    try {
      const statuses = async (path: string, init: RequestInit) => {
        const all = await Promise.all(
          Array.from({ length: 30 }, () => fetch(`${slow.url}${path}`, init)),
        );
        return [...new Set(all.map(({ status }) => status))].sort();
      };
      const authorization = `Bearer ${slow.apiKey}`;
      expect(await statuses('/v1/calls', { headers: { authorization } })).toEqual([200, 429]);
      expect(await statuses('/v1/calls', {})).toEqual([401, 429]);
      expect(await statuses('/v1/sessions', { method: 'POST' })).toContain(429);
      const webhook = { method: 'POST', body: new URLSearchParams({ CallSid: 'x' }) };
      expect(await statuses('/twilio/voice', webhook)).toEqual([403]);
    } finally {
      await slow.close();
    }
    expect(slow.url).toMatch(/^http:/);
  });

  test('are beside no promise of https where there is none', async () => {
    const plain = await testServer();
    const answer = await fetch(`${plain.url}/v1/calls`);
    await plain.close();
    expect(answer.headers.get('strict-transport-security')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
