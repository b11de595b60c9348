/**
 * Live batches in Postgres. Whoever works on one holds its row until what was found is committed, with
 * its position: so of one batch positions appear in their order, and whoever reads on from the last
 * one misses none. How far a batch is in the stream of own requests is committed with it, too.
 */
import type { Sql, TransactionSql } from 'postgres';
import type { Followed, KeptChange, LiveBatches } from '../../app/batch-ports.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { StreamPlace } from '../../app/own-list-ports.ts';
import type { Random } from '../../app/ports.ts';
import type { ReasonCode } from '../../core/suppression/reasons.ts';
import { type Found, foundIn } from './batch-changes.ts';
import { lookFor } from './batch-pages.ts';
import { isBehind, type Live, liveBatches } from './live-batch-rows.ts';
import { lookWithRegistries, missing } from './look-with-registries.ts';
import { newsOf } from './own-list.ts';

/** Own requests that are looked for at once. */
const defaultRequestsMax = 2_000;

export function createLiveBatches(
  sql: Sql,
  tenant: Tenant,
  random: Pick<Random, 'uuid'>,
  requestsMax = defaultRequestsMax,
): LiveBatches {
  /**
   * What is early is looked for at once, but whatever is still being written comes before it: the
   * place to go on from stays where nothing can appear any more.
   */
  async function lookForNews(
    tx: TransactionSql,
    from: StreamPlace,
    batches: readonly Live[],
    found: Found,
  ): Promise<{ readonly place: StreamPlace; readonly isAll: boolean }> {
    const first = await newsOf(tx, tenant, from, requestsMax);
    await lookFor(tx, batches, [...first.confirmed, ...first.early], found);
    let { rest } = first;
    // More of what is confirmed can wait until this is committed.
    if (first.early.length === 0) return { place: first.place, isAll: rest === null };
    while (rest !== null) {
      const more = await newsOf(tx, tenant, rest, requestsMax);
      await lookFor(tx, batches, [...more.confirmed, ...more.early], found);
      rest = more.rest;
    }
    return { place: first.place, isAll: true };
  }

  return {
    async follow(only) {
      if (!(await isBehind(sql, tenant, only))) return { isAll: true, isNews: false };
      return sql.begin(async (tx) => {
        const held = await liveBatches(tx, tenant, only, only === null ? 'skip' : 'wait');
        let isAll = true;
        let isNews = false;
        for (const { place, batches } of byPlace(held)) {
          const found = foundIn(tx, tenant.id, random);
          const next = await lookForNews(tx, place, batches, found);
          isNews = (await found.end()) || isNews;
          isAll &&= next.isAll;
          await tx`
            update screening_batch set xid = ${next.place.xid}::xid8, seq = ${next.place.seq}
            where id = any (${batches.map(({ id }) => id)}::uuid[])`;
        }
        return { isAll, isNews };
      }) as Promise<Followed>;
    },

    async lookAt(look) {
      let isNews = false;
      for (const live of await liveBatches(sql, tenant, null, 'read')) {
        if (look.isOver() || missing(live, look.versions).length === 0) continue;
        const one = { ...look, id: live.id };
        isNews = (await lookWithRegistries(sql, tenant, random, one)) || isNews;
      }
      return isNews;
    },

    async changes(id, after, limit) {
      const rows = await sql`
        select position::float8 as position, line::float8 as line, code, list, version, at
        from batch_change where batch_id = ${id} and position > ${after}
        order by batch_change.position limit ${limit}`;
      return rows.map(
        (row): KeptChange => ({
          position: row['position'] as number,
          line: row['line'] as number,
          code: row['code'] as ReasonCode,
          list: row['list'] as string,
          version: row['version'] as string,
          at: (row['at'] as Date).getTime(),
        }),
      );
    },
  };
}

interface Group {
  readonly place: StreamPlace;
  readonly batches: Live[];
}

/** All but new ones are at the same place: the stream is read once for them. */
function byPlace(batches: readonly Live[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const batch of batches) {
    const name = `${batch.place.xid}/${batch.place.seq}`;
    const group = groups.get(name) ?? { place: batch.place, batches: [] };
    group.batches.push(batch);
    groups.set(name, group);
  }
  return [...groups.values()];
}
