/** Releases in Postgres: a row is written once, and the database refuses to change it. */
import type { Row, Sql } from 'postgres';
import type { KeptRelease, ReleaseStore } from '../../app/report-ports.ts';
import type { Release, ReleaseRow } from '../../core/reports/release.ts';
import type { Uuid } from '../../core/words.ts';

export function createReleases(sql: Sql, tenantId: Uuid): ReleaseStore {
  return {
    async list() {
      const rows = await sql`
        select * from report_release where tenant_id = ${tenantId} order by month desc`;
      return rows.map(keptOf);
    },
    async find(month) {
      const [row] = await sql`
        select * from report_release where tenant_id = ${tenantId} and month = ${month}`;
      return row === undefined ? null : keptOf(row);
    },
    async add({ month, madeBy, madeAt, rowsBy, table }) {
      const added = await sql`
        insert into report_release (tenant_id, month, made_by, made_at, rows_by, body)
        values (${tenantId}, ${month}, ${madeBy}, ${new Date(madeAt)}, ${rowsBy},
          ${sql.json(JSON.parse(JSON.stringify(table)))})
        on conflict (tenant_id, month) do nothing returning month`;
      return added.length === 1;
    },
  };
}

const keptOf = (row: Row): KeptRelease => ({
  month: row['month'] as string,
  madeBy: row['made_by'] as string,
  madeAt: (row['made_at'] as Date).getTime(),
  rowsBy: row['rows_by'] as ReleaseRow,
  table: row['body'] as Release,
});
