/** What the last entry of a ledger says: that the business ended, and what was found gone. */
import type { Instant, Uuid } from '../words.ts';
import type { Json } from './canonical.ts';

export interface EndingFacts {
  readonly kind: 'ending';
  readonly purpose: 'oversight';
  readonly entryId: Uuid;
  readonly ending: Uuid;
  /** When a copy of everything was offered, until when, and how many exports were made since. */
  readonly offer: Json;
  /** True: every step was read again and found done. */
  readonly proved: boolean;
  readonly steps: Json;
  /** What cannot be seen from here. */
  readonly beyond: readonly string[];
  readonly by: string;
  readonly at: Instant;
}

export const ending = [
  'entryId',
  'ending',
  'offer',
  'proved',
  'steps',
  'beyond',
  'by',
  'at',
] as const satisfies readonly (keyof EndingFacts)[];
