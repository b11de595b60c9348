/** Others are told of facts: signed, with ids only, again until they take it, and nothing twice. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWebhooks } from '../../src/adapters/postgres/webhooks.ts';
import type { Tenant } from '../../src/app/call-ports.ts';
import { keptMs } from '../../src/app/webhooks.ts';
import {
  type CallView,
  callerNumber,
  isSealed,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';

interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: TestServer;
let other: TestServer;
let listener: Server;
let address: string;
let messages: Message[] = [];
let answers: number[] = [];

beforeAll(async () => {
  server = await testServer();
  other = await testServer({}, { beside: server });
  listener = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      messages.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/told`;
});
afterAll(async () => {
  await other.close();
  await server.close();
  listener.closeAllConnections();
  listener.close();
});
beforeEach(async () => {
  for (const { id } of (await ask('GET', '/v1/webhooks')).body.data) {
    await ask('DELETE', `/v1/webhooks/${id}`);
  }
  messages = [];
  answers = [];
});

async function ask(method: string, path: string, body?: object): Promise<CallView> {
  const answer = await server.api(path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}

async function add(events?: readonly string[]): Promise<CallView> {
  const { status, body } = await ask('POST', '/v1/webhooks', {
    url: address,
    ...(events && { events }),
  });
  expect(status).toBe(201);
  return body;
}

async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await met()); tries += 1) {
    if (tries === 400) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const typesTold = (): string[] => messages.map(({ body }) => JSON.parse(body).type);
const idOf = ({ headers }: Message): string => String(headers['webhook-id']);

function isSignedBy(secret: string, { headers, body }: Message): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(expected);
}

describe('whoever is told', () => {
  test('[cap 61] hears of a call from question to seal, once from two processes, with ids alone', async () => {
    const { secret } = await add();
    const call = server.call({ caller: { otherwise: { press: '1' } } });
    await call.when('stream-started');
    await sealFrames(server, call, 20);
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    await until(() => typesTold().includes('recording.sealed'));
    expect(typesTold().sort()).toEqual([
      'consent.granted',
      'consent.requested',
      'recording.sealed',
    ]);
    expect(new Set(messages.map(idOf)).size).toBe(3);
    expect(messages.every((one) => isSignedBy(secret, one))).toBe(true);
    const granted = messages.find(({ body }) => body.includes('consent.granted'));
    const { data } = JSON.parse(granted?.body ?? '');
    expect(data).toMatchObject({ call: view.id, party: view.parties[0].id, purpose: 'recording' });
    expect((await server.api(`/v1/receipts/${data.receipt}`)).status).toBe(200);
    expect(JSON.stringify(messages)).not.toContain(callerNumber.slice(1));
  });

  test('hears only of what was asked for, and from then on', async () => {
    await ask('POST', '/v1/opt-outs', { number: '+14155557001' });
    await until(async () => (await server.database.sql`select from ledger_queue`).length === 0);
    await add(['opt-out.lifted', 'opt-out.listed']);
    await ask('POST', '/v1/opt-outs', { number: '+14155557002', channel: 'call' });
    const call = server.call({ caller: { otherwise: { press: '2' } } });
    await call.when('gathers');
    call.hangup();
    await call.ended;
    await until(() => messages.length > 0);
    await ask('POST', '/v1/opt-outs', { number: '+14155557003', channel: 'call' });
    await until(() => messages.length > 1);
    expect(typesTold()).toEqual(['opt-out.listed', 'opt-out.listed']);
  });

  test('and does not take it, is told again under the same id', async () => {
    answers = [500];
    const { id } = await add();
    await ask('POST', `/v1/webhooks/${id}/test`);
    await until(() => messages.length === 1);
    const state = async () => (await ask('GET', `/v1/webhooks/${id}/deliveries`)).body.data[0];
    await until(async () => (await state()).attempts === 1);
    expect(await state()).toMatchObject({ state: 'waiting', status: 500, type: 'webhook.test' });
    await server.database.sql`update webhook_delivery set due_at = now() where due_at is not null`;
    await until(async () => (await state()).state === 'delivered');
    expect(idOf(messages[0] as Message)).toBe(idOf(messages[1] as Message));
    const { id: delivery } = await state();
    expect((await ask('POST', `/v1/webhooks/${id}/deliveries/${delivery}/again`)).status).toBe(204);
    await until(() => messages.length === 3);
    expect(idOf(messages[2] as Message)).toBe(delivery);
    // Who repeats it under a key hears the same, and it is sent once.
    const headers = { 'idempotency-key': 'again-please' };
    for (let n = 0; n < 2; n += 1) {
      const path = `/v1/webhooks/${id}/deliveries/${delivery}/again`;
      const answer = await server.api(path, { method: 'POST', headers });
      const [type, replayed] = ['content-type', 'idempotency-replayed'].map((name) =>
        answer.headers.get(name),
      );
      expect([answer.status, type, replayed]).toEqual([204, null, n === 0 ? null : 'true']);
      await until(() => messages.length === 4);
    }
  });

  test('and says that nobody is there any more, is told nothing more', async () => {
    answers = [410];
    const { id } = await add();
    await ask('POST', `/v1/webhooks/${id}/test`);
    const stopped = async () => (await ask('GET', '/v1/webhooks')).body.data[0].stoppedAt !== null;
    await until(stopped);
    expect((await ask('POST', `/v1/webhooks/${id}/test`)).status).toBe(404);
  });

  test('verifies by both secrets for a day after a change', async () => {
    const { id, secret } = await add();
    const { body } = await ask('POST', `/v1/webhooks/${id}/secret`);
    await ask('POST', `/v1/webhooks/${id}/test`);
    await until(() => messages.length === 1);
    const [message] = messages as [Message];
    expect([isSignedBy(secret, message), isSignedBy(body.secret, message)]).toEqual([true, true]);
    await server.database
      .sql`update webhook_endpoint set earlier_until = now() - interval '1 second'`;
    await ask('POST', `/v1/webhooks/${id}/test`);
    await until(() => messages.length === 2);
    expect(isSignedBy(secret, messages[1] as Message)).toBe(false);
  });

  test('is shown what they were told for thirty days', async () => {
    const { id } = await add();
    await ask('POST', `/v1/webhooks/${id}/test`);
    await ask('POST', `/v1/webhooks/${id}/test`);
    await until(() => messages.length === 2);
    const { sql } = server.database;
    await until(
      async () => (await sql`select from webhook_delivery where due_at is not null`).length === 0,
    );
    const old = idOf(messages[0] as Message);
    await sql`update webhook_delivery set made_at = now() - interval '31 days' where id = ${old}`;
    const { id: tenantId } = (
      await sql`select id from tenant where name = 'default'`
    )[0] as CallView;
    const store = createWebhooks(sql, { id: tenantId } as Tenant);
    await store.forget(Date.now() - keptMs);
    const { body } = await ask('GET', `/v1/webhooks/${id}/deliveries`);
    expect(body.data.map((one: CallView) => one.id)).toEqual([idOf(messages[1] as Message)]);
  });

  test('is an address that can be, and none that was removed', async () => {
    for (const url of ['ftp://example.com/', 'nonsense', `${address}#part`]) {
      expect((await ask('POST', '/v1/webhooks', { url })).status).toBe(422);
    }
    expect(
      (await ask('POST', '/v1/webhooks', { url: address, events: ['everything'] })).status,
    ).toBe(422);
    const { id } = await add();
    expect((await ask('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
    expect((await ask('DELETE', `/v1/webhooks/${id}`)).status).toBe(404);
    expect((await ask('GET', `/v1/webhooks/${id}/deliveries`)).status).toBe(404);
  });
});

test('a server that the world reaches tells nobody on its own machine', async () => {
  const reached = await testServer({ PUBLIC_URL: 'https://voice.example.com' });
  try {
    const url = 'http://127.0.0.1:9/';
    const answer = await fetch(`${reached.server.listensAt}/v1/webhooks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${reached.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url }),
    });
    expect(answer.status).toBe(422);
  } finally {
    await reached.close();
  }
});
