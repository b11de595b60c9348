import type { Router } from 'express';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scopes } from '../../../../src/core/access/scope.ts';
import { errorTable } from '../../../../src/core/error.ts';
import { type ApiServer, startApi } from './support.ts';

interface Operation {
  readonly operationId: string;
  /** Empty: for anybody. */
  readonly security: readonly [{ readonly apiKey: readonly [string] }] | readonly [];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
  }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, object> }
  >;
}
interface Description {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

let server: ApiServer;
let described: Description;
beforeAll(async () => {
  server = await startApi();
  described = (await supertest(server.app).get('/openapi.json')).body;
});
afterAll(() => server.close());

const operations = () =>
  Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** Nothing is to be said with them. */
const deletedBy = ['delete /lists/{list}/entries'];
const bodiless = [
  '/lists/{list}/import',
  '/list-imports/{import}/undo',
  '/email-requests/{emailRequest}/send',
  '/me/second-factor',
  '/users/{user}/reset',
  '/webhooks/{webhook}/secret',
  '/webhooks/{webhook}/test',
  '/webhooks/{webhook}/deliveries/{delivery}/again',
];
/** They need more than the scope: a reason and numbers in full, or a person who has signed in. */
const needing = ['/lists/{list}/export', '/lists/{list}/entries', '/list-imports/{import}/vouch'];
/** A list of any length, which is no object. */
const streamed = '/screenings/batch';
/** What they answer with, or are asked with, is not kept even sealed. */
const secretive = /^\/(sessions|me|users)(\/|$)/;
/** A second use is what it is there to refuse. */
const onceOnly = [
  '/list-imports/{import}/vouch',
  '/permits/{permit}/consume',
  '/recordings/{recording}/links',
  '/recordings/{recording}/download',
  '/calls/{call}/reveal',
  '/support-access',
];

/** Every method of every path that Express will answer; 405 answers to the rest. */
function routed(router: Router): string[] {
  return router.stack.flatMap(({ route }) => {
    if (route === undefined) return [];
    const methods = new Set(route.stack.map(({ method }) => method).filter(Boolean));
    return [...methods].map((method) => `${method} ${route.path}`);
  });
}

describe('the description', () => {
  test('is OpenAPI 3.1, for everybody', async () => {
    const { status, type, headers } = await supertest(server.app).get('/openapi.json');
    expect([status, type]).toEqual([200, 'application/json']);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(described.openapi).toMatch(/^3\.1\.\d+$/);
  });

  test('names exactly the routes that are served', () => {
    const named = operations().map(
      ({ path, method }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    expect(routed(server.api['/v1']).sort()).toEqual(named.sort());
    expect(named.length).toBeGreaterThanOrEqual(17);
  });

  test('names the routes of the contract', () => {
    const named = operations().map(({ path, method }) =>
      `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`.toUpperCase(),
    );
    for (const route of [
      'GET /calls',
      'GET /calls/{}',
      'POST /calls/{}/withdraw',
      'POST /calls/{}/recording',
      'GET /recordings',
      'GET /recordings/{}',
      'GET /recordings/{}/audio',
      'GET /recordings/{}/download',
      'GET /receipts/{}',
      'GET /ledger/checkpoint',
      'GET /ledger/tile/{}/{}',
      'GET /lines',
      'GET /lines/{}',
      'PUT /lines/{}',
      'POST /screenings',
      'POST /screenings/batch',
      'GET /settings/screening',
      'PUT /settings/screening',
      'GET /flows',
      'GET /flows/{}',
      'PUT /flows/{}/{}',
      'POST /flows/{}/{}/check',
      'POST /flows/{}/{}/publish',
      'POST /flows/{}/rollback',
      'GET /prompts',
      'PUT /prompts/{}/{}',
      'GET /keys',
      'POST /keys',
      'DELETE /keys/{}',
    ]) {
      expect(named).toContain(route.toUpperCase());
    }
  });

  test('gives every operation a name of its own and one scope of the closed list', () => {
    const names = operations().map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { operation } of operations()) {
      if (operation.security.length === 0) continue;
      const [scope, ...more] = operation.security[0].apiKey;
      expect([...scopes, 'self']).toContain(scope);
      expect(scope).not.toBe('admin');
      expect(more).toEqual([]);
    }
  });

  test('has every parameter of a path, and no other', () => {
    for (const { path, operation } of operations()) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const given = operation.parameters.filter((one) => one.in === 'path');
      expect(given.map(({ name }) => name)).toEqual(wanted);
      expect(given.every(({ required }) => required)).toBe(true);
    }
  });

  test('has a body exactly where one is sent, and refuses what it does not name', () => {
    for (const { path, method, operation } of operations()) {
      const schema = operation.requestBody?.content['application/json']?.schema;
      const isSent =
        (['post', 'put', 'patch'].includes(method) || deletedBy.includes(`${method} ${path}`)) &&
        !bodiless.includes(path);
      expect([path, schema !== undefined]).toEqual([path, isSent]);
      if (path === streamed) expect(schema).toHaveProperty('type', 'array');
      else if (schema !== undefined) expect(schema).toHaveProperty('additionalProperties', false);
    }
  });

  test('says which POST may be repeated under a key, and which audio comes in ranges', () => {
    for (const { path, method, operation } of operations()) {
      const headers = operation.parameters.filter((one) => one.in === 'header');
      const names = headers.map(({ name }) => name);
      const isRepeatable =
        method === 'post' && !secretive.test(path) && ![streamed, ...onceOnly].includes(path);
      expect([path, names.includes('Idempotency-Key')]).toEqual([path, isRepeatable]);
      expect(names.includes('Range')).toBe(
        method === 'get' && /audio|download|listening/.test(path),
      );
    }
  });

  test('refers to nothing that is not in it', () => {
    const text = JSON.stringify(described);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(20);
    for (const [, name] of references) expect(described.components.schemas).toHaveProperty(name!);
    expect(text.match(/"\$ref"/g)).toHaveLength(references.length);
    expect(text).not.toContain('"$schema"');
  });

  test('lists what can go wrong as problems, with codes that exist', () => {
    for (const { operation } of operations()) {
      const failures = Object.entries(operation.responses).filter(
        ([status]) => Number(status) >= 400,
      );
      expect(failures.map(([status]) => status)).toEqual(
        expect.arrayContaining([
          ...(operation.security.length === 0 ? [] : ['401', '403']),
          '422',
          '500',
        ]),
      );
      for (const [status, { description, content }] of failures) {
        expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
        for (const [, code] of description.matchAll(/^`(\w+)`/gm)) {
          expect(String(errorTable[code as keyof typeof errorTable][0])).toBe(status);
        }
      }
    }
  });
});

describe('every route', () => {
  test('refuses whoever has no key, and whoever has every scope but its own', async () => {
    for (const { path, method, operation } of operations()) {
      const at = `/v1${path.replaceAll(/\{\w+\}/g, '0')}`;
      const verb = method as 'get' | 'post' | 'put' | 'delete';
      if (operation.security.length === 0) continue;
      const unsigned = await supertest(server.app)[verb](at);
      expect([at, unsigned.status]).toEqual([at, 401]);
      const [needed] = operation.security[0].apiKey;
      const rest = scopes.filter((scope) => scope !== needed && scope !== 'admin');
      const others = await server.key(rest);
      const request = supertest(server.app)[verb](at).set('authorization', `Bearer ${others}`);
      expect([method, at, (await request).status]).toEqual([method, at, 403]);
    }
  });

  test('with its scope is let in', async () => {
    for (const { path, method, operation } of operations()) {
      if (operation.security[0]?.apiKey[0] === 'self' || operation.security.length === 0) continue;
      const key = await server.key([operation.security[0].apiKey[0] as (typeof scopes)[number]]);
      const at = `/v1${path.replaceAll(/\{\w+\}/g, '0')}`;
      const verb = method as 'get' | 'post' | 'put' | 'delete';
      const { status } = await supertest(server.app)
        [verb](at)
        .set('authorization', `Bearer ${key}`);
      expect([
        method,
        at,
        [200, 201, 404, 415, ...(needing.includes(path) ? [403, 409, 422] : [])].includes(status),
      ]).toEqual([method, at, true]);
    }
  });
});

describe('the page for people', () => {
  test('shows every route, scope and code, and runs nothing', async () => {
    const { status, text, headers } = await supertest(server.app).get('/docs');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const { path, operation } of operations()) {
      expect(text).toContain(`<code>/v1${path}</code>`);
      expect(text).toContain(`id="${operation.operationId}"`);
    }
    for (const scope of scopes) expect(text).toContain(`<code>${scope}</code>`);
    for (const code of Object.keys(errorTable)) expect(text).toContain(`<code>${code}</code>`);
    expect(text).not.toMatch(/<script|javascript:| on\w+=| style=/i);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; /,
    );
  });

  test('has a style that its policy lets through', async () => {
    const { text, headers } = await supertest(server.app).get('/docs');
    const [, style] = /<style>([\s\S]*)<\/style>/.exec(text) ?? [];
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    const hash = Buffer.from(digest).toString('base64');
    expect(headers['content-security-policy']).toContain(`'sha256-${hash}'`);
  });

  test('links only to places that exist', async () => {
    const { text } = await supertest(server.app).get('/docs');
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...text.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect(ids).toContain(link);
  });
});
