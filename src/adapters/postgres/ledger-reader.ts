import type { ISql, Row } from 'postgres';
import type {
  LedgerReader,
  Problem,
  StoredCheckpoint,
  StoredEntry,
  StoredLeaf,
} from '../../app/ledger-ports.ts';
import type { Tile } from '../../core/ledger/tiles.ts';
import { ledgerStrays } from './ledger-strays.ts';

/** Reads through one transaction; whoever wants a single moment opens it so. */
export function ledgerReader(sql: ISql): LedgerReader {
  const entryQuery = sql`
    select e.id, e.tenant_id, encode(t.pseudonym, 'hex') as tenant, e.call_id, e.party_id,
      e.recording_id, e.kind, e.purpose, e.at, e.opening, e.person_id, l.idx,
      coalesce(l.leaf, q.leaf) as leaf
    from entry e
      join tenant t on t.id = e.tenant_id
      left join ledger_leaf l on l.entry_id = e.id
      left join ledger_queue q on q.entry_id = e.id`;
  return {
    async head() {
      const [row] = await sql`
        select size, root, note from ledger_checkpoint order by size desc limit 1`;
      return row === undefined ? null : checkpointOf(row);
    },
    async checkpoints(after, upTo) {
      const rows = await sql`
        select size, root, note from ledger_checkpoint
        where size > ${after} and size <= ${upTo} order by size`;
      return rows.map(checkpointOf);
    },
    async leaves(from, to) {
      const rows = await sql`
        select idx, entry_id, leaf from ledger_leaf
        where idx >= ${from} and idx < ${to} order by idx`;
      return rows.map(leafOf);
    },
    async tiles(names) {
      if (names.length === 0) return [];
      const rows = await sql`
        select level, n, width, data from ledger_tile
        where (level, n, width) in (
          select * from unnest(
            ${names.map(({ level }) => level)}::int[],
            ${names.map(({ n }) => n)}::bigint[],
            ${names.map(({ width }) => width)}::int[]))`;
      return rows.map(tileOf);
    },
    async entry(id) {
      const [row] = await sql`${entryQuery} where e.id = ${id}`;
      return row === undefined ? null : entryOf(row);
    },
    async entries(after, limit) {
      const rows = await sql`
        ${entryQuery} ${after === null ? sql`` : sql`where e.id > ${after}`}
        order by e.id limit ${limit}`;
      return rows.map(entryOf);
    },
    strays: (size, limit): Promise<readonly Problem[]> => ledgerStrays(sql, size, limit),
  };
}

function checkpointOf(row: Row): StoredCheckpoint {
  return { size: Number(row['size']), root: row['root'], note: row['note'] };
}

function leafOf(row: Row): StoredLeaf {
  return { index: Number(row['idx']), entryId: row['entry_id'], leaf: row['leaf'] };
}

function tileOf(row: Row): Tile {
  const { level, n, width, data } = row;
  return { level: Number(level), n: Number(n), width: Number(width), data };
}

function entryOf(row: Row): StoredEntry {
  return {
    id: row['id'],
    tenantId: row['tenant_id'],
    tenant: row['tenant'],
    callId: row['call_id'],
    partyId: row['party_id'],
    recordingId: row['recording_id'],
    kind: row['kind'],
    purpose: row['purpose'],
    at: (row['at'] as Date).getTime(),
    openingSealed: row['opening'],
    personId: row['person_id'],
    index: row['idx'] === null ? null : Number(row['idx']),
    leaf: row['leaf'],
  };
}
