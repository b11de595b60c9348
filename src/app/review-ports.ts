/** How stops that are only probable are kept until a person has looked at them. */
import type { ListingScope } from '../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Page, PageAsk } from './api-ports.ts';
import type { OwnListStore } from './own-list-ports.ts';

export const reviewStates = ['provisional', 'confirmed', 'rejected'] as const;
export type ReviewState = (typeof reviewStates)[number];

export interface ReviewRow {
  readonly id: Uuid;
  readonly personId: Uuid | null;
  readonly scope: ListingScope;
  readonly source: string;
  readonly noteSealed: Buffer | null;
  readonly at: Instant;
  readonly state: ReviewState;
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
  readonly reason: string | null;
}

export interface Decision {
  readonly state: 'confirmed' | 'rejected';
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
}

export interface ReviewStore {
  /** Oldest first; of those that wait only such as something still stands of. */
  page(state: ReviewState, page: PageAsk): Promise<Page<ReviewRow>>;
  /**
   * Decides one that waits. What `act` changes and that it was decided are one transaction, so of
   * two people who decide at once one is told that it was done. Null: it does not wait any more.
   */
  decide<Result>(
    id: Uuid,
    decision: Decision,
    act: (row: ReviewRow, list: Pick<OwnListStore, 'put' | 'find'>) => Promise<Result>,
  ): Promise<Result | null>;
}
