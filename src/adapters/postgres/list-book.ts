/** What is expected of each list, and what its imports inherit. */
import type { Row, Sql } from 'postgres';
import type { ListBook, ListExpected } from '../../app/list-ports.ts';
import type { Uuid } from '../../core/words.ts';

export function createListBook(sql: Sql, tenantId: Uuid): ListBook {
  return {
    async all() {
      const rows = await sql`select * from list_book where tenant_id = ${tenantId} order by list`;
      return rows.map(expectedOf);
    },
    async find(list) {
      const [row] = await sql`
        select * from list_book where tenant_id = ${tenantId} and list = ${list}`;
      return row === undefined ? null : expectedOf(row);
    },
    async put({ list, source, reason, channels, seller, accountSealed, by, at }) {
      const said = sql.json({ source, reason, channels, seller });
      await sql`
        insert into list_book (tenant_id, list, said, account_sealed, set_by, set_at)
        values (${tenantId}, ${list}, ${said}, ${accountSealed}, ${by}, ${new Date(at)})
        on conflict (tenant_id, list) do update set said = excluded.said,
          account_sealed = excluded.account_sealed, set_by = excluded.set_by,
          set_at = excluded.set_at, retired_at = null`;
    },
    async retire(list, by, at) {
      await sql`
        insert into list_book (tenant_id, list, said, set_by, set_at, retired_at)
        values (${tenantId}, ${list}, ${sql.json({ source: null, reason: null, channels: [], seller: null })},
          ${by}, ${new Date(at)}, ${new Date(at)})
        on conflict (tenant_id, list) do update set retired_at = excluded.retired_at`;
    },
  };
}

function expectedOf(row: Row): ListExpected {
  const said = row['said'] as Pick<ListExpected, 'source' | 'reason' | 'channels' | 'seller'>;
  return {
    list: row['list'] as string,
    ...said,
    accountSealed: row['account_sealed'] as Buffer | null,
    by: row['set_by'] as string,
    at: (row['set_at'] as Date).getTime(),
    retiredAt: row['retired_at'] === null ? null : (row['retired_at'] as Date).getTime(),
  };
}
