/** Offers of a copy of everything before the business ends; one is open at most. */
import type { Row, Sql } from 'postgres';
import type { Offer, OfferStore } from '../../app/contract.ts';
import type { Uuid } from '../../core/words.ts';

export function createOffers(sql: Sql, tenantId: Uuid): OfferStore {
  return {
    async add({ id, offeredAt, until, by }) {
      const rows = await sql`
        insert into contract_ending (id, tenant_id, offered_at, until, offered_by)
        values (${id}, ${tenantId}, ${new Date(offeredAt)}, ${new Date(until)}, ${by})
        on conflict do nothing returning id`;
      return rows.length === 1;
    },
    async open() {
      const [row] = await sql`
        select * from contract_ending where tenant_id = ${tenantId} and cancelled_at is null`;
      return row === undefined ? null : offerOf(row);
    },
    async cancel(by, at) {
      const rows = await sql`
        update contract_ending set cancelled_at = ${new Date(at)}, cancelled_by = ${by}
        where tenant_id = ${tenantId} and cancelled_at is null returning id`;
      return rows.length === 1;
    },
    async exportsSince(at) {
      const [row] = await sql`
        select count(*)::int as n from export_job
        where tenant_id = ${tenantId} and made_at >= ${new Date(at)} and ready_at is not null`;
      return Number(row?.['n'] ?? 0);
    },
    async holds() {
      const rows = await sql`
        select id from legal_hold where tenant_id = ${tenantId} and lifted_at is null`;
      return rows.length;
    },
  };
}

const offerOf = (row: Row): Offer => ({
  id: row['id'] as Uuid,
  offeredAt: (row['offered_at'] as Date).getTime(),
  until: (row['until'] as Date).getTime(),
  by: row['offered_by'] as string,
});
