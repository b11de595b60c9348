import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
beforeAll(async () => {
  server = await startApi();
  key = await server.key(['choices:read', 'choices:write']);
});
afterAll(() => server.close());

const path = '/v1/settings/lawful-bases';
const claim = (more: object = {}) => ({
  purpose: 'recording',
  basis: 'contract',
  justification: 'Orders by telephone are recorded to prove what was ordered.',
  reviewer: 'A. Meyer, counsel',
  place: 'DE',
  reviewBy: '2027-01-31',
  ...more,
});
const put = (bases: readonly object[], version: number) =>
  server.send('put', path, key, { bases, version });
const interests = {
  basis: 'legitimate-interests',
  balancing: 'Callers expect it, are told, and can object at once.',
  objection: 'Press star, or write to the address in the notice.',
};

describe('a lawful basis', () => {
  test('[cap 28] without its justification is refused', async () => {
    const { status, body } = await put([claim({ justification: 'because' })], 0);
    expect([status, body.mistakes.map((one: { path: string }) => one.path)]).toEqual([
      422,
      ['body.bases.0.justification'],
    ]);
  });

  test.each([
    ['without a balancing note', { ...interests, balancing: null }, 'balancing'],
    ['without a way to object', { ...interests, objection: ' ' }, 'objection'],
    ['for training', { ...interests, purpose: 'training' }, 'basis'],
  ])('of legitimate interests %s is refused', async (_, change, field) => {
    const { status, body } = await put([claim(change)], 0);
    expect([status, body.mistakes[0].path]).toEqual([422, `body.bases.0.${field}`]);
  });

  test('is kept with who claimed it, as a version, and another one for the same is refused', async () => {
    const first = await put([claim(), claim({ ...interests, purpose: 'analysis' })], 0);
    expect(first.body).toMatchObject({ version: 1, by: expect.any(String) });
    expect((await server.get(path, key)).body.bases).toHaveLength(2);
    expect((await put([claim()], 0)).status).toBe(409);
    const twice = await put([claim(), claim()], 1);
    expect([twice.status, twice.body.mistakes[0].path]).toEqual([422, 'body.bases.1.purpose']);
    expect((await put([], 1)).body.bases).toEqual([]);
  });
});
