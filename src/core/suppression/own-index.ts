/**
 * This process's copy of the own list: every number that must not be called or texted, in memory.
 * An open-addressing hash over typed arrays; a `Map` of ten million numbers takes three times the
 * memory, and a `Set` cannot hold twice as many (2^24 is its limit).
 *
 * Changes come in any order and more than once: of two of the same number, channel and scope the
 * one with the higher `seq` counts, so one that was lifted stays known.
 */
import { assert } from '../error.ts';
import type { Instant } from '../words.ts';
import { hashOf } from './number-bag.ts';
import {
  type Channel,
  type ListingReason,
  type ListingScope,
  listingReasons,
  type OwnChange,
} from './own-change.ts';
import { concerns } from './scopes.ts';

/** Why a number must not be contacted. */
export interface OwnListing {
  readonly scope: ListingScope;
  readonly reason: ListingReason;
  readonly provisional: boolean;
  readonly since: Instant;
  readonly seq: number;
  /** The beginning of numbers that is listed, if it is not the number itself. */
  readonly prefix: string | null;
}

const none: readonly OwnListing[] = [];
const fillMax = 0.6;
const listedBit = 1;
const provisionalBit = 2;
const textBit = 4;
const reasonShift = 3;

/** One row for each number, channel and scope; the rows of a number are a chain. */
class Rows {
  size = 0;
  next = new Uint32Array(16);
  seq = new Float64Array(16);
  flags = new Uint8Array(16);
  scope = new Uint32Array(16);
  /** Seconds since the epoch; 0 in `until`: for ever. */
  since = new Uint32Array(16);
  until = new Uint32Array(16);

  add(): number {
    if (this.size === this.seq.length) this.#grow();
    this.size += 1;
    return this.size - 1;
  }

  #grow(): void {
    const length = this.size * 2;
    this.next = copied(new Uint32Array(length), this.next);
    this.seq = copied(new Float64Array(length), this.seq);
    this.flags = copied(new Uint8Array(length), this.flags);
    this.scope = copied(new Uint32Array(length), this.scope);
    this.since = copied(new Uint32Array(length), this.since);
    this.until = copied(new Uint32Array(length), this.until);
  }
}

export class OwnIndex {
  /** Numbers without their plus; 0: free. */
  #keys = new Float64Array(64);
  /** The first row of each number, plus one. */
  #heads = new Uint32Array(64);
  #count = 0;
  readonly #rows = new Rows();
  readonly #scopes: ListingScope[] = [];
  readonly #scopeIds = new Map<ListingScope, number>();
  /** By length, the prefixes of that length and their first rows, plus one. */
  readonly #prefixes = new Map<number, Map<number, number>>();

  /** Numbers, not listings: a number that was lifted counts too. */
  get size(): number {
    return this.#count;
  }

  apply(change: OwnChange): void {
    const { number, seq } = change;
    const head = this.#headOf(number);
    const scope = this.#scopeId(change.scope);
    const text = change.channel === 'text' ? textBit : 0;
    let row = head - 1;
    while (row >= 0) {
      const isSame =
        this.#rows.scope[row] === scope && ((this.#rows.flags[row] ?? 0) & textBit) === text;
      if (isSame) {
        if ((this.#rows.seq[row] ?? 0) < seq) this.#write(row, change, scope, text);
        return;
      }
      row = (this.#rows.next[row] ?? 0) - 1;
    }
    row = this.#rows.add();
    this.#rows.next[row] = head;
    this.#write(row, change, scope, text);
    this.#setHead(number, row + 1);
  }

  /** False: nothing was ever heard of the number, for either channel; as of nearly every one. */
  mayHold(number: string): boolean {
    if (this.#prefixes.size > 0) return true;
    return this.#heads[this.#slotOf(this.#keys, keyOf(number))] !== 0;
  }

  /**
   * The listings that forbid a contact now; empty for nearly every number.
   *
   * @param number E.164
   * @param scopes those that concern the contact, as `scopesOf` has them
   */
  find(
    number: string,
    channel: Channel,
    scopes: readonly ListingScope[],
    at: Instant,
  ): readonly OwnListing[] {
    const key = Number(number);
    let found = none;
    const head = this.#heads[this.#slotOf(this.#keys, key)] ?? 0;
    if (head !== 0) found = this.#collect(head, null, channel, scopes, at, found);
    if (this.#prefixes.size === 0) return found;
    const digits = number.length - 1;
    for (const [length, prefixes] of this.#prefixes) {
      if (length > digits) continue;
      const prefix = Math.floor(key / 10 ** (digits - length));
      const first = prefixes.get(prefix);
      if (first !== undefined) {
        found = this.#collect(first, `+${prefix}*`, channel, scopes, at, found);
      }
    }
    return found;
  }

  #collect(
    head: number,
    prefix: string | null,
    channel: Channel,
    scopes: readonly ListingScope[],
    at: Instant,
    before: readonly OwnListing[],
  ): readonly OwnListing[] {
    const text = channel === 'text' ? textBit : 0;
    const second = Math.floor(at / 1000);
    let found = before;
    for (let row = head - 1; row >= 0; row = (this.#rows.next[row] ?? 0) - 1) {
      const flags = this.#rows.flags[row] ?? 0;
      if ((flags & listedBit) === 0 || (flags & textBit) !== text) continue;
      const until = this.#rows.until[row] ?? 0;
      if (until !== 0 && until <= second) continue;
      const scope = this.#scopes[this.#rows.scope[row] ?? 0];
      if (scope === undefined || !concerns(scopes, scope)) continue;
      const reason = listingReasons[flags >> reasonShift];
      assert(reason !== undefined, 'a stored reason is one of ours');
      found = [
        ...found,
        {
          scope,
          reason,
          provisional: (flags & provisionalBit) !== 0,
          since: (this.#rows.since[row] ?? 0) * 1000,
          seq: this.#rows.seq[row] ?? 0,
          prefix,
        },
      ];
    }
    return found;
  }

  #write(row: number, change: OwnChange, scope: number, text: number): void {
    const { seq, listed, provisional, reason, until, at } = change;
    this.#rows.seq[row] = seq;
    this.#rows.scope[row] = scope;
    this.#rows.flags[row] =
      (listed ? listedBit : 0) |
      (provisional ? provisionalBit : 0) |
      text |
      (listingReasons.indexOf(reason) << reasonShift);
    this.#rows.since[row] = Math.floor(at / 1000);
    // Rounded up: a listing does not end before its time.
    this.#rows.until[row] = until === null ? 0 : Math.ceil(until / 1000);
  }

  #scopeId(scope: ListingScope): number {
    const known = this.#scopeIds.get(scope);
    if (known !== undefined) return known;
    this.#scopeIds.set(scope, this.#scopes.length);
    this.#scopes.push(scope);
    return this.#scopes.length - 1;
  }

  /** The first row of a number or prefix, plus one; 0: it has none. */
  #headOf(number: string): number {
    if (!number.endsWith('*')) {
      return this.#heads[this.#slotOf(this.#keys, keyOf(number))] ?? 0;
    }
    const [length, prefix] = prefixOf(number);
    return this.#prefixes.get(length)?.get(prefix) ?? 0;
  }

  #setHead(number: string, head: number): void {
    if (number.endsWith('*')) {
      const [length, prefix] = prefixOf(number);
      const prefixes = this.#prefixes.get(length) ?? new Map<number, number>();
      this.#prefixes.set(length, prefixes.set(prefix, head));
      return;
    }
    const key = keyOf(number);
    let slot = this.#slotOf(this.#keys, key);
    if (this.#keys[slot] === 0) {
      if (this.#count + 1 > this.#keys.length * fillMax) {
        this.#grow();
        slot = this.#slotOf(this.#keys, key);
      }
      this.#keys[slot] = key;
      this.#count += 1;
    }
    this.#heads[slot] = head;
  }

  /** Where a number lies, or the free place where it would. */
  #slotOf(keys: Float64Array, key: number): number {
    const mask = keys.length - 1;
    let slot = hashOf(key) & mask;
    while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    const heads = new Uint32Array(keys.length);
    for (let i = 0; i < this.#keys.length; i += 1) {
      const key = this.#keys[i] ?? 0;
      if (key === 0) continue;
      const slot = this.#slotOf(keys, key);
      keys[slot] = key;
      heads[slot] = this.#heads[i] ?? 0;
    }
    this.#keys = keys;
    this.#heads = heads;
  }
}

/** The digits behind the plus, as a number; several times as quick as `Number`. */
function keyOf(number: string): number {
  let key = 0;
  for (let i = 1; i < number.length; i += 1) key = key * 10 + number.charCodeAt(i) - 48;
  return key;
}

function prefixOf(number: string): readonly [length: number, prefix: number] {
  const digits = number.slice(1, -1);
  return [digits.length, Number(digits)];
}

function copied<A extends { set(from: A): void }>(to: A, from: A): A {
  to.set(from);
  return to;
}
