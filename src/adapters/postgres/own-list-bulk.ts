/** The own list as a whole: many listings in one transaction, counts, and reading all of it. */
import type { Row, Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { OwnListBulk } from '../../app/own-list-ports.ts';
import type { OwnChange } from '../../core/suppression/own-change.ts';
import { createOwnList, listedOf } from './own-list.ts';

export function createOwnListBulk(sql: Sql, tenant: Tenant): OwnListBulk {
  const from = (source: string | null) => (source === null ? sql`true` : sql`source = ${source}`);
  return {
    putAll: (wanted, guard) =>
      sql.begin(async (tx): Promise<readonly OwnChange[]> => {
        const list = createOwnList(tx as unknown as Sql, tenant);
        // In one order, so that two that take over the same numbers do not wait for one another.
        const sorted = wanted.toSorted((a, b) => (a.number < b.number ? -1 : 1));
        const made = await Promise.all(sorted.map((one) => list.put(one, null, { guard })));
        return made.filter((change) => change !== null);
      }),
    async page({ below, limit, source }) {
      const rows = await sql`
        select *, seq::float8 as seq, since as at from listing
        where tenant_id = ${tenant.id} and listed and ${from(source)}
          and ${below === null ? sql`true` : sql`seq < ${below}`}
        order by listing.seq desc limit ${limit}`;
      return rows.map((row) => listedOf(tenant.cipher, row));
    },
    async count(source) {
      const [row] = await sql`
        select count(*)::float8 as count from listing
        where tenant_id = ${tenant.id} and listed and ${from(source)}`;
      return (row as Row)['count'] as number;
    },
  };
}
