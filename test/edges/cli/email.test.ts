import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scope } from '../../../src/core/access/scope.ts';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import { type ApiServer, startApi } from '../http/api/support.ts';
import { consentry } from './console.ts';

let server: ApiServer;
let dir: string;
beforeAll(async () => {
  server = await startApi();
  dir = await mkdtemp(join(tmpdir(), 'consentry-email-'));
});
afterAll(async () => {
  await server.close();
  await rm(dir, { recursive: true, force: true });
});

/** Asks the server of this test, as the command asks the one that runs. */
async function askServer(scope: Scope, { method, path, body }: ServerAsk): Promise<Response> {
  const key = await server.key([scope]);
  const at = `/v1${path}`;
  const answer =
    method === 'GET'
      ? await server.get(at, key)
      : await server.send(method.toLowerCase() as 'put', at, key, body);
  return new Response(JSON.stringify(answer.body), { status: answer.status });
}
const email = (...args: string[]) => consentry({ askServer }, 'email', ...args);

test('a question is asked, shown without its link, answered in words, and decided once', async () => {
  const asked = await email('ask', '+4930123480', 'survey');
  expect([asked.code, /\/privacy\/answer\/[\w-]{35}/.test(asked.out)]).toEqual([0, true]);
  const id = /survey (\S+): no answer yet/.exec(asked.out)?.[1] ?? '';
  const shown = await email('show', id);
  expect([shown.out.includes('A question of'), shown.out.includes('/privacy/answer/…')]).toEqual([
    true,
    true,
  ]);
  writeFileSync(join(dir, 'reply.txt'), 'No, thank you.');
  const replied = await email('reply', id, join(dir, 'reply.txt'));
  expect(replied.out).toContain('not looked at yet\nNo, thank you.');
  const reply = /reply (\S+) of/.exec(replied.out)?.[1] ?? '';
  const decided = await email('decide', id, reply, 'refused');
  expect([decided.code, decided.out.split('\n')[0]]).toEqual([0, `survey ${id}: refused`]);
  expect((await email('decide', id, reply, 'granted')).code).toBe(1);
  expect((await email('list')).out).toMatch(/survey +\S+ +refused/);
});

test('what is no purpose and no meaning is said before anything is asked', async () => {
  expect((await email('ask', '+4930123480', 'everything')).code).toBe(2);
  const id = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
  expect((await email('decide', id, id, 'perhaps')).code).toBe(2);
});
