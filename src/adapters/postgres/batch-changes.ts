/** Writes down what changed for lines of live batches, and has it told to whoever wants to know. */
import type { TransactionSql } from 'postgres';
import type { KeptChange } from '../../app/batch-ports.ts';
import type { Random } from '../../app/ports.ts';
import type { LineChange } from '../../core/suppression/live-batch.ts';
import { batchBodyOf, batchType } from '../../core/webhooks/batch-event.ts';
import type { Instant, Uuid } from '../../core/words.ts';

export interface Found {
  /** @param once what makes it the same change, if it is found again */
  add(batchId: Uuid, change: LineChange, at: Instant, once: string): void;
  /** To be awaited now and then: what has come together is written. */
  settle(): Promise<void>;
  /** True: there was something new. */
  end(): Promise<boolean>;
}

interface Row extends LineChange {
  readonly at: Instant;
  readonly once: string;
}

const rowsAtOnce = 2_000;
/** Changes that a message names; of more it says that there are more. */
const namedMax = 100;

export function foundIn(tx: TransactionSql, tenantId: Uuid, random: Pick<Random, 'uuid'>): Found {
  const waiting = new Map<Uuid, Row[]>();
  const written = new Map<Uuid, { named: KeptChange[]; count: number }>();
  let count = 0;

  async function write(batchId: Uuid, rows: readonly Row[]): Promise<void> {
    const [moved] = await tx`
      update screening_batch set position = position + ${rows.length}
      where id = ${batchId} returning position::float8 as position`;
    const first = (moved?.['position'] as number) - rows.length + 1;
    const values = rows.map(({ at, ...row }, i) => ({
      ...row,
      batch_id: batchId,
      position: first + i,
      at: new Date(at),
    }));
    const added = await tx`
      insert into batch_change ${tx(values)} on conflict (batch_id, line, once) do nothing
      returning position::float8 as position`;
    const positions = new Set(added.map(({ position }) => position as number));
    const news = written.get(batchId) ?? { named: [], count: 0 };
    for (const [i, { once: _, ...change }] of rows.entries()) {
      if (!positions.has(first + i)) continue;
      news.count += 1;
      if (news.named.length < namedMax) news.named.push({ ...change, position: first + i });
    }
    if (news.count > 0) written.set(batchId, news);
  }

  async function writeAll(): Promise<void> {
    for (const [batchId, rows] of waiting) {
      for (let i = 0; i < rows.length; i += rowsAtOnce) {
        await write(batchId, rows.slice(i, i + rowsAtOnce));
      }
    }
    waiting.clear();
    count = 0;
  }

  async function tell(): Promise<void> {
    const endpoints = await tx`
      select id from webhook_endpoint
      where tenant_id = ${tenantId} and stopped_at is null and not removed
        and events && ${['*', batchType]}::text[]`;
    const rows = endpoints.flatMap(({ id }) =>
      [...written].map(([batchId, { named, count: all }]) => ({
        id: random.uuid(),
        tenant_id: tenantId,
        endpoint_id: id as Uuid,
        type: batchType,
        body: batchBodyOf(batchId, named, all > named.length),
      })),
    );
    if (rows.length === 0) return;
    const now = tx`clock_timestamp()`;
    await tx`
      insert into webhook_delivery (id, tenant_id, endpoint_id, type, body, made_at, due_at)
      select id, tenant_id, endpoint_id, type, body, ${now}, ${now}
      from jsonb_to_recordset(${tx.json(rows)}::jsonb)
        as x(id uuid, tenant_id uuid, endpoint_id uuid, type text, body text)`;
  }

  return {
    add(batchId, change, at, once) {
      const rows = waiting.get(batchId) ?? [];
      rows.push({ ...change, at, once });
      waiting.set(batchId, rows);
      count += 1;
    },
    async settle() {
      if (count >= rowsAtOnce) await writeAll();
    },
    async end() {
      await writeAll();
      if (written.size > 0) await tell();
      return written.size > 0;
    },
  };
}
