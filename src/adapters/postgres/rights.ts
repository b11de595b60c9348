/** Requests about one's own data in Postgres. An act that saw an older state writes nothing. */
import type { Row, Sql, TransactionSql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type {
  AskedInCall,
  RightsEvent,
  RightsRequest,
  RightsStore,
} from '../../app/rights-ports.ts';
import type { Hex, Instant, Uuid } from '../../core/words.ts';
import { addEntry } from './entries.ts';
import { pageOf } from './page.ts';

const date = (at: Instant | null): Date | null => (at === null ? null : new Date(at));
const bytes = (hex: Hex | null): Buffer | null => (hex === null ? null : Buffer.from(hex, 'hex'));

/** A request of their own for a copy, open, and known to be theirs. */
export const copyRequest = (sql: Sql | TransactionSql, tenantId: Uuid, personId: Uuid) => sql`
  select from rights_request where person_id = ${personId} and tenant_id = ${tenantId}
    and kind in ('access', 'know') and state in ('verified', 'extended') limit 1`;

export function createRights(sql: Sql, tenant: Tenant): RightsStore {
  async function addEvent(tx: TransactionSql, id: Uuid, seq: number, event: RightsEvent) {
    const { act, state, at, by, means, document, ground, receiptId } = event;
    await tx`
      insert into rights_event
        (request_id, seq, act, state, at, by, means, document, ground, entry_id)
      values (${id}, ${seq}, ${act}, ${state}, ${date(at)}, ${by}, ${means}, ${bytes(document)},
        ${ground}, ${receiptId})`;
  }

  return {
    async add(request, event, entry) {
      const { id, personId, kind, law, speaker, guardianId, authority, state, seq, by } = request;
      await sql.begin(async (tx) => {
        const { count } = await tx`
          insert into rights_request (id, tenant_id, person_id, kind, law, speaker, guardian_id,
            authority, state, received_at, confirm_ends, due_at, answer_by, note_sealed, made_by,
            task_id, seq)
          values (${id}, ${tenant.id}, ${personId}, ${kind}, ${law}, ${speaker}, ${guardianId},
            ${bytes(authority)}, ${state}, ${date(request.receivedAt)},
            ${date(request.confirmEnds)}, ${date(request.dueAt)}, ${request.answerBy},
            ${request.noteSealed}, ${by}, ${request.taskId}, ${seq})
          on conflict (task_id) do nothing`;
        if (count === 0) return;
        await addEntry(tx, entry);
        await addEvent(tx, id, seq, event);
      });
    },
    async askedInCalls(tasks, limit) {
      const rows = await sql`
        select id, person_id, kind, created_at from desk_task
        where tenant_id = ${tenant.id} and kind = any (${[...tasks]}) and person_id is not null
          and not exists (select from rights_request where task_id = desk_task.id)
        order by created_at limit ${limit}`;
      return rows.map((row) => ({
        taskId: row['id'] as Uuid,
        personId: row['person_id'] as Uuid,
        task: row['kind'] as AskedInCall['task'],
        at: (row['created_at'] as Date).getTime(),
      }));
    },
    async find(id) {
      const [row] = await sql`
        select * from rights_request where id = ${id} and tenant_id = ${tenant.id}`;
      return row === undefined ? null : requestOf(row);
    },
    async list({ open, kind, personId, dueBefore }, { limit, after }) {
      const due = sql`case when confirmed_at is null and confirm_ends is not null
        and closed_at is null then least(confirm_ends, due_at) else due_at end`;
      const place = sql`
        timestamptz 'epoch' + ${after?.micros ?? '0'}::bigint * interval '1 microsecond'`;
      const rows = await sql`
        select * from (
          select *, ${due} as first_due,
            (extract(epoch from ${due}) * 1000000)::bigint::text as micros
          from rights_request
          where tenant_id = ${tenant.id} ${open ? sql`and closed_at is null` : sql``}
            ${kind === null ? sql`` : sql`and kind = ${kind}`}
            ${personId === null ? sql`` : sql`and person_id = ${personId}`}) found
        where ${dueBefore === null ? sql`true` : sql`closed_at is null and first_due < ${date(dueBefore)}`}
          and ${after === null ? sql`true` : sql`(first_due > ${place} or (first_due = ${place} and id > ${after.id}))`}
        order by first_due, id limit ${limit + 1}`;
      return pageOf(rows, limit, requestOf);
    },
    async history(id) {
      const rows = await sql`select * from rights_event where request_id = ${id} order by seq`;
      return rows.map(eventOf);
    },
    move: (request, { code }, event, entry) =>
      sql.begin(async (tx) => {
        const { id, seq } = request;
        const { count } = await tx`
          update rights_request set state = ${request.state}, seq = ${seq},
            confirmed_at = ${date(request.confirmedAt)}, due_at = ${date(request.dueAt)},
            answer_by = ${request.answerBy}, means = ${request.means},
            ground = ${request.ground}, closed_at = ${date(request.closedAt)}
            ${
              code === undefined
                ? tx``
                : tx`, code_hash = ${code?.hash ?? null}, code_until = ${date(code?.until ?? null)},
                  code_means = ${code?.means ?? null}, code_tries = 0,
                  codes_sent = codes_sent + ${code === null ? 0 : 1}`
            }
          where id = ${id} and tenant_id = ${tenant.id} and seq = ${seq - 1}`;
        if (count === 0) return false;
        await addEntry(tx, entry);
        await addEvent(tx, id, seq, event);
        return true;
      }) as Promise<boolean>,
    async codesSent(id) {
      const [row] = await sql`select codes_sent from rights_request where id = ${id}`;
      return (row?.['codes_sent'] as number | undefined) ?? 0;
    },
    async takeTry(id, at, triesMax) {
      const [row] = await sql`
        update rights_request set code_tries = code_tries + 1
        where id = ${id} and tenant_id = ${tenant.id} and code_hash is not null
          and code_until > ${date(at)} and code_tries < ${triesMax}
        returning code_hash, code_until, code_means`;
      if (row === undefined) return null;
      return {
        hash: row['code_hash'] as Buffer,
        until: (row['code_until'] as Date).getTime(),
        means: row['code_means'] as 'text' | 'call',
      };
    },
    async wantsCopy(personId) {
      const rows = await copyRequest(sql, tenant.id, personId);
      return rows.length > 0;
    },
    async alarms(at, soon) {
      const [row] = await sql`
        select count(*) filter (where due <= ${date(at)})::int as late,
          count(*) filter (where due > ${date(at)})::int as soon
        from (
          select case when confirmed_at is null and confirm_ends is not null
            then least(confirm_ends, due_at) else due_at end as due
          from rights_request where tenant_id = ${tenant.id} and closed_at is null) open
        where due <= ${date(soon)}`;
      return { late: row?.['late'] as number, soon: row?.['soon'] as number };
    },
  };
}

const time = (value: unknown): Instant | null =>
  value === null ? null : (value as Date).getTime();
const hex = (value: unknown): Hex | null =>
  value === null ? null : (value as Buffer).toString('hex');

function requestOf(row: Row): RightsRequest {
  return {
    id: row['id'] as Uuid,
    personId: row['person_id'] as Uuid,
    kind: row['kind'] as RightsRequest['kind'],
    law: row['law'] as RightsRequest['law'],
    speaker: row['speaker'] as RightsRequest['speaker'],
    guardianId: row['guardian_id'] as Uuid | null,
    authority: hex(row['authority']),
    state: row['state'] as RightsRequest['state'],
    receivedAt: (row['received_at'] as Date).getTime(),
    confirmedAt: time(row['confirmed_at']),
    confirmEnds: time(row['confirm_ends']),
    dueAt: (row['due_at'] as Date).getTime(),
    answerBy: dayOf(row['answer_by'] as Date | string),
    noteSealed: row['note_sealed'] as Buffer | null,
    means: row['means'] as RightsRequest['means'],
    ground: row['ground'] as RightsRequest['ground'],
    closedAt: time(row['closed_at']),
    by: row['made_by'] as string,
    taskId: row['task_id'] as Uuid | null,
    seq: row['seq'] as number,
  };
}

const dayOf = (day: Date | string): string =>
  (typeof day === 'string' ? day : day.toISOString()).slice(0, 10);

function eventOf(row: Row): RightsEvent {
  return {
    act: row['act'] as RightsEvent['act'],
    state: row['state'] as RightsEvent['state'],
    at: (row['at'] as Date).getTime(),
    by: row['by'] as string,
    means: row['means'] as RightsEvent['means'],
    document: hex(row['document']),
    ground: row['ground'] as RightsEvent['ground'],
    receiptId: row['entry_id'] as Uuid,
  };
}
