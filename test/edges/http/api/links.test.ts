import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SeededCall, seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

const number = '+4915112345678';
/** 58 bytes of head, four seconds. */
const wav = Buffer.alloc(58 + 8 * 4_000, 7);

let server: ApiServer;
let listener: string;
let other: string;
let admin: string;
let call: SeededCall;
let recording: string;

beforeAll(async () => {
  server = await startApi({
    openAudio: async () => ({
      size: wav.length,
      async *read(start, end) {
        yield wav.subarray(start, end);
      },
    }),
  });
  listener = await server.key(['recordings:listen']);
  other = await server.key(['recordings:listen']);
  admin = await server.key(['admin']);
  call = await seedCall(server.database.sql, server.tenant, {
    parties: [{ number, recording: {} }],
  });
  recording = call.parties[0]!.recordingId!;
});
afterAll(() => server.close());

async function newLink(key = listener): Promise<string> {
  const { status, body } = await server.send('post', `/v1/recordings/${recording}/links`, key);
  expect(status).toBe(201);
  const url = new URL(body.url);
  expect([url.origin, Date.parse(body.notAfter)]).toEqual([
    'http://consentry.test',
    server.time.now + 60_000,
  ]);
  return url.pathname;
}

/** The newest rows of the audit of a kind, once there are so many. */
/** What is written down of now: it may be written when the answer has come already. */
async function audit(kind: string, count: number) {
  const since = new Date(server.time.now).toISOString();
  for (let tries = 0; ; tries += 1) {
    const path = `/v1/audit?kind=${kind}&limit=${count}&since=${since}`;
    const { body } = await server.get(path, admin);
    if (body.data.length >= count || tries > 40) return body.data;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a link to listen by [cap 3]', () => {
  test('is good once, for who asked for it', async () => {
    const path = await newLink();
    const first = await server.get(path, listener);
    expect([first.status, first.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(Buffer.compare(first.body, wav)).toBe(0);
    const again = await server.get(path, listener);
    expect([again.status, again.body.code]).toEqual([410, 'link_over']);
  });

  test('opens nothing for anybody else, and is not used up by their try', async () => {
    const path = await newLink();
    expect((await server.get(path, other)).status).toBe(403);
    const unsigned = await supertest(server.app).get(path);
    expect([unsigned.status, unsigned.headers['location'], unsigned.text]).toEqual([
      401,
      undefined,
      expect.not.stringContaining(path.split('/').at(-1)!),
    ]);
    expect((await server.get(path, await server.key(['recordings:read']))).status).toBe(403);
    expect((await server.get(path, listener)).status).toBe(200);
  });

  test('is over after a minute', async () => {
    const path = await newLink();
    server.time.now += 60_000;
    expect((await server.get(path, listener)).status).toBe(410);
  });

  test('that never was is not there', async () => {
    const path = `/v1/listening/${'a'.repeat(43)}`;
    expect((await server.get(path, listener)).status).toBe(404);
    expect((await server.get('/v1/listening/a', listener)).status).toBe(404);
  });

  test('opens for one of many that come at once', async () => {
    const path = await newLink();
    const answers = await Promise.all(Array.from({ length: 12 }, () => server.get(path, listener)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 11 }, () => 410)]);
  });

  test('gives no more to HEAD and Range than to GET', async () => {
    const path = await newLink();
    const as = { authorization: `Bearer ${listener}` };
    const head = await supertest(server.app).head(path).set(as);
    expect([head.status, head.text]).toEqual([200, undefined]);
    expect((await supertest(server.app).head(path)).status).toBe(401);
    expect((await server.get(path, other).set('range', 'bytes=0-9')).status).toBe(403);
    const part = await server.get(path, listener).set('range', 'bytes=58-857');
    expect([part.status, part.body.length]).toEqual([206, 800]);
    expect((await server.get(path, listener).set('range', 'bytes=0-9')).status).toBe(410);
  });

  test('is kept as a hash only', async () => {
    const token = (await newLink()).split('/').at(-1)!;
    const rows = await server.database
      .sql`select encode(token_hash, 'base64') as h from listen_link`;
    expect(JSON.stringify(rows)).not.toContain(token);
    const [last] = await audit('listen', 1);
    expect(JSON.stringify(last)).not.toContain(token);
  });
});

describe('what was heard [cap 9]', () => {
  test('is written down by its time, and listening is not downloading', async () => {
    server.time.now += 1_000;
    await server.get(`/v1/recordings/${recording}/audio`, listener).set('range', 'bytes=858-1657');
    const [heard] = await audit('listened', 1);
    expect(heard).toMatchObject({ spans: [[100, 200]], subject: { recording } });
    const [listened] = await audit('listen', 1);
    expect([listened.operation, listened.spans]).toEqual(['listenToRecording', null]);
    const path = `/v1/recordings/${recording}/download`;
    const refused = await server.get(path, listener).set('consentry-reason', 'a complaint');
    expect(refused.status).toBe(403);
  });

  test('of the head of the file alone is nothing', async () => {
    server.time.now += 1_000;
    await server.get(`/v1/recordings/${recording}/audio`, listener).set('range', 'bytes=0-57');
    const [heard] = await audit('listened', 1);
    expect(heard.spans).toEqual([]);
  });
});

describe('a download [cap 9]', () => {
  test('needs a reason, in the header or in the body, and never in the address', async () => {
    const key = await server.key(['recordings:download']);
    const path = `/v1/recordings/${recording}/download`;
    for (const reason of [undefined, '', 'x', 'y'.repeat(501)]) {
      const request = server.get(path, key);
      if (reason !== undefined) request.set('consentry-reason', reason);
      const { status, body } = await request;
      expect([status, body.mistakes?.[0]?.path]).toEqual([422, 'header.Consentry-Reason']);
    }
    expect((await server.get(`${path}?reason=a+complaint`, key)).status).toBe(422);
    server.time.now += 1;
    const got = await server.get(path, key).set('consentry-reason', 'complaint 17');
    expect([got.status, got.body.length]).toEqual([200, wav.length]);
    expect((await audit('download', 1))[0]).toMatchObject({
      reason: 'complaint 17',
      allowed: true,
    });
    server.time.now += 1;
    expect((await server.send('post', path, key, {})).status).toBe(422);
    const posted = await server
      .send('post', path, key, { reason: 'für Herrn Müller' })
      .set('range', 'bytes=0-9');
    expect([posted.status, posted.body.length]).toEqual([200, wav.length]);
    expect((await audit('download', 1))[0]).toMatchObject({ reason: 'für Herrn Müller' });
    const dump = await server.database.sql`select encode(opening, 'escape') as o from entry`;
    expect(JSON.stringify(dump)).not.toContain('Herrn');
  });
});

describe('a number in full [cap 70]', () => {
  test('is given for a reason, to who may, and written down for that person', async () => {
    const key = await server.key(['numbers:reveal']);
    const path = `/v1/calls/${call.id}/reveal`;
    const party = call.parties[0]!.id;
    const body = { party, reason: 'called back as asked' };
    expect((await server.send('post', path, listener, body)).status).toBe(403);
    expect((await server.send('post', path, key, { party })).status).toBe(422);
    server.time.now += 1;
    const answer = await server.send('post', path, key, body);
    expect([answer.status, answer.body]).toEqual([200, { party, number }]);
    const [row] = await audit('reveal', 1);
    expect(row).toMatchObject({ reason: body.reason, subject: { call: call.id }, allowed: true });
    expect(row.persons).toHaveLength(1);
    const nobody = { ...body, party: randomUUID() };
    expect((await server.send('post', path, key, nobody)).status).toBe(404);
  });

  test('is not given when that cannot be written down', async () => {
    const { add } = server.parts.audit;
    server.parts.audit.add = () => Promise.reject(new Error('the disk is full'));
    const body = { party: call.parties[0]!.id, reason: 'called back as asked' };
    const answer = await server.send('post', `/v1/calls/${call.id}/reveal`, admin, body);
    server.parts.audit.add = add;
    expect([answer.status, JSON.stringify(answer.body).includes(number)]).toEqual([503, false]);
  });
});
