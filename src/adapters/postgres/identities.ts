/** L1 identities that take each other's place. The period of one that was superseded bears its id, too. */
import type { Sql } from 'postgres';
import type { IdentityStore } from '../../app/renew-recording-keys.ts';
import type { Uuid } from '../../core/words.ts';
import { identityContext, type RecordingKeysParts } from './recording-keys.ts';

type Parts = Pick<RecordingKeysParts, 'random' | 'newIdentity'>;

export function createIdentities(sql: Sql, { random, newIdentity }: Parts): IdentityStore {
  return {
    async superseded() {
      const rows = await sql`
        select k.id, s.id as successor, s.recipient,
          (select count(*)::int from headers.recording_header h where h.key_id = k.id) as headers
        from l1_key k
        join l1_key s on s.tenant_id = k.tenant_id and s.period = split_part(k.period, '/', 1)
        where k.period like '%/%' and k.identity_wrapped is not null
          and s.identity_wrapped is not null -- what is made for one that was destroyed opens never
        order by k.created_at, k.id`;
      return rows.map((row) => ({
        keyId: row['id'] as Uuid,
        successor: { keyId: row['successor'] as Uuid, recipient: row['recipient'] as string },
        headers: row['headers'] as number,
      }));
    },
    async supersede(keys) {
      return sql.begin(async (tx) => {
        const rows = await tx`
          select id, tenant_id, period from l1_key
          where period not like '%/%' and identity_wrapped is not null order by id for update`;
        for (const { id: earlier, tenant_id, period } of rows) {
          const id = random.uuid();
          const { identity, recipient } = await newIdentity();
          const context = identityContext(id);
          const wrapped = Buffer.from(await keys.wrap(Buffer.from(identity, 'utf8'), context));
          await tx`update l1_key set period = ${`${period}/${earlier}`} where id = ${earlier}`;
          await tx`
            insert into l1_key (id, tenant_id, period, recipient, identity_wrapped, kek_id)
            values (${id}, ${tenant_id}, ${period}, ${recipient}, ${wrapped}, ${keys.keyId()})`;
        }
        return rows.length;
      });
    },
    async headersOf(keyId, after, limit) {
      const rows = await sql`
        select recording_id, header from headers.recording_header
        where key_id = ${keyId} and (${after}::uuid is null or recording_id > ${after}::uuid)
        order by recording_id limit ${limit}`;
      return rows.map((row) => ({
        id: row['recording_id'] as Uuid,
        header: row['header'] as Buffer,
      }));
    },
    async replace({ id, header: was }, from, to, header) {
      await sql`
        update headers.recording_header set header = ${header}, key_id = ${to}
        where recording_id = ${id} and key_id = ${from} and header = ${was}`;
    },
    async destroyUnneeded(before) {
      const rows = await sql`
        update l1_key k set identity_wrapped = null, destroyed_at = now()
        from l1_key s
        where k.period like '%/%' and k.identity_wrapped is not null
          and s.tenant_id = k.tenant_id and s.period = split_part(k.period, '/', 1)
          and s.created_at < ${new Date(before)}
          and not exists (select 1 from headers.recording_header h where h.key_id = k.id)
        returning k.id`;
      return rows.length;
    },
  };
}
