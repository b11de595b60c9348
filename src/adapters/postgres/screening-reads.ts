/** Decisions that were kept of a number, found by its token: no number is asked for in clear. */
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { ScreeningReads } from '../../app/find-screening.ts';
import type { Uuid } from '../../core/words.ts';

export function createScreeningReads(sql: Sql, tenant: Tenant): ScreeningReads {
  return {
    async newest(number, from, before) {
      const [row] = await sql`
        select entry.id from entry join person on person.id = entry.person_id
        where person.tenant_id = ${tenant.id} and person.token = ${tenant.cipher.token(number)}
          and entry.kind = 'screening'
          and entry.at >= ${new Date(from)} and entry.at < ${new Date(before)}
        order by entry.at desc, entry.id desc limit 1`;
      return row === undefined ? null : (row['id'] as Uuid);
    },
  };
}
