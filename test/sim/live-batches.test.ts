/**
 * A list that was screened stays live: whoever asks not to be called while it is answered, or at any
 * time after, is refused in its answer or told by its line, by every way there is, and on every server.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyCertificate } from '../../src/core/suppression/batch-certificate.ts';
import { signatureHeader } from '../../src/core/webhooks/signature.ts';
import { generator } from '../support/chance.ts';
import { type CallView, type TestServer, testServer } from '../support/server.ts';

/** A Wednesday noon in New York, with the rules of the release that is tested in force. */
const screeningAt = Date.UTC(2026, 11, 2, 17);

let server: TestServer;
let beside: TestServer;
beforeAll(async () => {
  server = await testServer({}, { screeningAt });
  beside = await testServer({}, { screeningAt, beside: server });
});
afterAll(async () => {
  await beside.close();
  await server.close();
});

const numberOf = (n: number) => `+1212${String(5_550_000 + n)}`;

async function optOut(at: TestServer, body: object): Promise<void> {
  const answer = await at.api('/v1/opt-outs', { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(201);
}

/** Sends lines piece by piece, and reads the answer to its end. */
async function screen(
  query: string,
  pieces: AsyncIterable<string> | Iterable<string>,
): Promise<{ id: string; lines: CallView[] }> {
  const asked = request(`${server.url}/v1/screenings/batch?${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.apiKey}`,
      'content-type': 'application/x-ndjson',
    },
  });
  const answering = once(asked, 'response') as Promise<[IncomingMessage]>;
  for await (const piece of pieces) asked.write(piece);
  asked.end();
  const [answer] = await answering;
  let text = '';
  answer.setEncoding('utf8');
  for await (const piece of answer) text += piece;
  expect(answer.statusCode).toBe(200);
  const lines = text.split('\n').slice(0, -1);
  const id = String(answer.headers['consentry-batch']);
  return { id, lines: lines.map((line) => JSON.parse(line)) };
}

const line = (number: string) => `${JSON.stringify({ number })}\n`;
const changesOf = async (at: TestServer, id: string, since = '0'): Promise<CallView> =>
  (await at.api(`/v1/screenings/batches/${id}/changes?since=${since}&limit=1000`)).json();

test.each([1, 2, 3])(
  'nobody who asked while it was answered is missed, whoever they asked (seed %i)',
  async (seed) => {
    const chance = generator(seed);
    const from = seed * 1_000;
    const count = 400;
    const asked: number[] = [];
    const asking: Promise<void>[] = [];
    async function* pieces() {
      for (let n = 0; n < count; n += 20) {
        for (let i = 0; i < 4; i += 1) {
          const whom = Math.floor(chance() * count);
          asked.push(whom);
          const at = chance() < 0.5 ? server : beside;
          asking.push(optOut(at, { number: numberOf(from + whom), channel: 'call' }));
        }
        if (chance() < 0.5) await new Promise((resolve) => setTimeout(resolve, chance() * 30));
        yield Array.from({ length: 20 }, (_, i) => line(numberOf(from + n + i))).join('');
      }
    }
    const { id, lines } = await screen('live=1d', pieces());
    await Promise.all(asking);
    expect(lines).toHaveLength(count);
    const told = new Set((await changesOf(server, id)).data.map((one: CallView) => one.line));
    const refused = new Set(lines.filter((one) => !one.allowed).map((one) => one.line));
    const missed = asked.filter((n) => !refused.has(n + 1) && !told.has(n + 1));
    expect(missed).toEqual([]);
    const all = new Set(asked.map((n) => n + 1));
    for (const one of [...told, ...refused]) expect(all).toContain(one);
  },
);

test('a stop after it is in what is read, pushed as an event and sent signed, with its line', async () => {
  const messages: { headers: IncomingMessage['headers']; body: string }[] = [];
  const receiver = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (piece) => {
      body += piece;
    });
    incoming.on('end', () => {
      messages.push({ headers: incoming.headers, body });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  const wanted = { url: `http://127.0.0.1:${port}/`, events: ['batch.changed'] };
  const added = await server.api('/v1/webhooks', { method: 'POST', body: JSON.stringify(wanted) });
  const { secret } = (await added.json()) as CallView;

  const numbers = [9_001, 9_002, 9_003].map(numberOf);
  const { id } = await screen('live=7d&certificate=true', numbers.map(line));
  const events = await fetch(`${server.url}/v1/screenings/batches/${id}/events`, {
    headers: { authorization: `Bearer ${server.apiKey}` },
  });
  expect(events.headers.get('content-type')).toBe('text/event-stream');
  const stream = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  const hear = async (what: RegExp) => {
    while (!what.test(heard)) heard += (await stream?.read())?.value ?? '';
  };
  await optOut(beside, { number: numbers[1] });
  await hear(/event: change/);
  const { data, next } = await changesOf(beside, id);
  expect(data).toMatchObject([{ line: 2, code: 'INTERNAL_DNC', list: 'own', cursor: next }]);
  expect(heard).toContain(`id: ${next}\nevent: change\ndata: ${JSON.stringify(data[0])}\n\n`);
  await optOut(server, { number: numbers[2], channel: 'call' });
  expect((await changesOf(server, id, next)).data).toMatchObject([{ line: 3 }]);

  while (messages.length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
  const told = messages.flatMap(({ body }) => JSON.parse(body).data.changes);
  expect(told.map((one: CallView) => one.line).sort()).toEqual([2, 3]);
  for (const { headers, body } of messages) {
    const signed = {
      id: String(headers['webhook-id']),
      timestamp: Number(headers['webhook-timestamp']),
      body,
    };
    const bytes = Buffer.from(String(secret).slice('whsec_'.length), 'base64');
    expect(headers['webhook-signature']).toBe(signatureHeader(signed, [bytes]));
    for (const number of numbers) expect(body + heard).not.toContain(number.slice(2));
  }

  // Whoever comes back with what they heard last is told the rest, and of the end.
  await server.api(`/v1/screenings/batches/${id}`, { method: 'DELETE' });
  await hear(/event: end/);
  const again = await fetch(`${beside.url}/v1/screenings/batches/${id}/events`, {
    headers: { authorization: `Bearer ${server.apiKey}`, 'last-event-id': next },
  });
  const rest = await again.text();
  expect(rest.match(/event: \w+/g)).toEqual(['event: change', 'event: end']);
  expect(rest).toContain('"line":3');
  const certificate = await server.api(`/v1/screenings/batches/${id}/certificate`);
  expect(verifyCertificate(await certificate.text()).ok).toBe(true);
  receiver.close();
});

test('a server that stops lets who listens go, and another goes on where it was', async () => {
  const third = await testServer({}, { screeningAt, beside: server });
  const numbers = [9_101, 9_102].map(numberOf);
  const { id } = await screen('live=1d', numbers.map(line));
  const events = await fetch(`${third.url}/v1/screenings/batches/${id}/events`, {
    headers: { authorization: `Bearer ${server.apiKey}` },
  });
  await optOut(third, { number: numbers[0] });
  const reading = events.text();
  while ((await changesOf(third, id)).data.length === 0);
  await third.close();
  const heard = await reading;
  expect(heard).not.toContain('event: end');
  await optOut(server, { number: numbers[1] });
  const lines = (await changesOf(server, id)).data.map((one: CallView) => one.line);
  expect([...new Set(lines)].sort()).toEqual([1, 2]);
});

test('somebody who is erased is in no batch any more', async () => {
  const [gone, stays] = [numberOf(9_201), numberOf(9_202)];
  const { id } = await screen('live=1d', [gone, stays].map(line));
  await screen('', [line(gone)]);
  const evidence = { number: gone, evidence: true };
  await server.api('/v1/screenings', { method: 'POST', body: JSON.stringify(evidence) });
  const bytes = async () => {
    const rows = await server.database.sql`
      select entries from batch_page where batch_id = ${id}`;
    return Buffer.concat(rows.map(({ entries }) => entries)).length;
  };
  const before = await bytes();
  const answer = await server.api(`/v1/persons/${encodeURIComponent(gone)}`, { method: 'DELETE' });
  const { steps } = (await answer.json()) as CallView;
  expect(steps).toContainEqual({ step: 'live batches', found: 'gone', left: 0 });
  expect(await bytes()).toBe(before / 2);
  await optOut(server, { number: gone, channel: 'call' });
  await optOut(server, { number: stays, channel: 'call' });
  expect((await changesOf(server, id)).data).toMatchObject([{ line: 2 }]);
});

test('a batch that was not to stay live has no changes, and what is not there is not found', async () => {
  const { id } = await screen('certificate=true', [line(numberOf(9_301))]);
  const nobody = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
  for (const path of ['changes', 'events']) {
    expect((await server.api(`/v1/screenings/batches/${id}/${path}`)).status).toBe(409);
    expect((await server.api(`/v1/screenings/batches/${nobody}/${path}`)).status).toBe(404);
    expect((await server.api(`/v1/screenings/batches/${nobody}/${path}?since=x`)).status).toBe(422);
  }
});

test('the upkeep ends one whose days are over, and leaves the others', async () => {
  const over = await screen('live=1d', [line(numberOf(9_401))]);
  const goesOn = await screen('live=1d', [line(numberOf(9_402))]);
  const { sql } = server.database;
  await sql`update screening_batch set live_until = now() where id = ${over.id}`;
  // The upkeep of a server begins with its start.
  const third = await testServer({}, { screeningAt, beside: server });
  const stateOf = async (id: string) =>
    ((await (await server.api(`/v1/screenings/batches/${id}`)).json()) as CallView).state;
  const until = performance.now() + 20_000;
  while ((await stateOf(over.id)) !== 'ended' && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await third.close();
  expect([await stateOf(over.id), await stateOf(goesOn.id)]).toEqual(['ended', 'live']);
  expect(await sql`select from batch_page where batch_id = ${over.id}`).toHaveLength(0);
});
