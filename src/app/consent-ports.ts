/** How the carrier is told who does not want texts, and does again. */
import type { Instant } from '../core/words.ts';

/** What the carrier has to be told of a number: its newest state, for every line of ours. */
export interface ConsentDue {
  readonly number: string;
  readonly seq: number;
  readonly listed: boolean;
  /** By what way it came, such as `api`, `text` or `carrier`. */
  readonly source: string;
  readonly at: Instant;
  readonly attempts: number;
  /** True for the number of ours on which the carrier heard it itself. */
  readonly wasHeardOn: (line: string) => boolean;
}

export interface ConsentQueue {
  /**
   * Takes what is due, with a lease: until it is settled or the lease is over nobody else is given
   * those numbers, though they may change meanwhile.
   */
  take(limit: number, leaseMs: number): Promise<readonly ConsentDue[]>;
  /** The carrier knows: what changed meanwhile is due, and otherwise nothing is kept. */
  told(due: ConsentDue): Promise<void>;
  /** @param refused the carrier's error number, if it took the request and refused this */
  postpone(due: ConsentDue, ms: number, refused: number | null): Promise<void>;
}

/** One sender and one contact. */
export interface Consent {
  readonly contact: string;
  readonly sender: string;
  /** The same whenever the same is told again; 32 hexadecimal digits. */
  readonly correlation: string;
  readonly optedIn: boolean;
  readonly source: 'website' | 'opt-in-message' | 'opt-out-message' | 'others';
  readonly at: Instant;
}

/** So many are told at once at most. */
export const consentsMax = 25;

export interface ConsentCarrier {
  /**
   * @returns by correlation, the carrier's error number; 0: taken
   * @throws `invalid_request` or `not_found` where the carrier takes none of this account, and
   *   `unavailable`: it may have taken them
   */
  tell(consents: readonly Consent[]): Promise<ReadonlyMap<string, number>>;
}
