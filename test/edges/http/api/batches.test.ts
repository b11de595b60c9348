import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openingContext } from '../../../../src/app/make-entry.ts';
import { type BatchWanted, beginBatch } from '../../../../src/app/run-batch.ts';
import { decodeOpening } from '../../../../src/core/ledger/entry.ts';
import { verifyCertificate } from '../../../../src/core/suppression/batch-certificate.ts';
import { batch as batchShape } from '../../../../src/edges/http/api/screening-shapes.ts';
import { type ApiServer, startApi } from './support.ts';

const noon = '2026-07-01T15:00:00Z';
const stopped = '+12125550111';
const list = ['+12125550100', stopped, '+18085550100', 'nonsense', '+12125550100'];
const body = list.map((number) => `${JSON.stringify({ number })}\n`).join('');
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

let server: ApiServer;
let key: string;
beforeAll(async () => {
  server = await startApi();
  key = await server.key(['screen', 'lists:write']);
  const asked = await server.send('post', '/v1/opt-outs', key, { number: stopped });
  expect(asked.status).toBe(201);
});
afterAll(() => server.close());

async function send(query: string, text = body) {
  const answer = await server
    .send('post', `/v1/screenings/batch?at=${encodeURIComponent(noon)}${query}`, key)
    .set('content-type', 'application/x-ndjson')
    .buffer(true)
    .parse((response, done) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => done(null, Buffer.concat(pieces)));
    })
    .send(text);
  const id = answer.headers['consentry-batch'] as string | undefined;
  return { status: answer.status, body: answer.body as Buffer, id };
}
const rows = () => server.database.sql`select * from screening_batch order by started_at`;
const path = (id: string | undefined, rest = '') => `/v1/screenings/batches/${id}${rest}`;

beforeEach(async () => {
  await server.database.sql`delete from screening_batch`;
});

test('a batch that asks for nothing leaves nothing', async () => {
  const { status, id } = await send('');
  expect([status, id, (await rows()).length]).toEqual([200, undefined, 0]);
});

describe('a batch that is certified', () => {
  test('is answered as one that is not, and its certificate is of what went in and out', async () => {
    const plain = await send('&campaign=spring');
    const { status, id, body: answer } = await send('&campaign=spring&certificate=true');
    expect([status, answer.toString()]).toEqual([200, plain.body.toString()]);
    const got = await server.get(path(id, '/certificate'), key);
    expect(got.headers['content-type']).toBe('text/plain; charset=utf-8');
    const { vkey } = server.parts.batchParts.signer;
    expect(verifyCertificate(got.text, vkey)).toMatchObject({
      ok: true,
      statement: {
        batch: id,
        tenant: server.tenant.pseudonym,
        channel: 'call',
        purpose: 'service',
        campaign: 'spring',
        at: new Date(noon).toISOString(),
        counts: { lines: 5, allow: 2, hold: 1, deny: 2, unreadable: 0 },
        reasons: { INTERNAL_DNC: 1, OUTSIDE_HOURS: 1, INVALID_NUMBER: 1 },
        input: { sha256: sha256(body), bytes: body.length },
        output: { sha256: sha256(answer), bytes: answer.length },
        ownList: { from: 1, to: 1 },
        liveUntil: null,
      },
    });
    for (const number of list) expect(got.text).not.toContain(number.slice(2));
  });

  test('is an entry of the ledger under its own id, which holds the hash', async () => {
    const { id } = await send('&certificate=true');
    const { text } = await server.get(path(id, '/certificate'), key);
    const [row] = await server.database.sql`
      select kind, purpose, opening, leaf from entry
      join ledger_queue on ledger_queue.entry_id = entry.id where entry.id = ${id ?? ''}`;
    expect(row).toMatchObject({ kind: 'batch', purpose: 'oversight' });
    const opening = server.tenant.cipher.open(null, openingContext(id ?? ''), row?.['opening']);
    const facts = decodeOpening(opening);
    expect(facts['certificateSha256']?.value).toBe(sha256(text));
    expect(facts['lines']?.value).toBe(5);
  });

  test('is shown and listed, without its numbers', async () => {
    const { id } = await send('&certificate=true');
    const { body: shown } = await server.get(path(id), key);
    expect(batchShape.parse(shown)).toEqual(shown);
    expect(shown).toMatchObject({ state: 'finished', lines: 5, certified: true, liveUntil: null });
    const { body: page } = await server.get('/v1/screenings/batches?limit=10', key);
    expect(page).toEqual({ data: [shown], next: null });
  });

  test('has the hash of CSV that it was answered in', async () => {
    const { id, body: answer } = await send('&certificate=true&format=csv');
    const { text } = await server.get(path(id, '/certificate'), key);
    expect(verifyCertificate(text)).toMatchObject({
      statement: { output: { sha256: sha256(answer), bytes: answer.length } },
    });
  });
});

describe('a batch whose answer breaks off', () => {
  test('by a body that cannot be read, leaves no certificate and no entry', async () => {
    const answer = await server
      .send('post', '/v1/screenings/batch?certificate=true&live=1d', key)
      .set('content-type', 'application/json')
      .send('["+12125550100"');
    expect(answer.status).toBe(400);
    const [row] = await rows();
    expect(row).toMatchObject({ certificate: null, finished_at: null, key_sealed: null });
    expect((await server.get(path(row?.['id']), key)).body.state).toBe('broken');
    expect((await server.get(path(row?.['id'], '/certificate'), key)).status).toBe(404);
  });

  test('because whoever sent it has gone, leaves nothing that is live', async () => {
    const http = createServer(server.app).listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    const asked = request({
      ...{ port, host: '127.0.0.1', method: 'POST' },
      path: '/v1/screenings/batch?live=1d&certificate=true',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    });
    asked.on('error', () => {});
    asked.write(body);
    const [response] = await once(asked, 'response');
    const id = response.headers['consentry-batch'];
    response.on('error', () => {});
    asked.destroy();
    const state = async () => (await server.get(path(id), key)).body.state;
    while ((await state()) === 'running') await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await state()).toBe('broken');
    http.close();
  });
});

describe('a batch that stays live', () => {
  test('keeps no number that can be read, and those that may be contacted only', async () => {
    const { id } = await send('&live=7d');
    expect((await server.get(path(id), key)).body).toMatchObject({
      state: 'live',
      liveUntil: new Date(server.time.now + 7 * 86_400_000).toISOString(),
      certified: false,
    });
    const pages = await server.database.sql`select entries from batch_page`;
    const bytes = Buffer.concat(pages.map(({ entries }) => entries));
    // two lines may be called, and one later in the day
    expect(bytes.length).toBe(3 * 20);
  });

  test('is ended when somebody ends it: its numbers and their key are gone', async () => {
    const { id } = await send('&live=31d&certificate=true');
    expect((await server.send('delete', path(id), key)).status).toBe(204);
    const [row] = await rows();
    expect([row?.['key_sealed'], row?.['ended_at']]).toEqual([null, expect.any(Date)]);
    expect(await server.database.sql`select * from batch_page`).toHaveLength(0);
    expect((await server.get(path(id), key)).body).toMatchObject({ state: 'ended' });
    expect((await server.get(path(id, '/certificate'), key)).status).toBe(200);
    expect((await server.send('delete', path(id), key)).status).toBe(204);
  });
});

describe('what nobody ends', () => {
  const endOver = (at: number) => server.parts.batchParts.batches.endOver(at);
  const day = 86_400_000;

  test('is ended when its days are over, not before', async () => {
    const { id } = await send('&live=7d&certificate=true');
    const until = server.time.now + 7 * day;
    await endOver(until - 1);
    expect((await server.get(path(id), key)).body).toMatchObject({ state: 'live' });
    await endOver(until);
    const [row] = await rows();
    expect([row?.['key_sealed'], row?.['ended_at']]).toEqual([null, new Date(until)]);
    expect(await server.database.sql`select * from batch_page`).toHaveLength(0);
    expect((await server.get(path(id, '/certificate'), key)).status).toBe(200);
  });

  test('because its process died, is ended a day after it was last heard of', async () => {
    const { batchParts, screening } = server.parts;
    const wanted: BatchWanted = {
      ask: { channel: 'call', purpose: 'service', at: null, campaign: null, subject: null },
      ...{ by: 'operator', liveMs: 31 * day, isCertified: false },
    };
    const { id } = await beginBatch(batchParts, screening, wanted);
    await endOver(server.time.now + day);
    expect((await server.get(path(id), key)).body).toMatchObject({ state: 'running' });
    await endOver(server.time.now + day + 1);
    const [row] = await rows();
    expect(row).toMatchObject({ key_sealed: null });
    expect((await server.get(path(id), key)).body).toMatchObject({ state: 'broken' });
  });

  test('is left as it is when it never was to stay live', async () => {
    const { id } = await send('&certificate=true');
    await endOver(server.time.now + 400 * day);
    const { body: shown } = await server.get(path(id), key);
    expect(shown).toMatchObject({ state: 'finished', endedAt: null });
  });
});

test.each(['&live=0d', '&live=32d', '&live=7', '&certificate=yes'])(
  '%s is refused',
  async (query) => {
    expect((await send(query)).status).toBe(422);
  },
);

test.each(['', '/certificate'])('what is not there is not found: %s', async (rest) => {
  const nobody = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
  expect((await server.get(path(nobody, rest), key)).status).toBe(404);
  expect((await server.send('delete', path(nobody), key)).status).toBe(404);
});
