/** Restrictions in Postgres: an instant with the person. */
import type { Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { RestrictionStore } from '../../app/restrictions.ts';

export function createRestrictions(sql: Sql, tenant: Tenant): RestrictionStore {
  return {
    async set(personId, at) {
      const since = at === null ? null : new Date(at);
      const { count } = await sql`
        update person set restricted_at = ${since}
        where id = ${personId} and tenant_id = ${tenant.id}
          and (restricted_at is null) = ${at !== null}`;
      return count === 1;
    },
    async ofPerson(personId) {
      const rows = await sql`
        select from person
        where id = ${personId} and tenant_id = ${tenant.id} and restricted_at is not null`;
      return rows.length > 0;
    },
    async ofRecording(recordingId) {
      const rows = await sql`
        select from recording join leg on leg.party_id = recording.party_id
          join person on person.id = leg.person_id
        where recording.id = ${recordingId} and person.restricted_at is not null limit 1`;
      return rows.length > 0;
    },
  };
}
