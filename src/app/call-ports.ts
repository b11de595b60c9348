/** How the app keeps calls: everything one step changes goes in with one commit, or not at all. */

import type { ShutReason } from '../core/call/effect.ts';
import type { AgeBand } from '../core/consent/choice.ts';
import type { DeskTaskKind } from '../core/flow/definition.ts';
import type { Place } from '../core/jurisdiction/place.ts';
import type { CallSid, Instant, Purpose, Role, Uuid } from '../core/words.ts';
import type { CallState, FlowPin } from './call-state.ts';
import type { KeptChoice } from './choice-ports.ts';
import type { FieldCipher, PreparedEntry, StreamGrant } from './ports.ts';

/** One business, with its keys unwrapped for the life of the process. */
export interface Tenant {
  readonly id: Uuid;
  /** Stands for the tenant in ledger leaves: 16 bytes, hexadecimal. */
  readonly pseudonym: string;
  readonly cipher: FieldCipher;
}

/** Whom a number stands for, in the clear, in memory only. */
export interface Person {
  readonly id: Uuid;
  readonly number: string;
  readonly key: Buffer;
  /** Absent when nothing is known: what a child may not grant they are not asked for. */
  readonly ageBand?: AgeBand;
  /** Present: they want their data kept and not used, so that nothing is asked or recorded. */
  readonly restricted?: true;
  /** Where they say they are. */
  readonly place?: Place;
}

/** Somebody whom a call's first commit writes down, with what it writes. */
export interface NewPerson extends Person {
  /** Stands for the number. */
  readonly token: Buffer;
  readonly keyWrapped: Buffer;
  readonly numberSealed: Buffer;
}

export interface People {
  /** The person of an E.164 number, if memory has them. */
  known(number: string): Person | null;
  /** The person of an E.164 number, if anybody wrote them down; null, too, when erased. */
  seen(number: string): Promise<Person | null>;
  /** Makes a person whom nobody has written down yet; they may exist all the same. */
  draft(number: string): NewPerson;
  /** Remembers a person who was written down. */
  keep(person: Person): void;
  /** Finds or makes the person of an E.164 number. */
  ensure(number: string): Promise<Person>;
  /** Leaves no key in memory. */
  forget(id: Uuid): void;
  forgetAll(): void;
  /** Null when erased or unknown. */
  find(id: Uuid): Promise<Person | null>;
}

export interface StoredCall {
  readonly id: Uuid;
  readonly tenantId: Uuid;
  readonly lineId: Uuid | null;
  readonly direction: 'inbound' | 'outbound';
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly version: number;
  readonly state: CallState;
}

export interface StoredStep {
  readonly fingerprint: Buffer;
  /** Sealed under the tenant's data key. */
  readonly reply: Buffer;
}

export type TaskKind =
  | 'call-agent'
  | 'place-call'
  | 'start-stream'
  | 'stop-stream'
  | 'hang-up'
  | 'fetch'
  | 'text'
  | 'hold'
  | 'announce'
  | 'erase'
  | 'opt-out'
  | 'track';

/** Something to be done after the commit: of the carrier, an erasure, or where a call came from. */
export interface CarrierTask {
  readonly id: Uuid;
  readonly callId: Uuid;
  readonly kind: TaskKind;
  /** JSON, sealed under the tenant's data key. */
  readonly body: Buffer;
}

export interface NewLeg {
  readonly callSid: CallSid;
  readonly partyId: Uuid;
  readonly role: Role;
  readonly personId: Uuid | null;
}

export interface Invite {
  readonly step: string;
  readonly callId: Uuid;
  readonly partyId: Uuid;
  readonly role: Role;
  /** By name; null: the one that is called as the role. */
  readonly flow?: string | null;
  /** Null when the address is no number. */
  readonly personId?: Uuid | null;
  /** The leg that rings them; null until the carrier has said. */
  readonly callSid?: CallSid | null;
}

/** Word that a caller left for the people who handle requests. */
export interface DeskTask {
  readonly id: Uuid;
  readonly kind: DeskTaskKind;
  readonly partyId: Uuid;
  /** Null when the number was withheld. */
  readonly personId: Uuid | null;
}

/** What somebody answered in a survey. */
export interface KeptAnswer {
  readonly id: Uuid;
  readonly partyId: Uuid;
  /** Null when the number was withheld. */
  readonly personId: Uuid | null;
  /** Under the person's key, or the tenant's. */
  readonly sealed: Buffer;
}

/** Everything that one event changes. */
export interface CallCommit {
  /** The call as it is to be; `version` is the one it has now, and must still have. */
  readonly call: StoredCall;
  /** True for the first commit of a call. */
  readonly isNew: boolean;
  readonly flow: FlowPin;
  readonly phase: 'ringing' | 'asking' | 'bridged' | 'ended';
  readonly at: Instant;
  /**
   * Nothing is written after this instant: whoever waited was told "not recorded" by then, and a
   * grant that comes to light later would be a lie. Null when nobody waits for the outcome.
   */
  readonly deadline: Instant | null;
  /** Written with a call's first commit, which is refused if their number has a person already. */
  readonly newPerson: NewPerson | null;
  readonly newLegs: readonly NewLeg[];
  readonly legs: readonly {
    readonly callSid: CallSid;
    readonly recordingOpen: boolean;
    readonly ended: boolean;
  }[];
  readonly step: {
    readonly callSid: CallSid;
    readonly step: string;
    readonly kind: string;
    readonly fingerprint: Buffer;
    readonly reply: Buffer;
  } | null;
  readonly entries: readonly PreparedEntry[];
  readonly tokens: readonly {
    readonly hash: Buffer;
    readonly grant: StreamGrant;
    readonly expiresAt: Instant;
  }[];
  readonly invites: readonly Invite[];
  readonly tasks: readonly CarrierTask[];
  readonly deskTasks: readonly DeskTask[];
  readonly answers?: readonly KeptAnswer[];
  /** What people chose beyond this call. */
  readonly choices?: readonly KeptChoice[];
  /** Parties whose answers are deleted. */
  readonly answersGone?: readonly Uuid[];
}

export interface CallStore {
  findByCallSid(callSid: CallSid): Promise<StoredCall | null>;
  find(callId: Uuid): Promise<StoredCall | null>;
  /** The answer given to a step; null if it was never answered. */
  answered(callSid: CallSid, step: string): Promise<StoredStep | null>;
  findInvite(step: string): Promise<Invite | null>;
  /** Keeps which leg rings somebody. */
  noteRung(step: string, callSid: CallSid): Promise<void>;
  /**
   * Writes all of it in one transaction, or nothing. `refused`: the call has moved on, the leg
   * exists already, or the deadline has passed; load again and look.
   */
  commit(commit: CallCommit): Promise<'done' | 'refused'>;
  /** Legs whose gate for `recording` the database says is open, with their call's version. */
  openLegs(callSids: readonly CallSid[]): Promise<ReadonlyMap<CallSid, number>>;
  /** Calls whose pause is over. */
  dueToResume(at: Instant): Promise<readonly Uuid[]>;
  /** Live calls that began before `before`, oldest first. */
  liveSince(before: Instant, limit: number): Promise<readonly StoredCall[]>;
  /** Takes one task for `leaseMs`; null if it is done or somebody else has it. */
  takeTask(id: Uuid, leaseMs: number): Promise<CarrierTask | null>;
  /** Tasks that are due and that nobody has. */
  openTasks(limit: number): Promise<readonly Uuid[]>;
  endTask(id: Uuid, failure: string | null): Promise<void>;
  /** Leaves a task that was taken for later; false if it was taken `attemptsMax` times already. */
  postponeTask(id: Uuid, delayMs: number, attemptsMax: number): Promise<boolean>;
  /** Those of the legs that have not ended, of calls that have not. */
  stillLive(callSids: readonly CallSid[]): Promise<ReadonlySet<CallSid>>;
  /** Every leg that has not ended, of calls that have not. */
  liveLegs(): Promise<readonly CallSid[]>;
  /** Steps of invites of live calls, made `ageMs` ago or earlier, that nobody answered. */
  unansweredInvites(ageMs: number, limit: number): Promise<readonly string[]>;
}

/** What became of a gate, for the process that holds the leg's media. */
export interface GateNews {
  readonly callSid: CallSid;
  readonly purpose: Purpose;
  /** Null: it may be open again; ask the database. */
  readonly shut: ShutReason | null;
  /**
   * The commit it is known from, or the one that is being tried: word of it may come late, even
   * after word of a later one. Null: of no commit, because a failure ends it for good.
   */
  readonly version: number | null;
}

/** Between processes. Never needed for a gate to shut in the end: its lease sees to that. */
export interface GateChannel {
  announce(news: GateNews): Promise<void>;
  /** Resolves to how to stop listening. */
  listen(hear: (news: GateNews) => void): Promise<() => Promise<void>>;
}
