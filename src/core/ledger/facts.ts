/**
 * What entries say. The kinds and, per kind and version, the labels of their commitments are closed
 * lists: a verifier refuses a statement that has one label more or less.
 *
 * A version that was ever written stays as it is for ever, because receipts of it are in people's
 * hands. To say more in entries of a kind, append a list of labels to its row below, and give the
 * facts their fields; to enter something new, add a row.
 */
import type { AuditActor, AuditKind } from '../access/audit.ts';
import {
  type CallSid,
  type Gap,
  type Hex,
  type Instant,
  type Purpose,
  purposes,
  type Uuid,
} from '../words.ts';
import { type BatchFacts, batch } from './batch-facts.ts';
import type { Json } from './canonical.ts';
import { type ConsentFacts, consent } from './consent-facts.ts';
import { type CorrectionFacts, correction } from './correction-facts.ts';
import { type EndingFacts, ending } from './ending-facts.ts';
import { type MachineFacts, machine } from './machine-facts.ts';
import { type HoldFacts, hold, type RedactionFacts, redaction } from './redaction-facts.ts';
import { type RightsFacts, rights } from './rights-facts.ts';

/** What a leaf can be about: a permission, or `oversight` of who sees what. */
export const leafPurposes = [...purposes, 'oversight'] as const;
export type LeafPurpose = (typeof leafPurposes)[number];

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

/** A number was put on the own list, or taken off it. */
export interface ListingFacts {
  readonly kind: 'listing' | 'lifting';
  /** What is not done any more: marketing by calls or by texts. */
  readonly purpose: 'marketing-calls' | 'marketing-texts';
  readonly entryId: Uuid;
  /** E.164, or the beginning of numbers with `*` behind it. */
  readonly number: string;
  readonly scope: string;
  readonly provisional: boolean;
  readonly reason: string;
  /** By what way it came, such as `api` or `text`. */
  readonly source: string;
  /** Who: an API key's or user's id, or `caller`. */
  readonly by: string;
  /** Null: for ever. */
  readonly until: Instant | null;
  readonly at: Instant;
  /** For a lifting: the person's later opt-in, a document by its hash. */
  readonly evidence: Json;
}

/** Whether a number might be contacted was decided, and by what. */
export interface ScreeningFacts {
  readonly kind: 'screening';
  /** What kind of contact it is about. */
  readonly purpose: 'marketing-calls' | 'marketing-texts';
  readonly entryId: Uuid;
  /** The call that was placed, or was to be; null: nobody meant to place one yet. */
  readonly callId: Uuid | null;
  /** E.164, or what was asked about if it is no number. */
  readonly number: string;
  /** What the contact was for, such as `service`. */
  readonly contactFor: string;
  readonly campaign: string | null;
  readonly decision: 'allow' | 'deny' | 'hold';
  /** Every reason with list and version, the hours, the rules and their version. */
  readonly found: Json;
  readonly by: string;
  readonly at: Instant;
}

/** Somebody looked at people's data or changed what is kept, or tried to and was refused. */
export interface AuditFacts {
  readonly kind: 'audit';
  readonly purpose: 'oversight';
  readonly entryId: Uuid;
  readonly at: Instant;
  readonly act: AuditKind;
  /** The operation of the API, or the command. */
  readonly operation: string;
  readonly allowed: boolean;
  /** A user's or key's id; `nobody` if it is not known who asked. */
  readonly by: string;
  readonly as: AuditActor;
  /** Whose data it was, by the ids of their rows. */
  readonly persons: readonly Uuid[];
  /** What was named: a call, a recording, an earlier entry, by id; `requests`, if more than one. */
  readonly subject: Readonly<Record<string, string>>;
  /** Stands for the network address; null: from this machine's command line. */
  readonly address: Hex | null;
  /** Why, in the words of who asked. */
  readonly reason: string | null;
  /** What was sent of a recording, ms from its start, in order and apart; null: not told. */
  readonly spans: readonly (readonly [from: number, to: number])[] | null;
}

/** What somebody chose outside a call: on a form, by a letter, or by word of their guardian. */
export interface ChoiceFacts {
  readonly kind: 'choice';
  readonly purpose: Purpose;
  readonly entryId: Uuid;
  /** E.164. */
  readonly number: string;
  readonly what: 'granted' | 'refused' | 'withdrawn' | 'expired' | 'invalidated';
  /** By what way it came, such as `form` or `paper`. */
  readonly channel: string;
  /** Where it counts: `all`. */
  readonly scope: string;
  readonly validUntil: Instant | null;
  /** SHA-256 of what the person read and answered. */
  readonly document: Hex | null;
  /** Of a form: ticked before they saw it, and after. */
  readonly box: { readonly before: boolean; readonly after: boolean } | null;
  /** E.164 of the parent or guardian who allowed it. */
  readonly guardian: string | null;
  readonly ageBand: string | null;
  readonly by: string;
  readonly at: Instant;
}

/** A person was erased: what was done, what a second look found, and what outlives it. */
export interface CertificateFacts {
  readonly kind: 'certificate';
  readonly purpose: 'oversight';
  readonly entryId: Uuid;
  readonly erasure: Uuid;
  /** Stands for the number. */
  readonly person: Hex;
  /** True: every step was read again and found done. */
  readonly proved: boolean;
  readonly steps: Json;
  readonly beyond: readonly string[];
  readonly by: string;
  readonly at: Instant;
}

export type EntryFacts =
  | ConsentFacts
  | PauseFacts
  | SealingFacts
  | AccessFacts
  | MachineFacts
  | ListingFacts
  | ScreeningFacts
  | AuditFacts
  | ChoiceFacts
  | CertificateFacts
  | RedactionFacts
  | HoldFacts
  | RightsFacts
  | BatchFacts
  | CorrectionFacts
  | EndingFacts;
export type EntryKind = EntryFacts['kind'];

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

const listing = [
  'entryId',
  'number',
  'scope',
  'provisional',
  'reason',
  'source',
  'by',
  'until',
  'at',
  'evidence',
] as const satisfies readonly (keyof ListingFacts)[];

const screening = [
  'entryId',
  'callId',
  'number',
  'contactFor',
  'campaign',
  'decision',
  'found',
  'by',
  'at',
] as const satisfies readonly (keyof ScreeningFacts)[];

const audit = [
  'entryId',
  'at',
  'act',
  'operation',
  'allowed',
  'by',
  'as',
  'persons',
  'subject',
  'address',
  'reason',
  'spans',
] as const satisfies readonly (keyof AuditFacts)[];

const choice = [
  'entryId',
  'number',
  'what',
  'channel',
  'scope',
  'validUntil',
  'document',
  'box',
  'guardian',
  'ageBand',
  'by',
  'at',
] as const satisfies readonly (keyof ChoiceFacts)[];

const certificate = [
  'entryId',
  'erasure',
  'person',
  'proved',
  'steps',
  'beyond',
  'by',
  'at',
] as const satisfies readonly (keyof CertificateFacts)[];

/** Versions of a leaf. Not every kind has every version. */
export const versions = [1, 2, 3] as const;
export type Version = (typeof versions)[number];

/**
 * The facts that each kind commits to, by version, the first one first; kind and purpose stand in
 * the leaf itself.
 */
const layouts: Readonly<Record<EntryKind, readonly (readonly string[])[]>> = {
  request: consent,
  grant: consent,
  // There was none before the second version.
  reminder: [[], ...consent.slice(1)],
  refusal: consent,
  withdrawal: consent,
  expiry: consent,
  pause: [pause],
  resume: [pause],
  sealing: [sealing],
  listening: [access],
  download: [access],
  erasure: [access],
  machine: [machine],
  listing: [listing],
  lifting: [listing],
  screening: [screening],
  choice: [choice],
  audit: [audit],
  certificate: [certificate],
  redaction: [redaction],
  hold: [hold],
  release: [hold],
  rights: [rights],
  batch: [batch],
  correction: [correction],
  ending: [ending],
};

export const entryKinds = Object.keys(layouts) as readonly EntryKind[];

export function isEntryKind(kind: unknown): kind is EntryKind {
  return typeof kind === 'string' && Object.hasOwn(layouts, kind);
}

/** The labels of a leaf; none if there is no such version of the kind. */
export function labelsOf(version: Version, kind: EntryKind): readonly string[] {
  return layouts[kind][version - 1] ?? [];
}

/** The version in which new entries of a kind are written: its newest. */
export function writtenVersion(kind: EntryKind): Version {
  return versions[layouts[kind].length - 1] ?? 1;
}
