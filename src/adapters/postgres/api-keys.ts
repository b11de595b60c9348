/** API keys: only their SHA-256 is here. */
import type { Row, Sql } from 'postgres';
import type { ApiKey, KeyStore } from '../../app/api-ports.ts';
import { isScope } from '../../core/access/scope.ts';
import type { Uuid } from '../../core/words.ts';

export function createKeyStore(sql: Sql): KeyStore {
  return {
    async find(hash) {
      const [row] = await sql`select * from api_key where hash = ${hash} and revoked_at is null`;
      return row === undefined ? null : keyOf(row);
    },
    async touch(id, at, restMs) {
      await sql`
        update api_key set last_used_at = ${new Date(at)}
        where id = ${id} and (last_used_at is null or last_used_at <= ${new Date(at - restMs)})`;
    },
    async list(tenantId) {
      const rows = await sql`
        select * from api_key where tenant_id = ${tenantId} and revoked_at is null
        order by created_at, id`;
      return rows.map(keyOf);
    },
    async create(key, hash) {
      await sql`
        insert into api_key (id, tenant_id, name, hash, scopes, created_at, per_second,
          expires_at)
        values (${key.id}, ${key.tenantId}, ${key.name}, ${hash}, ${[...key.scopes]},
          ${new Date(key.createdAt)}, ${key.perSecond ?? null},
          ${key.expiresAt === undefined ? null : new Date(key.expiresAt)})`;
    },
    async revoke(tenantId, id, at) {
      const rows = await sql`
        update api_key set revoked_at = ${new Date(at)}
        where tenant_id = ${tenantId} and id = ${id} and revoked_at is null
        returning id`;
      return rows.length === 1;
    },
    async replaceNamed(key, hash) {
      await sql.begin(async (tx) => {
        await tx`
          update api_key set revoked_at = ${new Date(key.createdAt)}
          where tenant_id = ${key.tenantId} and name = ${key.name} and revoked_at is null
            and hash is distinct from ${hash}`;
        if (hash === null) return;
        await tx`
          insert into api_key (id, tenant_id, name, hash, scopes, created_at)
          values (${key.id}, ${key.tenantId}, ${key.name}, ${hash}, ${[...key.scopes]},
            ${new Date(key.createdAt)})
          on conflict (hash) do update set
            name = excluded.name, scopes = excluded.scopes, revoked_at = null`;
      });
    },
  };
}

function keyOf(row: Row): ApiKey {
  const lastUsedAt = row['last_used_at'] as Date | null;
  const perSecond = row['per_second'] as number | null;
  const expiresAt = row['expires_at'] as Date | null;
  return {
    id: row['id'] as Uuid,
    tenantId: row['tenant_id'] as Uuid,
    name: row['name'] as string,
    // A scope that a newer version granted means nothing to this one.
    scopes: (row['scopes'] as string[]).filter(isScope),
    createdAt: (row['created_at'] as Date).getTime(),
    lastUsedAt: lastUsedAt === null ? null : lastUsedAt.getTime(),
    ...(perSecond !== null && { perSecond }),
    ...(expiresAt !== null && { expiresAt: expiresAt.getTime() }),
  };
}
