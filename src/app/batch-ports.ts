/** How batches that leave something are kept: a certificate, or lines that stay live. */
import type { Channel, ScreeningPurpose } from '../core/suppression/inquiry.ts';
import type { AskedOf, LineChange, Reason } from '../core/suppression/live-batch.ts';
import type { TokenPage } from '../core/suppression/number-tokens.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Page, PageAsk } from './api-ports.ts';
import type { StreamPlace } from './own-list-ports.ts';
import type { PreparedEntry } from './ports.ts';

export interface NewBatch {
  readonly id: Uuid;
  readonly by: string;
  readonly channel: Channel;
  readonly purpose: ScreeningPurpose;
  readonly campaign: string | null;
  readonly at: Instant;
  /** Where in the stream of own requests the first answer may have been given. */
  readonly place: StreamPlace;
  /** Null: it does not stay live. */
  readonly live: { readonly until: Instant; readonly key: Uint8Array } | null;
}

export interface FinishedBatch {
  readonly at: Instant;
  readonly lines: number;
  readonly certificate: string | null;
  /** Of the certificate. */
  readonly entry: PreparedEntry | null;
  /** Versions of registries by which every line was decided, as `list/version`. */
  readonly looked: readonly string[];
  /** True: lines are kept that ask otherwise than the batch. */
  readonly isMixed: boolean;
}

/**
 * `broken`: its answer did not come to its end. `finished`: it never was to stay live; `ended`: it
 * was live, and is not any more.
 */
export type BatchState = 'running' | 'broken' | 'finished' | 'live' | 'ended';

export interface Batch {
  readonly id: Uuid;
  readonly state: BatchState;
  readonly by: string;
  readonly channel: Channel;
  readonly purpose: ScreeningPurpose;
  readonly campaign: string | null;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly lines: number | null;
  readonly liveUntil: Instant | null;
  readonly endedAt: Instant | null;
  readonly isCertified: boolean;
}

export interface BatchStore {
  begin(batch: NewBatch): Promise<void>;
  /** Keeps a part of a batch that is to stay live. */
  keep(id: Uuid, part: number, pages: readonly TokenPage[], at: Instant): Promise<void>;
  /** With its entry, in one transaction. False: it was given up meanwhile. */
  finish(id: Uuid, done: FinishedBatch): Promise<boolean>;
  /** Ends it, whatever it is: its numbers are gone with their key. False: there is none. */
  end(id: Uuid, at: Instant): Promise<boolean>;
  /**
   * Ends every one whose days are over, and what a process that died left unfinished. What changed in
   * one that is over can be read for 31 days more.
   */
  endOver(at: Instant): Promise<void>;
  find(id: Uuid): Promise<Batch | null>;
  list(page: PageAsk): Promise<Page<Batch>>;
  certificate(id: Uuid): Promise<string | null>;
}

// ---------------------------------------------------------------- while they are live

/** A version of a registry that live batches are to be looked at with. */
export interface NewVersion {
  /** `list/version`. */
  readonly name: string;
  /** Whether it can stand against any line of such a batch. */
  matters(batch: AskedOf, isMixed: boolean): boolean;
  /** What stands against a line since; null: nothing of this version. */
  against(batch: AskedOf, number: string, otherwise: boolean): Reason | null;
}

export interface RegistryLook {
  readonly versions: readonly NewVersion[];
  readonly at: Instant;
  /** True: it is to stop; whoever looks next begins anew. */
  readonly isOver: () => boolean;
}

export interface KeptChange extends LineChange {
  /** Of one batch, each is higher than those of every change that was there before. */
  readonly position: number;
  readonly at: Instant;
}

export interface Followed {
  /** False: there is more to be done at once. */
  readonly isAll: boolean;
  /** True: something was found. */
  readonly isNews: boolean;
}

export interface LiveBatches {
  /**
   * Looks for the numbers of own requests in live batches, from where each of them is in the stream;
   * what is found is written down, and on its way to whoever is told by webhook, in one transaction.
   * Whatever was acknowledged before is found once it resolves with `isAll`.
   *
   * @param only one batch, which is waited for; null: all that nobody else is at
   */
  follow(only: Uuid | null): Promise<Followed>;
  /**
   * The same for registries; versions that a batch was looked at with already are left out. One that
   * is looked at elsewhere is left to it. True: something was found.
   */
  lookAt(look: RegistryLook): Promise<boolean>;
  /** After a position, in order. */
  changes(id: Uuid, after: number, limit: number): Promise<readonly KeptChange[]>;
}
