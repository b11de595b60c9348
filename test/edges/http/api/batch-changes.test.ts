/** What changed for lines of a live batch, by pages and by events, over HTTP. */
import { once } from 'node:events';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let listener: Server;
let key: string;
/** A batch of three lines, live for a week. */
let batch: string;
/** Lets every reader of events look again. */
let news = (): void => {};

beforeAll(async () => {
  const waiting = new Set<() => void>();
  news = () => {
    for (const go of waiting) go();
  };
  const wait = () => new Promise<void>((resolve) => waiting.add(resolve));
  server = await startApi({ batchNews: { wait, isOver: () => false } });
  key = await server.key(['screen', 'lists:write']);
  listener = server.app.listen(0, '127.0.0.1');
  await once(listener, 'listening');
});
afterAll(async () => {
  listener.closeAllConnections();
  listener.close();
  await server.close();
});

let numbers: readonly string[] = [];
let last = 5_550_000;
const path = (rest: string) => `/v1/screenings/batches/${batch}${rest}`;

beforeEach(async () => {
  await server.database.sql`delete from screening_batch`;
  numbers = [1, 2, 3].map((n) => `+1212${last + n}`);
  last += 3;
  const body = numbers.map((number) => `${JSON.stringify({ number })}\n`).join('');
  const answer = await server
    .send('post', '/v1/screenings/batch?live=7d', key)
    .set('content-type', 'application/x-ndjson')
    .send(body);
  batch = String(answer.headers['consentry-batch']);
});

async function stop(...lines: readonly number[]): Promise<void> {
  for (const line of lines) {
    const asked = { number: numbers[line - 1], channel: 'call' };
    expect((await server.send('post', '/v1/opt-outs', key, asked)).status).toBe(201);
  }
}

describe('pages', () => {
  test('hold every line once, in order, and say where to read on', async () => {
    await stop(3);
    await server.get(path('/changes'), key);
    await stop(1);
    const first = await server.get(path('/changes?limit=1'), key);
    expect(first.body).toMatchObject({ data: [{ line: 3, code: 'INTERNAL_DNC' }], more: true });
    const { next } = first.body;
    const second = await server.get(path(`/changes?since=${next}`), key);
    expect(second.body).toMatchObject({ data: [{ line: 1 }], more: false });
    await stop(2);
    const third = await server.get(path(`/changes?since=${second.body.next}`), key);
    expect(third.body.data).toMatchObject([{ line: 2 }]);
    const none = await server.get(path(`/changes?since=${third.body.next}`), key);
    expect(none.body).toEqual({ data: [], next: third.body.next, more: false });
  });

  test('show no number and no token of one', async () => {
    await stop(1);
    const { body } = await server.get(path('/changes'), key);
    expect(Object.keys(body.data[0]).sort()).toEqual(
      ['at', 'code', 'cursor', 'line', 'list', 'version'].sort(),
    );
    expect(JSON.stringify(body)).not.toMatch(/555/);
  });

  test.each(['since=-1', 'since=x', 'since=1.5', 'limit=0', 'limit=1001', 'other=1'])(
    'are not had by %s',
    async (query) => {
      expect((await server.get(path(`/changes?${query}`), key)).status).toBe(422);
    },
  );
});

interface Heard {
  readonly status: number | undefined;
  readonly response: IncomingMessage;
  text(): string;
}

async function watch(headers: Record<string, string> = {}, rest = '/events'): Promise<Heard> {
  const { port } = listener.address() as AddressInfo;
  const asked = get({
    ...{ port, host: '127.0.0.1', path: path(rest), agent: false },
    headers: { authorization: `Bearer ${key}`, ...headers },
  });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8').on('data', (piece) => {
    text += piece;
  });
  return { status: response.statusCode, response, text: () => text };
}

async function until(met: () => boolean): Promise<void> {
  for (let tries = 0; !met(); tries += 1) {
    if (tries === 400) throw new Error('it never came to that');
    news();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const linesOf = (text: string) =>
  [...text.matchAll(/"line":(\d+)/g)].map((found) => Number(found[1]));

describe('events', () => {
  test('go on behind the last one that was heard', async () => {
    await stop(1);
    await server.get(path('/changes'), key);
    await stop(2);
    const { data } = (await server.get(path('/changes'), key)).body;
    const all = await watch();
    const rest = await watch({ 'last-event-id': data[0].cursor });
    const since = await watch({}, `/events?since=${data[1].cursor}`);
    await stop(3);
    await until(() => [all, rest, since].every(({ text }) => linesOf(text()).includes(3)));
    expect([all, rest, since].map(({ text }) => linesOf(text()))).toEqual([[1, 2, 3], [2, 3], [3]]);
    for (const { response } of [all, rest, since]) response.destroy();
  });

  test('end after ten minutes, with no word that the batch is over', async () => {
    const { response, text } = await watch();
    await until(() => text() !== '');
    const ended = once(response, 'end');
    server.time.now += 600_000;
    await until(() => response.readableEnded);
    await ended;
    expect(text()).not.toContain('event: end');
  });

  test('say so when the batch is over, after whatever changed before', async () => {
    const { response, text } = await watch();
    await until(() => text() !== '');
    await stop(2);
    await server.get(path('/changes'), key);
    expect((await server.send('delete', path(''), key)).status).toBe(204);
    await until(() => response.readableEnded);
    expect(text().match(/^event: \w+/gm)).toEqual(['event: change', 'event: end']);
  });

  test('are told to two hundred at once, and the next one is asked to come later', async () => {
    const watching = await Promise.all(Array.from({ length: 200 }, () => watch()));
    expect(new Set(watching.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await watch();
    expect([refused.status, refused.response.headers['retry-after']]).toEqual([503, '60']);
    for (const { response } of watching) response.destroy();
  });
});
