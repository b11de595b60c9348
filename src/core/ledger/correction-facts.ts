/** What an entry says of a correction of somebody's contact data. */
import type { Hex, Instant, Uuid } from '../words.ts';

/**
 * What changed, without what it says: values stand with their person alone, so that an old one is
 * gone when it is replaced. Each is a keyed hash here, by which whoever has the old value can show
 * that it stood there.
 */
export interface CorrectionFacts {
  readonly kind: 'correction';
  readonly purpose: 'oversight';
  readonly entryId: Uuid;
  /** E.164. */
  readonly number: string;
  /** `link`: to the other numbers of the same person. Null: nothing stood there, or stands. */
  readonly changes: readonly {
    readonly field: 'name' | 'email' | 'notes' | 'place' | 'link';
    readonly before: Hex | null;
    readonly after: Hex | null;
  }[];
  /** The request that it answers; null: none. */
  readonly request: Uuid | null;
  readonly by: string;
  readonly at: Instant;
}

export const correction = [
  'entryId',
  'number',
  'changes',
  'request',
  'by',
  'at',
] as const satisfies readonly (keyof CorrectionFacts)[];
