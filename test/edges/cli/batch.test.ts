/** `consentry batch changes`: what a server tells, page after page. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiServer, startApi } from '../http/api/support.ts';
import { consentry, jsonLines, lines } from './console.ts';
import { overApi } from './over-api.ts';

let server: ApiServer;
let key: string;
beforeAll(async () => {
  server = await startApi();
  key = await server.key(['screen', 'lists:write']);
});
afterAll(() => server.close());

const count = 1_203;
const numberOf = (n: number) => `+1212${5_550_000 + n}`;
const changes = (...args: readonly string[]) =>
  consentry(overApi(server), 'batch', 'changes', ...args);

test('shows every line that changed, and what to give the next time', async () => {
  const body = Array.from({ length: count }, (_, n) => `{"number":"${numberOf(n)}"}\n`).join('');
  const answer = await server
    .send('post', '/v1/screenings/batch?live=1d', key)
    .set('content-type', 'application/x-ndjson')
    .send(body);
  const id = String(answer.headers['consentry-batch']);
  const none = await changes(id);
  expect([none.code, none.out, none.err]).toEqual([0, '', 'the next time: --since 0\n']);

  const stop = (number: string) =>
    server.send('post', '/v1/opt-outs', key, { number, channel: 'call', reason: 'policy' });
  expect((await stop('+1212*')).status).toBe(201);
  const all = await changes(id, '--json');
  expect(
    jsonLines(all.out)
      .map(({ line }) => Number(line))
      .sort((a, b) => a - b),
  ).toEqual(Array.from({ length: count }, (_, n) => n + 1));
  const [, next] = /^the next time: --since (\d+)\n$/.exec(all.err) ?? [];
  expect(next).toBeDefined();

  expect((await stop(numberOf(6))).status).toBe(201);
  const rest = await changes(id, '--since', String(next));
  expect(lines(rest.out)).toEqual([
    expect.stringMatching(/^line 7 {2}INTERNAL_DNC {2}own \d+ {2}2026-/),
  ]);
  expect(all.out + rest.out).not.toContain('212555');
});

test('of what is not there, or not live, fails and says why', async () => {
  const nobody = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
  const { code, out, err } = await changes(nobody);
  expect([code, out, err]).toEqual([
    1,
    '',
    expect.stringContaining('nothing here under that name'),
  ]);
  expect((await changes('x')).code).toBe(2);
});
