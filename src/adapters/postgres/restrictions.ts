/** Restrictions in Postgres: an instant with the person. */
import type { Sql, TransactionSql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { RestrictionStore } from '../../app/restrictions.ts';
import type { Uuid } from '../../core/words.ts';
import { holdsPerson } from './export-holdings.ts';
import { copyRequest } from './rights.ts';

export function createRestrictions(sql: Sql, tenant: Tenant): RestrictionStore {
  return {
    async set(personId, at) {
      const since = at === null ? null : new Date(at);
      return sql.begin(async (tx) => {
        const { count } = await tx`
          update person set restricted_at = ${since}
          where id = ${personId} and tenant_id = ${tenant.id}
            and (restricted_at is null) = ${at !== null}`;
        if (count === 1 && at !== null) await dropExports(tx, tenant, personId);
        return count === 1;
      });
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

/**
 * What was exported with them before is not given out any more, but for the copy that they asked
 * for themselves. Who will be in a file that is being written is not known yet: it begins anew,
 * without them. One that waits is written too, so that nobody takes it up meanwhile.
 */
async function dropExports(tx: TransactionSql, tenant: Tenant, personId: Uuid): Promise<void> {
  await tx`
    update export_job set
      state = case state when 'ready' then 'gone' else 'waiting' end,
      gone_why = case state when 'ready' then 'restriction' end,
      key_sealed = null, taken_by = null, taken_until = null
    where tenant_id = ${tenant.id} and (state in ('waiting', 'running')
      or (state = 'ready' and ${holdsPerson(tx, tenant, tx`id`, personId)}
        and (person_id is distinct from ${personId}
          or not exists (${copyRequest(tx, tenant.id, personId)}))))`;
}
