/** Who is in which export, in sorted parts. */
import type { PendingQuery, Row, Sql, TransactionSql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { ExportHoldings } from '../../app/export-holdings.ts';
import { holdingTokenBytes } from '../../core/exports/holding.ts';
import type { Uuid } from '../../core/words.ts';

const tokenOf = ({ cipher }: Pick<Tenant, 'cipher'>, personId: Uuid): Buffer =>
  cipher.token(`person/${personId}`).subarray(0, holdingTokenBytes);

export function createExportHoldings(sql: Sql, tenant: Pick<Tenant, 'cipher'>): ExportHoldings {
  return {
    tokenOf: (personId) => tokenOf(tenant, personId),
    async clear(exportId) {
      await sql`delete from export_holding where export_id = ${exportId}`;
    },
    async add(exportId, parts) {
      const rows = parts.map((tokens) => ({
        export_id: exportId,
        low: tokens.subarray(0, holdingTokenBytes),
        high: tokens.subarray(-holdingTokenBytes),
        tokens,
      }));
      await sql`insert into export_holding ${sql(rows)}`;
    },
  };
}

/** The exports that held a person, as a condition on a column with an export's id. */
export function holdsPerson(
  sql: Sql | TransactionSql,
  tenant: Pick<Tenant, 'cipher'>,
  column: PendingQuery<Row[]>,
  personId: Uuid,
): PendingQuery<Row[]> {
  const token = tokenOf(tenant, personId);
  // Random bytes: one that is found across two others is not met.
  return sql`${column} in (select export_id from export_holding
    where low <= ${token} and high >= ${token} and position(${token}::bytea in tokens) > 0)`;
}
