import type { Instant, Purpose, Uuid } from '../words.ts';
import type { Choice } from './choice.ts';
import { standing } from './standing.ts';

/** `notBefore` is null when somebody may be asked now. */
export interface MayAsk {
  readonly allowed: boolean;
  readonly notBefore: Instant | null;
}

/**
 * Whether a person may be asked for a purpose, by whatever way: not for twelve calendar months
 * after they said no or took a yes back. They themselves may change it whenever they like.
 */
export function mayAsk(
  choices: readonly Choice[],
  purpose: Purpose,
  at: Instant,
  line: Uuid | null,
): MayAsk {
  const stands = standing(choices, purpose, at, { line });
  return stands.kind === 'refused'
    ? { allowed: false, notBefore: stands.notBefore }
    : { allowed: true, notBefore: null };
}
