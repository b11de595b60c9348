import type { Row, Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { SupportAccess, SupportStore } from '../../app/support-access.ts';
import type { Uuid } from '../../core/words.ts';

const reasonContext = (id: Uuid): string => `support/${id}/reason`;

export function createSupportAccess(sql: Sql, { id: tenantId, cipher }: Tenant): SupportStore {
  function accessOf(row: Row): SupportAccess {
    const id = row['id'] as Uuid;
    const reason = cipher.open(null, reasonContext(id), row['reason_sealed'] as Buffer);
    return {
      id,
      role: row['role'] as SupportAccess['role'],
      reason: reason.toString('utf8'),
      madeBy: row['made_by'] as string,
      madeAt: (row['made_at'] as Date).getTime(),
      until: (row['until'] as Date).getTime(),
      revokedAt: (row['revoked_at'] as Date | null)?.getTime() ?? null,
    };
  }

  return {
    async add({ id, role, reason, madeBy, madeAt, until }, tokenHash) {
      const sealed = cipher.seal(null, reasonContext(id), Buffer.from(reason));
      await sql`
        insert into support_access
          (id, tenant_id, token_hash, role, reason_sealed, made_by, made_at, until)
        values (${id}, ${tenantId}, ${tokenHash}, ${role}, ${sealed}, ${madeBy},
          ${new Date(madeAt)}, ${new Date(until)})`;
    },
    async find(tokenHash) {
      const [row] = await sql`
        select * from support_access
        where tenant_id = ${tenantId} and token_hash = ${tokenHash} and revoked_at is null`;
      return row === undefined ? null : accessOf(row);
    },
    async list() {
      const rows = await sql`
        select * from support_access where tenant_id = ${tenantId} order by made_at desc, id`;
      return rows.map(accessOf);
    },
    async revoke(id, by, at) {
      const rows = await sql`
        update support_access set revoked_at = ${new Date(at)}, revoked_by = ${by}
        where tenant_id = ${tenantId} and id = ${id} and revoked_at is null
          and until > ${new Date(at)}
        returning id`;
      return rows.length === 1;
    },
  };
}
