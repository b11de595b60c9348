/** Stops that wait for a person, in Postgres. The statement that lists one opens it. */
import type { Row, Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { ReviewRow, ReviewState, ReviewStore } from '../../app/review-ports.ts';
import type { ListingScope } from '../../core/suppression/own-change.ts';
import type { Uuid } from '../../core/words.ts';
import { createOwnList } from './own-list.ts';
import { pageOf } from './page.ts';

const stored = { provisional: 'open', confirmed: 'confirmed', rejected: 'rejected' } as const;
const reasonContext = (id: Uuid): string => `review/${id}/reason`;

export function createStopReviews(sql: Sql, tenant: Tenant): ReviewStore {
  const { cipher } = tenant;

  function rowOf(row: Row): ReviewRow {
    const id = row['id'] as Uuid;
    const sealed = row['reason_sealed'] as Buffer | null;
    const state = row['state'] as 'open' | 'confirmed' | 'rejected';
    return {
      id,
      personId: row['person_id'] as Uuid | null,
      scope: row['scope'] as ListingScope,
      source: row['source'] as string,
      noteSealed: row['note_sealed'] as Buffer | null,
      at: (row['at'] as Date).getTime(),
      state: state === 'open' ? 'provisional' : state,
      decidedAt: (row['decided_at'] as Date | null)?.getTime() ?? null,
      decidedBy: row['decided_by'] as string | null,
      reason: sealed === null ? null : cipher.open(null, reasonContext(id), sealed).toString(),
    };
  }

  return {
    async page(state: ReviewState, { limit, after }) {
      const isOpen = state === 'provisional';
      const rows = await sql`
        select r.*, (extract(epoch from r.at) * 1000000)::bigint::text as micros
        from stop_review r
        where r.tenant_id = ${tenant.id} and r.state = ${stored[state]}
          and (not ${isOpen} or exists (
            select from listing l where l.tenant_id = r.tenant_id and l.token = r.token
              and l.scope = r.scope and l.listed and l.provisional)) ${
                after === null
                  ? sql``
                  : sql`and (r.at, r.id) >
                (timestamptz 'epoch' + ${after.micros}::bigint * interval '1 microsecond', ${after.id}::uuid)`
              }
        order by r.at, r.id limit ${limit + 1}`;
      return pageOf(rows, limit, rowOf);
    },

    async decide(id, { state, by, reason, at }, act) {
      const decided = await sql.begin(async (tx) => {
        const [row] = await tx`
          select * from stop_review
          where tenant_id = ${tenant.id} and id = ${id} and state = 'open' for update`;
        if (row === undefined) return null;
        const result = await act(rowOf(row), createOwnList(tx as unknown as Sql, tenant));
        const sealed = cipher.seal(null, reasonContext(id), Buffer.from(reason));
        await tx`
          update stop_review set state = ${state}, decided_at = ${new Date(at)},
            decided_by = ${by}, reason_sealed = ${sealed}
          where id = ${id}`;
        return { result };
      });
      return (decided as { result: Awaited<ReturnType<typeof act>> } | null)?.result ?? null;
    },
  };
}
