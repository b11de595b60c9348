import type { Hex, Instant, Purpose, Uuid } from '../words.ts';

/**
 * What a person has chosen beyond one call, as facts that are only ever added to. Where a
 * permission stands is worked out from them: `standing.ts`.
 */

export const choiceKinds = ['granted', 'refused', 'withdrawn', 'expired', 'invalidated'] as const;
export type ChoiceKind = (typeof choiceKinds)[number];

/** By what way a choice reached us. */
export const choiceChannels = [
  'call',
  'form',
  'terms',
  'email',
  'text',
  'paper',
  'agent',
  'api',
  /** Taken from what somebody did, not from what they said: kept as history, never counted. */
  'implied',
  /** Nobody's act: a permission ran out. */
  'clock',
] as const;
export type ChoiceChannel = (typeof choiceChannels)[number];

/** By what ways a choice can be told of; the others are ours: a call, and the clock. */
export const importChannels = choiceChannels.filter((one) => one !== 'call' && one !== 'clock');

export const ageBands = ['under-13', '13-15', '16-up'] as const;
export type AgeBand = (typeof ageBands)[number];

/** Where a choice counts: with the whole business, or on one of its lines. */
export type ChoiceScope = 'tenant' | { readonly line: Uuid };

export interface Choice {
  /** Of its entry in the ledger. */
  readonly id: Uuid;
  readonly kind: ChoiceKind;
  readonly purpose: Purpose;
  /** When the person chose; an import may tell of it later. */
  readonly at: Instant;
  /** Null for everything but a grant. */
  readonly validUntil: Instant | null;
  readonly scope: ChoiceScope;
  readonly channel: ChoiceChannel;
  /** What they were asked in a call, and in which language; null elsewhere. */
  readonly words: { readonly hash: Hex; readonly locale: string } | null;
  /** SHA-256 of the document that shows it; null where there is none. */
  readonly document: Hex | null;
  readonly ageBand: AgeBand | null;
  /** True when a parent or guardian granted it. */
  readonly guardian: boolean;
  /** True when the form it was given on asks for the purpose in other words today. */
  readonly superseded?: boolean;
}

/**
 * Whether somebody of that age may grant by themselves: under 13 never, from 13 to 15 only the
 * sale of their data (California asks them themselves), without a word of their age always.
 */
export function mayGrantAlone(ageBand: AgeBand | null, purpose: Purpose): boolean {
  if (ageBand === null || ageBand === '16-up') return true;
  return ageBand === '13-15' && purpose === 'sale';
}

/** Whether a choice says anything about what stands. */
export function counts({ channel, kind, ageBand, guardian, purpose }: Choice): boolean {
  if (channel === 'implied') return false;
  return kind !== 'granted' || guardian || mayGrantAlone(ageBand, purpose);
}

/** Whether a choice concerns a line; `null`: the business as a whole. */
export function concernsLine({ scope }: Choice, line: Uuid | null): boolean {
  return scope === 'tenant' || scope.line === line;
}
