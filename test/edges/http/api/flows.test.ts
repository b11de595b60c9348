import { afterAll, beforeAll, expect, test } from 'vitest';
import { shipped } from '../../../model/flows.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let reader: string;
beforeAll(async () => {
  server = await startApi({ shelf: shipped });
  reader = await server.key(['flows:read']);
});
afterAll(() => server.close());

test('every flow is listed once, with the version that new calls run', async () => {
  const { status, body } = await server.get('/v1/flows', reader);
  expect(status).toBe(200);
  const names = body.data.map(({ name }: { name: string }) => name);
  expect(names).toEqual([...new Set(shipped.all().map(({ name }) => name))]);
  const strict = body.data.find(({ name }: { name: string }) => name === 'inbound-strict');
  expect(strict).toMatchObject({
    role: 'caller',
    purposes: ['recording', 'training'],
    current: 3,
    versions: [
      { version: 1, published: true },
      { version: 2, published: true },
      { version: 3, published: true },
    ],
  });
});

test('one flow shows what it says and asks', async () => {
  const { body } = await server.get('/v1/flows/rights', reader);
  expect(body.definition.steps.choose).toMatchObject({ menu: 'rights-menu' });
  expect(body.current).toBe(1);
});

test.each(['/v1/flows/nothing', '/v1/flows/constructor'])('%s is not there', async (path) => {
  expect((await server.get(path, reader)).status).toBe(404);
});

test('needs its own scope', async () => {
  const key = await server.key(['lines:read']);
  expect((await server.get('/v1/flows', key)).status).toBe(403);
});
