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
    async add({ month, madeBy, madeAt, rowsBy, table }, among) {
      return sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(hashtextextended(${`release ${tenantId}`}, 0))`;
        const months = await tx`select month from report_release where tenant_id = ${tenantId}`;
        if (months.some((one) => one['month'] === month)) return 'known';
        if (months.length !== among) return 'crossed';
        await tx`
          insert into report_release (tenant_id, month, made_by, made_at, rows_by, body)
          values (${tenantId}, ${month}, ${madeBy}, ${new Date(madeAt)}, ${rowsBy},
            ${tx.json(JSON.parse(JSON.stringify(table)))})`;
        return 'added';
      });
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
