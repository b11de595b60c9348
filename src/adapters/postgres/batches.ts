/** Batches in Postgres: what they are, the tokens of their numbers, and their certificates. */
import type { Row, Sql } from 'postgres';
import type { Batch, BatchState, BatchStore } from '../../app/batch-ports.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { Channel, ScreeningPurpose } from '../../core/suppression/inquiry.ts';
import type { Instant, Uuid } from '../../core/words.ts';
import { addEntry } from './entries.ts';
import { pageOf } from './page.ts';

/** What the sealed key of a batch is bound to. */
export const batchKeyContext = (id: Uuid): string => `batch/${id}/key`;

/** Longer than anybody takes to send a list. */
const unfinishedMs = 86_400_000;
/** What changed in a batch that is over can be read for so long. */
const changesMs = 31 * 86_400_000;

export function createBatches(sql: Sql, tenant: Tenant): BatchStore {
  const { cipher } = tenant;
  return {
    async begin({ id, by, channel, purpose, campaign, at, place, live }) {
      const key = live === null ? null : cipher.seal(null, batchKeyContext(id), live.key);
      await sql`
        insert into screening_batch (id, tenant_id, made_by, channel, purpose, campaign, started_at,
          touched_at, live_until, key_sealed, xid, seq)
        values (${id}, ${tenant.id}, ${by}, ${channel}, ${purpose}, ${campaign}, ${new Date(at)},
          ${new Date(at)}, ${live === null ? null : new Date(live.until)}, ${key},
          ${place.xid}::xid8, ${place.seq})`;
    },
    async keep(id, part, pages, at) {
      await sql`
        with page as (
          insert into batch_page ${sql(
            pages.map(({ bucket, entries }) => ({ batch_id: id, bucket, part, entries })),
          )}
        )
        update screening_batch set touched_at = ${new Date(at)} where id = ${id}`;
    },
    async finish(id, { at, lines, certificate, entry, looked, isMixed }) {
      return sql.begin(async (tx) => {
        const rows = await tx`
          update screening_batch set finished_at = ${new Date(at)}, lines = ${lines},
            certificate = ${certificate}, looked = ${[...looked]}, mixed = ${isMixed}
          where id = ${id} and tenant_id = ${tenant.id} and finished_at is null
            and ended_at is null returning id`;
        if (rows.length === 1 && entry !== null) await addEntry(tx, entry);
        return rows.length === 1;
      });
    },
    async end(id, at) {
      return sql.begin(async (tx) => {
        // The key first: whoever looks for numbers in it holds the row, and is waited for.
        const [known] = await tx`
          update screening_batch set key_sealed = null, ended_at = coalesce(ended_at,
            case when finished_at is null or live_until is not null
              then ${new Date(at)}::timestamptz end)
          where id = ${id} and tenant_id = ${tenant.id} returning id`;
        await tx`delete from batch_page where batch_id = ${id}`;
        return known !== undefined;
      });
    },
    async endOver(at) {
      const now = new Date(at);
      await sql`
        with over as (
          update screening_batch set key_sealed = null, ended_at = ${now}
          where tenant_id = ${tenant.id} and ended_at is null
            and (finished_at is not null and live_until <= ${now}
              or finished_at is null and touched_at < ${new Date(at - unfinishedMs)})
          returning id
        )
        delete from batch_page where batch_id in (select id from over)`;
      await sql`
        delete from batch_change where batch_id in (
          select id from screening_batch
          where tenant_id = ${tenant.id} and ended_at < ${new Date(at - changesMs)})`;
    },
    async find(id) {
      const [row] = await sql`
        select * from screening_batch where id = ${id} and tenant_id = ${tenant.id}`;
      return row === undefined ? null : batchOf(row);
    },
    async list({ limit, after }) {
      const rows = await sql`
        select *, (extract(epoch from started_at) * 1000000)::bigint::text as micros
        from screening_batch where tenant_id = ${tenant.id} ${
          after === null
            ? sql``
            : sql`and (started_at, id) < (timestamptz 'epoch'
                + ${after.micros}::bigint * interval '1 microsecond', ${after.id}::uuid)`
        }
        order by started_at desc, id desc limit ${limit + 1}`;
      return pageOf(rows, limit, batchOf);
    },
    async certificate(id) {
      const [row] = await sql`
        select certificate from screening_batch where id = ${id} and tenant_id = ${tenant.id}`;
      return (row?.['certificate'] as string | null | undefined) ?? null;
    },
  };
}

const instantOf = (value: unknown): Instant | null =>
  value instanceof Date ? value.getTime() : null;

function stateOf(row: Row): BatchState {
  if (row['finished_at'] === null) return row['ended_at'] === null ? 'running' : 'broken';
  if (row['live_until'] === null) return 'finished';
  return row['key_sealed'] === null ? 'ended' : 'live';
}

const batchOf = (row: Row): Batch => ({
  id: row['id'] as Uuid,
  state: stateOf(row),
  by: row['made_by'] as string,
  channel: row['channel'] as Channel,
  purpose: row['purpose'] as ScreeningPurpose,
  campaign: row['campaign'] as string | null,
  startedAt: (row['started_at'] as Date).getTime(),
  finishedAt: instantOf(row['finished_at']),
  lines: row['lines'] === null ? null : Number(row['lines']),
  liveUntil: instantOf(row['live_until']),
  endedAt: instantOf(row['ended_at']),
  isCertified: row['certificate'] !== null,
});
