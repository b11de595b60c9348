/** What reports are made from, and how releases are kept. */
import type { CallFact } from '../core/reports/facts.ts';
import type { Release, ReleaseRow } from '../core/reports/release.ts';
import type { Instant, Purpose } from '../core/words.ts';

export interface ReportReads {
  /** Calls that began in that time, with what became of the question for a purpose. */
  facts(wanted: {
    readonly since: Instant;
    /** Exclusive. */
    readonly until: Instant;
    readonly purpose: Purpose;
  }): Promise<readonly CallFact[]>;
}

export interface KeptRelease {
  /** `2026-03`. */
  readonly month: string;
  readonly madeBy: string;
  readonly madeAt: Instant;
  readonly rowsBy: ReleaseRow;
  readonly table: Release;
}

export interface ReleaseStore {
  /** Newest month first. */
  list(): Promise<readonly KeptRelease[]>;
  find(month: string): Promise<KeptRelease | null>;
  /**
   * Written only if there are still as many as the maker looked at: two that were made at once could
   * be of different rows, or spend the same budget. `known`: that month was released before.
   */
  add(release: KeptRelease, among: number): Promise<'added' | 'known' | 'crossed'>;
}
