/** Tasks that callers left, in Postgres. They are made by a call's commit. */
import type { Row, Sql } from 'postgres';
import type { DeskTaskRecord, DeskTaskStore } from '../../app/api-ports.ts';
import type { Uuid } from '../../core/words.ts';
import { ofCall } from './limits.ts';
import { pageOf } from './page.ts';

export function createDeskTasks(sql: Sql): DeskTaskStore {
  return {
    async open(tenantId, limits, { limit, after }) {
      // Milliseconds would put tasks of the same one on both sides of a page's end.
      const rows = await sql`
        select t.*, p.key_wrapped, p.number_sealed,
          (extract(epoch from t.created_at) * 1000000)::bigint::text as micros
        from desk_task t left join person p on p.id = t.person_id
        where t.tenant_id = ${tenantId} and t.done_at is null
          and ${ofCall(sql, 't', limits)} ${
            after === null
              ? sql``
              : sql`and (t.created_at, t.id) >
                (timestamptz 'epoch' + ${after.micros}::bigint * interval '1 microsecond', ${after.id}::uuid)`
          }
        order by t.created_at, t.id limit ${limit + 1}`;
      return pageOf(rows, limit, recordOf);
    },
    async done(tenantId, id, by, at) {
      const { count } = await sql`
        update desk_task set done_at = ${new Date(at)}, done_by = ${by}
        where tenant_id = ${tenantId} and id = ${id} and done_at is null`;
      return count === 1;
    },
  };
}

function recordOf(row: Row): DeskTaskRecord {
  const personId = row['person_id'] as Uuid | null;
  return {
    id: row['id'] as Uuid,
    kind: row['kind'] as string,
    callId: row['call_id'] as Uuid,
    partyId: row['party_id'] as Uuid,
    person:
      personId === null
        ? null
        : {
            id: personId,
            keyWrapped: row['key_wrapped'] as Buffer | null,
            numberSealed: row['number_sealed'] as Buffer | null,
          },
    createdAt: (row['created_at'] as Date).getTime(),
    noteSealed: row['note_sealed'] as Buffer | null,
  };
}
