import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { ListenLinks } from '../../app/listen-link.ts';

export function createListenLinks(sql: Sql, tenant: Tenant): ListenLinks {
  return {
    async add({ recordingId, by, notAfter }, tokenHash) {
      await sql`
        insert into listen_link (token_hash, tenant_id, recording_id, by, not_after)
        values (${tokenHash}, ${tenant.id}, ${recordingId}, ${by}, ${new Date(notAfter)})`;
    },
    async use(tokenHash, by, at) {
      // Of two that come at once, one sees that it was used.
      const rows = await sql`
        update listen_link set used_at = ${new Date(at)}
        where token_hash = ${tokenHash} and tenant_id = ${tenant.id} and by = ${by}
          and used_at is null and not_after > ${new Date(at)}
        returning 1`;
      return rows.length === 1;
    },
    async forget(before) {
      await sql`delete from listen_link where not_after < ${new Date(before)}`;
    },
  };
}
