/**
 * Numbers of the world while a list of them is made: an open-addressing hash. A `Set` holds 2^24 at
 * most, and there are more people in one country who do not want to be called.
 */

const fillMax = 0.6;

export class NumberBag implements Iterable<number> {
  /** 0: free. */
  #slots = new Float64Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(number: number): boolean {
    return this.#slots[this.#slotOf(number)] === number;
  }

  /** True if it was not there before. */
  add(number: number): boolean {
    let slot = this.#slotOf(number);
    if (this.#slots[slot] === number) return false;
    if (this.#size + 1 > this.#slots.length * fillMax) {
      this.#grow();
      slot = this.#slotOf(number);
    }
    this.#slots[slot] = number;
    this.#size += 1;
    return true;
  }

  /** True if it was there before. */
  delete(number: number): boolean {
    let hole = this.#slotOf(number);
    if (this.#slots[hole] !== number) return false;
    this.#slots[hole] = 0;
    this.#size -= 1;
    // What had to go past the place that is free now moves up, or it would not be found any more.
    const mask = this.#slots.length - 1;
    for (let at = (hole + 1) & mask; this.#slots[at] !== 0; at = (at + 1) & mask) {
      const other = this.#slots[at] ?? 0;
      const home = hashOf(other) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.#slots[hole] = other;
      this.#slots[at] = 0;
      hole = at;
    }
    return true;
  }

  *[Symbol.iterator](): Generator<number> {
    for (const number of this.#slots) if (number !== 0) yield number;
  }

  /** Where a number lies, or the free place where it would. */
  #slotOf(number: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(number) & mask;
    while (this.#slots[slot] !== 0 && this.#slots[slot] !== number) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    for (const number of before) if (number !== 0) this.#slots[this.#slotOf(number)] = number;
  }
}

/** Mixes both halves of the integer, so that neighbours lie apart (the finaliser of MurmurHash3). */
export function hashOf(key: number): number {
  const high = Math.floor(key / 4_294_967_296);
  let hash = (key >>> 0) ^ Math.imul(high, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
