/** How the audit is kept and asked, and how what a request names is found. */
import type { AuditKind } from '../core/access/audit.ts';
import type { CallPlace } from '../core/access/limits.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Page, PageAsk } from './api-ports.ts';
import type { SealedOpening } from './ledger-ports.ts';
import type { PreparedEntry } from './ports.ts';

/** An entry of the kind `audit`, and what it is found by. */
export interface AuditRow {
  readonly entry: PreparedEntry;
  readonly kind: AuditKind;
  readonly allowed: boolean;
  readonly by: string;
  readonly persons: readonly Uuid[];
  /** The export that was given out; whom it held is looked up by it. Null: none was. */
  readonly exportId: Uuid | null;
}

export interface AuditFilter {
  readonly person: Uuid | null;
  readonly by: string | null;
  readonly kind: AuditKind | null;
  readonly allowed: boolean | null;
  readonly since: Instant | null;
  /** Exclusive. */
  readonly until: Instant | null;
}

export interface AuditStore {
  /** Resolves once the entry, its place in the ledger's queue and its index row are committed. */
  add(row: AuditRow): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter, page: PageAsk): Promise<Page<SealedOpening>>;
}

/** What a request is about, as far as people's data and the limits of users go. */
export interface Subject {
  readonly persons: readonly Uuid[];
  /** The call that it belongs to; null: to none. */
  readonly call: CallPlace | null;
  /** Where a link was named: the recording it leads to, and for whom. */
  readonly recordingId?: Uuid;
  readonly onlyFor?: string;
}

/** What paths name by parameter. */
export const subjectKinds = [
  'call',
  'recording',
  'task',
  'receipt',
  'person',
  'link',
  'request',
  'emailRequest',
] as const;
export type SubjectKind = (typeof subjectKinds)[number];

export interface Subjects {
  /** @param name an id, a CallSid for a call, an E.164 number for a person; null if there is none */
  find(tenantId: Uuid, kind: SubjectKind, name: string): Promise<Subject | null>;
  /** The persons who were these parties. */
  ofParties(parties: readonly Uuid[]): Promise<readonly Uuid[]>;
  /** The person of a number, if anybody wrote them down. */
  ofNumber(number: string): Promise<readonly Uuid[]>;
}
