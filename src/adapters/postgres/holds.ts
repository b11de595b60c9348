/** Legal holds in Postgres. */
import type { Row, Sql, TransactionSql } from 'postgres';
import type { PagePlace } from '../../app/api-ports.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { HeldThing, HoldStore, StoredHold } from '../../app/holds.ts';
import { parseNumber } from '../../core/suppression/number.ts';
import type { Uuid } from '../../core/words.ts';
import { addEntry } from './entries.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Of a transaction that takes something away: holds that come later wait for its end. */
export const lockHolds = async (
  tx: TransactionSql,
  tenantId: Uuid,
  alone = false,
): Promise<void> => {
  await tx`select lock_holds(${tenantId}, ${alone})`;
};

export function createHolds(sql: Sql, tenant: Tenant): HoldStore {
  const all = (rows: readonly Row[]): StoredHold[] => rows.map(holdOf);
  return {
    async add({ id, on, reasonSealed, madeBy, madeAt }, entry) {
      await sql.begin(async (tx) => {
        await lockHolds(tx, tenant.id, true);
        await tx`
          insert into legal_hold (id, tenant_id, kind, call_id, person_id, line_id, since, until,
            reason_sealed, made_by, made_at, entry_id)
          values (${id}, ${tenant.id}, ${on.kind}, ${on.kind === 'call' ? on.callId : null},
            ${on.kind === 'person' ? on.personId : null}, ${on.kind === 'line' ? on.lineId : null},
            ${on.kind === 'period' ? new Date(on.since) : null},
            ${on.kind === 'period' ? new Date(on.until) : null}, ${reasonSealed}, ${madeBy},
            ${new Date(madeAt)}, ${entry.id})`;
        await addEntry(tx, entry);
      });
    },
    async find(id) {
      const rows = await sql`
        select * from legal_hold where id = ${id} and tenant_id = ${tenant.id}`;
      return all(rows)[0] ?? null;
    },
    async list({ limit, after, openOnly }) {
      const place = sql`
        timestamptz 'epoch' + ${after?.micros ?? '0'}::bigint * interval '1 microsecond'`;
      const rows = await sql`
        select *, (extract(epoch from made_at) * 1000000)::bigint::text as micros
        from legal_hold
        where tenant_id = ${tenant.id} and ${openOnly ? sql`lifted_at is null` : sql`true`}
          and ${after === null ? sql`true` : sql`(made_at < ${place} or (made_at = ${place} and id > ${after.id}))`}
        order by made_at desc, id limit ${limit + 1}`;
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const next: PagePlace | null =
        rows.length > limit && last !== undefined
          ? { micros: last['micros'] as string, id: last['id'] as Uuid }
          : null;
      return { rows: all(shown), next };
    },
    lift: (id, { by, at, reasonSealed }, entry) =>
      sql.begin(async (tx) => {
        const { count } = await tx`
          update legal_hold set lifted_at = ${new Date(at)}, lifted_by = ${by},
            lift_reason_sealed = ${reasonSealed}, lift_entry_id = ${entry.id}
          where id = ${id} and tenant_id = ${tenant.id} and lifted_at is null`;
        if (count === 1) await addEntry(tx, entry);
        return count === 1;
      }) as Promise<boolean>,
    async onPerson(personId) {
      const rows = await sql`
        select * from legal_hold where lifted_at is null and tenant_id = ${tenant.id} and (
          person_id = ${personId}
          or id in (select hold from (
            select call_id from leg where person_id = ${personId}
            union select call_id from dial where person_id = ${personId}
            union select call_id from leg_invite where person_id = ${personId}) own,
            holds_on_call(own.call_id) hold)
          or (kind = 'period' and exists (select from text_message text
            where text.sender = (select token from person where id = ${personId})
              and text.at >= legal_hold.since and text.at < legal_hold.until)))
        order by made_at, id`;
      return all(rows);
    },
    async onCall(callId) {
      const rows = await sql`
        select legal_hold.* from holds_on_call(${callId}) hold join legal_hold on legal_hold.id = hold
        order by made_at, id`;
      return all(rows);
    },
    async callNamed(name) {
      const [row] = uuid.test(name)
        ? await sql`select id from call where id = ${name} and tenant_id = ${tenant.id}`
        : await sql`select call.id from leg join call on call.id = leg.call_id
            where leg.call_sid = ${name} and call.tenant_id = ${tenant.id}`;
      return (row?.['id'] as Uuid | undefined) ?? null;
    },
    async personNamed(name) {
      const number = parseNumber(name)?.e164;
      const [row] = uuid.test(name)
        ? await sql`select id from person where id = ${name} and tenant_id = ${tenant.id}`
        : await sql`select id from person
            where tenant_id = ${tenant.id} and token = ${tenant.cipher.token(number ?? name)}`;
      return (row?.['id'] as Uuid | undefined) ?? null;
    },
  };
}

function thingOf(row: Row): HeldThing {
  switch (row['kind']) {
    case 'call':
      return { kind: 'call', callId: row['call_id'] as Uuid };
    case 'person':
      return { kind: 'person', personId: row['person_id'] as Uuid };
    case 'line':
      return { kind: 'line', lineId: row['line_id'] as Uuid };
    default: {
      const [since, until] = [row['since'] as Date, row['until'] as Date];
      return { kind: 'period', since: since.getTime(), until: until.getTime() };
    }
  }
}

function holdOf(row: Row): StoredHold {
  const liftedAt = row['lifted_at'] as Date | null;
  return {
    id: row['id'] as Uuid,
    on: thingOf(row),
    reasonSealed: row['reason_sealed'] as Buffer,
    madeBy: row['made_by'] as string,
    madeAt: (row['made_at'] as Date).getTime(),
    receiptId: row['entry_id'] as Uuid,
    lifted:
      liftedAt === null
        ? null
        : {
            by: row['lifted_by'] as string,
            at: liftedAt.getTime(),
            reasonSealed: row['lift_reason_sealed'] as Buffer,
            receiptId: row['lift_entry_id'] as Uuid,
          },
  };
}
