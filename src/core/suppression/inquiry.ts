/**
 * What a screening is asked, and what is known when it is: about the person, from the lists, and how
 * the operator wants it decided.
 */
import type { Place } from '../jurisdiction/place.ts';
import type { Instant } from '../words.ts';
import type { RegistryKind } from './calling-rules.ts';
import type { Attempt } from './caps.ts';
import type { Channel } from './own-change.ts';
import type { Window } from './window.ts';

export { type Channel, channels } from './own-change.ts';

/**
 * What the contact is for. `service` answers somebody, or does what was agreed: own lists, number
 * rules and hours. All others sell, and need the registries too; `sale` asks whether data may be
 * sold or shared.
 */
export const screeningPurposes = ['service', 'marketing-calls', 'marketing-texts', 'sale'] as const;
export type ScreeningPurpose = (typeof screeningPurposes)[number];

/** Requests to the caller itself: for all, for a campaign, and a permission taken back. */
export type OwnKind = 'internal' | 'campaign' | 'withdrawn';

/** A number that stands on a list, for the channel that is asked about. */
export interface Hit {
  readonly list: string;
  readonly kind: RegistryKind | OwnKind | 'litigator' | 'reassigned' | 'wireless';
  readonly version: string | null;
  /** Null is not known: then nothing the person said is known to be later. */
  readonly since: Instant | null;
  /** Of a campaign's list. */
  readonly campaign?: string;
  /** A stop that is only probable: it covers calls and texts until somebody has looked. */
  readonly provisional?: boolean;
}

/** The version of a list that is there and cannot be read: whoever has it relies on it. */
export const unreadableVersion = 'unreadable';

/** A list as it is read now. */
export interface ListState {
  readonly list: string;
  readonly version: string;
  readonly obtainedAt: Instant;
  /** Not to be relied on from then on; null: its age alone decides. */
  readonly until: Instant | null;
  readonly channels: readonly Channel[];
  /** Whether it covers the area of a number; not every area code is subscribed to. */
  covers(number: string): boolean;
}

export interface Seen {
  readonly hits: readonly Hit[];
  /**
   * By `keyOf(kind, place)`, or by the kind alone of lists that no place keeps; a list that is not
   * there was never obtained.
   */
  readonly states: ReadonlyMap<string, ListState>;
  /** Position in the stream of own requests up to which the lists were read. */
  readonly asOf: number | null;
  /** How long ago they were known to be complete up to there. */
  readonly ageMs: number;
}

/** Somebody's documented yes to being contacted. */
export interface Permission {
  /** Of the entry that documents it. */
  readonly receiptId: string;
  readonly purpose: ScreeningPurpose;
  /** Null is any. */
  readonly channel: Channel | null;
  readonly givenAt: Instant;
  readonly expiresAt: Instant | null;
}

export const lineKinds = ['landline', 'mobile', 'voip'] as const;
export type Line = (typeof lineKinds)[number];

/** What is known of the person, or of the number, beside the lists. */
export interface Known {
  readonly address: Place | null;
  /** Null is not known. */
  readonly line: Line | null;
  readonly permissions: readonly Permission[];
  readonly withdrawnAt: Instant | null;
  readonly lastPurchaseAt: Instant | null;
  readonly lastInquiryAt: Instant | null;
  readonly refusedAt: Instant | null;
  readonly noReaskUntil: Instant | null;
  /** Whether the number changed hands since the date that is relied on; null: nobody asked. */
  readonly reassigned: (typeof reassignments)[number] | null;
  readonly attempts: readonly Attempt[];
}

/** What whoever asks has in its own books of the person or the number. */
export type Stated = Partial<Pick<Known, 'lastPurchaseAt' | 'lastInquiryAt' | 'reassigned'>>;

export const reassignments = ['yes', 'no', 'no-data'] as const;

export const nothingKnown: Known = Object.freeze({
  address: null,
  line: null,
  permissions: [],
  withdrawnAt: null,
  lastPurchaseAt: null,
  lastInquiryAt: null,
  refusedAt: null,
  noReaskUntil: null,
  reassigned: null,
  attempts: [],
});

export interface Policy {
  /** How long an attempt may ring at most; it has to end within the window. */
  readonly ringMs: number;
  /** How old the own lists may be. */
  readonly replicaAgeMsMax: number;
  /** States in a declared emergency: nobody in them is sold to. */
  readonly emergencies: ReadonlySet<Place>;
  /** The operator's own hours, where there are some. */
  readonly own: Window | null;
}

export const standardPolicy: Policy = Object.freeze({
  // with a minute, 20:59 is the last minute in which one may begin
  ringMs: 60_000,
  replicaAgeMsMax: 5_000,
  emergencies: new Set<Place>(),
  own: null,
});

export interface Inquiry {
  /** E.164. */
  readonly number: string;
  readonly channel: Channel;
  readonly purpose: ScreeningPurpose;
  /** When the contact is to be; moves hours, caps and what rules hold. */
  readonly at: Instant;
  /** When one asks; lists, permissions and review dates are looked at as they are now. */
  readonly now: Instant;
  readonly campaign: string | null;
  /** The id of the line of ours it is from; null or left out: not said. */
  readonly from?: string | null;
  readonly subject: string | null;
  readonly seen: Seen;
  readonly known: Known;
  readonly policy: Policy;
}
