/** What entries say of redactions and legal holds, and the labels of their commitments. */
import type { Instant, Uuid } from '../words.ts';
import type { Json } from './canonical.ts';

/** People left the records of calls, texts and forms; that there were these records stays. */
export interface RedactionFacts {
  readonly kind: 'redaction';
  readonly purpose: 'oversight';
  readonly entryId: Uuid;
  readonly run: Uuid;
  /** By schedule, or by hand: one call, or a person. */
  readonly scope: 'schedule' | 'call' | 'person';
  /** The call; null: not one alone. */
  readonly callId: Uuid | null;
  /** Version of the schedule; null: by hand. */
  readonly schedule: number | null;
  /** Up to when the age of records was counted. */
  readonly asOf: Instant;
  /** By kind: how many were redacted, held back, left open, and could not be shown to be done. */
  readonly counts: Json;
  /** True: everything was read again and found done. */
  readonly proved: boolean;
  /** Why, in the words of who asked; null: by schedule. */
  readonly reason: string | null;
  readonly by: string;
  readonly at: Instant;
}

/** A legal hold was put on records, or lifted. */
export interface HoldFacts {
  readonly kind: 'hold' | 'release';
  readonly purpose: 'oversight';
  readonly entryId: Uuid;
  readonly hold: Uuid;
  /** On what: a call, a person, a line, a period. */
  readonly on: Json;
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
}

export const redaction = [
  'entryId',
  'run',
  'scope',
  'callId',
  'schedule',
  'asOf',
  'counts',
  'proved',
  'reason',
  'by',
  'at',
] as const satisfies readonly (keyof RedactionFacts)[];

export const hold = [
  'entryId',
  'hold',
  'on',
  'reason',
  'by',
  'at',
] as const satisfies readonly (keyof HoldFacts)[];

/** Kinds of entries that are about oversight, and about no purpose of a call. */
export const oversightKinds: readonly string[] = [
  'audit',
  'certificate',
  'redaction',
  'hold',
  'release',
  'rights',
  'batch',
  'correction',
  'ending',
];
