/**
 * Permits and caps under random interleavings: what many do at once is drawn, and each draw is
 * done on real connections. The same is tried on a store that looks first and writes afterwards,
 * which has to fail, or the test could not tell the two apart.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOwnList } from '../../../src/adapters/postgres/own-list.ts';
import { createPermits } from '../../../src/adapters/postgres/permits.ts';
import type { Tenant } from '../../../src/app/call-ports.ts';
import type { PermitWanted } from '../../../src/app/permit-ports.ts';
import { makeTenant } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

const noon = Date.UTC(2026, 2, 4, 12);
const day = 86_400_000;
let made = 0;
const permits = () => createPermits(database.sql, tenant);

function wanted(change: Partial<PermitWanted> = {}): PermitWanted {
  made += 1;
  return {
    id: randomUUID(),
    number: `+1415${6_000_000 + made}`,
    channel: 'call',
    purpose: 'service',
    subject: 'spring',
    scopes: ['all'],
    caps: [],
    at: noon,
    notAfter: noon + day,
    entry: null,
    ...change,
  };
}

const list = (number: string) =>
  createOwnList(database.sql, tenant).put(
    {
      number,
      channel: 'call',
      scope: 'all',
      listed: true,
      provisional: false,
      reason: 'request',
      source: 'api',
      by: 'k1',
      until: null,
      at: noon,
    },
    null,
  );

interface Store {
  /** True: go ahead. */
  consume(permit: PermitWanted): Promise<boolean>;
  /** True: the place was free, and is taken. */
  reserve(permit: PermitWanted): Promise<boolean>;
}

const ours: Store = {
  consume: async ({ id, number }) => (await permits().consume(id, number, 'k1', noon + 1)) === null,
  reserve: async (permit) => (await permits().make(permit)).is === 'made',
};

/** Looks, and then writes: right as long as one does it at a time. */
const naive: Store = {
  async consume({ id, number }) {
    const token = tenant.cipher.token(number);
    const [row] = await database.sql`
      select consumed_at is null and not exists (
        select from listing where token = ${token} and listed) as good
      from permit where id = ${id}`;
    if (row?.['good'] !== true) return false;
    await database.sql`update permit set consumed_at = now(), consumed_by = 'k1' where id = ${id}`;
    return true;
  },
  async reserve(permit) {
    const token = tenant.cipher.token(permit.number);
    const [row] = await database.sql`
      select coalesce(sum(cardinality(attempts)), 0)::int as n from contact_count
      where token = ${token} and subject = ${permit.subject}`;
    if ((row?.['n'] as number) >= (permit.caps[0]?.max ?? 0)) return false;
    return (await permits().make({ ...permit, caps: [] })).is === 'made';
  },
};

type Deed = 'use' | 'list';

/** Waves follow one another; what is in one happens at once, in any order. */
const waves = fc.array(
  fc.array(fc.constantFrom<Deed>('use', 'use', 'use', 'list'), { minLength: 1, maxLength: 6 }),
  { minLength: 1, maxLength: 3 },
);

const usedOnce = (store: Store) =>
  fc.asyncProperty(waves, async (plan) => {
    const permit = wanted();
    await permits().make(permit);
    let used = 0;
    let isListed = false;
    let wasUsable = false;
    for (const wave of plan) {
      const wasListed = isListed;
      wasUsable ||= !wasListed && wave.includes('use') && !wave.includes('list');
      const results = await Promise.all(
        wave.map(async (deed) => {
          if (deed === 'use') return store.consume(permit);
          await list(permit.number);
          isListed = true;
          return false;
        }),
      );
      const uses = results.filter((one) => one).length;
      // Listed and answered before the wave began: nobody goes ahead any more.
      if (wasListed) expect(uses).toBe(0);
      used += uses;
    }
    expect(used).toBeLessThanOrEqual(1);
    if (wasUsable) expect(used).toBe(1);
  });

const reservedOnce = (store: Store) =>
  fc.asyncProperty(
    fc.nat(3),
    fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
    async (more, sizes) => {
      const max = more + 1;
      const { number } = wanted();
      let reserved = 0;
      let tried = 0;
      for (const size of sizes) {
        const asks = Array.from({ length: size }, (_, n) => {
          const caps = [{ max, windowMs: day, per: 'subject' }] as const;
          return wanted({ number, caps, at: noon + n });
        });
        const taken = await Promise.all(asks.map((one) => store.reserve(one)));
        reserved += taken.filter((one) => one).length;
        tried += size;
        expect(reserved).toBe(Math.min(max, tried));
      }
    },
  );

function tried<Drawn>(what: string, property: (store: Store) => fc.IAsyncProperty<Drawn>): void {
  describe(what, () => {
    test('whatever happens at once', async () => {
      await fc.assert(property(ours), { numRuns: 60 });
    });

    test('which looking first and writing afterwards does not do', async () => {
      const { failed } = await fc.check(property(naive), { numRuns: 60, endOnFailure: true });
      expect(failed).toBe(true);
    });
  });
}

tried('a permit is used once, and not after its number was listed', usedOnce);
tried('a cap is reserved as often as it allows', reservedOnce);
