/** What the ledger needs of the world: rows that are only ever added, and a second place. */
import type { TreeHead } from '../core/ledger/checkpoint.ts';
import type { Opening } from '../core/ledger/entry.ts';
import type { Tile, TileName } from '../core/ledger/tiles.ts';
import type { Hex, Instant, Uuid } from '../core/words.ts';

export interface StoredCheckpoint extends TreeHead {
  /** The signed note. */
  readonly note: string;
}

export interface StoredLeaf {
  readonly index: number;
  readonly entryId: Uuid;
  /** Null: erased; its hash stays in the tile. */
  readonly leaf: Buffer | null;
}

/** One row of `entry`, with what the ledger holds of it. */
export interface StoredEntry {
  readonly id: Uuid;
  readonly tenantId: Uuid;
  /** The tenant's pseudonym in leaves. */
  readonly tenant: Hex;
  readonly callId: Uuid | null;
  readonly partyId: Uuid | null;
  readonly recordingId: Uuid | null;
  readonly kind: string;
  readonly purpose: string | null;
  readonly at: Instant;
  /** Null: erased. */
  readonly openingSealed: Buffer | null;
  readonly personId: Uuid | null;
  /** Null: not yet in the tree. */
  readonly index: number | null;
  /** From the tree or from the queue; null: erased, or in neither. */
  readonly leaf: Buffer | null;
}

/** Reads of one moment: what they say fits together whatever is being written. */
export interface LedgerReader {
  /** The last checkpoint; null before the first. */
  head(): Promise<StoredCheckpoint | null>;
  /** Checkpoints of more than `after` and at most `upTo` leaves, by size. */
  checkpoints(after: number, upTo: number): Promise<readonly StoredCheckpoint[]>;
  /** Leaves `from` (inclusive) to `to` (exclusive), by index; missing rows are left out. */
  leaves(from: number, to: number): Promise<readonly StoredLeaf[]>;
  /** Tiles of exactly these widths, in any order; missing rows are left out. */
  tiles(names: readonly TileName[]): Promise<readonly Tile[]>;
  /** Null if there is no such entry. */
  entry(id: Uuid): Promise<StoredEntry | null>;
  /** The next entries by id; `after` null starts. */
  entries(after: Uuid | null, limit: number): Promise<readonly StoredEntry[]>;
  /** What the tables hold that a tree of `size` leaves has no place for, as `where` and `why`. */
  strays(size: number, limit: number): Promise<readonly Problem[]>;
}

export interface Problem {
  readonly where: string;
  readonly why: string;
}

export interface QueuedLeaf {
  /** Place in the queue; says nothing of the place in the tree. */
  readonly id: string;
  /** RFC 6962 hash of what the leaf in the queue unpacks to. */
  readonly hash: Buffer;
}

/** One step of the tree: what is added, and the checkpoint over it. */
export interface Growth {
  /** Index of the first queued leaf; the others follow without a hole, in the order given. */
  readonly firstIndex: number;
  readonly tiles: readonly Tile[];
  readonly checkpoint: StoredCheckpoint;
}

/** The right to write the tree. Another process that takes it makes this one's batches fail. */
export interface Seat {
  /**
   * One transaction: takes up to `limit` queued leaves, asks `grow` what becomes of the tree and
   * writes leaves, tiles and checkpoint. What `grow` throws rolls it back and is thrown on.
   *
   * @returns what was written; null if nothing was queued; `lost` if the seat is somebody else's
   */
  batch(
    limit: number,
    at: Instant,
    grow: (
      head: StoredCheckpoint | null,
      edge: readonly Tile[],
      queued: readonly QueuedLeaf[],
    ) => Growth,
  ): Promise<{ count: number; checkpoint: StoredCheckpoint } | null | 'lost'>;
  release(): Promise<void>;
}

export interface LedgerStore {
  snapshot<Result>(read: (reader: LedgerReader) => Promise<Result>): Promise<Result>;
  /** Null while another process sequences. */
  takeSeat(): Promise<Seat | null>;
}

/** Keeps checkpoints outside the database, so that a database set back cannot hide it. */
export interface CheckpointKeeper {
  publish(note: string): Promise<void>;
  /** The note kept last; null if there is none yet. */
  last(): Promise<string | null>;
}

export type SealedOpening = Pick<StoredEntry, 'id' | 'personId' | 'openingSealed'>;

/** Opens an entry's sealed opening. Throws when the key or the bytes do not fit. */
export type OpenOpening = (entry: SealedOpening) => Promise<Opening>;
