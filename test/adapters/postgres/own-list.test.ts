import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOwnList } from '../../../src/adapters/postgres/own-list.ts';
import { type Follower, followOwnList } from '../../../src/app/follow-own-list.ts';
import type { ListingWanted, OwnListStore, StreamPlace } from '../../../src/app/own-list-ports.ts';
import type { OwnChange } from '../../../src/core/suppression/own-change.ts';
import { generator } from '../../support/chance.ts';
import { clock, makeTenant } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const keyOf = ({ number, channel, scope }: ListingWanted | OwnChange) =>
  `${number} ${channel} ${scope}`;

function wanted(number: string, change: Partial<ListingWanted> = {}): ListingWanted {
  return {
    number,
    channel: 'call',
    scope: 'all',
    listed: true,
    provisional: false,
    reason: 'request',
    source: 'api',
    by: 'k1',
    until: null,
    at: Date.UTC(2026, 2, 4, 12),
    ...change,
  };
}

async function openList(sql: Sql = database.sql): Promise<OwnListStore> {
  return createOwnList(sql, await makeTenant(database.sql));
}

/** What counts, by the rule: the highest number of each key. */
function copyOf() {
  const latest = new Map<string, OwnChange>();
  return {
    latest,
    apply(change: OwnChange) {
      const known = latest.get(keyOf(change));
      if (known === undefined || known.seq < change.seq) latest.set(keyOf(change), change);
    },
    listed: () => [...latest.values()].filter(({ listed }) => listed).map(keyOf),
  };
}

describe('a listing', () => {
  test('is put once: the same word again writes nothing', async () => {
    const list = await openList();
    expect(await list.put(wanted('+14155550100'), null)).toMatchObject({ listed: true });
    const later = { at: Date.now(), saidAt: wanted('').at };
    expect(await list.put(wanted('+14155550100', later), null)).toBeNull();
    expect((await list.news(null, 10)).confirmed).toHaveLength(1);
    expect(await list.find('+14155550100')).toMatchObject([
      { listed: true, since: wanted('').at, source: 'api', by: 'k1' },
    ]);
  });

  const day = 86_400_000;
  const at = wanted('').at;

  test('keeps when it began, and says when the person said it last, never moved backwards', async () => {
    const list = await openList();
    const number = '+14155550106';
    await list.put(wanted(number), null);
    const again = await list.put(wanted(number, { at: at + 2 * day, source: 'form' }), null);
    expect(again).toMatchObject({ listed: true, at: at + 2 * day });
    const stands = { since: at, askedAt: at + 2 * day, source: 'api', entryId: null };
    expect(await list.find(number)).toMatchObject([stands]);
    for (const saidAt of [at - day, at, at + day, at + 2 * day]) {
      expect(await list.put(wanted(number, { at: at + 3 * day, saidAt }), null)).toBeNull();
    }
    expect(await list.find(number)).toMatchObject([stands]);
    expect((await list.news(null, 10)).confirmed.map((change) => change.at)).toEqual([
      at,
      at + 2 * day,
    ]);
  });

  test.each([
    ['an import', 'import'],
    ['our own decision', 'policy'],
  ] as const)('%s is no word of theirs, and moves nothing', async (_, reason) => {
    const list = await openList();
    await list.put(wanted('+14155550107'), null);
    const later = { at: at + day, reason, source: 'x' };
    expect(await list.put(wanted('+14155550107', later), null)).toBeNull();
    await list.put(wanted('+14155550108', { reason }), null);
    expect(await list.put(wanted('+14155550108', { at: at + day, reason }), null)).toBeNull();
    expect(await list.find('+14155550107')).toMatchObject([{ askedAt: at }]);
  });

  test('is lifted only by what came after they said it last, and begins anew then', async () => {
    const list = await openList();
    const number = '+14155550109';
    await list.put(wanted(number), null);
    await list.put(wanted(number, { at: at + 2 * day }), null);
    const lift = (before: number) =>
      list.put(wanted(number, { listed: false, at: at + 3 * day }), null, { guard: { before } });
    expect(await lift(at + day)).toBeNull();
    expect(await lift(at + 3 * day)).not.toBeNull();
    await list.put(wanted(number, { at: at + 4 * day }), null);
    expect(await list.find(number)).toMatchObject([{ since: at + 4 * day, askedAt: at + 4 * day }]);
  });

  test('that is said again and again says of which change it is a repeat, until it begins anew', async () => {
    const list = await openList();
    const put = (hours: number, change: Partial<ListingWanted> = {}) =>
      list.put(wanted('+14155550134', { at: Date.UTC(2026, 2, 4, 12 + hours), ...change }), null);
    const first = await put(0);
    await put(1);
    await put(2);
    await put(3, { listed: false });
    const anew = await put(4);
    await put(5);
    const { confirmed, early } = await list.news(null, 10);
    expect([...confirmed, ...early].map(({ repeats }) => repeats)).toEqual([
      undefined,
      first?.seq,
      first?.seq,
      undefined,
      undefined,
      anew?.seq,
    ]);
  });

  test('that is lifted at the moment it is said again stands all the same', async () => {
    const tenant = await makeTenant(database.sql);
    const list = createOwnList(database.sql, tenant);
    const number = '+14155550110';
    await list.put(wanted(number), null);
    let calls = 0;
    const racing = {
      unsafe: async (...args: Parameters<Sql['unsafe']>) => {
        calls += 1;
        if (calls === 2) await list.put(wanted(number, { listed: false, at: at + 1 }), null);
        return database.sql.unsafe(...args);
      },
    } as unknown as Sql;
    await createOwnList(racing, tenant).put(wanted(number, { at: at + day }), null);
    expect(await list.find(number)).toMatchObject([{ listed: true, askedAt: at + day }]);
  });

  test('is for its channel and scope only', async () => {
    const list = await openList();
    for (const change of [{}, { channel: 'text' }, { scope: 'campaign:spring' }] as const) {
      expect(await list.put(wanted('+14155550101', change), null)).not.toBeNull();
    }
    expect(await list.find('+14155550101')).toHaveLength(3);
  });

  test.each([
    ['an import of what we had decided', [0, 1]],
    ['our decision on what was imported', [1, 0]],
  ])('outlives the undoing of either, after %s', async (_, order) => {
    const list = await openList();
    const number = '+14155550133';
    const both = [
      wanted(number, { reason: 'policy', source: 'api' }),
      wanted(number, { reason: 'import', source: 'import:one' }),
    ];
    for (const place of order) {
      const reason = both[place]!.reason;
      const options = reason === 'import' ? { guard: { standsLess: true as const } } : {};
      expect(await list.put(both[place]!, null, options)).toMatchObject({ listed: true });
    }
    const lifted = wanted(number, { listed: false });
    for (const guard of [
      { reasons: ['policy'] as const, listed: true },
      { sources: ['import:one'] },
    ]) {
      expect(await list.put(lifted, null, { guard })).toBeNull();
    }
    const [stands] = await list.find(number);
    expect(stands).toMatchObject({ listed: true, reason: 'import', source: 'import-again' });
    expect(await list.put(both[1]!, null, { guard: { standsLess: true } })).toBeNull();
    expect(await list.put(lifted, null)).toMatchObject({ listed: false });
  });

  test('is lifted and put again, each a change of its own with a higher number', async () => {
    const list = await openList();
    const seqs: number[] = [];
    for (const listed of [true, false, true]) {
      seqs.push((await list.put(wanted('+14155550102', { listed }), null))!.seq);
    }
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(new Set(seqs).size).toBe(3);
  });

  test.each([
    ['a stop that was looked at', false, true, 'stays looked at'],
    ['a provisional stop', true, false, 'is confirmed'],
  ])('%s is not loosened by another word: %s → %s', async (_, first, second) => {
    const list = await openList();
    await list.put(wanted('+14155550103', { provisional: first }), null);
    await list.put(wanted('+14155550103', { provisional: second }), null);
    expect(await list.find('+14155550103')).toMatchObject([{ listed: true, provisional: false }]);
  });

  test('is never shortened by a later word, and is lengthened by one', async () => {
    const list = await openList();
    const until = (day: number) => Date.UTC(2027, 0, day);
    const ends = [until(5), until(3), until(9), null, until(20)];
    for (const end of ends) await list.put(wanted('+14155550104', { until: end }), null);
    const { confirmed } = await list.news(null, 10);
    expect(confirmed.map((change) => change.until)).toEqual([until(5), until(9), null]);
  });

  test('shows its number nowhere in the tables', async () => {
    const list = await openList();
    await list.put(wanted('+491715551234'), null);
    await list.put(wanted('+4917155*'), null);
    const rows = await database.sql`
      select listing::text as a from listing union all select listing_event::text from listing_event`;
    const text = rows.map(({ a }) => a as string).join('\n');
    expect(rows.length).toBeGreaterThan(3);
    // Within the hexadecimal of a token or a seal the same digits are chance.
    expect(text).not.toMatch(/(?<![0-9a-f])4917155/);
    // bytea is shown in hexadecimal.
    expect(text).not.toContain(Buffer.from('4917155').toString('hex'));
  });

  test('of another tenant is not ours', async () => {
    const [ours, theirs] = [await openList(), await openList()];
    await theirs.put(wanted('+14155550105'), null);
    expect(await ours.find('+14155550105')).toEqual([]);
    expect((await ours.news(null, 10)).confirmed).toEqual([]);
  });
});

describe('a reader of the stream', () => {
  /**
   * Transactions that commit in another order than they drew their numbers in, made certain: a
   * gate in each holds it open until the others have committed.
   */
  async function outOfOrder(rounds: number, read: (list: OwnListStore) => Promise<void>) {
    const tenant = await makeTenant(database.sql);
    const list = createOwnList(database.sql, tenant);
    const numbers: string[] = [];
    const chance = generator(11);
    for (let round = 0; round < rounds; round += 1) {
      const number = (n: number) => `+1415${3_000_000 + round * 10 + n}`;
      const names = [0, 1, 2].map(number);
      numbers.push(...names);
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      let drawn = () => {};
      const hasDrawn = new Promise<void>((resolve) => {
        drawn = resolve;
      });
      const late = database.sql.begin(async (tx) => {
        await createOwnList(tx as unknown as Sql, tenant).put(wanted(names[0]!), null);
        drawn();
        await held;
      });
      await hasDrawn;
      await list.put(wanted(names[1]!), null);
      if (chance() < 0.7) await read(list);
      await list.put(wanted(names[2]!), null);
      await read(list);
      release();
      await late;
      if (chance() < 0.5) await read(list);
    }
    await read(list);
    return numbers;
  }

  test('loses nothing, in whatever order transactions commit', async () => {
    const copy = copyOf();
    let place: StreamPlace | null = null;
    const confirmed: number[] = [];
    const numbers = await outOfOrder(20, async (list) => {
      for (;;) {
        const news = await list.news(place, 4);
        for (const change of [...news.confirmed, ...news.early]) copy.apply(change);
        confirmed.push(...news.confirmed.map(({ seq }) => seq));
        place = news.place;
        if (news.rest === null || news.early.length > 0) return;
      }
    });
    expect(copy.listed().sort()).toEqual(numbers.map((number) => `${number} call all`).sort());
    expect(new Set(confirmed).size).toBe(confirmed.length);
    expect(confirmed).toHaveLength(numbers.length);
  });

  test('knows of everything that was written, however much of it waits for one that is open', async () => {
    const tenant = await makeTenant(database.sql);
    const list = createOwnList(database.sql, tenant);
    const numbers = Array.from({ length: 7 }, (_, n) => `+1415600${1000 + n}`);
    const copy = copyOf();
    const follower = followOwnList({ store: list, copy, clock, log: quiet, pageMax: 2 });
    await database.sql.begin(async (tx) => {
      await createOwnList(tx as unknown as Sql, tenant).put(wanted('+14156002000'), null);
      for (const number of numbers) await list.put(wanted(number), null);
      await follower.catchUp();
      expect(copy.listed().sort()).toEqual(numbers.map((number) => `${number} call all`));
      // Where it reads on from is before the one that is open.
      expect(follower.place()).toEqual({ xid: '0', seq: 0 });
    });
    await follower.catchUp();
    expect(copy.listed()).toHaveLength(8);
    const { place } = await list.news(null, 100);
    expect(follower.place()).toEqual(place);
  });

  test('that went by the number alone would lose some: the trap is real', async () => {
    let last = 0;
    const seen: number[] = [];
    const numbers = await outOfOrder(20, async () => {
      const rows = await database.sql`
        select seq::float8 as seq from listing_event where seq > ${last} order by seq`;
      seen.push(...rows.map(({ seq }) => seq as number));
      last = seen.at(-1) ?? last;
    });
    const [row] = await database.sql`select count(*)::int as n from listing_event`;
    expect(numbers.length).toBe(60);
    expect(seen.length).toBeLessThan(row!['n'] as number);
  });
});

describe('processes that follow the list', () => {
  async function process(list: OwnListStore): Promise<Follower & ReturnType<typeof copyOf>> {
    const copy = copyOf();
    const follower = followOwnList({ store: list, copy, clock, log: quiet });
    await follower.catchUp();
    await follower.start();
    return { ...follower, ...copy };
  }

  test('know of a stop that another wrote, by its word alone', async () => {
    const tenant = await makeTenant(database.sql);
    const list = createOwnList(database.sql, tenant);
    let hear = () => {};
    const heard = new Promise<void>((resolve) => {
      hear = resolve;
    });
    const copy = copyOf();
    const follower = followOwnList({
      store: list,
      copy: {
        apply(change) {
          copy.apply(change);
          hear();
        },
      },
      clock,
      log: quiet,
      lookEveryMs: 3_600_000,
    });
    await follower.start();
    await list.put(wanted('+14155550110'), null);
    await heard;
    expect(copy.listed()).toEqual(['+14155550110 call all']);
    await follower.stop();
  });

  test('are told what each look brought since they started, and not what stood there before', async () => {
    const list = await openList();
    await list.put(wanted('+14155550111'), null);
    // Whoever writes elsewhere in the cluster holds back what is confirmed.
    const early = async () => (await list.news(null, 10)).early.length;
    await expect.poll(early, { timeout: 20_000, interval: 50 }).toBe(0);
    const told: string[] = [];
    let isTold = () => {};
    const heard = new Promise<void>((resolve) => {
      isTold = resolve;
    });
    const copy = copyOf();
    const follower = followOwnList({
      store: list,
      copy,
      clock,
      log: quiet,
      heard(changes) {
        for (const { number } of changes) {
          told.push(number);
          expect(copy.latest.size).toBe(2);
        }
        if (changes.length > 0) isTold();
      },
    });
    await follower.catchUp();
    await follower.start();
    await list.put(wanted('+14155550112'), null);
    await heard;
    await follower.stop();
    expect(new Set(told)).toEqual(new Set(['+14155550112']));
  });

  test('agree with the table after random puts and lifts by eight writers at once', async () => {
    const tenant = await makeTenant(database.sql);
    const lists = Array.from({ length: 8 }, () => createOwnList(database.sql, tenant));
    const readers = [await process(lists[0]!), await process(lists[1]!)];
    await Promise.all(
      lists.map(async (list, writer) => {
        const chance = generator(100 + writer);
        for (let n = 0; n < 40; n += 1) {
          const number = `+1415555${1000 + Math.floor(chance() * 12)}`;
          await list.put(wanted(number, { listed: chance() < 0.6, by: randomUUID() }), null);
        }
      }),
    );
    const stands = await database.sql`
      select seq::float8 as seq from listing where tenant_id = ${tenant.id} and listed`;
    for (const reader of readers) {
      await reader.stop();
      await reader.catchUp();
      const seqs = [...reader.latest.values()].filter(({ listed }) => listed);
      expect(seqs.map(({ seq }) => seq).sort()).toEqual(stands.map(({ seq }) => seq).sort());
    }
  });

  test('say that they may be behind once they could not look for five seconds', async () => {
    let now = 1_000;
    let fails = false;
    const list = await openList();
    const store: OwnListStore = {
      ...list,
      news: (after, limit) => (fails ? Promise.reject(new Error('gone')) : list.news(after, limit)),
    };
    const follower = followOwnList({
      store,
      copy: copyOf(),
      clock: { now: () => now, monotonic: () => now },
      log: quiet,
    });
    expect(follower.isStale()).toBe(true);
    await follower.catchUp();
    expect(follower.isStale()).toBe(false);
    fails = true;
    now += 5_000;
    await expect(follower.catchUp()).rejects.toThrow('gone');
    expect(follower.isStale()).toBe(false);
    now += 1;
    expect(follower.isStale()).toBe(true);
    fails = false;
    await follower.catchUp();
    expect(follower.isStale()).toBe(false);
  });
});
