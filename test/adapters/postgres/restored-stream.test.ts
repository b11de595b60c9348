/** Own requests and live batches that were read in from a dump, into a cluster that counts anew. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBatches } from '../../../src/adapters/postgres/batches.ts';
import { createLiveBatches } from '../../../src/adapters/postgres/live-batches.ts';
import { createOwnList } from '../../../src/adapters/postgres/own-list.ts';
import { settleRestored } from '../../../src/adapters/postgres/restored-stream.ts';
import type { Tenant } from '../../../src/app/call-ports.ts';
import { LineBuffer, NumberTokens } from '../../../src/core/suppression/number-tokens.ts';
import { makeTenant, random } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;
/** A live batch of five lines, that was looked at with everything so far. */
let batch: string;
beforeEach(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
  for (const n of [1, 2, 7, 8]) await stop(n);
  const batches = createBatches(database.sql, tenant);
  const key = randomBytes(32);
  batch = randomUUID();
  await batches.begin({
    ...{ id: batch, by: 'k1', channel: 'call', purpose: 'service', campaign: null, at },
    ...{ place: (await news()).place, live: { until: at + 86_400_000, key } },
  });
  const lines = new LineBuffer(8);
  for (const n of [3, 4, 5, 6]) lines.add(numberOf(n), n, false);
  await batches.keep(batch, 0, lines.take(new NumberTokens(key)), at);
  const done = { at, lines: 4, certificate: null, entry: null, looked: [], isMixed: false };
  await batches.finish(batch, done);
  await stop(3);
  expect(await told()).toEqual([3]);
});
afterEach(() => database.close());

const at = Date.UTC(2026, 2, 4, 12);
const numberOf = (n: number) => `+1415555100${n}`;
const stop = (n: number) =>
  createOwnList(database.sql, tenant).put(
    {
      ...{ number: numberOf(n), channel: 'call', scope: 'all', listed: true, provisional: false },
      ...{ reason: 'request', source: 'api', by: 'k1', until: null, at },
    },
    null,
  );
const news = (limit = 100) => createOwnList(database.sql, tenant).news(null, limit);
/** Whoever writes elsewhere in the cluster holds back what is confirmed. */
const settled = { timeout: 20_000, interval: 50 };
async function told(): Promise<readonly number[]> {
  const live = createLiveBatches(database.sql, tenant, random);
  while (!(await live.follow(batch)).isAll);
  return (await live.changes(batch, 0, 100)).map(({ line }) => line);
}

/** As in a cluster that is a million transactions behind the one of the dump. */
async function readIn(): Promise<void> {
  const { sql } = database;
  const later = sql`xid = (xid::text::bigint + 1000000)::text::xid8`;
  await sql`alter table listing_event disable trigger listing_event_fixed`;
  await sql`update listing_event set ${later}`;
  await sql`alter table listing_event enable trigger listing_event_fixed`;
  await sql`update screening_batch set ${later}`;
}

test('without it a live batch hears of no request any more, and the stream never ends', async () => {
  await readIn();
  await stop(4);
  expect(await told()).toEqual([3]);
  await expect.poll(async () => (await news()).early.length, settled).toBe(5);
});

test('a live batch hears of what comes, and not again of what it was told', async () => {
  await readIn();
  expect(await settleRestored(database.sql)).toBe(5);
  await stop(4);
  expect(await told()).toEqual([3, 4]);
  await expect.poll(async () => (await news()).early.length, settled).toBe(0);
  const { confirmed, early, place, rest } = await news();
  expect([confirmed.length, early.length, rest]).toEqual([6, 0, null]);
  const after = await createOwnList(database.sql, tenant).news(place, 100);
  expect([...after.confirmed, ...after.early]).toEqual([]);
});

test('of several processes that start one does it, and what is written stays fixed', async () => {
  await readIn();
  const all = await Promise.all([1, 2, 3].map(() => settleRestored(database.sql)));
  expect(all.sort()).toEqual([0, 0, 5]);
  await expect(database.sql`update listing_event set listed = false`).rejects.toThrow(
    /append-only/,
  );
});

test('nothing is touched where nothing was read in', async () => {
  const rows = () => database.sql`
    select seq, xid::text from listing_event union all select seq, xid::text from screening_batch`;
  const before = await rows();
  expect(await settleRestored(database.sql)).toBe(0);
  expect(await rows()).toEqual(before);
});
