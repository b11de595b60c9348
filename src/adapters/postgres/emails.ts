/** Permissions that are asked for by e-mail, and what was answered. */
import type { Row, Sql, TransactionSql } from 'postgres';
import type { Chosen, EmailReply, EmailRequest, EmailStore } from '../../app/email-ports.ts';
import type { Purpose, Uuid } from '../../core/words.ts';
import { insertChoice } from './choices.ts';
import { addEntry } from './entries.ts';
import { pageOf } from './page.ts';

export function createEmails(sql: Sql, tenantId: Uuid): EmailStore {
  async function write(tx: TransactionSql, { choice, entry }: Chosen): Promise<void> {
    await addEntry(tx, entry);
    await insertChoice(tx, tenantId, choice, null);
  }
  /** Whose answer counts, of several at once: the first. */
  async function close(tx: TransactionSql, id: Uuid, answer: string, at: number): Promise<boolean> {
    const { count } = await tx`
      update email_request set answer = ${answer}, answered_at = ${new Date(at)}
      where tenant_id = ${tenantId} and id = ${id} and answer is null and until > ${new Date(at)}
        and person_id is not null`;
    return count === 1;
  }

  /** Holds the person until the end of the transaction: an erasure waits, or was before us. */
  async function isThere(tx: TransactionSql, personId: Uuid): Promise<boolean> {
    const { count } = await tx`
      select 1 from person where id = ${personId} and key_wrapped is not null for no key update`;
    return count === 1;
  }

  return {
    add: (request) =>
      sql.begin(async (tx) => {
        const { id, personId, purpose, formHash, messageHash, messageSealed } = request;
        const { by, at, until } = request;
        // One question at a time to one person, and none to who was erased meanwhile.
        if (personId === null || !(await isThere(tx, personId))) return false;
        const { count } = await tx`
          insert into email_request (id, tenant_id, person_id, purpose, form_hash, message_hash,
            message_sealed, made_by, at, until)
          select ${id}, ${tenantId}, ${personId}, ${purpose}, ${Buffer.from(formHash, 'hex')},
            ${Buffer.from(messageHash, 'hex')}, ${messageSealed}, ${by}, ${new Date(at)},
            ${new Date(until)}
          where not exists (select from email_request where person_id = ${personId}
            and purpose = ${purpose} and answer is null and until > ${new Date(at)})`;
        return count === 1;
      }) as Promise<boolean>,
    async drop(id) {
      // What the mail server took without our hearing so may have been answered by now.
      await sql`
        delete from email_request where tenant_id = ${tenantId} and id = ${id} and answer is null
          and not exists (select from email_reply where request_id = ${id})`;
    },
    async find(id) {
      const [row] = await sql`
        select * from email_request where tenant_id = ${tenantId} and id = ${id}`;
      return row === undefined ? null : requestOf(row);
    },
    async list({ limit, after }) {
      const place = sql`
        timestamptz 'epoch' + ${after?.micros ?? '0'}::bigint * interval '1 microsecond'`;
      const rows = await sql`
        select e.*, (extract(epoch from e.at) * 1000000)::bigint::text as micros
        from email_request e where e.tenant_id = ${tenantId}
          and ${after === null ? sql`true` : sql`(e.at < ${place} or (e.at = ${place} and e.id < ${after.id}))`}
        order by e.at desc, e.id desc limit ${limit + 1}`;
      return pageOf(rows, limit, requestOf);
    },
    async replies(requestId) {
      const rows = await sql`
        select * from email_reply where tenant_id = ${tenantId} and request_id = ${requestId}
        order by received_at, id`;
      return rows.map(replyOf);
    },
    answer: (id, answer, at, chosen) =>
      sql.begin(async (tx) => {
        if (!(await close(tx, id, answer, at))) return false;
        await write(tx, chosen);
        return true;
      }) as Promise<boolean>,
    addReply: ({ id, requestId, personId, sealed, hash, receivedAt }) =>
      sql.begin(async (tx) => {
        if (personId === null || !(await isThere(tx, personId))) return false;
        await tx`
          insert into email_reply (id, tenant_id, request_id, person_id, sealed, hash, received_at)
          values (${id}, ${tenantId}, ${requestId}, ${personId}, ${sealed},
            ${Buffer.from(hash, 'hex')}, ${new Date(receivedAt)})`;
        return true;
      }) as Promise<boolean>,
    async decide({ id, requestId }, { meaning, by, at }, chosen) {
      class Late extends Error {}
      try {
        await sql.begin(async (tx) => {
          const rows = await tx`
            update email_reply set meaning = ${meaning}, decided_by = ${by},
              decided_at = ${new Date(at)}
            where tenant_id = ${tenantId} and id = ${id} and meaning is null
              and (${meaning} <> 'granted' or not exists (select from email_reply other
                where other.request_id = ${requestId} and other.id <> ${id}
                  and other.meaning is null))
            returning received_at`;
          const receivedAt = (rows[0]?.['received_at'] as Date | undefined)?.getTime();
          if (receivedAt === undefined) throw new Late();
          if (chosen === null) return;
          const isFirst = await close(tx, requestId, meaning, receivedAt);
          // A no counts whatever was answered before; a yes does not.
          if (!isFirst && meaning === 'granted') throw new Late();
          await write(tx, chosen);
        });
        return true;
      } catch (error) {
        if (error instanceof Late) return false;
        throw error;
      }
    },
  };
}

const hex = (bytes: unknown): string => (bytes as Buffer).toString('hex');
const instant = (at: unknown): number => (at as Date).getTime();
const instantOrNull = (at: unknown): number | null => (at === null ? null : instant(at));

function requestOf(row: Row): EmailRequest {
  return {
    id: row['id'] as Uuid,
    personId: row['person_id'] as Uuid | null,
    purpose: row['purpose'] as Purpose,
    formHash: hex(row['form_hash']),
    messageHash: hex(row['message_hash']),
    messageSealed: row['message_sealed'] as Buffer | null,
    by: row['made_by'] as string,
    at: instant(row['at']),
    until: instant(row['until']),
    answer: row['answer'] as EmailRequest['answer'],
    answeredAt: instantOrNull(row['answered_at']),
  };
}

function replyOf(row: Row): EmailReply {
  return {
    id: row['id'] as Uuid,
    requestId: row['request_id'] as Uuid,
    personId: row['person_id'] as Uuid | null,
    sealed: row['sealed'] as Buffer,
    hash: hex(row['hash']),
    receivedAt: instant(row['received_at']),
    meaning: row['meaning'] as EmailReply['meaning'],
    decidedBy: row['decided_by'] as string | null,
    decidedAt: instantOrNull(row['decided_at']),
  };
}
