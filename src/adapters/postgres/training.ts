/** Who read which policy: rows are written once, and the database refuses to change them. */
import type { Sql } from 'postgres';
import type { KeptReading, TrainingStore } from '../../app/training.ts';
import type { Uuid } from '../../core/words.ts';

export function createTraining(sql: Sql, tenantId: Uuid): TrainingStore {
  return {
    async add({ id, userId, policy, version, sha256, at, by }) {
      await sql`
        insert into training_reading (id, tenant_id, user_id, policy, version, sha256, at, by)
        values (${id}, ${tenantId}, ${userId}, ${policy}, ${version}, ${sha256},
          ${new Date(at)}, ${by})`;
    },
    async readings(userId) {
      const rows = await sql`
        select id, user_id, policy, version, sha256, at, by from training_reading
        where tenant_id = ${tenantId} and (${userId}::uuid is null or user_id = ${userId})
        order by at, id`;
      return rows.map(
        (row): KeptReading => ({
          id: row['id'] as Uuid,
          userId: row['user_id'] as Uuid,
          policy: row['policy'] as string,
          version: row['version'] as number,
          sha256: row['sha256'] as string | null,
          at: (row['at'] as Date).getTime(),
          by: row['by'] as string,
        }),
      );
    },
  };
}
