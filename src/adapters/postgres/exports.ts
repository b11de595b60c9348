/** What a person's extract is made from. */
import type { Sql } from 'postgres';
import type { ExportStore } from '../../app/export-person.ts';
import type { Uuid } from '../../core/words.ts';

const instant = (value: unknown): number => (value as Date).getTime();

export function createExports(sql: Sql, tenantId: Uuid): ExportStore {
  return {
    async calls(personId) {
      const rows = await sql`
        select call.id, leg.role, call.direction, call.started_at, call.ended_at,
          (select count(*)::int from leg other
           where other.call_id = call.id and other.party_id <> leg.party_id) as others
        from leg join call on call.id = leg.call_id
        where leg.person_id = ${personId} and call.tenant_id = ${tenantId}
        order by call.started_at, call.id`;
      return rows.map((row) => ({
        id: row['id'] as Uuid,
        role: row['role'] as string,
        direction: row['direction'] as string,
        startedAt: instant(row['started_at']),
        endedAt: row['ended_at'] === null ? null : instant(row['ended_at']),
        others: row['others'] as number,
      }));
    },
    async recordings(personId) {
      const rows = await sql`
        select recording.* from recording join leg on leg.party_id = recording.party_id
        where leg.person_id = ${personId} and recording.tenant_id = ${tenantId}
        order by recording.started_at, recording.id`;
      return rows.map((row) => ({
        id: row['id'] as Uuid,
        callId: row['call_id'] as Uuid,
        state: row['state'] as string,
        startedAt: instant(row['started_at']),
        durationMs: row['duration_ms'] as number | null,
        sha256: (row['payload_sha256'] as Buffer | null)?.toString('hex') ?? null,
      }));
    },
    async entries(personId) {
      const rows = await sql`
        select id, kind, purpose, at, opening, person_id from entry
        where person_id = ${personId} and tenant_id = ${tenantId} order by at, id`;
      return rows.map((row) => ({
        id: row['id'] as Uuid,
        kind: row['kind'] as string,
        purpose: row['purpose'] as string | null,
        at: instant(row['at']),
        openingSealed: row['opening'] as Buffer | null,
        personId: row['person_id'] as Uuid,
      }));
    },
  };
}
