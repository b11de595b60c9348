/** Whose a row is, where it has the columns of `person` beside its own. */
import type { Row } from 'postgres';
import type { SealedPerson } from '../../app/api-ports.ts';
import type { Uuid } from '../../core/words.ts';

export function sealedPersonOf(row: Row): {
  readonly person: SealedPerson | null;
  readonly isRestricted: boolean;
} {
  const id = (row['person_id'] ?? null) as Uuid | null;
  if (id === null) return { person: null, isRestricted: false };
  const person = {
    id,
    keyWrapped: row['key_wrapped'] as Buffer | null,
    numberSealed: row['number_sealed'] as Buffer | null,
  };
  return { person, isRestricted: row['restricted_at'] !== null };
}
