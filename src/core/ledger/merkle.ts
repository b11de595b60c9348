/**
 * The Merkle tree of RFC 6962 section 2.1: hashes, proofs and their verification. Proofs are first
 * planned as ranges of leaves and then hashed, so that a caller can fetch what a proof will read.
 */
import { hash } from 'node:crypto';

export const hashBytes = 32;

/** Leaves `start` (inclusive) to `end` (exclusive). */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The perfect subtree over leaves `index * 2^height` to `(index + 1) * 2^height`. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** Gives the hash of a perfect subtree; throws if it cannot. */
export type HashAt = (subtree: Subtree) => Buffer;

const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);

export function leafHash(leaf: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([leafPrefix, leaf]), 'buffer');
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer');
}

/** Root of the tree without leaves: the hash of nothing. */
export const emptyRoot: Buffer = hash('sha256', '', 'buffer');

/** Cuts a range into perfect subtrees, left to right. `start` must be a multiple of the first. */
export function subtreesOf(range: Range): readonly Subtree[] {
  const subtrees: Subtree[] = [];
  let start = range.start;
  while (start < range.end) {
    let height = 0;
    while (start + 2 ** (height + 1) <= range.end) height += 1;
    subtrees.push({ height, index: start / 2 ** height });
    start += 2 ** height;
  }
  return subtrees;
}

/** MTH(D[start:end]) of RFC 6962. */
export function rangeHash(range: Range, hashAt: HashAt): Buffer {
  if (range.start === range.end) return emptyRoot;
  return subtreesOf(range)
    .map(hashAt)
    .reduceRight((right, left) => nodeHash(left, right));
}

/** Root over a list of hashes of equal height. */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  const only = hashes[0];
  if (only === undefined) return emptyRoot;
  if (hashes.length === 1) return only;
  const middle = splitOf(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, middle)), rootOf(hashes.slice(middle)));
}

/** Grows a root leaf by leaf, holding one hash for every bit of the size that is set. */
export interface GrowingRoot {
  push(hash: Buffer): void;
  root(): Buffer;
}

export function growRoot(): GrowingRoot {
  const peaks: Buffer[] = [];
  let size = 0;
  return {
    push(hash) {
      size += 1;
      let node = hash;
      for (let count = size; count % 2 === 0; count /= 2) {
        node = nodeHash(peaks.pop() ?? emptyRoot, node);
      }
      peaks.push(node);
    },
    root: () =>
      peaks.length === 0 ? emptyRoot : peaks.reduceRight((right, left) => nodeHash(left, right)),
  };
}

/** The ranges whose hashes prove that leaf `index` is in the tree of `size`, bottom up. */
export function inclusionRanges(index: number, size: number): readonly Range[] {
  const ranges: Range[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/** The ranges whose hashes prove that the tree of `second` extends the tree of `first`. */
export function consistencyRanges(first: number, second: number): readonly Range[] {
  if (first === 0) return [];
  const ranges: Range[] = [];
  let start = 0;
  let end = second;
  // While every cut left the old tree's left edge in place, its root is what the verifier holds.
  let holdsFirstRoot = true;
  while (first < end) {
    const middle = start + splitOf(end - start);
    if (first <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
      holdsFirstRoot = false;
    }
  }
  if (!holdsFirstRoot) ranges.push({ start, end });
  return ranges.reverse();
}

/** The root that an inclusion proof leads to; null if its length does not fit (RFC 9162 2.1.3.2). */
export function rootFromInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
): Buffer | null {
  if (index < 0 || index >= size) return null;
  let node = index;
  let last = size - 1;
  let root = leaf;
  for (const sibling of proof) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      root = nodeHash(sibling, root);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      root = nodeHash(root, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? root : null;
}

/** Whether the proof shows that the second tree extends the first (RFC 9162 2.1.4.2). */
export function isConsistent(
  first: { readonly size: number; readonly root: Buffer },
  second: { readonly size: number; readonly root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root);
  if (first.size === 0) return proof.length === 0 && first.root.equals(emptyRoot);
  const [seed, ...rest] = isPowerOfTwo(first.size) ? [first.root, ...proof] : proof;
  if (seed === undefined) return false;
  let node = first.size - 1;
  let last = second.size - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  let firstRoot = seed;
  let secondRoot = seed;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      firstRoot = nodeHash(sibling, firstRoot);
      secondRoot = nodeHash(sibling, secondRoot);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      secondRoot = nodeHash(secondRoot, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && firstRoot.equals(first.root) && secondRoot.equals(second.root);
}

/** The largest power of two below `count`, for `count` of two or more. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function isPowerOfTwo(count: number): boolean {
  return splitOf(count + 1) === count;
}
