/** Counts of what still says whose it is, and of what did. Nothing of anybody is read. */
import type { Row, Sql } from 'postgres';
import type { IdentifiableReads } from '../../app/report-identifiable.ts';
import type { Remaining } from '../../core/retention/identifiable.ts';
import type { Uuid } from '../../core/words.ts';

export function createIdentifiable(sql: Sql, tenantId: Uuid): IdentifiableReads {
  return {
    async remaining() {
      const [calls, recordings, texts, forms, people] = await Promise.all([
        sql`
          select count(*) filter (where redacted_at is null) as raw,
            count(redacted_at) as redacted,
            min(started_at) filter (where redacted_at is null) as oldest
          from call where tenant_id = ${tenantId}`,
        sql`
          select count(*) filter (where state <> 'erased') as raw,
            count(*) filter (where state = 'erased') as redacted,
            min(started_at) filter (where state <> 'erased') as oldest
          from recording where tenant_id = ${tenantId}`,
        sql`
          select count(sender) as raw, count(*) - count(sender) as redacted,
            min(at) filter (where sender is not null) as oldest
          from text_message where tenant_id = ${tenantId}`,
        // Their rows go: what went is counted by the runs that took them.
        sql`
          select (select count(*) from survey_answer where tenant_id = ${tenantId})
              + (select count(*) from desk_task where tenant_id = ${tenantId})
              + (select count(person_id) from form_submission where tenant_id = ${tenantId}) as raw,
            (select coalesce(sum((counts->'forms'->>'redacted')::bigint), 0)
              from retention_run where tenant_id = ${tenantId}) as redacted,
            least(
              (select min(at) from survey_answer where tenant_id = ${tenantId}),
              (select min(created_at) from desk_task where tenant_id = ${tenantId}),
              (select min(at) from form_submission
                where tenant_id = ${tenantId} and person_id is not null)) as oldest`,
        sql`
          select count(key_wrapped) as raw, count(*) - count(key_wrapped) as redacted,
            min(created_at) filter (where key_wrapped is not null) as oldest
          from person where tenant_id = ${tenantId}`,
      ]);
      return {
        calls: remainingOf(calls),
        recordings: remainingOf(recordings),
        texts: remainingOf(texts),
        forms: remainingOf(forms),
        people: remainingOf(people),
      };
    },
  };
}

function remainingOf(rows: readonly Row[]): Remaining {
  const [row] = rows;
  const oldest = row?.['oldest'] as Date | null | undefined;
  return {
    raw: Number(row?.['raw'] ?? 0),
    redacted: Number(row?.['redacted'] ?? 0),
    oldest: oldest == null ? null : oldest.getTime(),
  };
}
