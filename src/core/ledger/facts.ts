/**
 * What entries say. The kinds and, per kind, the labels of their commitments are closed lists:
 * a verifier refuses a statement that has one label more or less.
 */
import type { Answer, CallSid, Gap, Hex, Instant, Purpose, Role, Uuid } from '../words.ts';

export interface ConsentFacts {
  readonly kind: 'request' | 'grant' | 'refusal' | 'withdrawal' | 'expiry';
  readonly purpose: Purpose;
  readonly entryId: Uuid;
  readonly callId: Uuid;
  readonly callSid: CallSid;
  readonly partyId: Uuid;
  readonly role: Role;
  /** E.164; null when the number was withheld. */
  readonly number: string | null;
  readonly at: Instant;
  /** What the person's act was taken for; null where there was no act. */
  readonly answer: Answer | null;
  readonly flow: { readonly name: string; readonly version: number; readonly hash: Hex };
  /** BCP 47 tag of the prompts. */
  readonly locale: string;
  /** What was spoken, by hash of its words. */
  readonly prompts: readonly { readonly id: string; readonly sha256: Hex }[];
  /** In whose name the question was asked. */
  readonly controller: string;
}

/** A person stopped or resumed a recording without touching the permission. */
export interface PauseFacts {
  readonly kind: 'pause' | 'resume';
  readonly purpose: 'recording';
  readonly entryId: Uuid;
  readonly callId: Uuid;
  readonly at: Instant;
  /** Who: an API key's or user's id, or `timer`. */
  readonly by: string;
}

/** A recording was closed and sealed. */
export interface SealingFacts {
  readonly kind: 'sealing';
  readonly purpose: 'recording';
  readonly entryId: Uuid;
  readonly callId: Uuid;
  readonly callSid: CallSid;
  readonly partyId: Uuid;
  readonly recordingId: Uuid;
  readonly at: Instant;
  /** SHA-256 of the sealed payload as it lies in the vault. */
  readonly payloadSha256: Hex;
  /** Length of the audio, gaps included, ms. */
  readonly durationMs: number;
  /** Upper bound of audio that was let through and could not be kept, ms. */
  readonly lostMs: number;
  readonly gaps: readonly Gap[];
}

/** Somebody heard or took a recording, or it was erased. */
export interface AccessFacts {
  readonly kind: 'listening' | 'download' | 'erasure';
  readonly purpose: 'recording';
  readonly entryId: Uuid;
  readonly callId: Uuid;
  readonly partyId: Uuid;
  readonly recordingId: Uuid;
  readonly at: Instant;
  /** Who: an API key's or user's id, or `retention`. */
  readonly by: string;
}

export type EntryFacts = ConsentFacts | PauseFacts | SealingFacts | AccessFacts;
export type EntryKind = EntryFacts['kind'];

const consent = [
  'entryId',
  'callId',
  'callSid',
  'partyId',
  'role',
  'number',
  'at',
  'answer',
  'flow',
  'locale',
  'prompts',
  'controller',
] as const satisfies readonly (keyof ConsentFacts)[];

const pause = ['entryId', 'callId', 'at', 'by'] as const satisfies readonly (keyof PauseFacts)[];

const sealing = [
  'entryId',
  'callId',
  'callSid',
  'partyId',
  'recordingId',
  'at',
  'payloadSha256',
  'durationMs',
  'lostMs',
  'gaps',
] as const satisfies readonly (keyof SealingFacts)[];

const access = [
  'entryId',
  'callId',
  'partyId',
  'recordingId',
  'at',
  'by',
] as const satisfies readonly (keyof AccessFacts)[];

/** The facts that each kind commits to, one by one; kind and purpose stand in the leaf itself. */
export const labelsOf: Readonly<Record<EntryKind, readonly string[]>> = {
  request: consent,
  grant: consent,
  refusal: consent,
  withdrawal: consent,
  expiry: consent,
  pause,
  resume: pause,
  sealing,
  listening: access,
  download: access,
  erasure: access,
};

export function isEntryKind(kind: unknown): kind is EntryKind {
  return typeof kind === 'string' && Object.hasOwn(labelsOf, kind);
}
