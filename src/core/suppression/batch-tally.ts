/** What a batch came to: how many of each decision and reason, and what it was decided by. */
import type { Instant } from '../words.ts';
import type { ListState } from './inquiry.ts';
import { codesOf, type ReasonCode, refusalOf } from './reasons.ts';

export interface BatchCounts {
  readonly lines: number;
  readonly allow: number;
  readonly deny: number;
  readonly hold: number;
  /** Of the denied ones: lines that could not be read. */
  readonly unreadable: number;
}

/** Lists as one look found them. */
export interface Looked {
  readonly states: ReadonlyMap<string, ListState>;
  readonly asOf: number | null;
}

export interface ListUsed {
  readonly list: string;
  readonly version: string;
  readonly obtainedAt: Instant;
}

/** A version of a list by one name. */
export const nameOf = ({ list, version }: Pick<ListUsed, 'list' | 'version'>): string =>
  `${list}/${version}`;

export class BatchTally {
  #lines = 0;
  #unreadable = 0;
  /** Few combinations of reasons make up a whole list. */
  readonly #byBits = new Map<number, number>();
  readonly #lists = new Map<string, ListUsed>();
  #states: ReadonlyMap<string, ListState> | null = null;
  #throughout: ReadonlySet<string> = new Set();
  #first: number | null = null;
  #last: number | null = null;

  looked({ states, asOf }: Looked): void {
    this.#first ??= asOf;
    this.#last = asOf;
    if (states === this.#states) return;
    const used = [...states.values()].map((one) => [nameOf(one), one] as const);
    for (const [name, { list, version, obtainedAt }] of used) {
      this.#lists.set(name, { list, version, obtainedAt });
    }
    const names = used.map(([name]) => name);
    const isFirst = this.#states === null;
    this.#throughout = new Set(names.filter((name) => isFirst || this.#throughout.has(name)));
    this.#states = states;
  }

  answered(bits: number, isReadable: boolean): void {
    this.#lines += 1;
    if (!isReadable) this.#unreadable += 1;
    this.#byBits.set(bits, (this.#byBits.get(bits) ?? 0) + 1);
  }

  get counts(): BatchCounts {
    const counts = { allow: 0, deny: 0, hold: 0 };
    for (const [bits, count] of this.#byBits) counts[refusalOf(bits) ?? 'allow'] += count;
    return { lines: this.#lines, ...counts, unreadable: this.#unreadable };
  }

  /** A line may have several. */
  get reasons(): Readonly<Partial<Record<ReasonCode, number>>> {
    const counts: Partial<Record<ReasonCode, number>> = {};
    for (const [bits, count] of this.#byBits) {
      for (const code of codesOf(bits)) counts[code] = (counts[code] ?? 0) + count;
    }
    return counts;
  }

  /** Every version that was in force at any time of the batch. */
  get lists(): readonly ListUsed[] {
    return [...this.#lists.values()];
  }

  /** Versions that were in force all the time, as `list/version`: every line was decided by them. */
  get throughout(): readonly string[] {
    return [...this.#throughout];
  }

  /** Positions in the stream of own requests, at the first look and at the last. */
  get ownList(): { readonly from: number | null; readonly to: number | null } {
    return { from: this.#first, to: this.#last };
  }
}
