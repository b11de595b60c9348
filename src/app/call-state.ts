/**
 * What `call.state` holds: the machines' snapshots and where every leg stands. No personal data:
 * people are referred to by the id of their row.
 */
import { type CallSnapshot, localeOf } from '../core/call/advance.ts';
import type { Whisper } from '../core/flow/definition-bridge.ts';
import type { RecordedPlace } from '../core/jurisdiction/record.ts';
import type { CallSid, Hex, Instant, Purpose, Role, Status, Uuid } from '../core/words.ts';

/** Where somebody may be, without who they are. */
export type CoarsePlace = Omit<RecordedPlace, 'role'>;

/** A call is pinned to flow, version and hash at its first event. */
export interface FlowPin {
  readonly name: string;
  readonly version: number;
  readonly hash: Hex;
}

/**
 * What the document given last waits for: an answer to a question, a key of a menu, the end of
 * what is spoken, or the party's return from the bridge.
 */
export type Awaited = 'answer' | 'choice' | 'spoken' | 'bridge' | 'nothing';

export interface LegState {
  readonly callSid: CallSid;
  readonly partyId: Uuid;
  readonly role: Role;
  /** Null when the carrier gave no number that stands for anybody. */
  readonly personId: Uuid | null;
  readonly flow: FlowPin;
  readonly snapshot: CallSnapshot;
  /** Derived from the snapshot at each step, so that readers need no machine. */
  readonly statuses: Readonly<Partial<Record<Purpose, Status>>>;
  readonly openGates: readonly Purpose[];
  readonly phase: 'asking' | 'bridged' | 'ended';
  /** The only step that may come next; null when none may. */
  readonly nextStep: string | null;
  /** What the next step will be about. */
  readonly awaits: Awaited;
  /** True once a failure put the party through without us: their conversation is not ours to end. */
  readonly letThrough?: boolean;
  /** True once the carrier was asked to fetch the next step: not the party brings it then. */
  readonly fetching?: boolean;
  /** True from the wish to hold them until the carrier has let go: nobody is recorded meanwhile. */
  readonly held?: boolean;
  /** Names the release that is under way; one that was overtaken by another wish moves nothing. */
  readonly release?: string;
  /** Grants of earlier calls that stood as the leg began: their entries, by purpose. */
  readonly grants?: Readonly<Partial<Record<Purpose, Uuid>>>;
  /** Name of the carrier's stream of this leg, while one is meant to run. */
  readonly streamName: string | null;
}

/** The last that is known of somebody on a bridge who has no leg of ours. */
export interface StrangerReport {
  readonly callSid: CallSid;
  /** Null when the carrier did not say which of the name's bridges. */
  readonly conferenceSid: string | null;
  /** The carrier's number of the report, counted per bridge; null when it gave none. */
  readonly sequence: number | null;
  readonly present: boolean;
}

/** Whom the caller's flow had rung last. */
export interface Ring {
  /** The invite's. */
  readonly step: string;
  readonly partyId: Uuid;
  /** True once they are known not to come, or nobody waits for them any more. */
  readonly over: boolean;
  readonly whisper: Whisper | null;
}

/** Somebody whom we were asked to ring while the call was under way. */
export interface Invited {
  /** The invite's. */
  readonly step: string;
  readonly partyId: Uuid;
  readonly role: Role;
  /** True once they are known not to come, or are not wanted any more. */
  readonly over: boolean;
}

/** A call that we place, before it is answered. */
export interface Outbound {
  readonly flow: FlowPin;
}

export interface CallState {
  /** Present for calls that we place. */
  readonly outbound?: Outbound;
  readonly legs: readonly LegState[];
  /** Legs seen on the bridge that are not ours: nobody asked them, so nothing is kept meanwhile. */
  readonly strangers: readonly CallSid[];
  /** What `strangers` was found from; absent while none was ever reported. */
  readonly strangerReports?: readonly StrangerReport[];
  /** Controller's name as spoken in this call's prompts. */
  readonly controller: string;
  readonly locale: string;
  /** Where our own number points to; absent: not known. */
  readonly linePlace?: CoarsePlace;
  /** True when the line had nobody to ring as the call began: the caller waits alone. */
  readonly noAgent?: boolean;
  /** True once the line's agent was rung. */
  readonly agentCalled: boolean;
  /** Who they are in this call; absent where nobody wrote it down. */
  readonly agentParty?: Uuid;
  /** True once the agent is known not to come: the caller is not left waiting. */
  readonly inviteOver?: boolean;
  /** Absent while the flow had nobody rung. */
  readonly ring?: Ring;
  /** Absent while nobody was added. */
  readonly invited?: readonly Invited[];
  /** When a paused recording resumes by itself; null when it is not paused. */
  readonly resumeAt: Instant | null;
}

/** The language a leg is spoken to in: the one its party chose, or the call's. */
export const localeOfLeg = (leg: LegState, { locale }: CallState): string =>
  localeOf(leg.snapshot) ?? locale;

/**
 * Whether `*` brings a party back from the bridge. An agent's keys are their telephone's, and
 * nothing they are told speaks of one: they withdraw through their supervisor.
 */
export const starReturns = (role: Role): boolean => role !== 'agent';

/** The bridge's name with the carrier: says which call, and nothing else. */
export const conferenceName = (callId: Uuid): string => `consentry-${callId}`;

export function callIdOfConference(name: string): Uuid | null {
  const match = /^consentry-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(name);
  return match?.[1] ?? null;
}
