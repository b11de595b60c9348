/** Tiles of the ledger's tree, as anybody may read them (https://c2sp.org/tlog-tiles). */
import type { Sql } from 'postgres';

/**
 * Hashes of a tile, 32 bytes each; the widest there is when `width` is null. Null if there is none.
 * A narrow one that is gone is the beginning of a wider.
 */
export async function readTile(
  sql: Sql,
  level: number,
  n: number,
  width: number | null,
): Promise<Buffer | null> {
  const [row] = await sql`
    select substring(data from 1 for coalesce(${width}::int, width) * 32) as data
    from ledger_tile
    where level = ${level} and n = ${n} and (${width}::int is null or width >= ${width})
    order by width desc limit 1`;
  return row === undefined ? null : (row['data'] as Buffer);
}
