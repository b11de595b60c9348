/** What is erased is not to be heard in an export that was written, or begun, before. */
import type { TransactionSql } from 'postgres';
import type { Uuid } from '../../core/words.ts';

/**
 * In the transaction that erases the recordings: the files of all exports with sound (`hasSound`) that could
 * hold one of them become unreadable, and one that is being written begins anew. Which recording is
 * in which export is written down nowhere; those of a later time cannot hold them. One that waits
 * is written too, so that nobody takes it up and reads a header that is on its way out.
 */
export async function dropSoundExports(
  tx: TransactionSql,
  tenantId: Uuid,
  recordings: readonly string[],
): Promise<void> {
  if (recordings.length === 0) return;
  await tx`
    update export_job set
      state = case state when 'ready' then 'gone' else 'waiting' end,
      gone_why = case state when 'ready' then 'erasure' end,
      key_sealed = null, taken_by = null, taken_until = null
    where state in ('waiting', 'running', 'ready') and tenant_id = ${tenantId}
      and (with_audio or format in ('wav', 'age'))
      and coalesce((filter ->> 'since')::numeric, 0) <= (
        select extract(epoch from max(started_at)) * 1000 from recording
        where id = any (${[...recordings]}::uuid[]))`;
}
