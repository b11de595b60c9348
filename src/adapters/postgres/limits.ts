/** The limits of a user as a condition on the row of `call`. */
import type { PendingQuery, Row, Sql, TransactionSql } from 'postgres';
import { isUnlimited, type Limits } from '../../core/access/limits.ts';

export function withinLimits(sql: Sql | TransactionSql, limits: Limits): PendingQuery<Row[]> {
  const { lines, teams, campaigns, direction } = limits;
  const scopes = campaigns?.map((name) => `campaign:${name}`) ?? [];
  return sql`
    ${direction === null ? sql`true` : sql`call.direction = ${direction}`}
    and ${linesWithin(sql, lines)}
    and ${
      teams === null
        ? sql`true`
        : sql`call.line_id = any (array(select line.id from line
            where line.tenant_id = call.tenant_id and line.team = any (${[...teams]}::text[])))`
    }
    and ${
      campaigns === null
        ? sql`true`
        : sql`call.direction = 'outbound' and (call.campaign = any (${[...(campaigns ?? [])]}::text[]) or exists (select from dial join permit on permit.id = dial.permit_id
            where dial.call_id = call.id and permit.scopes && ${scopes}::text[]))`
    }`;
}

/** Of one line, its index gives calls in their order. */
function linesWithin(sql: Sql | TransactionSql, lines: Limits['lines']): PendingQuery<Row[]> {
  if (lines === null) return sql`true`;
  const [only, ...more] = lines;
  return only !== undefined && more.length === 0
    ? sql`call.line_id = ${only}`
    : sql`call.line_id = any (${[...lines]}::uuid[])`;
}

/** The same for rows of another table that belong to calls. */
export function ofCall(
  sql: Sql | TransactionSql,
  table: string,
  limits: Limits,
): PendingQuery<Row[]> {
  if (isUnlimited(limits)) return sql`true`;
  return sql`exists (select from call
    where call.id = ${sql(table)}.call_id and ${withinLimits(sql, limits)})`;
}
