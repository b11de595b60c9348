/**
 * Whose line of a live batch may not be contacted any more is told, each once, in an order that a
 * reader can go on in, however writers, readers and processes come between each other.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Row, Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBatches } from '../../../src/adapters/postgres/batches.ts';
import { createLiveBatches } from '../../../src/adapters/postgres/live-batches.ts';
import { createOwnList } from '../../../src/adapters/postgres/own-list.ts';
import { createWebhooks } from '../../../src/adapters/postgres/webhooks.ts';
import type { LiveBatches, NewVersion } from '../../../src/app/batch-ports.ts';
import type { Tenant } from '../../../src/app/call-ports.ts';
import { changeReader, versionsOf } from '../../../src/app/follow-batches.ts';
import { listsInMemory, loadedList } from '../../../src/app/loaded-lists.ts';
import type { ListingWanted, StreamPlace } from '../../../src/app/own-list-ports.ts';
import type { Manifest } from '../../../src/core/suppression/list-manifest.ts';
import type { AskedOf, LineChange } from '../../../src/core/suppression/live-batch.ts';
import { LineBuffer, NumberTokens } from '../../../src/core/suppression/number-tokens.ts';
import { worldSet } from '../../../src/core/suppression/world-set.ts';
import { generator } from '../../support/chance.ts';
import { makeTenant, random } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const at = Date.UTC(2026, 2, 4, 12);
const dayMs = 86_400_000;
const numberOf = (n: number) => `+1415555${1000 + n}`;

function stop(number: string, change: Partial<ListingWanted> = {}): ListingWanted {
  return {
    ...{ number, channel: 'call', scope: 'all', listed: true, provisional: false },
    ...{ reason: 'request', source: 'api', by: 'k1', until: null, at },
    ...change,
  };
}

/** The parts of one process. */
function processOf(tenant: Tenant, sql: Sql = database.sql) {
  const ownList = createOwnList(sql, tenant);
  const live = createLiveBatches(sql, tenant, random);
  return { ownList, live, batches: createBatches(sql, tenant) };
}
type Process = ReturnType<typeof processOf>;

interface Kept {
  readonly numbers: readonly string[];
  readonly asked?: Partial<AskedOf>;
  /** Lines, from 1, that ask otherwise. */
  readonly otherwise?: readonly number[];
  readonly looked?: readonly string[];
  readonly place?: StreamPlace;
  readonly days?: number;
}

async function keep({ batches, ownList }: Process, kept: Kept): Promise<string> {
  const { numbers, asked, otherwise = [], looked = [], days = 7 } = kept;
  const id = randomUUID();
  const key = randomBytes(32);
  const place = kept.place ?? (await ownList.news(null, 100_000)).place;
  await batches.begin({
    ...{ id, by: 'k1', channel: 'call', purpose: 'service', campaign: null, at, place },
    ...asked,
    live: { until: at + days * dayMs, key },
  });
  const tokens = new NumberTokens(key);
  // Three parts, as of a longer batch.
  for (const part of [0, 1, 2]) {
    const buffer = new LineBuffer(8);
    for (const [i, number] of numbers.entries()) {
      if (i % 3 === part) buffer.add(number, i + 1, otherwise.includes(i + 1));
    }
    if (buffer.size > 0) await batches.keep(id, part, buffer.take(tokens), at);
  }
  const isMixed = otherwise.length > 0;
  const done = { at, lines: numbers.length, certificate: null, entry: null, looked, isMixed };
  expect(await batches.finish(id, done)).toBe(true);
  return id;
}

/** As a request that came by itself. */
const changesOf = (live: LiveBatches, ...asked: Parameters<ReturnType<typeof changeReader>>) =>
  changeReader(live)(...asked);

const told = async ({ live }: Process, id: string) =>
  (await changesOf(live, id, 0, 1_000)).map(({ line, code }) => `${line} ${code}`);

describe('a stop', () => {
  test('is told by every line that has the number, and once', async () => {
    const one = processOf(await makeTenant(database.sql));
    const numbers = [numberOf(1), numberOf(2), numberOf(1), numberOf(3)];
    const id = await keep(one, { numbers });
    expect(await told(one, id)).toEqual([]);
    await one.ownList.put(stop(numberOf(1)), null);
    await one.ownList.put(stop(numberOf(9)), null);
    expect((await told(one, id)).sort()).toEqual(['1 INTERNAL_DNC', '3 INTERNAL_DNC']);
    expect(await told(one, id)).toHaveLength(2);
    await one.ownList.put(stop(numberOf(1), { listed: false }), null);
    expect(await told(one, id)).toHaveLength(2);
  });

  test('is told to the batches that it is for', async () => {
    const one = processOf(await makeTenant(database.sql));
    const numbers = [numberOf(1)];
    const calls = await keep(one, { numbers });
    const texts = await keep(one, { numbers, asked: { channel: 'text' } });
    const spring = await keep(one, { numbers, asked: { campaign: 'spring' } });
    const mixed = await keep(one, { numbers, asked: { channel: 'text' }, otherwise: [1] });
    const all = () => Promise.all([calls, texts, spring, mixed].map((id) => told(one, id)));
    await one.ownList.put(stop(numberOf(1), { scope: 'campaign:spring' }), null);
    const campaign = ['1 INTERNAL_DNC_CAMPAIGN'];
    expect(await all()).toEqual([[], [], campaign, campaign]);
    const text = { channel: 'text', provisional: true, source: 'text' } as const;
    await one.ownList.put(stop(numberOf(1), text), null);
    const both = ['1 INTERNAL_DNC'];
    expect(await all()).toEqual([both, both, [...campaign, ...both], [...campaign, ...both]]);
  });

  test('of a prefix is told by every line under it', async () => {
    const one = processOf(await makeTenant(database.sql));
    const numbers = ['+14155551001', '+493012345678', '+14155551002', '+14165551003'];
    const id = await keep(one, { numbers });
    await one.ownList.put(stop('+1415*', { reason: 'policy' }), null);
    expect((await told(one, id)).sort()).toEqual(['1 INTERNAL_DNC', '3 INTERNAL_DNC']);
  });

  test('that was made before the first answer is not told, one during it is', async () => {
    const one = processOf(await makeTenant(database.sql));
    await one.ownList.put(stop(numberOf(1)), null);
    const { place } = await one.ownList.news(null, 100);
    await one.ownList.put(stop(numberOf(2)), null);
    const id = await keep(one, { numbers: [numberOf(1), numberOf(2)], place });
    expect(await told(one, id)).toEqual(['2 INTERNAL_DNC']);
  });

  test('of another tenant is nobody’s', async () => {
    const one = processOf(await makeTenant(database.sql));
    const other = processOf(await makeTenant(database.sql));
    const id = await keep(one, { numbers: [numberOf(1)] });
    await other.ownList.put(stop(numberOf(1)), null);
    expect(await told(one, id)).toEqual([]);
  });
});

describe('whoever reads on', () => {
  test('is told of a change that was committed after a later one, and of that once', async () => {
    const tenant = await makeTenant(database.sql);
    const one = processOf(tenant);
    const id = await keep(one, { numbers: [numberOf(1), numberOf(2)] });
    let commit = (): void => {};
    const open = database.sql.begin(async (tx) => {
      await createOwnList(tx as unknown as Sql, tenant).put(stop(numberOf(1)), null);
      await new Promise<void>((resolve) => {
        commit = resolve;
        void one.ownList.put(stop(numberOf(2)), null).then(async () => {
          // The second is told though the first, which has the lower number, is still open.
          expect(await told(one, id)).toEqual(['2 INTERNAL_DNC']);
          expect(await told(one, id)).toEqual(['2 INTERNAL_DNC']);
          commit();
        });
      });
    });
    await open;
    const [first] = await changesOf(one.live, id, 0, 1);
    const rest = await changesOf(one.live, id, first?.position ?? 0, 10);
    expect([first?.line, rest.map(({ line }) => line)]).toEqual([2, [1]]);
  });

  test('is told of everything, however much of it waits for one that is open', async () => {
    const tenant = await makeTenant(database.sql);
    const ownList = createOwnList(database.sql, tenant);
    // As with thousands: two at a time.
    const live = createLiveBatches(database.sql, tenant, random, 2);
    const one = { ownList, live, batches: createBatches(database.sql, tenant) };
    const numbers = [1, 2, 3, 4, 5, 6].map(numberOf);
    const id = await keep(one, { numbers });
    await database.sql.begin(async (tx) => {
      await createOwnList(tx as unknown as Sql, tenant).put(stop(numberOf(1)), null);
      for (const number of numbers.slice(1)) await ownList.put(stop(number), null);
      expect(await told(one, id)).toHaveLength(5);
    });
    expect(await told(one, id)).toHaveLength(6);
    expect((await live.follow(id)).isNews).toBe(false);
  });

  test('misses none and is told none twice, with eight writers and three processes', async () => {
    const tenant = await makeTenant(database.sql);
    const processes = [processOf(tenant), processOf(tenant), processOf(tenant)];
    const [one] = processes as [Process];
    const count = 240;
    const numbers = Array.from({ length: count }, (_, n) => numberOf(n));
    const ids = [await keep(one, { numbers }), await keep(one, { numbers })];
    let isDone = false;
    const read = ids.map(() => [] as number[]);
    /** As somebody would who goes by the highest number they have seen. */
    const naive = new Set<number>();
    let highest = 0;
    const following = processes.map(async ({ live }) => {
      while (!isDone) await live.follow(null);
    });
    const reading = ids.map(async (id, i) => {
      let after = 0;
      for (let last = false; !last; ) {
        last = isDone;
        const page = await changesOf(one.live, id, after, 7);
        read[i]?.push(...page.map(({ line }) => line));
        after = page.at(-1)?.position ?? after;
        last &&= page.length < 7;
      }
    });
    const naively = (async () => {
      while (!isDone) {
        const rows = await database.sql`
          select seq::float8 as seq from listing_event
          where tenant_id = ${tenant.id} and seq > ${highest} order by 1`;
        for (const { seq } of rows) naive.add(seq);
        highest = rows.at(-1)?.['seq'] ?? highest;
      }
    })();
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        const chance = generator(700 + writer);
        for (let n = writer; n < count; n += 8) {
          await database.sql.begin(async (tx) => {
            await createOwnList(tx as unknown as Sql, tenant).put(stop(numberOf(n)), null);
            await new Promise((resolve) => setTimeout(resolve, chance() * 12));
          });
        }
      }),
    );
    isDone = true;
    await Promise.all([...following, ...reading, naively]);
    const lines = numbers.map((_, i) => i + 1);
    for (const of of read) expect([...of].sort((a, b) => a - b)).toEqual(lines);
    expect(naive.size).toBeLessThan(count);
  });

  test('gets an answer, also if they are more than there are connections', async () => {
    const one = processOf(await makeTenant(database.sql));
    const id = await keep(one, { numbers: [numberOf(1)] });
    await one.ownList.put(stop(numberOf(1)), null);
    const all = await Promise.all(Array.from({ length: 30 }, () => told(one, id)));
    expect(new Set(all.flat())).toEqual(new Set(['1 INTERNAL_DNC']));
    expect(all.flat()).toHaveLength(30);
  });

  test('misses nothing of what a process that died had found', async () => {
    const tenant = await makeTenant(database.sql);
    const one = processOf(tenant);
    const webhooks = createWebhooks(database.sql, tenant);
    await webhooks.add(endpoint('*'), randomBytes(32));
    const id = await keep(one, { numbers: [numberOf(1)] });
    await one.ownList.put(stop(numberOf(1)), null);
    const dying = createLiveBatches(database.sql, tenant, {
      uuid: () => {
        throw new Error('died');
      },
    });
    await expect(dying.follow(null)).rejects.toThrow('died');
    expect(await one.live.changes(id, 0, 10)).toEqual([]);
    expect(await told(one, id)).toEqual(['1 INTERNAL_DNC']);
  });
});

const endpoint = (...events: readonly string[]) => ({
  ...{ id: randomUUID(), url: 'https://crm.example.com/', events, madeBy: 'k1', madeAt: at },
  stoppedAt: null,
});

test('who wants to know is told by webhook, once, of lines and of nobody', async () => {
  const tenant = await makeTenant(database.sql);
  const [one, two] = [processOf(tenant), processOf(tenant)];
  const webhooks = createWebhooks(database.sql, tenant);
  const [all, these, others] = [endpoint('*'), endpoint('batch.changed'), endpoint('choice.kept')];
  for (const each of [all, these, others]) await webhooks.add(each, randomBytes(32));
  const numbers = Array.from({ length: 130 }, (_, n) => `+1415557${1000 + n}`);
  const id = await keep(one, { numbers });
  await one.ownList.put(stop('+1415557*'), null);
  await Promise.all([one.live.follow(null), two.live.follow(null), one.live.follow(id)]);
  const rows = await database.sql`
    select endpoint_id, type, body from webhook_delivery where tenant_id = ${tenant.id}`;
  expect(rows.map((row) => row['endpoint_id']).sort()).toEqual([all.id, these.id].sort());
  for (const { type, body } of rows) {
    const message = JSON.parse(body);
    expect([type, message.type, message.data.batch]).toEqual(['batch.changed', type, id]);
    expect([message.data.changes.length, message.data.more]).toEqual([100, true]);
    expect(body).not.toMatch(/1415557/);
    const last = message.data.changes.at(-1);
    expect(await changesOf(one.live, id, Number(last.cursor), 1_000)).toHaveLength(30);
  }
});

test('what was told early is not told by webhook again when it is confirmed', async () => {
  const tenant = await makeTenant(database.sql);
  const one = processOf(tenant);
  await createWebhooks(database.sql, tenant).add(endpoint('*'), randomBytes(32));
  const id = await keep(one, { numbers: [numberOf(1), numberOf(2)] });
  const bodies = async () => {
    const rows = await database.sql`
      select body from webhook_delivery where tenant_id = ${tenant.id} order by made_at`;
    return rows.map(({ body }) =>
      JSON.parse(body).data.changes.map((each: LineChange) => each.line),
    );
  };
  await database.sql.begin(async (tx) => {
    await createOwnList(tx as unknown as Sql, tenant).put(stop(numberOf(1)), null);
    await one.ownList.put(stop(numberOf(2)), null);
    expect((await one.live.follow(null)).isNews).toBe(true);
    expect((await one.live.follow(id)).isNews).toBe(false);
    expect(await bodies()).toEqual([[2]]);
  });
  expect((await one.live.follow(id)).isNews).toBe(true);
  expect(await bodies()).toEqual([[2], [1]]);
});

describe('a registry that comes into force', () => {
  const manifestOf = (list: string, version: string): Manifest => ({
    ...{ list, version, importedAt: '', sourceSha256: '', kind: 'full' },
    ...{ obtainedAt: new Date(at).toISOString(), accountToken: null, previous: null },
    ...{ areas: { 415: { sha256: null, count: 1 } }, world: { sha256: '', count: 1 }, total: 1 },
  });
  const registries = listsInMemory();
  const put = (list: string, version: string, ...numbers: readonly string[]) =>
    registries.put(
      loadedList(manifestOf(list, version), worldSet(numbers.map(Number)), () => new Uint32Array()),
    );
  const selling = { purpose: 'marketing-calls' } as const;
  const looked = (...versions: readonly NewVersion[]) => ({
    ...{ versions, at: at + 1, isOver: () => false },
  });

  test('is told by the lines that stand on it, once for each list, whoever looks', async () => {
    const tenant = await makeTenant(database.sql);
    const [one, two] = [processOf(tenant), processOf(tenant)];
    const numbers = [1, 2, 3].map(numberOf);
    put('national-US', '1', numberOf(1));
    const id = await keep(one, { numbers, asked: selling, looked: ['national-US/1'] });
    const service = await keep(one, { numbers });
    const look = () =>
      Promise.all([one, two].map(({ live }) => live.lookAt(looked(...versionsOf(registries)))));
    await look();
    expect(await told(one, id)).toEqual([]);
    put('national-US', '2', numberOf(1), numberOf(3));
    put('litigator', '1', numberOf(2));
    put('reassigned', '1', numberOf(2));
    await look();
    const wanted = ['1 NATIONAL_DNC', '2 LITIGATOR', '2 REASSIGNED', '3 NATIONAL_DNC'];
    expect((await told(one, id)).sort()).toEqual(wanted);
    expect(await told(one, service)).toEqual(['2 REASSIGNED']);
    put('national-US', '3', numberOf(1), numberOf(3));
    await look();
    expect((await told(one, id)).sort()).toEqual(wanted);
  });

  test('is looked at anew where the process that looked had to stop', async () => {
    const one = processOf(await makeTenant(database.sql));
    const numbers = Array.from({ length: 3_000 }, (_, n) => `+1415${2_000_000 + n}`);
    const id = await keep(one, { numbers, asked: selling });
    const reason = { code: 'NATIONAL_DNC', list: 'x', version: '1' } as const;
    let seen = 0;
    const version = {
      ...{ name: 'x/1', matters: () => true },
      against: () => {
        seen += 1;
        return reason;
      },
    };
    const cut = { ...looked(version), isOver: () => seen > 2_000 };
    await one.live.lookAt(cut);
    const before = (await changesOf(one.live, id, 0, 5_000)).length;
    expect([before >= 2_000, before < 3_000, seen < 3_000]).toEqual([true, true, true]);
    await one.live.lookAt(looked(version));
    const lines = (await changesOf(one.live, id, 0, 5_000)).map(({ line }) => line);
    expect([lines.length, new Set(lines).size]).toEqual([3_000, 3_000]);
  });

  test('keeps nobody waiting who reads, and holds no stream back', async () => {
    const one = processOf(await makeTenant(database.sql));
    const id = await keep(one, { numbers: [1, 2].map(numberOf), asked: selling });
    const everyLine = { name: 'x/1', matters: () => true, against: () => null };
    let looking: Promise<boolean> | null = null;
    await database.sql.begin(async (tx) => {
      // It comes to the lines, and no further.
      await tx`lock table batch_page in access exclusive mode`;
      looking = one.live.lookAt(looked(everyLine));
      for (let waiting: Row[] = []; waiting.length === 0; ) {
        waiting = await database.sql`
          select backend_xid from pg_stat_activity
          where wait_event_type = 'Lock' and query like '%from batch_page%'
            and datname = current_database()`;
        for (const row of waiting) expect(row['backend_xid']).toBeNull();
      }
      const free = await database.sql`
        select id from screening_batch where id = ${id} for update nowait`;
      expect(free).toHaveLength(1);
    });
    expect(await looking).toBe(false);
    const [row] = await database.sql`select looked from screening_batch where id = ${id}`;
    expect(row?.['looked']).toEqual(['x/1']);
  });
});

describe('a batch that is over', () => {
  test('tells nothing more, and what it told can be read for a month', async () => {
    const one = processOf(await makeTenant(database.sql));
    const id = await keep(one, { numbers: [numberOf(1), numberOf(2)], days: 2 });
    await one.ownList.put(stop(numberOf(1)), null);
    expect(await told(one, id)).toHaveLength(1);
    await one.batches.endOver(at + 2 * dayMs - 1);
    expect((await one.batches.find(id))?.state).toBe('live');
    await one.batches.endOver(at + 2 * dayMs);
    await one.ownList.put(stop(numberOf(2)), null);
    expect((await one.batches.find(id))?.state).toBe('ended');
    expect(await told(one, id)).toHaveLength(1);
    expect(await database.sql`select from batch_page where batch_id = ${id}`).toHaveLength(0);
    await one.batches.endOver(at + 33 * dayMs + 1);
    expect(await told(one, id)).toHaveLength(0);
  });

  test('because it was ended while it was answered, is not finished', async () => {
    const one = processOf(await makeTenant(database.sql));
    const id = randomUUID();
    await one.batches.begin({
      ...{ id, by: 'k1', channel: 'call', purpose: 'service', campaign: null, at },
      ...{ place: { xid: '0', seq: 0 }, live: { until: at + dayMs, key: randomBytes(32) } },
    });
    await one.batches.end(id, at);
    const done = { at, lines: 0, certificate: null, entry: null, looked: [], isMixed: false };
    expect(await one.batches.finish(id, done)).toBe(false);
    expect((await one.batches.find(id))?.state).toBe('broken');
  });
});
