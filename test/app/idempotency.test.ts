import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyStore } from '../../src/adapters/postgres/api-keys.ts';
import { createIdempotencyStore } from '../../src/adapters/postgres/idempotency.ts';
import type { ApiKey } from '../../src/app/api-ports.ts';
import { createOnce, type Once } from '../../src/app/idempotency.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type SeededTenant, seedTenant } from '../support/seed-call.ts';

let database: TestDatabase;
let tenant: SeededTenant;
let apiKey: ApiKey;
let once: Once;
let now = Date.parse('2026-03-01T00:00:00Z');

beforeAll(async () => {
  database = await testDatabase();
  tenant = await seedTenant(database.sql);
  apiKey = {
    id: randomUUID(),
    tenantId: tenant.id,
    name: 'test',
    scopes: ['admin'],
    createdAt: now,
    lastUsedAt: null,
  };
  await createKeyStore(database.sql).create(apiKey, Buffer.alloc(32));
  once = newProcess();
});
afterAll(() => database.close());

const newProcess = (): Once =>
  createOnce({
    idempotency: createIdempotencyStore(database.sql),
    ciphers: () => tenant.cipher,
    clock: { now: () => now, monotonic: () => now },
  });

/** Something that is under way until it is let go. */
function held() {
  let finish: (answer: { status: number; body: string }) => void = () => {};
  const answer = new Promise<{ status: number; body: string }>((resolve) => {
    finish = resolve;
  });
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const started = () => {
    begin();
    return answer;
  };
  return { begun, finish, answer: started };
}

const ask = (key: string, request = 'POST /v1/x') => ({ apiKey, key, request });
const never = () => Promise.reject(new Error('done twice'));

describe('one request', () => {
  test('asked again while it is being answered is a conflict, on every process', async () => {
    const key = randomUUID();
    const work = held();
    const first = once(ask(key), work.answer);
    await work.begun;
    await expect(once(ask(key), never)).rejects.toMatchObject({ code: 'conflict' });
    await expect(newProcess()(ask(key), never)).rejects.toMatchObject({ code: 'conflict' });
    await expect(once(ask(key, 'POST /v1/y'), never)).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
    work.finish({ status: 201, body: '{"a":1}' });
    expect(await first).toEqual({ status: 201, body: '{"a":1}', isReplay: false });
    expect(await newProcess()(ask(key), never)).toEqual({
      status: 201,
      body: '{"a":1}',
      isReplay: true,
    });
  });

  test('sent twenty times at once is done once', async () => {
    const key = randomUUID();
    let done = 0;
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        newProcess()(ask(key), async () => {
          done += 1;
          return { status: 200, body: '{}' };
        }),
      ),
    );
    expect(done).toBe(1);
    const reasons = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(new Set([...reasons, 'conflict'])).toEqual(new Set(['conflict']));
  });

  test('that failed may be sent again', async () => {
    const key = randomUUID();
    await expect(once(ask(key), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const again = await once(ask(key), async () => ({ status: 200, body: '1' }));
    expect(again.isReplay).toBe(false);
  });

  test('left behind by a process that died is answered anew after a minute, once', async () => {
    const key = randomUUID();
    const work = held();
    const lost = once(ask(key), work.answer);
    await work.begun;
    now += 59_999;
    await expect(once(ask(key), never)).rejects.toMatchObject({ code: 'conflict' });
    now += 1;
    await expect(once(ask(key, 'POST /v1/y'), never)).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
    const next = held();
    const taken = newProcess()(ask(key), next.answer);
    await next.begun;
    await expect(newProcess()(ask(key), never)).rejects.toMatchObject({ code: 'conflict' });
    next.finish({ status: 200, body: '2' });
    expect(await taken).toMatchObject({ body: '2', isReplay: false });
    // The first was only slow: its answer comes too late to be the one that is kept.
    work.finish({ status: 200, body: '1' });
    await lost;
    expect(await once(ask(key), never)).toMatchObject({ body: '2', isReplay: true });
  });

  test('is forgotten after a day', async () => {
    const key = randomUUID();
    await once(ask(key), async () => ({ status: 200, body: '1' }));
    now += 86_400_000;
    await once(ask(randomUUID()), async () => ({ status: 200, body: '1' }));
    expect((await once(ask(key), never).catch(() => null))?.isReplay ?? false).toBe(true);
    now += 600_001;
    await once(ask(randomUUID()), async () => ({ status: 200, body: '1' }));
    const again = await once(ask(key), async () => ({ status: 200, body: '3' }));
    expect(again).toEqual({ status: 200, body: '3', isReplay: false });
  });

  test('is kept sealed, and told from others without keeping it', async () => {
    const key = randomUUID();
    const secret = '+4915112345678';
    await once(ask(key, `POST /v1/calls {"to":"${secret}"}`), async () => ({
      status: 200,
      body: `{"to":"${secret}"}`,
    }));
    const [row] = await database.sql`
      select encode(body, 'escape') || encode(fingerprint, 'escape') || idempotency::text as t
      from idempotency where key = ${key}`;
    expect(row!['t']).not.toContain('15112345678');
  });
});
