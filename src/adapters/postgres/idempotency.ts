/** Answers already given, by API key and Idempotency-Key. */
import type { Row, Sql } from 'postgres';
import type { Claim, IdempotencyStore } from '../../app/api-ports.ts';

export function createIdempotencyStore(sql: Sql): IdempotencyStore {
  return {
    async claim({ apiKeyId, key, fingerprint, at, abandonedMs }) {
      const inserted = await sql`
        insert into idempotency (api_key_id, key, fingerprint, at)
        values (${apiKeyId}, ${key}, ${fingerprint}, ${new Date(at)})
        on conflict do nothing returning key`;
      if (inserted.length === 1) return { is: 'new' };
      const takenOver = await sql`
        update idempotency set at = ${new Date(at)}
        where api_key_id = ${apiKeyId} and key = ${key} and fingerprint = ${fingerprint}
          and status is null and at <= ${new Date(at - abandonedMs)}
        returning key`;
      if (takenOver.length === 1) return { is: 'new' };
      const [row] = await sql`
        select fingerprint, status, body from idempotency
        where api_key_id = ${apiKeyId} and key = ${key}`;
      // No row: it was released a moment ago, and the client may simply ask again.
      return row === undefined ? { is: 'running' } : claimOf(row, fingerprint);
    },
    async settle({ apiKeyId, key, at }, { status, body }) {
      await sql`
        update idempotency set status = ${status}, body = ${body}
        where api_key_id = ${apiKeyId} and key = ${key} and at = ${new Date(at)}
          and status is null`;
    },
    async release({ apiKeyId, key, at }) {
      await sql`
        delete from idempotency
        where api_key_id = ${apiKeyId} and key = ${key} and at = ${new Date(at)}
          and status is null`;
    },
    async forget(before) {
      await sql`delete from idempotency where at < ${new Date(before)}`;
    },
  };
}

function claimOf(row: Row, fingerprint: Buffer): Claim {
  if (!(row['fingerprint'] as Buffer).equals(fingerprint)) return { is: 'other-request' };
  const status = row['status'] as number | null;
  return status === null
    ? { is: 'running' }
    : { is: 'answered', answer: { status, body: row['body'] as Buffer } };
}
