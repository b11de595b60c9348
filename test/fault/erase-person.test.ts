/** An erasure that is cut short anywhere is taken up again, and ends in one certificate. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createErasures } from '../../src/adapters/postgres/erasures.ts';
import { createRecordings } from '../../src/adapters/postgres/recordings.ts';
import {
  type ErasedKey,
  type ErasePersonParts,
  erasePerson,
  replayErasures,
  resumeErasures,
} from '../../src/app/erase-person.ts';
import { createEntryMaker } from '../../src/app/make-entry.ts';
import { ConsentryError } from '../../src/core/error.ts';
import { faultySql } from '../support/faulty-sql.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type SeededTenant, seedCall, seedTenant } from '../support/seed-call.ts';

let database: TestDatabase;
let tenant: SeededTenant;
let now = Date.parse('2026-03-02T00:00:00Z');
const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() };
beforeAll(async () => {
  database = await testDatabase();
  tenant = await seedTenant(database.sql);
});
afterAll(() => database.close());

let people = 0;
async function somebody(): Promise<string> {
  const number = `+49301234${String(1000 + people++)}`;
  const party = { number, statuses: { recording: 'granted' as const }, recording: {} };
  const call = await seedCall(database.sql, tenant, { parties: [party] });
  const [row] = await database.sql`
    select person_id from leg where call_id = ${call.id}`;
  return row!['person_id'];
}

function partsOf(sql = database.sql, more: Partial<ErasePersonParts> = {}): ErasePersonParts {
  const entries = createEntryMaker(
    tenant,
    random,
    () => '',
    () => null,
  );
  return {
    erasures: createErasures(sql, tenant),
    erasureLog: { add: async () => {}, all: async () => [] },
    recordings: createRecordings(sql),
    carrier: {
      recordingsOf: async () => [],
      deleteRecording: async () => {},
      deleteCall: async () => {},
      deleteMessage: async () => {},
      hasCall: async () => false,
      hasMessage: async () => false,
    },
    vault: { remove: async () => {}, size: async () => null },
    spool: { remove: async () => {}, read: async () => null },
    entries,
    forgetPerson: () => {},
    settled: async () => {},
    clock: { now: () => now, monotonic: () => now },
    random,
    ...more,
  };
}

/** What the database says, whoever wrote it. */
async function stateOf(id: string) {
  const [row] = await database.sql`
    select key_wrapped is null as erased,
      (select count(*)::int from leg where person_id = person.id) as legs,
      (select count(*)::int from entry where person_id = person.id) as entries,
      (select count(*)::int from erasure where person_id = person.id and proved) as proved,
      (select count(*)::int from entry where id in
        (select entry_id from erasure where person_id = person.id)) as certificates
    from person where id = ${id}`;
  return { ...row };
}
const gone = { erased: true, legs: 0, entries: 0, proved: 1, certificates: 1 };

describe('[cap 51] an erasure', () => {
  test('that loses any one statement is taken up again, and has one certificate', async () => {
    const counting = faultySql(database.sql, 0, 'before');
    const first = await somebody();
    await erasePerson(partsOf(counting.sql), first, 'key-1');
    expect(await stateOf(first)).toEqual(gone);
    expect(counting.count()).toBeGreaterThan(40);
    for (let failing = 1; failing <= counting.count(); failing += 1) {
      for (const place of ['before', 'after'] as const) {
        const id = await somebody();
        const faulty = faultySql(database.sql, failing, place);
        await erasePerson(partsOf(faulty.sql), id, 'key-1').catch(() => {});
        now += 61_000;
        await resumeErasures(partsOf());
        await erasePerson(partsOf(), id, 'key-1');
        expect([failing, place, await stateOf(id)]).toEqual([failing, place, gone]);
      }
    }
  }, 120_000);

  test('[cap 65] whose bytes are not removed does not say that they are, and can be done again', async () => {
    const id = await somebody();
    const lazy = partsOf(undefined, { vault: { remove: async () => {}, size: async () => 4 } });
    const report = await erasePerson(lazy, id, 'key-1');
    expect(report.proved).toBe(false);
    expect(report.steps[0]).toEqual({ step: 'recordings', found: 'remains', left: 1 });
    expect((await erasePerson(partsOf(), id, 'key-1')).proved).toBe(true);
  });

  test('whose bytes cannot be looked at does not say that they are gone', async () => {
    const size = async () => {
      throw new ConsentryError('storage_failed');
    };
    const blind = partsOf(undefined, { vault: { remove: async () => {}, size } });
    const { proved, steps } = await erasePerson(blind, await somebody(), 'key-1');
    expect([proved, steps[0]?.found]).toEqual([false, 'unknown']);
  });

  test.each(createErasures(null as never, null as never).steps)(
    'whose step “%s” does nothing is not proved, unless there was nothing',
    async (step) => {
      const id = await somebody();
      const { erasures } = partsOf();
      const stub: ErasePersonParts['erasures'] = {
        ...erasures,
        act: async (one, run) => {
          if (one !== step) await erasures.act(one, run);
        },
        left: async (one, run) => (one === step ? 1 : erasures.left(one, run)),
      };
      expect((await erasePerson(partsOf(undefined, { erasures: stub }), id, 'k')).proved).toBe(
        false,
      );
    },
  );

  /** A call of theirs that begins during an erasure, right before or after the step. */
  function calledAt(personId: string, step: string, place: 'before' | 'after') {
    const { erasures } = partsOf();
    const called: string[] = [];
    async function call() {
      if (called.length > 0) return;
      const { id } = await seedCall(database.sql, tenant, { parties: [{ recording: {} }] });
      called.push(id);
      await database.sql`update leg set person_id = ${personId} where call_id = ${id}`;
      await database.sql`update call set ended_at = null where id = ${id}`;
    }
    const act = async (one: string, run: string) => {
      if (one === step && place === 'before') await call();
      await erasures.act(one, run);
      if (one === step && place === 'after') await call();
    };
    const hangUp = () => database.sql`update call set ended_at = now() where id = ${called[0]!}`;
    return { erasures: { ...erasures, act }, call, called, hangUp };
  }

  const { steps } = createErasures(null as never, null as never);
  const untilKey = steps.slice(0, steps.indexOf('key and number'));

  test.each(untilKey)(
    'during which they call, at “%s”, waits and takes the call in',
    async (step) => {
      const id = await somebody();
      const { erasures, called, hangUp } = calledAt(id, step, 'after');
      const begun = erasePerson(partsOf(undefined, { erasures }), id, 'k');
      await expect(begun).rejects.toMatchObject({ code: 'conflict' });
      const asked = erasePerson(partsOf(), id, 'k');
      await expect(asked).rejects.toMatchObject({ code: 'conflict' });
      expect(await stateOf(id)).toMatchObject({ erased: false });
      await hangUp();
      await resumeErasures(partsOf());
      expect(await stateOf(id)).toEqual(gone);
      const left = await database.sql`
      select from recording where call_id = ${called[0]!} and state <> 'erased'`;
      expect(left).toHaveLength(0);
    },
  );

  test.each(['running', 'over'])('begun while a call came that is %s takes it in', async (how) => {
    const id = await somebody();
    const { erasures, called, call, hangUp } = calledAt(id, 'never', 'after');
    const take: typeof erasures.take = async (ask) => {
      const run = await erasures.take(ask);
      await call();
      if (how === 'over') await hangUp();
      return run;
    };
    const begun = erasePerson(partsOf(undefined, { erasures: { ...erasures, take } }), id, 'k');
    await expect(begun).rejects.toMatchObject({ code: 'conflict' });
    const untouched = await database.sql`
      select from recording where call_id = ${called[0]!} and state = 'erased'`;
    expect(untouched).toHaveLength(0);
    await hangUp();
    await resumeErasures(partsOf());
    expect(await stateOf(id)).toEqual(gone);
  });

  test('does not wait for those before it: who is on a call, is held, or fails', async () => {
    const { sql } = database;
    const ids = [await somebody(), await somebody(), await somebody(), await somebody()];
    const [onCall, held, failing, last] = ids as [string, string, string, string];
    const { erasures } = partsOf();
    for (const personId of ids) {
      const run = { id: randomUUID(), personId, by: 'k', at: now, until: now };
      await erasures.take(run);
      now += 1;
    }
    const [leg] = await sql`select call_id from leg where person_id = ${onCall}`;
    await sql`update call set ended_at = null where id = ${leg!['call_id']}`;
    const hold = { id: randomUUID(), on: { kind: 'person', personId: held }, madeAt: now };
    const one: ErasePersonParts['erasures'] = {
      ...erasures,
      holds: async (id) => (id === held ? [hold as never] : []),
      keyOf: async (id) => {
        if (id === failing) throw new Error('its key cannot be read');
        return erasures.keyOf(id);
      },
    };
    const resumed = resumeErasures(partsOf(undefined, { erasures: one }));
    await expect(resumed).rejects.toThrow('its key cannot be read');
    expect(await stateOf(last)).toEqual(gone);
    for (const id of [onCall, held, failing]) {
      expect(await stateOf(id)).toMatchObject({ erased: false });
    }
    await sql`update call set ended_at = now() where id = ${leg!['call_id']}`;
    await resumeErasures(partsOf());
    for (const id of ids) expect(await stateOf(id)).toEqual(gone);
  });

  test('leaves the link to a call that it has not taken in, and says so', async () => {
    const id = await somebody();
    const { erasures } = calledAt(id, 'links to calls', 'before');
    // Nobody is asked any more who is on a call.
    const blind = { ...erasures, isOnCall: async () => false, hasOtherCalls: async () => false };
    const { proved, steps: done } = await erasePerson(
      partsOf(undefined, { erasures: blind }),
      id,
      'k',
    );
    expect(proved).toBe(false);
    expect(done.find(({ step }) => step === 'links to calls')).toMatchObject({ left: 1 });
  });

  test('is nobody else’s while it is held', async () => {
    const id = await somebody();
    const { erasures } = partsOf();
    const until = now + 60_000;
    await erasures.take({ id: randomUUID(), personId: id, by: 'k', at: now, until });
    await expect(erasePerson(partsOf(), id, 'k')).rejects.toThrow(/already|conflict/);
    now = until;
    expect((await erasePerson(partsOf(), id, 'k')).proved).toBe(true);
  });

  test('is done again where a backup brings the person back, and spares a later key', async () => {
    const kept: ErasedKey[] = [];
    const erasureLog = {
      add: async (one: ErasedKey) => void kept.push(one),
      all: async () => kept,
    };
    const parts = partsOf(undefined, { erasureLog });
    const [id, later] = [await somebody(), await somebody()];
    const { sql } = database;
    const [old] = await sql`select key_wrapped from person where id = ${id}`;
    await erasePerson(parts, id, 'k');
    await erasePerson(parts, later, 'k');
    await sql`delete from erasure where person_id = ${id}`;
    await sql`update person set key_wrapped = ${old!['key_wrapped']} where id = ${id}`;
    await sql`update person set key_wrapped = ${randomBytes(60)} where id = ${later}`;
    expect(await replayErasures(parts)).toBe(1);
    expect(await stateOf(id)).toMatchObject({ erased: true });
    expect(await stateOf(later)).toMatchObject({ erased: false });
    expect(await replayErasures(parts)).toBe(0);
  });
});
