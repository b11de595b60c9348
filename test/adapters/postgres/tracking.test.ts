/** Where a call came from and a no that comes at the same time: whoever is first, nothing is left. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTracking } from '../../../src/adapters/postgres/tracking.ts';
import { standing } from '../../../src/core/consent/standing.ts';
import { mayTrack } from '../../../src/core/consent/tracking.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import { type SeededTenant, seedCall, seedTenant } from '../../support/seed-call.ts';

let database: TestDatabase;
let sql: Sql;
let tenant: SeededTenant;
let callId: string;
let personId: string;
let seeded = 0;
beforeAll(async () => {
  database = await testDatabase();
  sql = database.sql;
  tenant = await seedTenant(sql);
});
afterAll(() => database.close());
beforeEach(async () => {
  seeded += 1;
  callId = (await seedCall(sql, tenant, { parties: [{ number: `+491511234${1000 + seeded}` }] }))
    .id;
  const [leg] = await sql`select person_id from leg where call_id = ${callId}`;
  personId = leg!['person_id'];
  await choose(sql, 'granted');
});

const choose = (tx: Sql | TransactionSql, kind: string, purpose = 'call-tracking') => tx`
  insert into choice (id, tenant_id, person_id, purpose, kind, at, channel, guardian)
  values (${randomUUID()}, ${tenant.id}, ${personId}, ${purpose}, ${kind}, now(), 'form', false)`;

const keep = () =>
  createTracking(sql, tenant.id).keep(
    { callId, personId, campaign: 'spring', source: 'newspaper', visitor: randomBytes(16) },
    ({ choices, ageBand }) => {
      const about = { line: null, ageBand };
      return mayTrack('unknown', standing(choices, 'call-tracking', Date.now() + 1_000, about));
    },
  );

async function kept() {
  const [row] = await sql`
    select campaign, source, call.visitor is not null as counted, person.visitor is not null as known
    from call, person where call.id = ${callId} and person.id = ${personId}`;
  return { ...row };
}
const nothing = { campaign: null, source: null, counted: false, known: false };
const all = { campaign: 'spring', source: 'newspaper', counted: true, known: true };

describe('[cap 23] a no', () => {
  test.each(['refused', 'withdrawn', 'invalidated'])(
    'takes away what was kept: %s',
    async (kind) => {
      await keep();
      expect(await kept()).toEqual(all);
      await choose(sql, kind);
      expect(await kept()).toEqual(nothing);
    },
  );

  test('to something else takes nothing away, and neither does a permission that runs out', async () => {
    await keep();
    await choose(sql, 'withdrawn', 'recording');
    await choose(sql, 'expired');
    expect(await kept()).toEqual(all);
  });

  test('that is being written as the call is looked at is waited for', async () => {
    let keeping = Promise.resolve();
    await sql.begin(async (tx) => {
      await choose(tx, 'withdrawn');
      keeping = keep();
      await setTimeout(200);
    });
    await keeping;
    expect(await kept()).toEqual(nothing);
  });

  test('that comes while it is being kept waits, and takes it away', async () => {
    let refusing: Promise<unknown> = Promise.resolve();
    await sql.begin(async (tx) => {
      await tx`select 1 from person where id = ${personId} for no key update`;
      refusing = choose(sql, 'refused').execute();
      await setTimeout(200);
      await tx`update person set visitor = ${randomBytes(16)} where id = ${personId}`;
      await tx`
        update call set campaign = 'spring', source = 'newspaper',
          visitor = (select visitor from person where id = ${personId}) where id = ${callId}`;
    });
    await refusing;
    expect(await kept()).toEqual(nothing);
  });
});

test('a call that is being written is left for later, so that nobody waits in a circle', async () => {
  await sql.begin(async (tx) => {
    await tx`select 1 from call where id = ${callId} for update`;
    await expect(keep()).rejects.toMatchObject({ code: 'unavailable' });
  });
  await keep();
  expect(await kept()).toEqual(all);
});

test('of a call that was redacted nothing is kept', async () => {
  await sql`update call set redacted_at = now() where id = ${callId}`;
  await keep();
  expect(await kept()).toEqual(nothing);
});
