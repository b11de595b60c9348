/** Redacts batches of records, and looks at them again. */
import type { Sql, TransactionSql } from 'postgres';
import type { PreparedEntry } from '../../app/ports.ts';
import type { Item, RetentionStore } from '../../app/retention-ports.ts';
import {
  type RedactableState,
  redactState,
  speaksOfSomebody,
} from '../../core/retention/redact.ts';
import type { Instant, Uuid } from '../../core/words.ts';
import { addEntries } from './entries.ts';
import { lockHolds } from './holds.ts';
import { rowsOf } from './recordings.ts';
import { callSteps, heldNow, looks, looseSteps } from './redaction-steps.ts';
import { isOpen } from './retention-facts.ts';
import { dropSoundExports } from './sound-exports.ts';

type Redactions = Pick<RetentionStore, 'recordings' | 'vaultNames' | 'act' | 'look'>;

const idsOf = (items: readonly Item[]): string[] => items.map(({ id }) => id);

export function createRedactions(sql: Sql, tenantId: Uuid): Redactions {
  return {
    async recordings(ids) {
      if (ids.length === 0) return [];
      return rowsOf(
        await sql`
        select * from recording where id = any (${[...ids]}::uuid[]) and state <> 'erased'
          and tenant_id = ${tenantId}`,
      );
    },
    async vaultNames(ids) {
      if (ids.length === 0) return new Map();
      const rows = await sql`
        select id, vault_name from recording where id = any (${[...ids]}::uuid[])`;
      return new Map(rows.map((row) => [row['id'] as Uuid, row['vault_name'] as string]));
    },
    async act(set, items, erasures, at) {
      await sql.begin(async (tx) => {
        await lockHolds(tx, tenantId);
        const held = new Set(idsIn(await tx.unsafe(heldNow[set], [idsOf(items)])));
        const ids = idsOf(items).filter((id) => !held.has(id));
        if (ids.length === 0) return;
        if (set === 'recordings') await eraseRecordings(tx, tenantId, ids, erasures);
        else if (set === 'calls') await redactCalls(tx, tenantId, items, ids, erasures, at);
        else for (const step of looseSteps[set]) await tx.unsafe(step, [ids]);
      });
    },
    async look(set, items) {
      const ids = idsOf(items);
      const found = new Set(idsIn(await sql.unsafe(looks[set], [ids])));
      if (set === 'calls') {
        const states = await sql`
          select id::text as id, state from call where id = any (${ids}::uuid[])`;
        for (const row of states) {
          if (speaksOfSomebody(row['state'] as RedactableState)) found.add(row['id'] as string);
        }
      }
      if (found.size === 0) return new Map();
      const held = new Set(idsIn(await sql.unsafe(heldNow[set], [[...found]])));
      const open = new Set(set === 'calls' ? await stillOpen(sql, [...found]) : []);
      return new Map(
        [...found].map((id) => [id, held.has(id) ? 'held' : open.has(id) ? 'open' : 'remains']),
      );
    },
  };
}

const idsIn = (rows: readonly Readonly<Record<string, unknown>>[]): string[] =>
  rows.map((row) => row['id'] as string);

const stillOpen = async (sql: Sql | TransactionSql, ids: readonly string[]): Promise<string[]> =>
  idsIn(
    await sql`
    select id::text as id from call
    where id = any (${[...ids]}::uuid[]) and (ended_at is null or ${sql.unsafe(isOpen)})`,
  );

/** Header rows are the keys: without them no copy opens. Each has its entry, once. */
async function eraseRecordings(
  tx: TransactionSql,
  tenantId: Uuid,
  ids: readonly string[],
  erasures: ReadonlyMap<Uuid, PreparedEntry>,
): Promise<void> {
  if (ids.length === 0) return;
  await tx`delete from headers.recording_header where recording_id = any (${[...ids]}::uuid[])`;
  const rows = await tx`
    update recording set state = 'erased'
    where id = any (${[...ids]}::uuid[]) and state <> 'erased' returning id::text as id`;
  await dropSoundExports(tx, tenantId, idsIn(rows));
  await addEntries(
    tx,
    idsIn(rows).flatMap((id) => erasures.get(id) ?? []),
  );
}

async function redactCalls(
  tx: TransactionSql,
  tenantId: Uuid,
  items: readonly Item[],
  wanted: readonly string[],
  erasures: ReadonlyMap<Uuid, PreparedEntry>,
  at: Instant,
): Promise<void> {
  const open = new Set(await stillOpen(tx, wanted));
  // In one order, as whoever locks several calls does.
  const rows = await tx`
    select id::text as id, state from call
    where id = any (${wanted.filter((id) => !open.has(id))}::uuid[]) order by id for update`;
  const ids = idsIn(rows);
  if (ids.length === 0) return;
  const going = new Set(ids);
  await eraseRecordings(
    tx,
    tenantId,
    items.flatMap(({ id, recordings }) => (going.has(id) ? recordings : [])),
    erasures,
  );
  for (const step of callSteps) await tx.unsafe(step, [ids]);
  const states = rows.map((row) => JSON.stringify(redactState(row['state'] as RedactableState)));
  // A step that knows the state of before cannot write it back.
  await tx`
    update call set state = fresh.state::json, version = version + 1,
      redacted_at = coalesce(redacted_at, ${new Date(at)})
    from unnest(${ids}::uuid[], ${states}::text[]) as fresh (id, state)
    where call.id = fresh.id`;
}
