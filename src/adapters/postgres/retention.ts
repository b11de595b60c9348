/** Runs of retention in Postgres: each a row, with a lease, until it is finished. */
import type { Row, Sql } from 'postgres';
import type { PagePlace } from '../../app/api-ports.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { RetentionRun, RetentionStore } from '../../app/retention-ports.ts';
import type { Uuid } from '../../core/words.ts';
import { addEntry } from './entries.ts';
import { pageOf } from './page.ts';
import { createRedactions } from './redactions.ts';
import { readCalls, readLoose, readPeople, readPermits } from './retention-facts.ts';

export function createRetention(sql: Sql, tenant: Pick<Tenant, 'id'>): RetentionStore {
  const one = (rows: readonly Row[]): RetentionRun | null =>
    rows[0] === undefined ? null : runOf(rows[0]);
  return {
    ...createRedactions(sql, tenant.id),
    calls: (ask) => readCalls(sql, tenant.id, ask),
    loose: (set, ask) => readLoose(sql, tenant.id, set, ask),
    strays: (set, ask) =>
      set === 'people' ? readPeople(sql, tenant.id, ask) : readPermits(sql, tenant.id, ask),
    async begin(run, at) {
      const rows = await sql`
        insert into retention_run (id, tenant_id, scope, call_id, person_id, by, reason_sealed,
          setting_version, rules, as_of, day, expected, started_at, unsure)
        values (${run.id}, ${tenant.id}, ${run.scope}, ${run.callId}, ${run.personId}, ${run.by},
          ${run.reasonSealed}, ${run.schedule}, ${sql.json(run.rules as never)},
          ${new Date(run.asOf)}, ${run.day},
          ${run.expected === null ? null : sql.json(run.expected as never)}, ${new Date(at)},
          case when ${run.scope} = 'schedule' then coalesce((
            select unsure from retention_run where tenant_id = ${tenant.id}
              and finished_at is not null order by finished_at desc limit 1), '[]') else '[]' end)
        on conflict do nothing returning *`;
      return one(rows);
    },
    async take(id, { taker, until }, at) {
      return one(
        await sql`
        update retention_run set taken_by = ${taker}, taken_until = ${new Date(until)}
        where id = ${id} and tenant_id = ${tenant.id} and finished_at is null
          and (taken_until is null or taken_until <= ${new Date(at)}) returning *`,
      );
    },
    async save(id, { stage, place, batch, counts, unsure }, { taker, until }) {
      const { count } = await sql`
        update retention_run set stage = ${stage},
          place = ${place === null ? null : sql.json(place as never)},
          batch = ${batch === null ? null : sql.json(batch as never)},
          counts = ${sql.json(counts as never)}, unsure = ${sql.json(unsure as never)},
          taken_until = ${new Date(until)}
        where id = ${id} and taken_by = ${taker} and finished_at is null`;
      return count === 1;
    },
    async release(id, taker) {
      await sql`
        update retention_run set taken_until = null where id = ${id} and taken_by = ${taker}`;
    },
    finish: (id, taker, { entry, proved, at }) =>
      sql.begin(async (tx) => {
        const { count } = await tx`
          update retention_run set finished_at = ${new Date(at)}, proved = ${proved},
            entry_id = ${entry.id}, taken_until = null
          where id = ${id} and taken_by = ${taker} and finished_at is null`;
        if (count === 1) await addEntry(tx, entry);
        return count === 1;
      }) as Promise<boolean>,
    async find(id) {
      return one(
        await sql`select * from retention_run where id = ${id} and tenant_id = ${tenant.id}`,
      );
    },
    async lastOf(scope, of) {
      return one(
        await sql`
        select * from retention_run
        where tenant_id = ${tenant.id} and scope = ${scope} and coalesce(call_id, person_id) = ${of}
        order by started_at desc limit 1`,
      );
    },
    async list({ limit, after }) {
      const place = sql`
        timestamptz 'epoch' + ${after?.micros ?? '0'}::bigint * interval '1 microsecond'`;
      const rows = await sql`
        select *, (extract(epoch from started_at) * 1000000)::bigint::text as micros
        from retention_run where tenant_id = ${tenant.id}
          and ${after === null ? sql`true` : sql`(started_at < ${place} or (started_at = ${place} and id > ${after.id}))`}
        order by started_at desc, id limit ${limit + 1}`;
      return pageOf(rows, limit, runOf);
    },
    async ranOn(day) {
      const rows = await sql`
        select from retention_run where tenant_id = ${tenant.id} and day = ${day}`;
      return rows.length > 0;
    },
    async isRedacted(callId) {
      const rows = await sql`
        select from call where id = ${callId} and redacted_at is not null`;
      return rows.length > 0;
    },
    async unredacted(callIds) {
      if (callIds.length === 0) return [];
      const rows = await sql`
        select id from call where tenant_id = ${tenant.id} and id = any (${[...callIds]}::uuid[])
          and redacted_at is null and ended_at is not null`;
      return rows.map((row) => row['id'] as Uuid);
    },
    async open(at) {
      const rows = await sql`
        select id from retention_run where tenant_id = ${tenant.id} and finished_at is null
          and (taken_until is null or taken_until <= ${new Date(at)}) order by started_at`;
      return rows.map((row) => row['id'] as Uuid);
    },
  };
}

function runOf(row: Row): RetentionRun {
  const finishedAt = row['finished_at'] as Date | null;
  return {
    id: row['id'] as Uuid,
    scope: row['scope'] as RetentionRun['scope'],
    callId: row['call_id'] as Uuid | null,
    personId: row['person_id'] as Uuid | null,
    by: row['by'] as string,
    reasonSealed: row['reason_sealed'] as Buffer | null,
    schedule: row['setting_version'] as number | null,
    rules: row['rules'] as RetentionRun['rules'],
    asOf: (row['as_of'] as Date).getTime(),
    expected: row['expected'] as RetentionRun['expected'],
    startedAt: (row['started_at'] as Date).getTime(),
    stage: row['stage'] as number,
    place: row['place'] as PagePlace | null,
    batch: row['batch'] as RetentionRun['batch'],
    counts: row['counts'] as RetentionRun['counts'],
    unsure: row['unsure'] as readonly Uuid[],
    finishedAt: finishedAt === null ? null : finishedAt.getTime(),
    proved: row['proved'] as boolean,
    receiptId: row['entry_id'] as Uuid | null,
  };
}
