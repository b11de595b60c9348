/**
 * Endpoints and messages in Postgres. Leaves of the ledger are numbered without a gap in the order in
 * which they became durable, so whoever has looked at all below a number has missed none.
 */
import type { Row, Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { Delivery, Endpoint, NewMessage, WebhookStore } from '../../app/webhook-ports.ts';
import { typeOfKind } from '../../core/webhooks/event.ts';
import type { Instant, Uuid } from '../../core/words.ts';
import { pageOf } from './page.ts';

/** Leaves looked at for one endpoint at once. */
const leavesMax = 500;

const instantOf = (value: unknown): Instant | null =>
  value === null || value === undefined ? null : (value as Date).getTime();
const urlContext = (id: Uuid): string => `webhook/${id}/url`;
const secretContext = (id: Uuid): string => `webhook/${id}/secret`;

export function createWebhooks(sql: Sql, tenant: Tenant): WebhookStore {
  const { cipher } = tenant;
  const open = (context: string, sealed: unknown): Buffer =>
    cipher.open(null, context, sealed as Buffer);

  const endpointOf = (row: Row): Endpoint => {
    const id = row['id'] as Uuid;
    return {
      id,
      url: open(urlContext(id), row['url_sealed']).toString('utf8'),
      events: row['events'] as string[],
      madeBy: row['made_by'] as string,
      madeAt: (row['made_at'] as Date).getTime(),
      stoppedAt: instantOf(row['stopped_at']),
    };
  };

  async function insert(
    tx: Sql,
    endpointId: Uuid,
    messages: readonly NewMessage[],
  ): Promise<number> {
    if (messages.length === 0) return 0;
    const rows = messages.map(({ id, entryId, type, body, at }) => ({
      ...{ id, tenant_id: tenant.id, endpoint_id: endpointId, entry_id: entryId, type, body },
      made_at: new Date(at),
      due_at: new Date(at),
    }));
    const added = await tx`
      insert into webhook_delivery ${tx(rows)} on conflict (endpoint_id, entry_id) do nothing
      returning id`;
    return added.length;
  }

  return {
    async list() {
      const rows = await sql`
        select * from webhook_endpoint where tenant_id = ${tenant.id} and not removed
        order by made_at, id`;
      return rows.map(endpointOf);
    },
    async add({ id, url, events, madeBy, madeAt }, secret) {
      await sql`
        insert into webhook_endpoint
          (id, tenant_id, url_sealed, events, secret_sealed, position, made_by, made_at)
        select ${id}, ${tenant.id}, ${cipher.seal(null, urlContext(id), Buffer.from(url))},
          ${[...events]}, ${cipher.seal(null, secretContext(id), secret)},
          coalesce(max(idx) + 1, 0), ${madeBy}, ${new Date(madeAt)} from ledger_leaf`;
    },
    async remove(id, at) {
      const gone = await sql`
        update webhook_endpoint set stopped_at = coalesce(stopped_at, ${new Date(at)}), removed = true
        where id = ${id} and tenant_id = ${tenant.id} and not removed returning id`;
      if (gone.length === 0) return false;
      await sql`
        update webhook_delivery set due_at = null, given_up_at = ${new Date(at)}
        where endpoint_id = ${id} and due_at is not null`;
      return true;
    },
    async changeSecret(id, secret, earlierUntil) {
      const changed = await sql`
        update webhook_endpoint set earlier_secret_sealed = secret_sealed,
          earlier_until = ${new Date(earlierUntil)},
          secret_sealed = ${cipher.seal(null, secretContext(id), secret)}
        where id = ${id} and tenant_id = ${tenant.id} and not removed returning id`;
      return changed.length === 1;
    },
    async deliveries(id, { limit, after }) {
      const [known] = await sql`
        select from webhook_endpoint where id = ${id} and tenant_id = ${tenant.id} and not removed`;
      if (known === undefined) return null;
      const rows = await sql`
        select *, (extract(epoch from made_at) * 1000000)::bigint::text as micros
        from webhook_delivery where endpoint_id = ${id} ${
          after === null
            ? sql``
            : sql`and (made_at, id) <
              (timestamptz 'epoch' + ${after.micros}::bigint * interval '1 microsecond', ${after.id}::uuid)`
        }
        order by made_at desc, id desc limit ${limit + 1}`;
      return pageOf(rows, limit, deliveryOf);
    },
    async addTest(endpointId, message) {
      const [known] = await sql`
        select from webhook_endpoint
        where id = ${endpointId} and tenant_id = ${tenant.id} and stopped_at is null`;
      if (known === undefined) return false;
      await insert(sql, endpointId, [message]);
      return true;
    },
    async again(endpointId, deliveryId, at) {
      const rows = await sql`
        update webhook_delivery set due_at = ${new Date(at)}, taken_until = null, attempts = 0,
          given_up_at = null
        where id = ${deliveryId} and endpoint_id = ${endpointId} and tenant_id = ${tenant.id}
          and exists (select from webhook_endpoint
            where webhook_endpoint.id = endpoint_id and stopped_at is null)
        returning id`;
      return rows.length === 1;
    },

    async gather(make) {
      let gathered = 0;
      const behind = await sql`
        select id from webhook_endpoint
        where tenant_id = ${tenant.id} and stopped_at is null
          and position <= (select coalesce(max(idx), -1) from ledger_leaf)`;
      for (const { id } of behind) {
        gathered += (await sql.begin(async (tx) => {
          const [endpoint] = await tx`
            select position, events from webhook_endpoint
            where id = ${id} and stopped_at is null for update skip locked`;
          if (endpoint === undefined) return 0;
          const rows = await tx`
            select leaf.idx, entry.id, entry.kind, entry.purpose, entry.call_id, entry.party_id,
              entry.recording_id, entry.at, entry.tenant_id
            from ledger_leaf leaf join entry on entry.id = leaf.entry_id
            where leaf.idx >= ${endpoint['position']} order by leaf.idx limit ${leavesMax}`;
          const last = rows.at(-1);
          if (last === undefined) return 0;
          const wanted = new Set(endpoint['events'] as string[]);
          const messages = rows.flatMap((row) => {
            const type = typeOfKind[row['kind'] as string];
            const isWanted = type !== undefined && (wanted.has('*') || wanted.has(type));
            return isWanted && row['tenant_id'] === tenant.id ? [make(type, toldOf(row))] : [];
          });
          await tx`
            update webhook_endpoint set position = ${Number(last['idx']) + 1} where id = ${id}`;
          return insert(tx as unknown as Sql, id, messages);
        })) as number;
      }
      return gathered;
    },
    async take(at, takenUntil, limit) {
      const rows = await sql`
        with due as (
          select delivery.id from webhook_delivery delivery
          where tenant_id = ${tenant.id} and due_at <= ${new Date(at)}
            and (taken_until is null or taken_until < ${new Date(at)})
          order by due_at limit ${limit} for update skip locked
        )
        update webhook_delivery set taken_until = ${new Date(takenUntil)}
        from due, webhook_endpoint endpoint
        where webhook_delivery.id = due.id and endpoint.id = webhook_delivery.endpoint_id
        returning webhook_delivery.*, endpoint.url_sealed, endpoint.secret_sealed,
          case when endpoint.earlier_until > ${new Date(at)}
            then endpoint.earlier_secret_sealed end as earlier_sealed`;
      return rows.map((row) => {
        const endpointId = row['endpoint_id'] as Uuid;
        const sealed = [row['secret_sealed'], row['earlier_sealed']].filter((one) => one !== null);
        return {
          id: row['id'] as Uuid,
          endpointId,
          url: open(urlContext(endpointId), row['url_sealed']).toString('utf8'),
          body: row['body'] as string,
          attempts: row['attempts'] as number,
          secrets: sealed.map((one) => open(secretContext(endpointId), one)),
        };
      });
    },
    async forget(before) {
      await sql`
        delete from webhook_delivery
        where tenant_id = ${tenant.id} and due_at is null and made_at < ${new Date(before)}`;
    },
    async taken(id, status, at) {
      await sql`
        update webhook_delivery set attempts = attempts + 1, delivered_at = ${new Date(at)},
          due_at = null, taken_until = null, status = ${status} where id = ${id}`;
    },
    async failed(id, { status, dueAt, isGone, at }) {
      await sql`
        update webhook_delivery set attempts = attempts + 1, status = ${status}, taken_until = null,
          due_at = ${dueAt === null ? null : new Date(dueAt)},
          given_up_at = ${dueAt === null ? new Date(at) : null}
        where id = ${id}`;
      if (!isGone) return;
      await sql`
        update webhook_endpoint set stopped_at = coalesce(stopped_at, ${new Date(at)})
        where id = (select endpoint_id from webhook_delivery where id = ${id})`;
    },
  };
}

const toldOf = (row: Row) => ({
  entryId: row['id'] as Uuid,
  callId: row['call_id'] as Uuid | null,
  partyId: row['party_id'] as Uuid | null,
  recordingId: row['recording_id'] as Uuid | null,
  purpose: row['purpose'] as string | null,
  at: (row['at'] as Date).getTime(),
});

const deliveryOf = (row: Row): Delivery => ({
  id: row['id'] as Uuid,
  endpointId: row['endpoint_id'] as Uuid,
  entryId: row['entry_id'] as Uuid | null,
  type: row['type'] as string,
  madeAt: (row['made_at'] as Date).getTime(),
  attempts: row['attempts'] as number,
  dueAt: instantOf(row['due_at']),
  deliveredAt: instantOf(row['delivered_at']),
  givenUpAt: instantOf(row['given_up_at']),
  status: row['status'] as number | null,
});
