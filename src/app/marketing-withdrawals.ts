/** Permissions for marketing that a turn took back: each is an opt-out, left as a task of its commit. */
import type { Channel } from '../core/suppression/own-change.ts';
import type { Purpose, Uuid } from '../core/words.ts';
import type { Turn } from './take-turn.ts';

/** Whoever takes one of these back is not contacted that way any more, by anybody here. */
export const marketed: Partial<Record<Purpose, readonly Channel[]>> = {
  'marketing-calls': ['call'],
  'marketing-texts': ['text'],
};

export interface OptOutTask {
  readonly kind: 'opt-out';
  readonly body: { readonly personId: Uuid; readonly channels: readonly Channel[] };
}

/** A withheld number is nobody's, and cannot be called. */
export function optOutsOf({ changes }: Turn): readonly OptOutTask[] {
  return changes.flatMap(({ leg: { personId }, change: { kind, purpose } }) => {
    const channels = kind === 'withdrawal' ? marketed[purpose] : undefined;
    return channels === undefined || personId === null
      ? []
      : [{ kind: 'opt-out', body: { personId, channels } }];
  });
}
