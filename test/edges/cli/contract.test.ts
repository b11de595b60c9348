import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ended } from '../../../src/app/end-contract.ts';
import { type ApiServer, startApi } from '../http/api/support.ts';
import { consentry } from './console.ts';

let server: ApiServer;
let admin: string;
beforeAll(async () => {
  server = await startApi();
  admin = await server.key(['admin']);
});
afterAll(() => server.close());

const asked: boolean[] = [];
const ended = (proved: boolean): Ended => ({
  proved,
  steps: [
    { step: 'the key', found: 'gone', left: 0 },
    {
      step: 'messages at the carrier',
      found: proved ? 'gone' : 'unknown',
      left: proved ? 0 : null,
    },
  ],
  certificate: '{}',
  path: '/data/ending/certificate-1.json',
});
const run = (...args: string[]) => {
  const { offers, clock, random } = server.parts;
  const endContract = async (acceptRest: boolean) => {
    asked.push(acceptRest);
    return ended(!acceptRest);
  };
  return consentry(
    { stores: { contract: { offers, clock, random } }, endContract },
    'contract',
    ...args,
  );
};
const shown = async () => (await server.get('/v1/settings/contract', admin)).body.offer;

describe('the command contract', () => {
  test('offers a copy, shows the offer with how to take one, and takes it back', async () => {
    expect(await run('show')).toMatchObject({ code: 1, err: expect.stringMatching(/goes on/) });
    const { code, out } = await run('offer', '--days', '10');
    const until = new Date(server.time.now + 10 * 86_400_000).toISOString();
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(`nothing is destroyed before ${until}`),
    ]);
    expect(out).toContain('npx consentry export make history');
    expect(await shown()).toMatchObject({ until, by: 'operator', exports: 0, holds: 0 });
    expect(await run('offer')).toMatchObject({ code: 1, err: expect.stringMatching(/already/) });
    expect((await run('show', '--json')).out).toContain(`"until":"${until}"`);
    expect((await run('cancel')).out).toBe('the business goes on\n');
    expect(await shown()).toBe(null);
    expect(await run('cancel')).toMatchObject({ code: 1, err: expect.stringMatching(/nothing/) });
  });

  test('ends it with the words that say so only, and with code 1 what is not proved', async () => {
    expect((await run('end')).code).toBe(2);
    expect((await run('end', '--confirm', 'yes')).code).toBe(2);
    expect(asked).toEqual([]);
    const words = ['--confirm', 'destroy everything'];
    const done = await run('end', ...words);
    expect([done.code, done.out]).toEqual([
      0,
      expect.stringMatching(/the key +gone +0\n[\s\S]*certificate: \/data\/ending/),
    ]);
    expect((await run('end', ...words, '--accept-rest')).code).toBe(1);
    expect(asked).toEqual([false, true]);
  });
});

describe('the offer by the API', () => {
  test('is made and taken back by an administrator, and stands in the audit', async () => {
    const manager = await server.key(['registers:read', 'registers:write']);
    const offer = (key: string) => server.send('post', '/v1/settings/contract', key, { days: 0 });
    expect((await offer(manager)).status).toBe(403);
    expect((await offer(admin)).status).toBe(201);
    expect((await server.get('/v1/settings/contract', manager)).status).toBe(200);
    const [row] = (await server.get('/v1/audit?kind=change&allowed=true', admin)).body.data;
    expect(row.operation).toBe('offerContractCopy');
    expect((await server.send('delete', '/v1/settings/contract', admin)).status).toBe(200);
    expect((await server.send('delete', '/v1/settings/contract', admin)).status).toBe(404);
  });
});
