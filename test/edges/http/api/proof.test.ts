import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

let id: string;
const receipt = { v: 1, statement: { kind: 'grant' } };
const note = 'consentry.example/ledger\n1\nAAAA\n\n— consentry.example/ledger BBBB\n';

let server: ApiServer;
let key: string;
let receiptFor: (tenantId: string, entryId: string) => object | 'pending' | null;
let asked: unknown[] = [];
let signed: string | null = note;

beforeAll(async () => {
  server = await startApi({
    receiptFor: async (tenantId, entryId) => receiptFor(tenantId, entryId),
    checkpoint: async () => signed,
    tile: async (...ask) => {
      asked.push(ask);
      return ask[0] === 0 && ask[1] < 2 ? Buffer.alloc(32 * (ask[2] ?? 256), 7) : null;
    },
  });
  key = await server.key(['receipts:read', 'ledger:read']);
  id = (await seedCall(server.database.sql, server.tenant)).entryIds[0]!;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  receiptFor = () => receipt;
});

describe('a receipt', () => {
  test('is given as it is', async () => {
    receiptFor = (tenantId, entryId) =>
      tenantId === server.tenant.id && entryId === id ? receipt : null;
    const { status, body, type } = await server.get(`/v1/receipts/${id}`, key);
    expect([status, body, type]).toEqual([200, receipt, 'application/json']);
    expect((await server.get(`/v1/receipts/${randomUUID()}`, key)).status).toBe(404);
    expect((await server.get('/v1/receipts/last', key)).status).toBe(404);
    const foreign = await server.key(['receipts:read'], server.other);
    expect((await server.get(`/v1/receipts/${id}`, foreign)).status).toBe(404);
  });

  test('is waited for while its checkpoint is being signed', async () => {
    let left = 3;
    receiptFor = () => {
      left -= 1;
      return left > 0 ? 'pending' : receipt;
    };
    const { status, body } = await server.get(`/v1/receipts/${id}`, key);
    expect([status, body, left]).toEqual([200, receipt, 0]);
  });

  test('that stays away for two seconds is to be asked for again', async () => {
    let polls = 0;
    receiptFor = () => {
      polls += 1;
      server.time.now += 100;
      return 'pending';
    };
    const { status, body, headers } = await server.get(`/v1/receipts/${id}`, key);
    expect([status, body.code, headers['retry-after']]).toEqual([409, 'receipt_pending', '1']);
    expect(polls).toBe(20);
  });
});

describe('the ledger', () => {
  test('gives its newest checkpoint as text', async () => {
    const { status, text, headers } = await server.get('/v1/ledger/checkpoint', key);
    expect([status, text, headers['content-type']]).toEqual([
      200,
      note,
      'text/plain; charset=utf-8',
    ]);
    signed = null;
    expect((await server.get('/v1/ledger/checkpoint', key)).status).toBe(404);
    signed = note;
  });

  test('gives tiles as bytes', async () => {
    const whole = await server.get('/v1/ledger/tile/0/1', key);
    expect([whole.status, whole.type]).toEqual([200, 'application/octet-stream']);
    expect(whole.body).toEqual(Buffer.alloc(8_192, 7));
    const part = await server.get('/v1/ledger/tile/0/0?width=3', key);
    expect(part.body).toEqual(Buffer.alloc(96, 7));
    expect(asked).toEqual([
      [0, 1, null],
      [0, 0, 3],
    ]);
  });

  test.each([
    ['/v1/ledger/tile/0/2', 404],
    ['/v1/ledger/tile/8/0', 404],
    ['/v1/ledger/tile/0/-1', 404],
    ['/v1/ledger/tile/0/01', 404],
    ['/v1/ledger/tile/0/1e3', 404],
    ['/v1/ledger/tile/0/9999999999999999', 404],
    ['/v1/ledger/tile/0', 404],
    ['/v1/ledger/tile/0/0?width=0', 422],
    ['/v1/ledger/tile/0/0?width=257', 422],
    ['/v1/ledger/tile/0/0?width=1&width=2', 422],
  ])('refuses %s', async (path, status) => {
    expect((await server.get(path, key)).status).toBe(status);
  });
});
