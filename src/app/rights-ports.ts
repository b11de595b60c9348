/** How the app keeps requests about one's own data, and by what way a code reaches a person. */
import type { DeskTaskKind } from '../core/flow/definition.ts';
import type { RightLaw } from '../core/rights/deadline.ts';
import type {
  IdentityMeans,
  RefusalGround,
  RequestAct,
  RequestSpeaker,
  RequestState,
  RightKind,
} from '../core/rights/request.ts';
import type { Hex, Instant, Uuid } from '../core/words.ts';
import type { Page, PageAsk } from './api-ports.ts';
import type { PreparedEntry } from './ports.ts';

export interface RightsRequest {
  readonly id: Uuid;
  readonly personId: Uuid;
  readonly kind: RightKind;
  readonly law: RightLaw;
  readonly speaker: RequestSpeaker;
  /** Who speaks for a child; null: nobody does. */
  readonly guardianId: Uuid | null;
  /** Hash of the written authority. */
  readonly authority: Hex | null;
  readonly state: RequestState;
  readonly receivedAt: Instant;
  readonly confirmedAt: Instant | null;
  /** By when they have to be told that it has come; null: the law does not say. */
  readonly confirmEnds: Instant | null;
  /** From then on an answer is late. */
  readonly dueAt: Instant;
  /** Last day for the answer, such as 2026-12-28. */
  readonly answerBy: string;
  /** What was asked for, in their words, sealed under the person's key. */
  readonly noteSealed: Buffer | null;
  readonly means: IdentityMeans | null;
  readonly ground: RefusalGround | null;
  readonly closedAt: Instant | null;
  readonly by: string;
  /** What somebody left in a call, where this came of it. */
  readonly taskId: Uuid | null;
  /** How many events it has: whoever changes it names the number they saw. */
  readonly seq: number;
}

export interface RightsEvent {
  readonly act: RequestAct | 'receive' | 'try';
  readonly state: RequestState;
  readonly at: Instant;
  readonly by: string;
  readonly means: IdentityMeans | null;
  readonly document: Hex | null;
  readonly ground: RefusalGround | null;
  /** As it stands in the ledger. */
  readonly receiptId: Uuid;
}

/** What an act changes beside the state. */
export type RightsChange = Partial<
  Pick<
    RightsRequest,
    'confirmedAt' | 'dueAt' | 'answerBy' | 'means' | 'ground' | 'closedAt' | 'noteSealed'
  >
>;

export interface SentCode {
  readonly hash: Buffer;
  readonly until: Instant;
  readonly means: IdentityMeans;
}

export interface RightsFilter {
  readonly open: boolean;
  readonly kind: RightKind | null;
  readonly personId: Uuid | null;
  /** Of what is open: due, or to be confirmed, before then; null: whenever. */
  readonly dueBefore: Instant | null;
}

/** What somebody asked for in a call. */
export interface AskedInCall {
  readonly taskId: Uuid;
  readonly personId: Uuid;
  readonly task: DeskTaskKind;
  readonly at: Instant;
}

export interface RightsStore {
  /** Nothing is written where a request came of that task already. */
  add(request: RightsRequest, event: RightsEvent, entry: PreparedEntry): Promise<void>;
  /** Tasks of these kinds of which no request came yet; oldest first. */
  askedInCalls(tasks: readonly DeskTaskKind[], limit: number): Promise<readonly AskedInCall[]>;
  find(id: Uuid): Promise<RightsRequest | null>;
  /** By what is due first. */
  list(filter: RightsFilter, page: PageAsk): Promise<Page<RightsRequest>>;
  /** Oldest first. */
  history(id: Uuid): Promise<readonly RightsEvent[]>;
  /** False, and nothing is written: somebody changed it since. */
  move(
    request: RightsRequest,
    change: RightsChange & { readonly code?: SentCode | null },
    event: RightsEvent,
    entry: PreparedEntry,
  ): Promise<boolean>;
  /** Codes sent so far. */
  codesSent(id: Uuid): Promise<number>;
  /** Uses up a try. Null: there is no code that is good, or no try left. */
  takeTry(id: Uuid, at: Instant, triesMax: number): Promise<SentCode | null>;
  /** Whether an open, verified request of theirs is for a copy. */
  wantsCopy(personId: Uuid): Promise<boolean>;
  /** Of those that are open: how many are late, and how many will be before `soon`. */
  alarms(at: Instant, soon: Instant): Promise<{ readonly late: number; readonly soon: number }>;
}

/** Gives a code to whoever answers a number. */
export interface CodeSender {
  /** @throws `conflict` where the number may not be reached that way, `unavailable` */
  send(number: string, code: string, means: 'text' | 'call', by: string): Promise<void>;
}
