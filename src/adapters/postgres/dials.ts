/** Calls that we place, from the permit to the answer. */
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { Dial, DialStore, Ringing } from '../../app/outbound-ports.ts';
import type { PermitStore } from '../../app/permit-ports.ts';
import type { Uuid } from '../../core/words.ts';
import { addEntry } from './entries.ts';
import { prefixLock } from './permits.ts';

/** A call is rung no longer than this; older ones that say so are being closed. */
const ringingMs = 10 * 60_000;
/** No request to the carrier takes longer; who has been asking for that long has died over it. */
const askedMs = 4_000;

/** @param permitsIn the permits as a transaction sees them */
export function createDials(
  sql: Sql,
  tenant: Tenant,
  permitsIn: (tx: Sql) => PermitStore,
): DialStore {
  return {
    place: ({ callId, permitId, lineId, flow, locale, state, invite, task, person, at }: Dial) =>
      sql.begin(async (tx) => {
        // Who lists a prefix waits for us, and then sees the call; or we see the listing.
        await tx`select pg_advisory_xact_lock_shared(${prefixLock(tenant.id)}::bigint)`;
        const permits = permitsIn(tx as unknown as Sql);
        const refusal = await permits.consume(permitId, person.number, `call/${callId}`, at);
        if (refusal !== null) return refusal;
        const when = new Date(at);
        await tx`
          insert into call (id, tenant_id, line_id, direction, flow_name, flow_version, flow_hash,
            locale, phase, state, version, started_at)
          values (${callId}, ${tenant.id}, ${lineId}, 'outbound', ${flow.name}, ${flow.version},
            ${flow.hash}, ${locale}, 'ringing', ${tx.json(state as never)}, 1, ${when})`;
        await tx`
          insert into leg_invite (step, call_id, party_id, role)
          values (${invite.step}, ${callId}, ${invite.partyId}, ${invite.role})`;
        await tx`
          insert into dial (call_id, tenant_id, token, person_id, party_id, permit_id, at)
          values (${callId}, ${tenant.id}, ${tenant.cipher.token(person.number)}, ${person.id},
            ${invite.partyId}, ${permitId}, ${when})`;
        await tx`
          insert into carrier_task (id, call_id, kind, body)
          values (${task.id}, ${callId}, ${task.kind}, ${task.body})`;
        return null;
      }),

    async ask(callId, since) {
      // The row of the call is what whoever cancels it locks too: one of us sees the other.
      const rows = await sql`
        with running as (
          select id from call where id = ${callId} and ended_at is null for share
        )
        update dial set asked_at = clock_timestamp() from running
        where dial.call_id = running.id and dial.at > ${new Date(since)}
        returning dial.call_id`;
      return rows.length === 1;
    },

    async unnamed(callId) {
      await sql`update dial set asked_at = null where call_id = ${callId}`;
    },

    async asked(number) {
      const token = number === null ? null : tenant.cipher.token(number);
      const rows = await sql`
        select distinct person_id from dial
        where tenant_id = ${tenant.id} and (${token}::bytea is null or token = ${token})
          and asked_at > clock_timestamp() - make_interval(secs => ${askedMs / 1_000})
          and call_sid is null`;
      return rows.map((row) => row['person_id'] as Uuid);
    },

    async named(callId, callSid) {
      const [row] = await sql`
        update dial set call_sid = ${callSid}, asked_at = null from call
        where dial.call_id = ${callId} and call.id = dial.call_id
        returning call.ended_at is not null as is_over`;
      return { isOver: row?.['is_over'] === true };
    },

    async ringing(number) {
      const token = number === null ? null : tenant.cipher.token(number);
      const rows = await sql`
        select dial.call_id, dial.call_sid, dial.person_id
        from dial join call on call.id = dial.call_id
        where dial.tenant_id = ${tenant.id} and (${token}::bytea is null or dial.token = ${token})
          and dial.at > clock_timestamp() - make_interval(secs => ${ringingMs / 1_000})
          and call.phase = 'ringing'`;
      return rows.map(
        (row): Ringing => ({
          callId: row['call_id'] as Uuid,
          personId: row['person_id'] as Uuid,
          callSid: row['call_sid'] as string | null,
        }),
      );
    },

    async rung(numbers) {
      const known = new Map(
        numbers
          .filter((number) => !number.endsWith('*'))
          .map((number) => [tenant.cipher.token(number).toString('hex'), number]),
      );
      const rows = await sql`
        with wanted as (
          select array(select decode(one, 'hex') from unnest(${[...known.keys()]}::text[]) one) as all
        )
        select dial.token from wanted, dial join call on call.id = dial.call_id
        where dial.tenant_id = ${tenant.id} and dial.token = any (wanted.all)
          and (dial.at > clock_timestamp() - make_interval(secs => ${ringingMs / 1_000})
            and call.phase = 'ringing'
            or dial.asked_at > clock_timestamp() - make_interval(secs => ${askedMs / 1_000})
            and dial.call_sid is null)
        union
        select one from wanted, contact_under_way, unnest(contact_under_way.tokens) one
        where contact_under_way.tenant_id = ${tenant.id}
          and contact_under_way.tokens && wanted.all`;
      const found = rows.flatMap(
        (row) => known.get((row['token'] as Buffer).toString('hex')) ?? [],
      );
      return [...found, ...numbers.filter((number) => number.endsWith('*'))];
    },

    addEntry: (entry) => addEntry(sql, entry),
  };
}
