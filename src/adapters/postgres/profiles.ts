/** What is known of people beside their numbers, sealed under their own keys. */
import type { Row, Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { ProfileStore, StoredProfile } from '../../app/correct-person.ts';
import type { Uuid } from '../../core/words.ts';
import { addEntry } from './entries.ts';

class Changed extends Error {
  override readonly name = 'Changed';
}

export function createProfiles(sql: Sql, tenant: Pick<Tenant, 'id'>): ProfileStore {
  return {
    async of(personId) {
      const rows = await sql`
        select id, profile_sealed, linked from person
        where tenant_id = ${tenant.id} and key_wrapped is not null and (id = ${personId}
          or linked = (select linked from person where id = ${personId}
            and tenant_id = ${tenant.id} and key_wrapped is not null))
        order by id <> ${personId}, created_at, id`;
      return rows[0]?.['id'] === personId ? rows.map(profileOf) : [];
    },
    async write(writes) {
      try {
        await sql.begin(async (tx) => {
          // In one order, so that two of them never wait for each other.
          for (const { before, after, entry } of writes.toSorted(byPerson)) {
            const { count } = await tx`
              update person set profile_sealed = ${after.sealed}, linked = ${after.linked}
              where id = ${after.personId} and key_wrapped is not null
                and profile_sealed is not distinct from ${before.sealed}::bytea
                and linked is not distinct from ${before.linked}::uuid`;
            if (count !== 1) throw new Changed();
            await addEntry(tx, entry);
          }
        });
        return true;
      } catch (error) {
        if (error instanceof Changed) return false;
        throw error;
      }
    },
  };
}

const byPerson = (a: { after: StoredProfile }, b: { after: StoredProfile }): number =>
  a.after.personId < b.after.personId ? -1 : 1;

const profileOf = (row: Row): StoredProfile => ({
  personId: row['id'] as Uuid,
  sealed: row['profile_sealed'] as Buffer | null,
  linked: row['linked'] as Uuid | null,
});
