/** Entries that are written by themselves or in somebody else's transaction. */
import type { Sql, TransactionSql } from 'postgres';
import type { PreparedEntry } from '../../app/ports.ts';
import { assert } from '../../core/error.ts';
import { createGroup } from './group.ts';

/** Entries that name texts are written with their calls. */
const withoutTexts = ({ texts }: PreparedEntry): void =>
  assert(texts.length === 0, 'an entry that names texts comes with a call');

/** The fact, and its place in the queue of the ledger. */
export async function addEntry(tx: Sql | TransactionSql, entry: PreparedEntry): Promise<void> {
  withoutTexts(entry);
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

/** Entries of a busy moment share a statement, and a flush of the log. */
export function entryWriter(sql: Sql): (entry: PreparedEntry) => Promise<void> {
  return createGroup<PreparedEntry, void>({
    async run(entries) {
      await addEntries(sql, entries);
      return entries.map(() => undefined);
    },
    keyOf: ({ id }) => id,
    itemsMax: 200,
    inFlightMax: 2,
  });
}

/** Many at once, by one statement. */
export async function addEntries(
  tx: Sql | TransactionSql,
  entries: readonly PreparedEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  entries.forEach(withoutTexts);
  const items = entries.map((entry) => ({
    id: entry.id,
    tenant_id: entry.tenantId,
    call_id: entry.callId,
    party_id: entry.partyId,
    recording_id: entry.recordingId,
    kind: entry.kind,
    purpose: entry.purpose,
    at: new Date(entry.at).toISOString(),
    opening: entry.openingSealed.toString('base64'),
    person_id: entry.personId,
    leaf: entry.leaf.toString('base64'),
  }));
  await tx`
    with item as materialized (
      select id, tenant_id, call_id, party_id, recording_id, kind, purpose, at,
        decode(opening, 'base64') as opening, person_id, decode(leaf, 'base64') as leaf
      from jsonb_to_recordset(${tx.json(items)}::jsonb) as x(id uuid, tenant_id uuid, call_id uuid,
        party_id uuid, recording_id uuid, kind text, purpose text, at timestamptz, opening text,
        person_id uuid, leaf text)
    ),
    added as (
      insert into entry
        (id, tenant_id, call_id, party_id, recording_id, kind, purpose, at, opening, person_id)
      select id, tenant_id, call_id, party_id, recording_id, kind, purpose, at, opening, person_id
      from item
    )
    insert into ledger_queue (entry_id, leaf) select id, leaf from item`;
}
