/** What runs of retention need of the store: facts to judge by, batches to redact, and themselves. */
import type { CallFacts, RecordFacts, RecordKind, RetentionRule } from '../core/retention/plan.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Page, PageAsk, PagePlace } from './api-ports.ts';
import type { PreparedEntry, RecordingRow } from './ports.ts';

/**
 * Records that go by themselves. Forms are the `answers` of surveys, `requests` that are done, and
 * what was `sent` on the web.
 */
export const looseSets = ['recordings', 'texts', 'answers', 'requests', 'sent'] as const;
export type LooseSet = (typeof looseSets)[number];
/** `permits`: leave to contact, and counts of contacts. `people`: of whom nothing is kept any more. */
export type RecordSet = LooseSet | 'calls' | 'permits' | 'people';

/** As whose part each set counts. */
export const kindOf: Readonly<Record<LooseSet, Exclude<RecordKind, 'calls'>>> = {
  recordings: 'recordings',
  texts: 'texts',
  answers: 'forms',
  requests: 'forms',
  sent: 'forms',
};

/** Something that is redacted in one piece, with what goes with it. */
export interface Item {
  readonly id: string;
  /** Recordings that go with a call, or the one that goes by itself. */
  readonly recordings: readonly Uuid[];
  /** How many forms go with a call. */
  readonly forms: number;
}

export interface CallRow extends CallFacts {
  readonly item: Item;
  readonly place: PagePlace;
}

export interface LooseRow extends RecordFacts {
  readonly item: Item;
  readonly place: PagePlace;
  readonly isHeld: boolean;
  /** The call that it belongs to, if that is not redacted; null: it is, or there is none. */
  readonly call: CallFacts | null;
}

export interface FactsAsk {
  /** Oldest first, from there on. */
  readonly after: PagePlace | null;
  /** Exclusive; null: whatever their age. */
  readonly before: Instant | null;
  readonly limit: number;
  /** Whether purposes are asked for. */
  readonly purposes: boolean;
  /** Only that call, or calls and texts of that person; null: of the tenant. */
  readonly of: { readonly callId: Uuid } | { readonly personId: Uuid } | null;
}

export const outcomes = ['redacted', 'held', 'open', 'failed'] as const;
export type Counted = Readonly<Record<(typeof outcomes)[number], number>>;
export type Counts = Readonly<Partial<Record<RecordKind | 'permits' | 'people', Counted>>>;

/** What a second look found, by id. `remains`: nothing explains it. */
export type Leftovers = ReadonlyMap<string, 'held' | 'open' | 'remains'>;

/** What is being redacted, until it was read again. */
export interface Batch {
  readonly items: readonly Item[];
  readonly held: number;
  readonly open: number;
  /** Where the run goes on after it. */
  readonly place: PagePlace;
}

export interface PlannedKind {
  readonly due: number;
  readonly held: number;
  readonly open: number;
  /** Of what is due; null: nothing is. */
  readonly oldest: Instant | null;
}
export type Planned = Readonly<Record<RecordKind, PlannedKind>>;

export type RunScope = 'schedule' | 'call' | 'person';

export interface RetentionRun {
  readonly id: Uuid;
  readonly scope: RunScope;
  readonly callId: Uuid | null;
  readonly personId: Uuid | null;
  readonly by: string;
  readonly reasonSealed: Buffer | null;
  readonly schedule: number | null;
  readonly rules: readonly RetentionRule[];
  readonly asOf: Instant;
  readonly expected: Planned | null;
  readonly startedAt: Instant;
  readonly stage: number;
  readonly place: PagePlace | null;
  readonly batch: Batch | null;
  readonly counts: Counts;
  readonly unsure: readonly Uuid[];
  readonly finishedAt: Instant | null;
  readonly proved: boolean;
  readonly receiptId: Uuid | null;
}

export type NewRun = Pick<
  RetentionRun,
  | 'id'
  | 'scope'
  | 'callId'
  | 'personId'
  | 'by'
  | 'reasonSealed'
  | 'schedule'
  | 'rules'
  | 'asOf'
  | 'expected'
> & {
  /** YYYY-MM-DD of a run that upkeep begins: there is one a day. Null: somebody asked for it. */
  readonly day: string | null;
};

export type RunState = Pick<RetentionRun, 'stage' | 'place' | 'batch' | 'counts' | 'unsure'>;

/** Who is at a run, and until when nobody else may take it. */
export interface Lease {
  readonly taker: Uuid;
  readonly until: Instant;
}

export interface RetentionStore {
  calls(ask: FactsAsk): Promise<readonly CallRow[]>;
  loose(set: LooseSet, ask: FactsAsk): Promise<readonly LooseRow[]>;
  /** Permits and counts of contacts, or people of whom nothing is kept any more. */
  strays(set: 'permits' | 'people', ask: FactsAsk): Promise<readonly LooseRow[]>;

  /** Those that are not erased yet. */
  recordings(ids: readonly Uuid[]): Promise<readonly RecordingRow[]>;
  /** Where their bytes lie, erased or not. */
  vaultNames(ids: readonly Uuid[]): Promise<ReadonlyMap<Uuid, string>>;
  /**
   * One transaction; what a hold keeps at that moment stays as it is. May be done again.
   *
   * @param erasures entries of the recordings that go, by their ids
   */
  act(
    set: RecordSet,
    items: readonly Item[],
    erasures: ReadonlyMap<Uuid, PreparedEntry>,
    at: Instant,
  ): Promise<void>;
  /** Which of them are not gone, and why. */
  look(set: RecordSet, items: readonly Item[]): Promise<Leftovers>;

  /**
   * Takes over what earlier runs could not show to be gone. Null: one is open already, or upkeep
   * began one that day.
   */
  begin(run: NewRun, at: Instant): Promise<RetentionRun | null>;
  /** Null: it is over, or somebody else is at it. */
  take(id: Uuid, lease: Lease, at: Instant): Promise<RetentionRun | null>;
  /** False: the lease was lost. */
  save(id: Uuid, state: RunState, lease: Lease): Promise<boolean>;
  release(id: Uuid, taker: Uuid): Promise<void>;
  finish(
    id: Uuid,
    taker: Uuid,
    end: { readonly entry: PreparedEntry; readonly proved: boolean; readonly at: Instant },
  ): Promise<boolean>;
  find(id: Uuid): Promise<RetentionRun | null>;
  /** The newest of a call or a person. */
  lastOf(scope: 'call' | 'person', of: Uuid): Promise<RetentionRun | null>;
  list(page: PageAsk): Promise<Page<RetentionRun>>;
  /** Whether upkeep began a run that day. */
  ranOn(day: string): Promise<boolean>;
  isRedacted(callId: Uuid): Promise<boolean>;
  /** Those of the calls that are there, over, and not redacted. */
  unredacted(callIds: readonly Uuid[]): Promise<readonly Uuid[]>;
  /** Those that nobody is at, and nobody finished. */
  open(at: Instant): Promise<readonly Uuid[]>;
}
