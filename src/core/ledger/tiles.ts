/**
 * The tree in tiles: tile `n` of `level` holds up to 256 hashes of perfect subtrees of 256^level
 * leaves. Interior hashes between two levels are computed from a tile when they are needed, so a
 * million leaves are about 4,000 tiles, and appending a batch reads at most one tile a level.
 */
import { LedgerFault } from './fault.ts';
import {
  emptyRoot,
  type HashAt,
  hashBytes,
  type Range,
  rangeHash,
  rootOf,
  subtreesOf,
} from './merkle.ts';

/** Hashes in a full tile: 2^8, so that one level of tiles stands for eight of the tree. */
export const tileWidthMax = 256;
const tileHeight = 8;

export interface TileName {
  readonly level: number;
  readonly n: number;
  /** Hashes in it: 256, or fewer at the right edge. */
  readonly width: number;
}

export interface Tile extends TileName {
  /** `width` hashes of 32 bytes, in order. */
  readonly data: Buffer;
}

export interface Appended {
  readonly size: number;
  readonly root: Buffer;
  /** Every tile that is new or wider now. */
  readonly tiles: readonly Tile[];
}

/** How many hashes a level holds when the tree has `size` leaves. */
export function levelCount(level: number, size: number): number {
  return Math.floor(size / tileWidthMax ** level);
}

/** The tile as it is when the tree has `size` leaves; null if it is empty then. */
export function tileAt(level: number, n: number, size: number): TileName | null {
  const width = Math.min(tileWidthMax, levelCount(level, size) - n * tileWidthMax);
  return width > 0 ? { level, n, width } : null;
}

/** The unfinished tiles at the right edge, one a level at most: all that an append has to read. */
export function edgeTiles(size: number): readonly TileName[] {
  const tiles: TileName[] = [];
  for (let level = 0; levelCount(level, size) > 0; level += 1) {
    const tile = tileAt(level, Math.floor(levelCount(level, size) / tileWidthMax), size);
    if (tile !== null) tiles.push(tile);
  }
  return tiles;
}

/** The tiles that hashing these ranges reads, when the tree has `size` leaves. */
export function tilesOf(ranges: readonly Range[], size: number): readonly TileName[] {
  const tiles = new Map<string, TileName>();
  for (const subtree of ranges.flatMap(subtreesOf)) {
    const { level, first } = placeOf(subtree);
    const tile = tileAt(level, Math.floor(first / tileWidthMax), size);
    if (tile !== null) tiles.set(tileLabel(tile), tile);
  }
  return [...tiles.values()];
}

/** Reads hashes out of tiles. Throws a `LedgerFault` if a tile is missing or too narrow. */
export function hashesIn(tiles: readonly Tile[]): HashAt {
  const byPlace = new Map(tiles.map((tile) => [`${tile.level}/${tile.n}`, tile]));
  return (subtree) => {
    const { level, first, count } = placeOf(subtree);
    const n = Math.floor(first / tileWidthMax);
    const tile = byPlace.get(`${level}/${n}`);
    const from = first % tileWidthMax;
    if (tile === undefined || tile.width < from + count) {
      throw new LedgerFault(`tile level ${level} number ${n}`, 'is missing or too narrow');
    }
    return rootOf(hashesOf(tile).slice(from, from + count));
  };
}

/** The root of a tree of `size` leaves, from its right edge alone. */
export function edgeRoot(size: number, edge: readonly Tile[]): Buffer {
  return size === 0 ? emptyRoot : rangeHash({ start: 0, end: size }, hashesIn(edge));
}

/**
 * Appends leaf hashes to a tree of `size` leaves. `edge` are its `edgeTiles`.
 *
 * @throws LedgerFault if the edge is not complete
 */
export function append(
  size: number,
  edge: readonly Tile[],
  leafHashes: readonly Buffer[],
): Appended {
  const tiles: Tile[] = [];
  let fresh = leafHashes;
  for (let level = 0; fresh.length > 0; level += 1) {
    const grown = growLevel(level, levelCount(level, size), edge, fresh);
    tiles.push(...grown);
    fresh = grown.filter((tile) => tile.width === tileWidthMax).map((tile) => tileRoot(tile));
  }
  const newSize = size + leafHashes.length;
  return { size: newSize, root: edgeRoot(newSize, [...edge, ...tiles]), tiles };
}

/** The hash that stands for a full tile one level up. */
export function tileRoot(tile: Tile): Buffer {
  return rootOf(hashesOf(tile));
}

export function hashesOf(tile: Tile): Buffer[] {
  return Array.from({ length: tile.width }, (_, i) =>
    tile.data.subarray(i * hashBytes, (i + 1) * hashBytes),
  );
}

/** How faults and logs name a tile. */
export function tileLabel(tile: TileName): string {
  return `tile level ${tile.level} number ${tile.n} width ${tile.width}`;
}

function growLevel(
  level: number,
  count: number,
  edge: readonly Tile[],
  fresh: readonly Buffer[],
): Tile[] {
  const firstTile = Math.floor(count / tileWidthMax);
  const begun = count % tileWidthMax;
  const old = edge.find((tile) => tile.level === level && tile.n === firstTile);
  if (begun > 0 && old?.width !== begun) {
    const name = tileLabel({ level, n: firstTile, width: begun });
    throw new LedgerFault(name, 'is missing at the right edge');
  }
  const hashes = begun > 0 && old !== undefined ? [...hashesOf(old), ...fresh] : fresh;
  const tiles: Tile[] = [];
  for (let from = 0; from < hashes.length; from += tileWidthMax) {
    const part = hashes.slice(from, from + tileWidthMax);
    const n = firstTile + from / tileWidthMax;
    tiles.push({ level, n, width: part.length, data: Buffer.concat(part) });
  }
  return tiles;
}

/** Which tile level a subtree lies in, its first hash there and how many hashes it spans. */
function placeOf(subtree: { height: number; index: number }): {
  level: number;
  first: number;
  count: number;
} {
  const level = Math.floor(subtree.height / tileHeight);
  const count = 2 ** (subtree.height % tileHeight);
  return { level, first: subtree.index * count, count };
}
