/**
 * A database that was read in from a dump is in a cluster that counts transactions anew. Own requests
 * of before then come from transactions that lie in the future: none of them would ever be confirmed,
 * each would be read again at every look, and a live batch, which is where the stream was, would hear
 * of no request of today. So all of before is put at the beginning of the stream, where it is passed
 * once, and live batches read from there; what they were told already they are not told again. At the
 * worst they are told of a stop that was lifted before they began.
 */
import type { Sql } from 'postgres';

/**
 * To be called by the owner of the tables, before anybody reads the stream.
 *
 * @returns how many own requests came from a dump
 */
export async function settleRestored(owner: Sql): Promise<number> {
  return owner.begin(async (tx) => {
    // Whatever can be seen and was written here comes from below this.
    const ahead = tx`xid >= pg_snapshot_xmax(pg_current_snapshot())`;
    const [last] = await tx`
      select ${ahead} as "isAhead" from listing_event order by listing_event.xid desc limit 1`;
    if (last?.['isAhead'] !== true) return 0;
    // Nobody else writes until this is done: of several processes one does it.
    await tx`alter table listing_event disable trigger listing_event_fixed`;
    const { count } = await tx`update listing_event set xid = '0' where ${ahead}`;
    await tx`alter table listing_event enable trigger listing_event_fixed`;
    await tx`update screening_batch set xid = '0', seq = 0 where key_sealed is not null`;
    return count;
  });
}
