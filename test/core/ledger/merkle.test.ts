import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyRanges,
  emptyRoot,
  inclusionRanges,
  isConsistent,
  leafHash,
  nodeHash,
  rangeHash,
  rootFromInclusion,
  rootOf,
} from '../../../src/core/ledger/merkle.ts';

/** The leaves and roots that certificate-transparency implementations share as test vectors. */
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const treeMax = 132;
const many = Array.from({ length: treeMax }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));
/** Straight from the definition, with no tiles; each computed once. */
const rootBySize = Array.from({ length: treeMax + 1 }, (_, size) => rootOf(many.slice(0, size)));
const rootAt = (size: number): Buffer => rootBySize[size]!;
const subtrees = Array.from({ length: 8 }, (_, height) =>
  Array.from({ length: Math.floor(treeMax / 2 ** height) }, (_leaf, index) =>
    rootOf(many.slice(index * 2 ** height, (index + 1) * 2 ** height)),
  ),
);
const hashAt = ({ height, index }: { height: number; index: number }): Buffer =>
  subtrees[height]![index]!;
const inclusion = (index: number, size: number): Buffer[] =>
  inclusionRanges(index, size).map((range) => rangeHash(range, hashAt));
const consistency = (first: number, second: number): Buffer[] =>
  consistencyRanges(first, second).map((range) => rangeHash(range, hashAt));

describe('published trees', () => {
  it.each(roots.map((root, size) => ({ size, root })))('the root of $size leaves', (row) => {
    expect(rootOf(leaves.slice(0, row.size).map(leafHash)).toString('hex')).toBe(row.root);
  });

  const published = leaves.map(leafHash);
  const at = ({ height, index }: { height: number; index: number }): Buffer =>
    rootOf(published.slice(index * 2 ** height, (index + 1) * 2 ** height));

  it.each([
    { index: 0, size: 1, proof: [] },
    {
      index: 0,
      size: 8,
      proof: [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    },
    {
      index: 5,
      size: 8,
      proof: [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    },
    {
      index: 2,
      size: 3,
      proof: ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    },
  ])('the proof of leaf $index in $size leaves', ({ index, size, proof }) => {
    const made = inclusionRanges(index, size).map((range) => rangeHash(range, at));
    expect(made.map((hash) => hash.toString('hex'))).toEqual(proof);
  });

  it.each([
    { first: 1, second: 1, proof: [] },
    {
      first: 1,
      second: 8,
      proof: [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    },
    {
      first: 6,
      second: 8,
      proof: [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    },
    {
      first: 2,
      second: 5,
      proof: [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    },
  ])('the proof that $second leaves extend $first', ({ first, second, proof }) => {
    const made = consistencyRanges(first, second).map((range) => rangeHash(range, at));
    expect(made.map((hash) => hash.toString('hex'))).toEqual(proof);
  });
});

describe('inclusion', () => {
  it(`every leaf of every tree up to ${treeMax} leaves is proved`, () => {
    for (let size = 1; size <= treeMax; size += 1) {
      const root = rootAt(size);
      for (let index = 0; index < size; index += 1) {
        const led = rootFromInclusion(many[index]!, index, size, inclusion(index, size));
        expect(led?.equals(root), `leaf ${index} of ${size}`).toBe(true);
      }
    }
  });

  it('an independent verifier accepts the same proofs, and refuses them one index off', () => {
    const { verifyMerkleInclusion } = createRequire(import.meta.url)(
      '@sigstore/verify/dist/tlog/merkle.js',
    );
    const accepted = (index: number, claimed: number, size: number): boolean => {
      const hashes = inclusion(index, size);
      const entry = {
        inclusionProof: { logIndex: String(claimed), hashes },
        canonicalizedBody: Buffer.from(`leaf ${index}`),
      };
      try {
        verifyMerkleInclusion(entry, { logSize: BigInt(size), logHash: rootAt(size) });
        return true;
      } catch {
        return false;
      }
    };
    for (let size = 1; size <= 66; size += 1) {
      for (let index = 0; index < size; index += 1) {
        expect(accepted(index, index, size), `leaf ${index} of ${size}`).toBe(true);
        expect(accepted(index, index + 1, size), `leaf ${index} as the next`).toBe(false);
      }
    }
  });

  it('another leaf, index, size, hash or number of hashes leads elsewhere', () => {
    const someTree = fc.integer({ min: 1, max: treeMax });
    fc.assert(
      fc.property(someTree, fc.nat(), fc.nat(), fc.nat({ max: 31 }), (size, pick, which, byte) => {
        const index = pick % size;
        const proof = inclusion(index, size);
        const root = rootAt(size);
        const leads = (...args: Parameters<typeof rootFromInclusion>): boolean =>
          rootFromInclusion(...args)?.equals(root) ?? false;
        expect(leads(leafHash(Buffer.from('other')), index, size, proof)).toBe(false);
        expect(leads(many[index]!, index + 1, size, proof)).toBe(false);
        expect(leads(many[index]!, index - 1, size, proof)).toBe(false);
        expect(leads(many[index]!, index, size, [...proof, root])).toBe(false);
        if (proof.length === 0) return;
        expect(leads(many[index]!, index, size, proof.slice(1))).toBe(false);
        expect(leads(many[index]!, index, size, proof.slice(0, -1))).toBe(false);
        const flipped = proof.map((hash) => Buffer.from(hash));
        flipped[which % proof.length]![byte]! ^= 1;
        expect(leads(many[index]!, index, size, flipped)).toBe(false);
      }),
    );
  });

  it('an inner node does not pass for a leaf', () => {
    const forged = Buffer.concat([many[0]!, many[1]!]);
    expect(leafHash(forged)).not.toEqual(nodeHash(many[0]!, many[1]!));
  });
});

describe('consistency', () => {
  const head = (size: number): { size: number; root: Buffer } => ({ size, root: rootAt(size) });

  it(`every pair of trees up to ${treeMax} leaves is proved`, () => {
    for (let second = 0; second <= treeMax; second += 1) {
      for (let first = 0; first <= second; first += 1) {
        const ok = isConsistent(head(first), head(second), consistency(first, second));
        expect(ok, `${first} to ${second}`).toBe(true);
      }
    }
  });

  it('another root, size, hash or number of hashes is refused', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 2, max: treeMax }),
        fc.nat(),
        (pick, second, byte) => {
          const first = 1 + (pick % (second - 1));
          const proof = consistency(first, second);
          const other = { size: first, root: leafHash(Buffer.from('other')) };
          expect(isConsistent(other, head(second), proof)).toBe(false);
          expect(isConsistent(head(first), { ...head(second), root: other.root }, proof)).toBe(
            false,
          );
          expect(isConsistent(head(second), head(first), proof)).toBe(false);
          expect(isConsistent(head(first), head(second), [...proof, emptyRoot])).toBe(false);
          expect(isConsistent(head(first), head(second), proof.slice(1))).toBe(false);
          expect(isConsistent(head(first), head(second), proof.slice(0, -1))).toBe(false);
          const flipped = proof.map((hash) => Buffer.from(hash));
          flipped[byte % proof.length]![byte % 32]! ^= 1;
          expect(isConsistent(head(first), head(second), flipped)).toBe(false);
        },
      ),
    );
  });

  it('a tree of other leaves of the same size is not consistent', () => {
    expect(isConsistent(head(7), { size: 7, root: rootAt(8) }, [])).toBe(false);
  });
});
