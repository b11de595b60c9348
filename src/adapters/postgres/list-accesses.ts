/** The register of list access: an index of entries of the audit, written together with them. */
import type { Sql } from 'postgres';
import type { ListAccesses } from '../../app/list-ports.ts';
import type { Uuid } from '../../core/words.ts';
import { addEntry } from './entries.ts';
import { pageOf } from './page.ts';

export function createListAccesses(sql: Sql, tenantId: Uuid): ListAccesses {
  return {
    async add({ entry, act, by, list, what, jobId }) {
      await sql.begin(async (tx) => {
        const { count } = await tx`
          insert into list_access (id, tenant_id, at, list, what, job_id)
          values (${entry.id}, ${tenantId}, ${new Date(entry.at)}, ${list}, ${what}, ${jobId})
          on conflict (job_id) do nothing`;
        if (count === 0) return;
        await addEntry(tx, entry);
        await tx`
          insert into audit (id, tenant_id, at, kind, allowed, by, persons)
          values (${entry.id}, ${tenantId}, ${new Date(entry.at)}, ${act}, true, ${by}, '{}')`;
      });
    },
    async list({ list, since, until }, { limit, after }) {
      const place = sql`
        timestamptz 'epoch' + ${after?.micros ?? '0'}::bigint * interval '1 microsecond'`;
      const rows = await sql`
        select a.id, (extract(epoch from a.at) * 1000000)::bigint::text as micros, e.opening
        from list_access a join entry e on e.id = a.id
        where a.tenant_id = ${tenantId}
          and ${list === null ? sql`true` : sql`a.list = ${list}`}
          and ${since === null ? sql`true` : sql`a.at >= ${new Date(since)}`}
          and ${until === null ? sql`true` : sql`a.at < ${new Date(until)}`}
          and ${after === null ? sql`true` : sql`(a.at < ${place} or (a.at = ${place} and a.id > ${after.id}))`}
        order by a.at desc, a.id limit ${limit + 1}`;
      return pageOf(rows, limit, (row) => ({
        id: row['id'] as Uuid,
        openingSealed: row['opening'] as Buffer | null,
      }));
    },
  };
}
