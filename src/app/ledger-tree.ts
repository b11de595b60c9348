/** Derives the whole tree again from its leaves and compares every tile and every given root. */
import { leafBytes } from '../core/ledger/entry.ts';
import { growRoot, hashBytes, leafHash } from '../core/ledger/merkle.ts';
import {
  hashesOf,
  type Tile,
  tileAt,
  tileLabel,
  tileRoot,
  tileWidthMax,
} from '../core/ledger/tiles.ts';
import type { Mark, Problems } from './ledger-heads.ts';
import type { LedgerReader, StoredLeaf } from './ledger-ports.ts';

/** 1,024 leaves at a time: about 10 ms of hashing, then other work of the process gets its turn. */
const tilesAtATime = 4;

/**
 * @param size leaves to look at
 * @param marksIn roots to compare with, of more than `after` and at most `upTo` leaves
 * @returns the root of the tree; where leaf and tile disagree, of the tree as the tiles have it
 */
export async function checkTree(
  reader: LedgerReader,
  size: number,
  marksIn: (after: number, upTo: number) => Promise<readonly Mark[]>,
  problems: Problems,
): Promise<Buffer> {
  const growing = growRoot();
  const above = checkLevel(reader, 1, size, problems);
  const step = tilesAtATime * tileWidthMax;
  for (let from = 0; from < size; from += step) {
    const to = Math.min(from + step, size);
    const names = Array.from({ length: Math.ceil((to - from) / tileWidthMax) }, (_, i) =>
      tileAt(0, from / tileWidthMax + i, size),
    ).filter((name) => name !== null);
    const [leaves, tiles, marks] = [
      await reader.leaves(from, to),
      await reader.tiles(names),
      await marksIn(from, to),
    ];
    const marked = new Set(marks.map((mark) => mark.size));
    const byIndex = new Map(leaves.map((leaf) => [leaf.index, leaf]));
    for (const name of names) {
      const stored = tiles.find((tile) => tile.n === name.n);
      if (stored === undefined) problems.add(tileLabel(name), 'is missing');
      const tile = settle(name, stored, byIndex, problems);
      hashesOf(tile).forEach((hash, i) => {
        growing.push(hash);
        const count = name.n * tileWidthMax + i + 1;
        if (marked.has(count)) compare(marks, count, growing.root(), problems);
      });
      if (tile.width === tileWidthMax) await above.push(tileRoot(tile));
    }
  }
  await above.end();
  return growing.root();
}

function compare(marks: readonly Mark[], size: number, root: Buffer, problems: Problems): void {
  for (const mark of marks.filter((one) => one.size === size && !one.root.equals(root))) {
    problems.add(mark.where, 'has a root that the leaves do not have');
  }
}

/** A level-0 tile with the hash of every leaf, from the tile or, where there is none, the leaf. */
function settle(
  name: { level: number; n: number; width: number },
  stored: Tile | undefined,
  leaves: ReadonlyMap<number, StoredLeaf>,
  problems: Problems,
): Tile {
  const hashes = Array.from({ length: name.width }, (_, i) => {
    const index = name.n * tileWidthMax + i;
    const row = leaves.get(index);
    if (row === undefined) problems.add(`leaf ${index}`, 'is missing');
    const kept = stored?.data.subarray(i * hashBytes, (i + 1) * hashBytes);
    const made = row?.leaf ? leafHash(leafBytes(row.leaf)) : undefined;
    if (kept !== undefined && made !== undefined && !kept.equals(made)) {
      problems.add(`leaf ${index}`, `differs from its hash in ${tileLabel(name)}`);
    }
    return kept ?? made ?? Buffer.alloc(hashBytes);
  });
  return { ...name, data: Buffer.concat(hashes) };
}

interface LevelCheck {
  push(hash: Buffer): Promise<void>;
  end(): Promise<void>;
}

/** Compares the tiles of one level with the hashes that come up from the level below. */
function checkLevel(
  reader: LedgerReader,
  level: number,
  size: number,
  problems: Problems,
): LevelCheck {
  let hashes: Buffer[] = [];
  let n = 0;
  let above: LevelCheck | null = null;

  async function close(): Promise<void> {
    const tile: Tile = { level, n, width: hashes.length, data: Buffer.concat(hashes) };
    const [stored] = await reader.tiles([tile]);
    if (stored === undefined) problems.add(tileLabel(tile), 'is missing');
    else if (!stored.data.equals(tile.data)) {
      problems.add(tileLabel(tile), 'differs from the tiles below it');
    }
    if (tile.width === tileWidthMax) {
      above ??= checkLevel(reader, level + 1, size, problems);
      await above.push(tileRoot(tile));
    }
    hashes = [];
    n += 1;
  }

  return {
    async push(hash) {
      hashes.push(hash);
      if (hashes.length === tileWidthMax) await close();
    },
    async end() {
      if (hashes.length > 0) await close();
      await above?.end();
    },
  };
}
