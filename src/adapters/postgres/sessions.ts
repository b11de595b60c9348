/** Sessions and remembered devices: only the SHA-256 of their tokens is here. */
import type { Row, Sql } from 'postgres';
import type { Session, SessionStore } from '../../app/account-ports.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { Uuid } from '../../core/words.ts';
import { userOf } from './accounts.ts';

export function createSessions(sql: Sql, tenant: Tenant): SessionStore {
  const sessionOf = (row: Row): Session => ({
    id: row['session_id'] as Uuid,
    user: userOf(tenant, row),
    createdAt: (row['session_created_at'] as Date).getTime(),
    lastSeenAt: (row['last_seen_at'] as Date).getTime(),
    restricted: row['restricted'] as boolean,
  });
  const columns = sql`
    u.*, s.id as session_id, s.created_at as session_created_at, s.last_seen_at, s.restricted`;

  return {
    async start({ id, userId, createdAt, lastSeenAt, restricted }, tokenHash) {
      await sql`
        insert into user_session (token_hash, id, user_id, created_at, last_seen_at, restricted)
        values (${tokenHash}, ${id}, ${userId}, ${new Date(createdAt)}, ${new Date(lastSeenAt)},
          ${restricted})`;
    },
    async find(tokenHash) {
      const [row] = await sql`
        select ${columns} from user_session s join app_user u on u.id = s.user_id
        where s.token_hash = ${tokenHash} and s.ended_at is null and u.disabled_at is null
          and u.tenant_id = ${tenant.id}`;
      return row === undefined ? null : sessionOf(row);
    },
    async touch(id, at) {
      await sql`
        update user_session set last_seen_at = greatest(last_seen_at, ${new Date(at)})
        where id = ${id}`;
    },
    async list(userId) {
      const rows = await sql`
        select ${columns} from user_session s join app_user u on u.id = s.user_id
        where s.user_id = ${userId} and s.ended_at is null and u.tenant_id = ${tenant.id}
        order by s.created_at, s.id`;
      return rows.map(sessionOf);
    },
    async unrestrict(id) {
      await sql`update user_session set restricted = false where id = ${id}`;
    },
    async end(userId, id, at) {
      const rows = await sql`
        update user_session set ended_at = ${new Date(at)}
        where user_id = ${userId} and id = ${id} and ended_at is null returning id`;
      return rows.length === 1;
    },
    async endAll(userId, except, at) {
      await sql`
        update user_session set ended_at = ${new Date(at)}
        where user_id = ${userId} and ended_at is null and id is distinct from ${except}`;
    },
    async rememberDevice(userId, tokenHash, at) {
      await sql`
        insert into user_device (token_hash, user_id, shown_at)
        values (${tokenHash}, ${userId}, ${new Date(at)})`;
    },
    async deviceShownAt(userId, tokenHash) {
      const [row] = await sql`
        select shown_at from user_device where token_hash = ${tokenHash} and user_id = ${userId}`;
      return row === undefined ? null : (row['shown_at'] as Date).getTime();
    },
  };
}
