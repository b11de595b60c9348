/** The ledger's tables: reads of one moment, and the one writer's batches. */
import postgres, { type Options, type Sql, type TransactionSql } from 'postgres';
import type { LedgerStore, Seat, StoredCheckpoint } from '../../app/ledger-ports.ts';
import { leafBytes } from '../../core/ledger/entry.ts';
import { leafHash } from '../../core/ledger/merkle.ts';
import { edgeTiles, type TileName, tileWidthMax } from '../../core/ledger/tiles.ts';
import { ledgerReader } from './ledger-reader.ts';

/** Any constant: whoever holds this advisory lock sequences. */
const sequencerLock = 7_204_116_830_352;
/** How long a connection may take to say goodbye. */
const endS = 1;

export function postgresLedger(sql: Sql): LedgerStore {
  return {
    snapshot: (read) =>
      sql.begin('isolation level repeatable read read only', (tx) =>
        read(ledgerReader(tx)),
      ) as ReturnType<typeof read>,
    takeSeat: () => takeSeat(sql),
  };
}

/**
 * The advisory lock keeps a second sequencer waiting. It goes with its connection, which can be
 * lost without our noticing; so what keeps an old holder from writing is the epoch: taking the
 * seat raises it, and every batch holds its row and requires its own number.
 */
async function takeSeat(sql: Sql): Promise<Seat | null> {
  const session = lockSession(sql);
  try {
    const [row] = await session`select pg_try_advisory_lock(${sequencerLock}) as locked`;
    if (row?.['locked'] !== true) {
      await session.end();
      return null;
    }
    const [raised] = await sql`update ledger_epoch set term = term + 1 returning term`;
    const epoch = String(raised?.['term']);
    return {
      batch: (limit, at, grow) => batch(sql, epoch, limit, at, grow),
      release: () => session.end({ timeout: endS }),
    };
  } catch (error) {
    await session.end({ timeout: endS });
    throw error;
  }
}

/** A connection of its own, kept for as long as the seat is: ending it gives the lock back. */
function lockSession(sql: Sql): Sql {
  const options = { ...sql.options, max: 1, idle_timeout: null, max_lifetime: null };
  return postgres(options as unknown as Options<Record<string, never>>);
}

async function batch(
  sql: Sql,
  epoch: string,
  limit: number,
  at: number,
  grow: Parameters<Seat['batch']>[2],
): ReturnType<Seat['batch']> {
  // By the index, newest first: what was taken in lies dead in the table until it is vacuumed.
  const [waiting] = await sql`select 1 from ledger_queue order by id desc limit 1`;
  if (waiting === undefined) return null;
  return sql.begin(async (tx) => {
    // A writer that froze in mid-batch is cut off after 5 s, or nobody could ever follow it.
    await tx`set local idle_in_transaction_session_timeout = '5s'`;
    await tx`set local lock_timeout = '5s'`;
    const [seat] = await tx`select term from ledger_epoch for update`;
    if (String(seat?.['term']) !== epoch) return 'lost';
    const queued = await tx<{ id: string; leaf: Buffer }[]>`
      select id::text, leaf from ledger_queue order by ledger_queue.id limit ${limit}`;
    if (queued.length === 0) return null;
    const rows = queued.map(({ id, leaf }) => ({ id, hash: leafHash(leafBytes(leaf)) }));
    const reader = ledgerReader(tx);
    const head = await reader.head();
    const edge = await reader.tiles(edgeTiles(head?.size ?? 0));
    const growth = grow(head, edge, rows);
    await moveLeaves(tx, rows, growth.firstIndex);
    const tiles = growth.tiles.map(({ level, n, width, data }) => ({ level, n, width, data }));
    await tx`insert into ledger_tile ${tx(tiles)}`;
    await dropNarrow(tx, tiles);
    await writeCheckpoint(tx, growth.checkpoint, at);
    return { count: rows.length, checkpoint: growth.checkpoint };
  });
}

/**
 * A batch leaves a tile of up to 8 KB at each level's right edge: they go when the full one is there.
 * One that the full tile does not begin with was altered, and stays for whoever verifies.
 */
async function dropNarrow(tx: TransactionSql, tiles: readonly TileName[]): Promise<void> {
  const full = tiles.filter(({ width }) => width === tileWidthMax);
  if (full.length === 0) return;
  await tx`
    delete from ledger_tile narrow using ledger_tile whole
    where (whole.level, whole.n) in (
        select * from unnest(${full.map(({ level }) => level)}::int[],
          ${full.map(({ n }) => n)}::bigint[]))
      and whole.width = ${tileWidthMax}
      and narrow.level = whole.level and narrow.n = whole.n and narrow.width < whole.width
      and narrow.data = substring(whole.data from 1 for narrow.width * 32)`;
}

/** Out of the queue and into the tree, one statement, so that no leaf is in both or in neither. */
async function moveLeaves(
  tx: TransactionSql,
  rows: readonly { id: string }[],
  firstIndex: number,
): Promise<void> {
  const ids = rows.map(({ id }) => id);
  const moved = await tx`
    with taken as (
      select id, ${firstIndex}::bigint + place - 1 as idx
      from unnest(${ids}::bigint[]) with ordinality as t (id, place)
    ), gone as (
      delete from ledger_queue using taken where ledger_queue.id = taken.id
      returning taken.idx, ledger_queue.entry_id, ledger_queue.leaf
    )
    insert into ledger_leaf (idx, entry_id, leaf) select idx, entry_id, leaf from gone`;
  if (moved.count !== rows.length) throw new Error('a queued leaf vanished during its batch');
}

async function writeCheckpoint(
  tx: TransactionSql,
  { size, root, note }: StoredCheckpoint,
  at: number,
): Promise<void> {
  await tx`
    insert into ledger_checkpoint (size, root, note, at)
    values (${size}, ${root}, ${note}, ${new Date(at)})`;
}
