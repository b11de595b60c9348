/** Finds rows that a tree of a given size has no place for: what a walk of the tree cannot see. */
import type { ISql } from 'postgres';
import type { Problem } from '../../app/ledger-ports.ts';

export async function ledgerStrays(sql: ISql, size: number, limit: number): Promise<Problem[]> {
  const rows = await sql<{ where: string; why: string }[]>`
    select 'entry ' || e.id as "where", 'is neither in the tree nor in the queue' as why
    from entry e
    where not exists (select from ledger_leaf l where l.entry_id = e.id)
      and not exists (select from ledger_queue q where q.entry_id = e.id)
    union all
    select 'entry ' || q.entry_id, 'is in the tree (leaf ' || l.idx || ') and in the queue'
    from ledger_queue q join ledger_leaf l using (entry_id)
    union all
    select 'entry ' || q.entry_id, 'is in the queue and has no row'
    from ledger_queue q
    where not exists (select from entry e where e.id = q.entry_id)
    union all
    select 'entry ' || e.id, 'is of the audit and is not in its index'
    from entry e
    where e.kind = 'audit' and not exists (select from audit a where a.id = e.id)
    union all
    select 'leaf ' || l.idx, 'has a body and its entry has no row'
    from ledger_leaf l
    where l.leaf is not null and not exists (select from entry e where e.id = l.entry_id)
    union all
    select 'leaf ' || l.idx, 'lies outside the last checkpoint of ' || ${size}::bigint || ' leaves'
    from ledger_leaf l where l.idx < 0 or l.idx >= ${size}
    union all
    select 'tile level ' || level || ' number ' || n || ' width ' || width,
      'lies outside the last checkpoint of ' || ${size}::bigint || ' leaves'
    from ledger_tile
    where level not between 0 and 6 or n < 0
      or (n * 256 + width) * 256::numeric ^ level > ${size}
    union all
    select 'tile level ' || t.level || ' number ' || t.n || ' width ' || t.width,
      'differs from the wider tile of its place'
    from ledger_tile t
      cross join lateral (
        select data from ledger_tile w
        where w.level = t.level and w.n = t.n order by w.width desc limit 1
      ) widest
    where t.data <> substring(widest.data from 1 for t.width * 32)
    limit ${limit}`;
  return rows.map(({ where, why }) => ({ where, why }));
}
