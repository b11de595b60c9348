/** A run of retention that is cut short anywhere goes on, and counts everything once. */
import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHolds } from '../../src/adapters/postgres/holds.ts';
import { createRetention } from '../../src/adapters/postgres/retention.ts';
import { placeHold } from '../../src/app/holds.ts';
import {
  beginScheduled,
  carryOut,
  keepRetention,
  type RetentionParts,
} from '../../src/app/retention.ts';
import type { Counts, RetentionRun } from '../../src/app/retention-ports.ts';
import { ConsentryError } from '../../src/core/error.ts';
import { faultySql } from '../support/faulty-sql.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type RetentionWorld, retentionWorld } from '../support/retention-world.ts';
import { type SeededTenant, seedTenant } from '../support/seed-call.ts';
import { dayMs, makeYear, seedYear, type Year, yearStart } from '../support/seed-year.ts';

let database: TestDatabase;
let now = yearStart + 366 * dayMs;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

interface Small {
  readonly tenant: SeededTenant;
  readonly year: Year;
  readonly world: RetentionWorld;
}

/** The same small year for another tenant, with one call held. */
async function small(): Promise<Small> {
  const tenant = await seedTenant(database.sql);
  const year = makeYear('small', { calls: 12, people: 4 });
  await seedYear(database.sql, tenant, year);
  const vault = new Set(year.calls.flatMap((call) => call.recordingId ?? []));
  const world = retentionWorld(database.sql, tenant, { now: () => now, vault });
  await world.setRules([
    { kind: 'calls', days: 90 },
    { kind: 'recordings', days: 30 },
    { kind: 'texts', days: 30 },
    { kind: 'forms', days: 30 },
  ]);
  await placeHold(world.parts, { kind: 'call', callId: year.calls[0]!.id }, 'court', 'test');
  return { tenant, year, world };
}

/** The same world over another connection. */
const over = ({ world, tenant }: Small, sql: Sql): RetentionParts => ({
  ...world.parts,
  retention: createRetention(sql, tenant),
  holds: createHolds(sql, tenant as never),
});

async function outcome({ tenant, world }: Small): Promise<Record<string, unknown>> {
  const { sql } = database;
  const [run] = await sql`
    select counts, proved, entry_id, finished_at is not null as finished from retention_run
    where tenant_id = ${tenant.id} order by started_at desc limit 1`;
  const [left] = await sql`
    select (select count(*)::int from call where tenant_id = ${tenant.id} and redacted_at is null) as calls,
      (select count(*)::int from recording where tenant_id = ${tenant.id} and state <> 'erased') as recordings,
      (select count(*)::int from entry where tenant_id = ${tenant.id} and kind = 'erasure') as erasures,
      (select count(*)::int from entry where tenant_id = ${tenant.id} and kind = 'redaction') as results,
      (select count(*)::int from text_message where tenant_id = ${tenant.id} and sender is not null) as texts,
      (select count(person_id)::int from form_submission where tenant_id = ${tenant.id}) as sent`;
  return { counts: run!['counts'], proved: run!['proved'], ...left, vault: world.vault.size };
}

describe('a run', () => {
  test('[cap 58] that loses any one statement goes on, and its counts agree', async () => {
    const whole = await small();
    const counting = faultySql(database.sql, 0, 'before');
    const begun = await beginScheduled(whole.world.parts, 'test');
    await carryOut(over(whole, counting.sql), begun!.id);
    const wanted = await outcome(whole);
    expect(wanted['proved']).toBe(true);
    const counts = wanted['counts'] as Counts;
    expect(counts.calls!.redacted).toBeGreaterThan(3);
    expect(counts.calls!.held).toBe(1);
    expect(counts.recordings!.redacted).toBeGreaterThan(2);
    expect(wanted['results']).toBe(1);
    expect(counting.count()).toBeGreaterThan(50);
    for (let failing = 1; failing <= counting.count(); failing += 1) {
      for (const place of ['before', 'after'] as const) {
        const again = await small();
        const run = await beginScheduled(again.world.parts, 'test');
        const faulty = faultySql(database.sql, failing, place);
        await carryOut(over(again, faulty.sql), run!.id).catch(() => {});
        now += 61_000;
        await carryOut(again.world.parts, run!.id);
        expect([failing, place, await outcome(again)]).toEqual([failing, place, wanted]);
      }
    }
  }, 240_000);

  test('whose bytes are not removed does not say that they are, and the next one tries again', async () => {
    const one = await small();
    const lazy = { ...one.world.parts, vault: { remove: async () => {}, size: async () => 4 } };
    const run = await carryOut(lazy, (await beginScheduled(lazy, 'test'))!.id);
    expect(run!.proved).toBe(false);
    const failed = run!.counts.recordings!.failed;
    expect([failed > 0, run!.counts.recordings!.redacted]).toEqual([true, 0]);
    expect(run!.unsure.length).toBe(failed);
    const next = await carryOut(
      one.world.parts,
      (await beginScheduled(one.world.parts, 'test'))!.id,
    );
    expect([next!.proved, next!.unsure]).toEqual([true, []]);
    const names = one.year.calls.flatMap(({ recordingId }) => recordingId ?? []);
    expect(one.world.vault.size).toBe(names.length - failed);
  });

  test('whose bytes cannot be looked at does not say that they are gone', async () => {
    const one = await small();
    const size = async () => {
      throw new ConsentryError('storage_failed');
    };
    const blind = { ...one.world.parts, vault: { remove: async () => {}, size } };
    const run = await carryOut(blind, (await beginScheduled(blind, 'test'))!.id);
    expect([run!.proved, run!.counts.recordings!.redacted]).toEqual([false, 0]);
  });

  test('[cap 65] whose work is not done counts it as failed', async () => {
    const one = await small();
    const { retention } = one.world.parts;
    const stub: RetentionParts = {
      ...one.world.parts,
      retention: { ...retention, act: async () => {} },
    };
    const run = await carryOut(stub, (await beginScheduled(stub, 'test'))!.id);
    expect(run!.proved).toBe(false);
    expect(run!.counts.calls!.redacted).toBe(0);
    expect(run!.counts.calls!.failed).toBeGreaterThan(3);
    expect(run!.counts.texts!.redacted).toBe(0);
  });

  test('is nobody else’s while it is held, and only one is open', async () => {
    const { world } = await small();
    const { parts } = world;
    const run = await beginScheduled(parts, 'test');
    expect(await beginScheduled(parts, 'test')).toBeNull();
    const lease = { taker: randomUUID(), until: now + 60_000 };
    await parts.retention.take(run!.id, lease, now);
    expect(await carryOut(parts, run!.id)).toBeNull();
    now += 60_000;
    expect((await carryOut(parts, run!.id))?.proved).toBe(true);
    expect(await carryOut(parts, run!.id)).toBeNull();
  });

  test('that was taken over says nothing any more', async () => {
    const { world } = await small();
    const { parts } = world;
    const run = await beginScheduled(parts, 'test');
    let other: RetentionRun | null = null;
    const slow: RetentionParts = {
      ...parts,
      wait: async () => {
        if (other !== null) return;
        // It slept for longer than its lease.
        now += 61_000;
        other = await carryOut(parts, run!.id);
      },
    };
    expect(await carryOut(slow, run!.id)).toBeNull();
    expect(other).toMatchObject({ proved: true });
  });

  test('a hold that comes between choosing and redacting keeps what it is on', async () => {
    const one = await small();
    const { retention } = one.world.parts;
    let placed: string | null = null;
    const late: RetentionParts = {
      ...one.world.parts,
      retention: {
        ...retention,
        act: async (set, items, ...rest) => {
          if (set === 'calls' && placed === null) {
            placed = items[0]!.id;
            await placeHold(one.world.parts, { kind: 'call', callId: placed }, 'court', 'test');
          }
          await retention.act(set, items, ...rest);
        },
      },
    };
    const run = await carryOut(late, (await beginScheduled(late, 'test'))!.id);
    expect([run!.proved, run!.counts.calls!.held]).toEqual([true, 2]);
    const [row] = await database.sql`select redacted_at from call where id = ${placed}`;
    expect(row!['redacted_at']).toBeNull();
  });

  test.each(['texts', 'sent'] as const)(
    'a hold on a person that comes then keeps: %s',
    async (held) => {
      const one = await small();
      const { retention } = one.world.parts;
      const { sql } = database;
      const left = async (personId: string) => {
        const rows =
          held === 'sent'
            ? await sql`select from form_submission where person_id = ${personId}`
            : await sql`select from text_message
              where sender = (select token from person where id = ${personId})`;
        return rows.length;
      };
      const all = held === 'sent' ? one.year.sent : one.year.texts;
      const oldest = [...all].sort((a, b) => a.at - b.at)[0]!;
      const { id } = oldest.person;
      let acted = false;
      const before = await left(id);
      const late: RetentionParts = {
        ...one.world.parts,
        retention: {
          ...retention,
          act: async (set, items, ...rest) => {
            if (set === held) {
              acted = true;
              await placeHold(one.world.parts, { kind: 'person', personId: id }, 'court', 'test');
            }
            await retention.act(set, items, ...rest);
          },
        },
      };
      const run = await carryOut(late, (await beginScheduled(late, 'test'))!.id);
      expect([run!.proved, acted, before > 0]).toEqual([true, true, true]);
      expect(await left(id)).toBe(before);
    },
  );

  test('of upkeep comes once a day, and goes on with what was left', async () => {
    const { tenant, world } = await small();
    const { parts } = world;
    const runs = async () =>
      (
        await database.sql`
        select count(*)::int as n from retention_run
        where tenant_id = ${tenant.id} and finished_at is not null`
      )[0]!['n'];
    await keepRetention(parts);
    await keepRetention(parts);
    expect(await runs()).toBe(1);
    now += dayMs;
    const left = await beginScheduled(parts, 'test');
    await keepRetention(parts);
    expect([await runs(), (await parts.retention.find(left!.id))?.proved]).toEqual([3, true]);
  });

  test('of upkeep does nothing where no rule ends anything', async () => {
    const { tenant, world } = await small();
    await world.setRules([{ kind: 'calls', days: null }]);
    await keepRetention(world.parts);
    const rows = await database.sql`select from retention_run where tenant_id = ${tenant.id}`;
    expect(rows.length).toBe(0);
  });
});
