/** What entries say of requests about one's own data, and the labels of their commitments. */
import type { Hex, Instant, Uuid } from '../words.ts';

/** Something was done with a request: it came, its person was checked, it was answered. */
export interface RightsFacts {
  readonly kind: 'rights';
  readonly purpose: 'oversight';
  readonly entryId: Uuid;
  readonly request: Uuid;
  /** Such as `access`. */
  readonly right: string;
  /** Such as `verify`; the first one is `receive`. */
  readonly act: string;
  /** Where the request stands after it. */
  readonly state: string;
  readonly law: string;
  readonly speaker: string;
  /** E.164; null once the person is erased. */
  readonly number: string | null;
  /** How it was known who they are; null: it was not asked. */
  readonly means: string | null;
  /** Of what shows it: an authority, a passport, an answer. */
  readonly document: Hex | null;
  /** Why it was refused; null: it was not. */
  readonly ground: string | null;
  /** Last day for the answer, such as 2026-12-28. */
  readonly answerBy: string;
  readonly by: string;
  readonly at: Instant;
}

export const rights = [
  'entryId',
  'request',
  'right',
  'act',
  'state',
  'law',
  'speaker',
  'number',
  'means',
  'document',
  'ground',
  'answerBy',
  'by',
  'at',
] as const satisfies readonly (keyof RightsFacts)[];
