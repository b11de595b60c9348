/** Counts of rows that should give somebody pause. Nothing of anybody is read. */
import type { Sql } from 'postgres';
import type { DoctorReads } from '../../app/doctor-ports.ts';
import type { Counts } from '../../core/doctor/facts.ts';
import type { Uuid } from '../../core/words.ts';
import { measureOffset } from './clock-offset.ts';
import { roleName } from './role-logins.ts';
import { identities } from './roles.ts';

export function createDoctorReads(sql: Sql, tenantId: Uuid): DoctorReads {
  return {
    async counts() {
      const [row] = await sql`
        select
          (select count(*) from line where tenant_id = ${tenantId}) as lines,
          (select count(*) from call where tenant_id = ${tenantId}) as calls,
          (select count(*) from recording where tenant_id = ${tenantId}) as recordings,
          (select count(*) from recording
            where tenant_id = ${tenantId} and state in ('live', 'sealed', 'partial')
              and not exists (
                select from entry
                where entry.call_id = recording.call_id and entry.party_id = recording.party_id
                  and entry.kind = 'grant' and entry.purpose = 'recording'
                  and entry.at <= recording.started_at)) as "recordingsWithoutGrant",
          (select count(*) from recording
            where tenant_id = ${tenantId} and state = 'quarantined') as "recordingsQuarantined",
          (select count(*) from audit where tenant_id = ${tenantId}) as "auditRows",
          (select count(*) from audit
            where tenant_id = ${tenantId} and by = '') as "auditRowsWithoutActor",
          (select count(*) from choice where tenant_id = ${tenantId}) as choices,
          (select count(*) from listing where tenant_id = ${tenantId}) as "ownListings",
          (select count(*) from support_access
            where tenant_id = ${tenantId} and revoked_at is null
              and until > clock_timestamp()) as "supportOpen",
          (select count(*) from erasure
            where tenant_id = ${tenantId} and finished_at is null
              and started_at < clock_timestamp() - interval '1 day') as "erasuresStuck",
          (select count(*) from erasure
            where tenant_id = ${tenantId} and finished_at is not null
              and not proved) as "erasuresUnproved",
          (select count(*) from retention_run
            where tenant_id = ${tenantId} and finished_at is not null
              and not proved) as "runsUnproved",
          (select count(*) from legal_hold
            where tenant_id = ${tenantId} and lifted_at is null) as "holdsOpen",
          (select count(*) from desk_task
            where tenant_id = ${tenantId} and done_at is null
              and created_at < clock_timestamp() - interval '2 days') as "tasksOld",
          (select count(*) from rights_request
            where tenant_id = ${tenantId} and closed_at is null) as "rightsOpen",
          (select count(*) from rights_request
            where tenant_id = ${tenantId} and closed_at is null
              and due_at < clock_timestamp()) as "rightsLate",
          (select coalesce(1000 * extract(epoch from clock_timestamp() - min(entry.at)), 0)
            from ledger_queue join entry on entry.id = ledger_queue.entry_id) as "ledgerWaitingMs"`;
      const values = Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]);
      return Object.fromEntries(values) as Counts;
    },
    async lastRetentionRun() {
      const [row] = await sql`
        select max(finished_at) as at from retention_run
        where tenant_id = ${tenantId} and scope = 'schedule'`;
      const at = row?.['at'] as Date | null | undefined;
      return at == null ? null : at.getTime();
    },
    async hasRoles() {
      const [database] = await sql`select current_database() as name`;
      const names = identities.map((one) => roleName(one, String(database?.['name'])));
      const found =
        await sql`select count(*)::int as n from pg_roles where rolname = any(${names})`;
      return found[0]?.['n'] === names.length;
    },
    clockOffsetMs: () => measureOffset(sql),
  };
}
