/**
 * A set of numbers of the world outside North America: sorted, eight bytes each. Their lists are a
 * hundred times smaller, and their numbers too long and too far apart for bits.
 */

/** Digits without the plus, ascending, each once. */
export type WorldSet = Float64Array<ArrayBufferLike>;

export function worldSet(numbers: Iterable<number>): WorldSet {
  const sorted = Float64Array.from(numbers).sort();
  let size = 0;
  for (const number of sorted) {
    if (size === 0 || sorted[size - 1] !== number) sorted[size++] = number;
  }
  return sorted.slice(0, size);
}

export function hasWorld(set: WorldSet, number: number): boolean {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = set[middle] ?? 0;
    if (found === number) return true;
    if (found < number) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
