/** To whom data of a person went, out of what is kept of calls, of texts and of who saw what. */
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { Disclosure, DisclosureStore } from '../../app/disclosures.ts';
import type { Uuid } from '../../core/words.ts';
import { holdsPerson } from './export-holdings.ts';

export function createDisclosures(sql: Sql, tenant: Tenant): DisclosureStore {
  return {
    async of(personId) {
      const seen = tenant.cipher.token(`person/${personId}`);
      const rows = await sql`
        select 'carrier' as recipient, 'call' as what, call.started_at as at, call.id as call_id
        from call where call.tenant_id = ${tenant.id} and call.id in (
          select call_id from leg where person_id = ${personId}
          union select call_id from dial where person_id = ${personId}
          union select call_id from leg_invite where person_id = ${personId})
        union all
        select 'carrier', 'text', at, null from text_message
        where tenant_id = ${tenant.id}
          and sender = (select token from person where id = ${personId})
        union all
        select by, case kind when 'download' then 'recording' else 'extract' end, at, null
        from audit where tenant_id = ${tenant.id} and allowed
          and kind in ('download', 'export') and (persons @> array[${seen}::bytea]
            or ${holdsPerson(sql, tenant, sql`export_id`, personId)})
        order by at`;
      return rows.map((row) => ({
        recipient: row['recipient'] as string,
        what: row['what'] as Disclosure['what'],
        at: (row['at'] as Date).getTime(),
        callId: row['call_id'] as Uuid | null,
      }));
    },
  };
}
