import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCallReads } from '../../../src/adapters/postgres/call-reads.ts';
import type { CallFilter, CallReads, PageAsk } from '../../../src/app/api-ports.ts';
import { unlimited } from '../../../src/core/access/limits.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import {
  type SeededCall,
  type SeededTenant,
  seedCall,
  seedTenant,
} from '../../support/seed-call.ts';

const everything: CallFilter = {
  phase: null,
  since: null,
  until: null,
  lineToken: null,
  person: null,
  limits: unlimited,
};
const firstPage: PageAsk = { limit: 50, after: null };

let database: TestDatabase;
let reads: CallReads;
let tenant: SeededTenant;
let seeded: SeededCall;

beforeAll(async () => {
  database = await testDatabase();
  reads = createCallReads(database.sql);
  tenant = await seedTenant(database.sql);
  seeded = await seedCall(database.sql, tenant, {
    parties: [
      { statuses: { recording: 'granted' }, recording: { state: 'live' } },
      { role: 'agent', number: null },
    ],
  });
});
afterAll(() => database.close());

describe('a call is read', () => {
  test('with its legs, recordings, entries and steps, numbers still sealed', async () => {
    const call = await reads.call(tenant.id, seeded.id);
    const [caller, agent] = seeded.parties;
    expect(call?.legs.map(({ callSid, role }) => [callSid, role])).toEqual(
      expect.arrayContaining([
        [caller!.callSid, 'caller'],
        [agent!.callSid, 'agent'],
      ]),
    );
    const leg = call!.legs.find(({ role }) => role === 'caller');
    expect(leg!.statuses).toEqual({ recording: 'granted' });
    expect(leg!.person!.numberSealed!.includes('15112345678')).toBe(false);
    expect(call!.legs.find(({ role }) => role === 'agent')!.person).toBeNull();
    expect(call!.recordings).toMatchObject([
      { id: caller!.recordingId, state: 'live', durationMs: null, payloadSha256: null },
    ]);
    expect(call!.entries.map(({ id }) => id).sort()).toEqual([...seeded.entryIds].sort());
    expect(call!.steps).toHaveLength(2);
    expect(call!.line).toBeNull();
  });

  test('in lists without its steps', async () => {
    const { rows, next } = await reads.calls(tenant.id, everything, firstPage);
    expect(rows.map(({ id, steps }) => [id, steps])).toEqual([[seeded.id, []]]);
    expect(next).toBeNull();
  });

  test('as null when the name is no name at all', async () => {
    for (const name of ['', 'CA', "' or 1=1 --", 'x'.repeat(10_000), seeded.id.toUpperCase()]) {
      expect(await reads.call(tenant.id, name)).toBeNull();
      expect(await reads.recording(tenant.id, name)).toBeNull();
    }
  });

  test('from one moment: what is committed meanwhile is seen whole or not at all', async () => {
    const { sql } = database;
    const other = await seedTenant(sql);
    const call = await seedCall(sql, other, { phase: 'bridged' });
    const writes = (async () => {
      for (let round = 0; round < 40; round += 1) {
        await sql.begin(async (tx) => {
          await tx`update call set phase = 'asking', flow_version = ${round} where id = ${call.id}`;
          await tx`update entry set kind = ${`round-${round}`} where call_id = ${call.id}`;
        });
      }
    })();
    for (let round = 0; round < 40; round += 1) {
      const read = await reads.call(other.id, call.id);
      if (read!.entries[0]!.kind === 'grant') continue;
      expect(read!.entries[0]!.kind).toBe(`round-${read!.flow.version}`);
    }
    await writes;
  });
});

test('pages of recordings follow each other without gap or repeat', async () => {
  const many = await seedTenant(database.sql);
  const made: string[] = [];
  for (const micros of [9, 7, 7, 7, 5]) {
    const call = await seedCall(database.sql, many, {
      startedAt: `2026-03-04T00:00:00.00000${micros}Z`,
    });
    made.push(call.parties[0]!.recordingId!);
  }
  const seen: string[] = [];
  let after: PageAsk['after'] = null;
  do {
    const page = await reads.recordings(many.id, unlimited, { limit: 2, after });
    seen.push(...page.rows.map(({ id }) => id));
    after = page.next;
  } while (after !== null);
  expect(seen).toHaveLength(5);
  expect([...seen].sort()).toEqual([...made].sort());
  expect(seen[0]).toBe(made[0]);
  expect(seen[4]).toBe(made[4]);
});
