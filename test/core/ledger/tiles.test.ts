import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyRanges,
  emptyRoot,
  inclusionRanges,
  isConsistent,
  leafHash,
  rangeHash,
  rootFromInclusion,
  rootOf,
} from '../../../src/core/ledger/merkle.ts';
import {
  append,
  edgeRoot,
  edgeTiles,
  hashesIn,
  type Tile,
  type TileName,
  tilesOf,
} from '../../../src/core/ledger/tiles.ts';

const label = (tile: TileName): string => `${tile.level}/${tile.n}/${tile.width}`;
const leavesOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => leafHash(Buffer.from(String(i))));

/** A shelf of tiles that is only ever added to, as the database's table is. */
function shelf(): {
  take: (names: readonly TileName[]) => Tile[];
  put: (tiles: readonly Tile[]) => void;
} {
  const tiles = new Map<string, Tile>();
  return {
    take: (names) => names.map((name) => tiles.get(label(name))!),
    put: (more) => {
      for (const tile of more) {
        expect(tiles.has(label(tile)), `tile ${label(tile)} written twice`).toBe(false);
        tiles.set(label(tile), tile);
      }
    },
  };
}

function grow(leaves: readonly Buffer[], batches: readonly number[]) {
  const { take, put } = shelf();
  const heads: { size: number; root: Buffer }[] = [{ size: 0, root: emptyRoot }];
  let size = 0;
  for (const count of batches) {
    const edge = take(edgeTiles(size));
    expect(edge.length).toBeLessThanOrEqual(3);
    const appended = append(size, edge, leaves.slice(size, size + count));
    put(appended.tiles);
    size = appended.size;
    heads.push({ size, root: appended.root });
  }
  return { take, heads };
}

describe('appending by tiles', () => {
  it.each([1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_537])(
    'a batch of %i leaves has the root that all leaves have',
    (count) => {
      const leaves = leavesOf(count);
      const { heads, take } = grow(leaves, [count]);
      expect(heads.at(-1)?.root).toEqual(rootOf(leaves));
      expect(edgeRoot(count, take(edgeTiles(count)))).toEqual(rootOf(leaves));
    },
  );

  it('any cut into batches gives the same roots, each tile written once', () => {
    const leaves = leavesOf(1_500);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 6 }), (cuts) => {
        const batches = cuts.filter(
          (_, i) => cuts.slice(0, i + 1).reduce((a, b) => a + b) <= 1_500,
        );
        for (const { size, root } of grow(leaves, batches).heads) {
          expect(root).toEqual(rootOf(leaves.slice(0, size)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('an incomplete right edge is refused', () => {
    const leaves = leavesOf(300);
    const first = append(0, [], leaves);
    const edge = first.tiles.filter((tile) => tile.width < 256);
    const narrow = edge.map((tile) =>
      tile.level === 0 ? { ...tile, width: 43, data: tile.data.subarray(0, 43 * 32) } : tile,
    );
    expect(() => append(300, narrow, leaves.slice(0, 1))).toThrow('tile level 0 number 1 width 44');
    expect(() => append(300, [], leaves.slice(0, 1))).toThrow('is missing');
    expect(() => edgeRoot(300, narrow)).toThrow('tile level 0 number 1');
  });
});

describe('proofs from tiles', () => {
  const leaves = leavesOf(66_100);
  const { take, heads } = grow(leaves, [1, 2, 252, 1, 1, 500, 64_000, 1_000, 343]);

  it.each(heads.slice(1))('leaves at every edge of the tree of $size are proved', (head) => {
    const { size, root } = head;
    const picks = [0, 1, 254, 255, 256, 257, 511, 65_535, 65_536, size - 2, size - 1];
    for (const index of picks.filter((pick) => pick >= 0 && pick < size)) {
      const ranges = inclusionRanges(index, size);
      const hashAt = hashesIn(take(tilesOf(ranges, size)));
      const proof = ranges.map((range) => rangeHash(range, hashAt));
      expect(rootFromInclusion(leaves[index]!, index, size, proof)).toEqual(root);
    }
  });

  it('any two checkpoints are proved consistent', () => {
    for (const second of heads) {
      for (const first of heads.filter(({ size }) => size <= second.size)) {
        const ranges = consistencyRanges(first.size, second.size);
        const hashAt = hashesIn(take(tilesOf(ranges, second.size)));
        const proof = ranges.map((range) => rangeHash(range, hashAt));
        expect(isConsistent(first, second, proof)).toBe(true);
      }
    }
  });

  it('a proof at 66,100 leaves reads at most one tile a level and edge', () => {
    expect(tilesOf(inclusionRanges(5, 66_100), 66_100).length).toBeLessThanOrEqual(5);
  });
});
