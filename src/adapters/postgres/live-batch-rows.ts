/** Live batches as rows: which they are, what was asked of their lines, and how far each has come. */
import type { Row, Sql, TransactionSql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { StreamPlace } from '../../app/own-list-ports.ts';
import type { Channel, ScreeningPurpose } from '../../core/suppression/inquiry.ts';
import type { AskedOf } from '../../core/suppression/live-batch.ts';
import { NumberTokens } from '../../core/suppression/number-tokens.ts';
import type { Uuid } from '../../core/words.ts';
import { batchKeyContext } from './batches.ts';

export interface Live {
  readonly id: Uuid;
  readonly asked: AskedOf;
  readonly isMixed: boolean;
  readonly looked: readonly string[];
  readonly place: StreamPlace;
  readonly tokens: NumberTokens;
}

/** @param only one batch; null: all */
const rowsOf = (sql: Sql | TransactionSql, tenant: Tenant, only: Uuid | null) => sql`
  batch.tenant_id = ${tenant.id} and batch.key_sealed is not null and batch.finished_at is not null
    ${only === null ? sql`` : sql`and batch.id = ${only}`}`;

/** Whether own requests came that a batch was not looked at with. */
export async function isBehind(sql: Sql, tenant: Tenant, only: Uuid | null): Promise<boolean> {
  const rows = await sql`
    select from screening_batch batch
    where ${rowsOf(sql, tenant, only)} and exists (
      select from listing_event event
      where (event.xid, event.seq) > (batch.xid, batch.seq) and event.tenant_id = batch.tenant_id)
    limit 1`;
  return rows.length > 0;
}

/**
 * @param how `read`: as they stand; `wait`: each is this transaction's alone until its end; `skip`: the
 *   same, without those that are somebody else's now
 */
export async function liveBatches(
  sql: Sql | TransactionSql,
  tenant: Tenant,
  only: Uuid | null,
  how: 'read' | 'wait' | 'skip',
): Promise<readonly Live[]> {
  const locks = { read: sql``, wait: sql`for update`, skip: sql`for update skip locked` };
  const rows = await sql`
    select batch.id, key_sealed, channel, purpose, campaign, mixed, looked, xid::text as xid,
      seq::float8 as seq
    from screening_batch batch where ${rowsOf(sql, tenant, only)} order by batch.id ${locks[how]}`;
  return rows.map((row) => liveOf(tenant, row));
}

function liveOf(tenant: Tenant, row: Row): Live {
  const id = row['id'] as Uuid;
  const key = tenant.cipher.open(null, batchKeyContext(id), row['key_sealed'] as Buffer);
  return {
    id,
    asked: {
      channel: row['channel'] as Channel,
      purpose: row['purpose'] as ScreeningPurpose,
      campaign: row['campaign'] as string | null,
    },
    isMixed: row['mixed'] as boolean,
    looked: row['looked'] as string[],
    place: { xid: row['xid'] as string, seq: row['seq'] as number },
    tokens: new NumberTokens(key),
  };
}
