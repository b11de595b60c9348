/** How the app keeps what people chose beyond one call. */
import type { AgeBand, Choice } from '../core/consent/choice.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { PreparedEntry } from './ports.ts';

/** A choice of somebody. */
export interface KeptChoice extends Choice {
  readonly personId: Uuid;
}

export interface KnownChoices {
  /** In the order in which they were written. */
  readonly choices: readonly Choice[];
  /** Null is not known. */
  readonly ageBand: AgeBand | null;
}

export interface ChoiceStore {
  of(personId: Uuid): Promise<KnownChoices>;
  /** Writes choices with their entries, in one transaction. */
  add(choices: readonly KeptChoice[], entries: readonly PreparedEntry[]): Promise<void>;
  /** Grants that ran out and that nothing came after; oldest first. */
  over(at: Instant, limit: number): Promise<readonly KeptChoice[]>;
  /** Writes the end of a grant with its entry; nothing if it was written before. */
  end(grantId: Uuid, choice: KeptChoice, entry: PreparedEntry): Promise<void>;
  setAgeBand(personId: Uuid, ageBand: AgeBand | null): Promise<void>;
}
