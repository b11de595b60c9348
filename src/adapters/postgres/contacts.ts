/**
 * Contacts under way, in Postgres. Beginning one and listing its number exclude each other by a lock of
 * the number: who lists it holds the lock alone until the listing is committed, and who begins shares it
 * before looking at the list. So either the contact sees the listing, or whoever listed sees the contact.
 */
import { createHash } from 'node:crypto';
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { Contact, ContactStore, UnderWay } from '../../app/contact-ports.ts';
import type { CallSid, Uuid } from '../../core/words.ts';
import { concerns, prefixLock, tokensOf } from './permits.ts';

/** Nothing rings for longer (`Timeout` of the carrier is 600 s at most). */
const keptMs = 10 * 60_000;
/** No request to the carrier takes longer; who has been asking for that long has died over it. */
const askedMs = 4_000;

/** Held alone by who lists a number, and shared by whoever contacts it; a `bigint`, decimal. */
export const numberLock = (token: Buffer): string =>
  createHash('sha256').update('contact/').update(token).digest().readBigInt64BE().toString();

export function createContacts(sql: Sql, tenant: Tenant): ContactStore {
  const { cipher } = tenant;

  const tokens = (number: string) => sql`array(
    select decode(one, 'base64') from unnest(${tokensOf(cipher, number)}::text[]) one)`;

  /** A condition: somebody has said no to this contact. */
  const listed = ({ number, channel, scopes, callId, at }: Omit<Contact, 'id' | 'partyId'>) => sql`
    exists (
      select from listing, (select array(
        select unnest(${[...scopes]}::text[])
        union select 'line:' || line_id from call where id = ${callId}
        union select 'campaign:' || campaign from call where id = ${callId}
        union select unnest(permit.scopes) from dial join permit on permit.id = dial.permit_id
          where dial.call_id = ${callId}) as scopes) contact
      where tenant_id = ${tenant.id} and token = any (${tokens(number)})
        and (channel = ${channel} or provisional)
        and listed and (until is null or until > ${new Date(at)})
        and ${sql.unsafe(concerns('scope', 'contact.scopes'))})`;

  return {
    async isListed(contact) {
      const [row] = await sql`select ${listed(contact)} as listed`;
      return row?.['listed'] === true;
    },

    begin: (contact) =>
      sql.begin(async (tx) => {
        const number = numberLock(cipher.token(contact.number));
        // A statement's view is as old as its beginning, so the locks have to be had before it.
        await tx`
          select pg_advisory_xact_lock_shared(${prefixLock(tenant.id)}::bigint),
            pg_advisory_xact_lock_shared(${number}::bigint)`;
        await tx`
          delete from contact_under_way
          where started_at < clock_timestamp() - make_interval(secs => ${keptMs / 1_000})`;
        const { id, callId, partyId } = contact;
        const rows = await tx`
          insert into contact_under_way (id, tenant_id, tokens, call_id, party_id, asked_at)
          select ${id}, ${tenant.id}, ${tokens(contact.number)}, ${callId}, ${partyId},
            clock_timestamp()
          where not ${listed(contact)}
          on conflict (id) do update set asked_at = excluded.asked_at
          returning id`;
        return rows.length === 1;
      }),

    async rings(id, callSid) {
      await sql`
        update contact_under_way set asked_at = null, call_sid = ${callSid} where id = ${id}`;
    },

    async end(id) {
      await sql`delete from contact_under_way where id = ${id}`;
    },

    async underWay(number) {
      const rows = await sql`
        select id, call_id, party_id, call_sid, asked_at is not null and
          asked_at > clock_timestamp() - make_interval(secs => ${askedMs / 1_000}) as asking
        from contact_under_way
        where tenant_id = ${tenant.id} and tokens @> array[${cipher.token(number)}::bytea]`;
      return rows.map(
        (row): UnderWay => ({
          id: row['id'] as Uuid,
          callId: row['call_id'] as Uuid | null,
          partyId: row['party_id'] as Uuid | null,
          asking: row['asking'] === true,
          callSid: row['call_sid'] as CallSid | null,
        }),
      );
    },
  };
}
