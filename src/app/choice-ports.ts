/** How the app keeps what people chose beyond one call. */
import type { AgeBand, Choice } from '../core/consent/choice.ts';
import type { Uuid } from '../core/words.ts';
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
  setAgeBand(personId: Uuid, ageBand: AgeBand | null): Promise<void>;
}
