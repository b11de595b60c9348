/** The book of exports. */
import type { Row, Sql } from 'postgres';
import type {
  ExportFile,
  ExportJob,
  ExportJobs,
  ExportPush,
  GoneReason,
} from '../../app/export-ports.ts';
import { unlimited } from '../../core/access/limits.ts';
import type { Uuid } from '../../core/words.ts';
import { pageOf } from './page.ts';

const instant = (value: unknown): number => (value as Date).getTime();

export function createExportJobs(sql: Sql, tenantId: Uuid): ExportJobs {
  const gone = (why: GoneReason) => sql`state = 'gone', gone_why = ${why}, key_sealed = null,
    taken_by = null, taken_until = null`;
  return {
    async add({ filter: { personId, ...filter }, limits, ...job }) {
      const { id, kind, format, reveal, withAudio, recipient, reasonSealed, by } = job;
      await sql`
        insert into export_job (id, tenant_id, kind, format, filter, limits, reveal, with_audio,
          recipient, person_id, reason_sealed, made_by, made_at, expires_at)
        values (${id}, ${tenantId}, ${kind}, ${format}, ${sql.json(filter as never)},
          ${sql.json(limits as never)}, ${reveal}, ${withAudio}, ${recipient}, ${personId},
          ${reasonSealed}, ${by}, ${new Date(job.madeAt)}, ${new Date(job.expiresAt)})`;
    },
    async find(id) {
      const [row] = await sql`
        select * from export_job where id = ${id} and tenant_id = ${tenantId}`;
      return row === undefined ? null : jobOf(row);
    },
    async list({ limit, after }) {
      const place =
        after === null
          ? null
          : sql`timestamptz 'epoch' + ${after.micros}::bigint * interval '1 microsecond'`;
      const rows = await sql`
        select *, (extract(epoch from made_at) * 1000000)::bigint::text as micros from export_job
        where tenant_id = ${tenantId} and ${
          place === null || after === null
            ? sql`true`
            : sql`made_at <= ${place} and (made_at < ${place} or id > ${after.id})`
        }
        order by made_at desc, id limit ${limit + 1}`;
      return pageOf(rows, limit, jobOf);
    },
    async take(taker, at, until) {
      const [row] = await sql`
        update export_job set state = 'running', attempts = attempts + 1, done = 0,
          begun_at = ${new Date(at)}, taken_by = ${taker}, taken_until = ${new Date(until)}
        where id = (
          select id from export_job
          where tenant_id = ${tenantId} and (state = 'waiting'
            or (state = 'running' and taken_until < ${new Date(at)}))
          order by made_at limit 1 for update skip locked)
        returning *`;
      return row === undefined ? null : jobOf(row);
    },
    async progress({ id, taker }, done, expected, until) {
      const { count } = await sql`
        update export_job set done = ${done}, expected = ${expected},
          taken_until = ${new Date(until)}
        where id = ${id} and taken_by = ${taker} and state = 'running'`;
      return count === 1;
    },
    async finish({ id, taker }, file, done) {
      const { count } = await sql`
        update export_job set state = 'ready', done = ${done}, taken_by = null, taken_until = null,
          key_sealed = ${file.keySealed}, sealed_bytes = ${file.sealedBytes},
          plain_bytes = ${file.plainBytes}, sha256 = ${Buffer.from(file.sha256, 'hex')},
          ready_at = ${new Date(file.readyAt)}
        where id = ${id} and taken_by = ${taker} and state = 'running'`;
      return count === 1;
    },
    async giveUp({ id, taker }, how) {
      const { count } = await sql`
        update export_job set state = ${how === 'failed' ? 'failed' : 'waiting'}, taken_by = null,
          taken_until = null, attempts = attempts - ${how === 'stopped' ? 1 : 0}
        where id = ${id} and taken_by = ${taker} and state = 'running'`;
      return count === 1;
    },
    async drop(id, why) {
      const { count } = await sql`
        update export_job set ${gone(why)}
        where id = ${id} and tenant_id = ${tenantId} and state <> 'gone'`;
      return count === 1;
    },
    async dropExpired(at) {
      await sql`
        update export_job set ${gone('expired')}
        where tenant_id = ${tenantId} and state <> 'gone' and not cleared
          and expires_at <= ${new Date(at)}`;
    },
    async leftover() {
      const rows = await sql`
        select id, attempts from export_job
        where tenant_id = ${tenantId} and state in ('gone', 'failed') and not cleared limit 100`;
      return rows.map((row) => ({ id: row['id'] as Uuid, attempts: row['attempts'] as number }));
    },
    async cleared(id) {
      await sql`update export_job set cleared = true where id = ${id}`;
    },
    async startPush(id, target) {
      const { count } = await sql`
        update export_job set push_target = ${target}, push_state = 'waiting', push_attempts = 0,
          push_until = null, pushed_bytes = 0, push_failed = null
        where id = ${id} and tenant_id = ${tenantId} and state in ('waiting', 'running', 'ready')`;
      return count === 1;
    },
    async takePush(at, until) {
      const [row] = await sql`
        update export_job set push_attempts = push_attempts + 1, push_until = ${new Date(until)}
        where id = (
          select id from export_job
          where tenant_id = ${tenantId} and push_state = 'waiting' and state = 'ready'
            and (push_until is null or push_until <= ${new Date(at)})
          order by push_until nulls first, made_at limit 1 for update skip locked)
        returning *`;
      return row === undefined ? null : jobOf(row);
    },
    async notePush(id, bytes, until) {
      const { count } = await sql`
        update export_job set pushed_bytes = ${bytes}, push_until = ${new Date(until)}
        where id = ${id} and state = 'ready' and push_state = 'waiting'`;
      return count === 1;
    },
    async restPush(id, until, fault) {
      await sql`
        update export_job set push_until = ${new Date(until)}, push_failed = ${fault}
        where id = ${id} and push_state = 'waiting'`;
    },
    async endPush(id, state, fault) {
      await sql`
        update export_job set push_state = ${state}, push_failed = ${fault}, push_until = null,
          pushed_bytes = case ${state} when 'done' then plain_bytes else pushed_bytes end
        where id = ${id} and push_state = 'waiting'`;
    },
  };
}

function jobOf(row: Row): ExportJob {
  return {
    id: row['id'] as Uuid,
    kind: row['kind'] as ExportJob['kind'],
    format: row['format'] as ExportJob['format'],
    filter: {
      ...(row['filter'] as ExportJob['filter']),
      personId: row['person_id'] as Uuid | null,
    },
    // What was asked for by an earlier version knows fewer limits.
    limits: { ...unlimited, ...(row['limits'] as Partial<ExportJob['limits']>) },
    reveal: row['reveal'] as boolean,
    withAudio: row['with_audio'] as boolean,
    recipient: row['recipient'] as string | null,
    reasonSealed: row['reason_sealed'] as Buffer | null,
    by: row['made_by'] as string,
    madeAt: instant(row['made_at']),
    state: row['state'] as ExportJob['state'],
    attempts: row['attempts'] as number,
    expected: row['expected'] === null ? null : Number(row['expected']),
    done: Number(row['done']),
    expiresAt: instant(row['expires_at']),
    file: fileOf(row),
    goneWhy: row['gone_why'] as GoneReason | null,
    push: pushOf(row),
  };
}

function fileOf(row: Row): ExportFile | null {
  if (row['key_sealed'] === null) return null;
  return {
    keySealed: row['key_sealed'] as Buffer,
    sealedBytes: Number(row['sealed_bytes']),
    plainBytes: Number(row['plain_bytes']),
    sha256: (row['sha256'] as Buffer).toString('hex'),
    readyAt: instant(row['ready_at']),
  };
}

function pushOf(row: Row): ExportPush | null {
  if (row['push_target'] === null) return null;
  return {
    target: row['push_target'] as string,
    state: row['push_state'] as ExportPush['state'],
    attempts: row['push_attempts'] as number,
    bytes: Number(row['pushed_bytes']),
    fault: row['push_failed'] as ExportPush['fault'],
  };
}
