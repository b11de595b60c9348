import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOwnList } from '../../../src/adapters/postgres/own-list.ts';
import { createPermits } from '../../../src/adapters/postgres/permits.ts';
import type { Tenant } from '../../../src/app/call-ports.ts';
import type { PermitStore, PermitWanted } from '../../../src/app/permit-ports.ts';
import { scopesOf } from '../../../src/core/suppression/scopes.ts';
import { makeTenant } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;
let permits: PermitStore;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
  permits = createPermits(database.sql, tenant);
});
afterAll(() => database.close());

const noon = Date.UTC(2026, 2, 4, 12);
const minute = 60_000;
const day = 24 * 60 * minute;
let next = 0;
const freshNumber = () => `+1415${5_550_000 + next++}`;

function wanted(change: Partial<PermitWanted> = {}): PermitWanted {
  return {
    id: randomUUID(),
    number: '+14155550100',
    channel: 'call',
    purpose: 'marketing-calls',
    subject: 'spring',
    scopes: ['all', 'campaign:spring'],
    caps: [],
    at: noon,
    notAfter: noon + minute,
    entry: null,
    ...change,
  };
}

async function made(change: Partial<PermitWanted> = {}): Promise<PermitWanted> {
  const permit = wanted({ number: freshNumber(), ...change });
  expect(await permits.make(permit)).toEqual({ is: 'made' });
  return permit;
}

/** @param within a transaction of the test's own */
const list = (number: string, change = {}, within: Sql = database.sql) =>
  listAs(tenant, number, change, within);

const listAs = (owner: Tenant, number: string, change = {}, within: Sql = database.sql) =>
  createOwnList(within, owner).put(
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
      ...change,
    },
    null,
  );

const consume = ({ id, number }: PermitWanted, at = noon + 1) =>
  permits.consume(id, number, 'k1', at);

describe('a permit', () => {
  test('is used once: of fifty at once, one', async () => {
    const permit = await made();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => consume(permit)));
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set([null, 'used']));
  });

  test('is good until its end, not at it', async () => {
    expect(await consume(await made(), noon + minute - 1)).toBeNull();
    expect(await consume(await made(), noon + minute)).toBe('expired');
  });

  test('is for its number only, and nobody else’s permit is known', async () => {
    const permit = await made();
    expect(await permits.consume(permit.id, '+14155559999', 'k1', noon)).toBe('other-number');
    expect(await permits.consume(randomUUID(), permit.number, 'k1', noon)).toBe('unknown');
    const others = createPermits(database.sql, await makeTenant(database.sql));
    expect(await others.consume(permit.id, permit.number, 'k1', noon)).toBe('unknown');
    expect(await permits.consume(permit.id, permit.number, 'k1', noon)).toBeNull();
  });

  test.each([
    ['all', {}, 'listed'],
    ['its campaign', { scope: 'campaign:spring' }, 'listed'],
    ['another campaign', { scope: 'campaign:autumn' }, null],
    ['texts', { channel: 'text' }, null],
    ['a time that is over', { until: noon }, 'listed'],
    ['texts by a stop that is only probable', { channel: 'text', provisional: true }, 'listed'],
  ])('of a number that was listed for %s since is worth: %#', async (_, change, outcome) => {
    const permit = await made();
    await list(permit.number, change);
    expect(await consume(permit)).toBe(outcome);
  });

  test.each(['campaign:spring', 'line:one'] as const)(
    'to sell that names no campaign and no line is worth nothing once any of them is stopped: %s',
    async (scope) => {
      const scopes = scopesOf('marketing-calls', null, null);
      const permit = await made({ scopes });
      const late = await made({ scopes });
      for (const { number } of [permit, late]) await list(number, { scope });
      // One that was not yet there to be revoked.
      await database.sql`update permit set revoked_at = null where id = ${late.id}`;
      expect([await consume(permit), await consume(late)]).toEqual(['listed', 'listed']);
      expect(await permits.make(wanted({ number: permit.number, scopes }))).toEqual({
        is: 'listed',
      });
      const named = { number: permit.number, scopes: scopesOf('marketing-calls', 'autumn', 'two') };
      expect(await permits.make(wanted(named))).toEqual({ is: 'made' });
      const service = { number: permit.number, scopes: scopesOf('service', null, null) };
      expect(await permits.make(wanted(service))).toEqual({ is: 'made' });
    },
  );

  test('stays revoked when the listing is lifted again: screening has to be asked anew', async () => {
    const permit = await made();
    await list(permit.number);
    await list(permit.number, { listed: false });
    expect(await consume(permit)).toBe('listed');
    expect(await permits.make({ ...permit, id: randomUUID() })).toEqual({ is: 'made' });
  });

  test.each([
    ['+14155*', 'listed'],
    ['+1*', 'listed'],
    ['+14156*', null],
  ])('of a number under a prefix is worth what the list says: %s', async (prefix, outcome) => {
    const ours = await makeTenant(database.sql);
    const own = createPermits(database.sql, ours);
    const permit = wanted({ number: '+14155550100' });
    expect(await own.make(permit)).toEqual({ is: 'made' });
    await listAs(ours, prefix);
    expect(await own.consume(permit.id, permit.number, 'k1', noon + 1)).toBe(outcome);
    const again = await own.make({ ...permit, id: randomUUID() });
    expect(again).toEqual({ is: outcome === null ? 'made' : 'listed' });
  });

  test('is not made for a number that was listed since the screening', async () => {
    const number = freshNumber();
    await list(number);
    expect(await permits.make(wanted({ number }))).toEqual({ is: 'listed' });
  });
});

describe('a permit and a listing that cross', () => {
  /** Runs `first` in a transaction that stays open until `second` waits or is done. */
  async function crossed(
    first: (tx: Sql) => Promise<unknown>,
    second: () => Promise<unknown>,
  ): Promise<unknown> {
    let outcome: unknown;
    let running: Promise<void> = Promise.resolve();
    await database.sql.begin(async (tx) => {
      await first(tx as unknown as Sql);
      running = second().then((result) => {
        outcome = result;
      });
      // Until the second one waits for the first one's row, or is through.
      for (;;) {
        const [row] = await tx`
          select count(*)::int as n from pg_locks join pg_stat_activity using (pid)
          where not granted and datname = current_database()`;
        if ((row!['n'] as number) > 0 || outcome !== undefined) return;
      }
    });
    await running;
    return outcome;
  }

  test('a listing that is being written is waited for, and refuses', async () => {
    const permit = await made();
    const outcome = await crossed(
      (tx) => list(permit.number, {}, tx),
      () => consume(permit),
    );
    expect(outcome).toBe('listed');
  });

  test('a permit that is being used makes the listing wait, and was first', async () => {
    const permit = await made();
    const outcome = await crossed(
      (tx) => createPermits(tx, tenant).consume(permit.id, permit.number, 'k1', noon),
      () => list(permit.number),
    );
    expect(outcome).toMatchObject({ listed: true });
    expect(await consume(permit)).toBe('used');
  });
});

describe('caps', () => {
  const three = [{ max: 3, windowMs: day, per: 'subject' }] as const;

  test('of three a day leave three of ten that come at once', async () => {
    const number = freshNumber();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => permits.make(wanted({ number, caps: three }))),
    );
    expect(outcomes.filter(({ is }) => is === 'made')).toHaveLength(3);
    expect(outcomes.filter(({ is }) => is === 'capped')).toHaveLength(7);
  });

  test('roll: the place of the first is free a day after it, not at midnight', async () => {
    const number = freshNumber();
    for (const hours of [0, 5, 9]) {
      await made({ number, caps: three, at: noon + hours * 60 * minute });
    }
    const at = noon + 20 * 60 * minute;
    const refused = await permits.make(wanted({ number, caps: three, at }));
    expect(refused).toEqual({ is: 'capped', freeAt: noon + day });
    const late = { number, caps: three, at: noon + day - 1 };
    expect((await permits.make(wanted(late))).is).toBe('capped');
    await made({ ...late, at: noon + day });
  });

  test('are counted by subject, and all of several hold', async () => {
    const number = freshNumber();
    const caps = [...three, { max: 4, windowMs: 30 * day, per: 'subject' }] as const;
    for (const n of [0, 1, 2, 3]) await made({ number, caps, at: noon + n * 2 * day });
    const at = noon + 8 * day;
    expect(await permits.make(wanted({ number, caps, at }))).toEqual({
      is: 'capped',
      freeAt: noon + 30 * day,
    });
    await made({ number, caps, at, subject: 'autumn' });
  });

  const fourAMonth = [{ max: 4, windowMs: 30 * day, per: 'number' }] as const;

  test('of a number in all leave four of ten at once, on ten subjects', async () => {
    for (let round = 0; round < 5; round += 1) {
      const number = freshNumber();
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          permits.make(wanted({ number, caps: fourAMonth, subject: `subject ${n}` })),
        ),
      );
      expect(outcomes.filter(({ is }) => is === 'made')).toHaveLength(4);
    }
  });

  test('of a number in all say when the first of any subject is a month old', async () => {
    const number = freshNumber();
    for (const n of [0, 1, 2, 3]) {
      const subject = `subject ${n % 3}`;
      await made({ number, caps: fourAMonth, at: noon + n * day, subject });
    }
    const at = noon + 5 * day;
    const refused = await permits.make(wanted({ number, caps: fourAMonth, at, subject: 'other' }));
    expect(refused).toEqual({ is: 'capped', freeAt: noon + 30 * day });
    await made({ number, caps: fourAMonth, at: noon + 30 * day, subject: 'other' });
  });
});
