/** Entries that are written by themselves or in somebody else's transaction. */
import type { Sql, TransactionSql } from 'postgres';
import type { PreparedEntry } from '../../app/ports.ts';

/** The fact, and its place in the queue of the ledger. */
export async function addEntry(tx: Sql | TransactionSql, entry: PreparedEntry): Promise<void> {
  await tx`
    with added as (
      insert into entry
        (id, tenant_id, call_id, party_id, recording_id, kind, purpose, at, opening, person_id)
      values (${entry.id}, ${entry.tenantId}, ${entry.callId}, ${entry.partyId},
        ${entry.recordingId}, ${entry.kind}, ${entry.purpose}, ${new Date(entry.at)},
        ${entry.openingSealed}, ${entry.personId})
      returning id
    )
    insert into ledger_queue (entry_id, leaf) select id, ${entry.leaf} from added`;
}
