/** The book of imports of lists, and who vouched for them. */
import type { Row, Sql } from 'postgres';
import type { ListJob, ListJobs, NewListJob, SentFile, Vouch } from '../../app/list-ports.ts';
import { vouchersNeeded } from '../../core/suppression/list-manifest.ts';
import type { Hex, Instant, Uuid } from '../../core/words.ts';
import { pageOf } from './page.ts';

const instant = (value: unknown): Instant => (value as Date).getTime();

export function createListJobs(sql: Sql, tenantId: Uuid): ListJobs {
  const columns = sql`j.*, coalesce((
    select jsonb_agg(jsonb_build_object('by', v.by, 'at', v.at) order by v.at)
    from list_vouch v where v.job_id = j.id), '[]') as vouches`;
  const over = sql`taken_by = null, taken_until = null, key_sealed = null`;

  async function insert(job: NewListJob, how: 'receiving' | 'waiting'): Promise<void>;
  async function insert(
    job: NewListJob,
    how: 'receiving' | 'running',
    until: Instant,
    taker: Uuid | null,
  ): Promise<void>;
  async function insert(
    { id, list, kind, wanted, accountSealed, by, as, madeAt }: NewListJob,
    state: string,
    until: Instant | null = null,
    taker: Uuid | null = null,
  ): Promise<void> {
    const isTaken = state === 'running';
    await sql`
      insert into list_job (id, tenant_id, list, kind, wanted, account_sealed, made_by, made_as,
        made_at, state, in_place, attempts, due_at, taken_by, taken_until)
      values (${id}, ${tenantId}, ${list}, ${kind}, ${sql.json(wanted as never)}, ${accountSealed},
        ${by}, ${as}, ${new Date(madeAt)}, ${state}, ${isTaken}, ${isTaken ? 1 : 0},
        ${new Date(madeAt)}, ${taker}, ${until === null ? null : new Date(until)})`;
  }

  async function find(id: Uuid): Promise<ListJob | null> {
    const [row] = await sql`
      select ${columns} from list_job j where id = ${id} and tenant_id = ${tenantId}`;
    return row === undefined ? null : jobOf(row);
  }

  const taken = (taker: Uuid, until: Instant) => sql`state = 'running', attempts = attempts + 1,
    taken_by = ${taker}, taken_until = ${new Date(until)}`;
  /** Another one of the list came first; there will be another time. */
  const unlessBusy = (take: () => Promise<readonly Row[]>): Promise<readonly Row[]> =>
    take().catch((error: { code?: string; constraint_name?: string }) => {
      if (error.code === '23505' && error.constraint_name === 'list_job_alone') return [];
      throw error;
    });

  return {
    receive: (job, until) => insert(job, 'receiving', until, null),
    async received(id, file, onceToken) {
      try {
        const { count } = await sql`
          update list_job set state = 'waiting', once_token = ${onceToken}, taken_until = null,
            ${fileSet(sql, file)}
          where id = ${id} and tenant_id = ${tenantId} and state = 'receiving'`;
        if (count !== 1) throw new Error('it came too late: its place was given up');
        return null;
      } catch (error) {
        if ((error as { constraint_name?: string }).constraint_name !== 'list_job_once')
          throw error;
        const [row] = await sql`
          select ${columns} from list_job j
          where tenant_id = ${tenantId} and once_token = ${onceToken}`;
        if (row === undefined) throw error;
        return jobOf(row);
      }
    },
    add: (job) => insert(job, 'waiting'),
    async addTaken(job, taker, until) {
      const rows = await unlessBusy(async () => {
        await insert(job, 'running', until, taker);
        return [{}];
      });
      return rows.length === 1;
    },
    find,
    async list(list, { limit, after }) {
      const place =
        after === null
          ? null
          : sql`timestamptz 'epoch' + ${after.micros}::bigint * interval '1 microsecond'`;
      const rows = await sql`
        select ${columns}, (extract(epoch from made_at) * 1000000)::bigint::text as micros
        from list_job j
        where tenant_id = ${tenantId} and ${list === null ? sql`true` : sql`list = ${list}`}
          and ${
            place === null || after === null
              ? sql`true`
              : sql`made_at <= ${place} and (made_at < ${place} or id > ${after.id})`
          }
        order by made_at desc, id limit ${limit + 1}`;
      return pageOf(rows, limit, jobOf);
    },
    async open() {
      const rows = await sql`
        select ${columns} from list_job j
        where tenant_id = ${tenantId} and state in ('receiving', 'waiting', 'running', 'held')
        order by made_at`;
      return rows.map(jobOf);
    },
    async take(taker, at, until) {
      const rows = await unlessBusy(
        () => sql`
          update list_job set ${taken(taker, until)}
          where id = (
            select id from list_job j
            where tenant_id = ${tenantId} and not in_place
              and (state = 'waiting' and due_at <= ${new Date(at)}
                or state = 'running' and taken_until < ${new Date(at)})
              and not exists (select 1 from list_job o where o.tenant_id = j.tenant_id
                and o.list = j.list and o.id <> j.id and o.state = 'running')
            order by made_at limit 1 for update skip locked)
          returning id`,
      );
      return rows[0] === undefined ? null : find(rows[0]['id'] as Uuid);
    },
    async takeOne(id, taker, until) {
      const rows = await unlessBusy(
        () => sql`
          update list_job set ${taken(taker, until)}
          where id = ${id} and tenant_id = ${tenantId} and state = 'waiting' returning id`,
      );
      return rows.length === 0 ? null : find(id);
    },
    async progress({ id, taker }, done, expected, until) {
      const { count } = await sql`
        update list_job set done = ${done}, expected = ${expected},
          taken_until = ${new Date(until)}
        where id = ${id} and taken_by = ${taker} and state = 'running'`;
      return count === 1;
    },
    async fetched({ id, taker }, file, obtainedAt) {
      const { count } = await sql`
        update list_job set ${fileSet(sql, file)},
          wanted = wanted || ${sql.json({ obtainedAt })}::jsonb
        where id = ${id} and taken_by = ${taker} and state = 'running'`;
      return count === 1;
    },
    async hold({ id, taker }, report) {
      const { count } = await sql`
        update list_job set state = 'held', report = ${sql.json(report as never)},
          in_place = false, taken_by = null, taken_until = null
        where id = ${id} and taken_by = ${taker} and state = 'running'`;
      return count === 1;
    },
    async finish({ id, taker }, report, at) {
      const { count } = await sql`
        update list_job set state = 'done', report = ${sql.json(report as never)},
          fault = null, fault_detail = null, ended_at = ${new Date(at)}, ${over}
        where id = ${id} and taken_by = ${taker} and state = 'running'`;
      return count === 1;
    },
    async giveUp({ id, taker }, fault, detail, at, dueAt) {
      const how =
        dueAt === null
          ? sql`state = 'failed', ended_at = ${new Date(at)}, ${over}`
          : sql`state = 'waiting', due_at = ${new Date(dueAt)}, taken_by = null, taken_until = null`;
      const { count } = await sql`
        update list_job set ${how}, fault = ${fault}, fault_detail = ${detail}
        where id = ${id} and taken_by = ${taker} and state = 'running'`;
      return count === 1;
    },
    async dropAbandoned(at) {
      await sql`
        update list_job set state = 'failed', fault = 'cut-short', ended_at = ${new Date(at)},
          ${over}
        where tenant_id = ${tenantId} and taken_until < ${new Date(at)}
          and (state = 'receiving' or state = 'running' and in_place)`;
    },
    async drop(id, at) {
      const { count } = await sql`
        update list_job set state = 'dropped', ended_at = ${new Date(at)}, once_token = null,
          ${over}
        where id = ${id} and tenant_id = ${tenantId}
          and state in ('receiving', 'waiting', 'running', 'held')`;
      return count === 1;
    },
    vouch: (id, by, at) =>
      sql.begin(async (tx): Promise<readonly Vouch[] | null> => {
        const [held] = await tx`
          select id from list_job
          where id = ${id} and tenant_id = ${tenantId} and state = 'held' for update`;
        if (held === undefined) return null;
        await tx`
          insert into list_vouch (job_id, tenant_id, by, at)
          values (${id}, ${tenantId}, ${by}, ${new Date(at)}) on conflict do nothing`;
        const rows = await tx`select by, at from list_vouch where job_id = ${id} order by at`;
        if (rows.length >= vouchersNeeded) {
          await tx`
            update list_job set state = 'waiting', due_at = ${new Date(at)} where id = ${id}`;
        }
        return rows.map((row) => ({ by: row['by'] as string, at: instant(row['at']) }));
      }),
    async leftover() {
      const rows = await sql`
        select id from list_job
        where tenant_id = ${tenantId} and not cleared and state in ('done', 'failed', 'dropped')
        limit 100`;
      return rows.map((row) => row['id'] as Uuid);
    },
    async cleared(id) {
      await sql`update list_job set cleared = true where id = ${id}`;
    },
  };
}

const fileSet = (sql: Sql, { keySealed, sealedBytes, plainBytes, sha256 }: SentFile) => sql`
  key_sealed = ${keySealed}, sealed_bytes = ${sealedBytes}, plain_bytes = ${plainBytes},
  sha256 = ${Buffer.from(sha256, 'hex')}`;

function jobOf(row: Row): ListJob {
  return {
    id: row['id'] as Uuid,
    list: row['list'] as string,
    kind: row['kind'] as ListJob['kind'],
    wanted: row['wanted'] as ListJob['wanted'],
    accountSealed: row['account_sealed'] as Buffer | null,
    by: row['made_by'] as string,
    as: row['made_as'] as ListJob['as'],
    madeAt: instant(row['made_at']),
    state: row['state'] as ListJob['state'],
    inPlace: row['in_place'] as boolean,
    attempts: row['attempts'] as number,
    done: Number(row['done']),
    expected: row['expected'] === null ? null : Number(row['expected']),
    endedAt: row['ended_at'] === null ? null : instant(row['ended_at']),
    report: row['report'] as ListJob['report'],
    fault: row['fault'] as ListJob['fault'],
    faultDetail: row['fault_detail'] as string | null,
    sha256: row['sha256'] === null ? null : hexOf(row['sha256']),
    file: fileOf(row),
    vouches: (row['vouches'] as { by: string; at: string }[]).map(({ by, at }) => ({
      by,
      at: Date.parse(at),
    })),
  };
}

const hexOf = (value: unknown): Hex => (value as Buffer).toString('hex');

function fileOf(row: Row): SentFile | null {
  if (row['key_sealed'] === null) return null;
  return {
    keySealed: row['key_sealed'] as Buffer,
    sealedBytes: Number(row['sealed_bytes']),
    plainBytes: Number(row['plain_bytes']),
    sha256: hexOf(row['sha256']),
  };
}
