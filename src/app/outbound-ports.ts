/** How calls that we place are kept from the screening to the answer. */

import type { ScreeningPurpose, Stated } from '../core/suppression/inquiry.ts';
import type { CallSid, Instant, Uuid } from '../core/words.ts';
import type { CarrierTask, Invite, Person } from './call-ports.ts';
import type { CallState, FlowPin } from './call-state.ts';
import type { Cap, PermitRefusal } from './permit-ports.ts';
import type { PreparedEntry } from './ports.ts';

/** A reason as it is told to whoever asked. */
export interface ToldReason {
  readonly code: string;
  /** When it ends by itself; ISO 8601, UTC. */
  readonly until?: string;
}

export interface Screened {
  readonly decision: 'allow' | 'deny' | 'hold';
  readonly reasons: readonly ToldReason[];
  /** Everything that was found and looked at, for whoever asked. */
  readonly view: object;
  /** The same for the entry, with what the decision rested on. */
  readonly evidence: object;
  /** Caps that hold for the number now. */
  readonly caps: readonly Cap[];
}

export interface ScreenAsk {
  /** As it was written; what is no number is a reason, not an error. */
  readonly number: string;
  readonly channel: 'call' | 'text';
  readonly purpose: ScreeningPurpose;
  readonly campaign: string | null;
  /** The id of the line of ours it is from; left out or null: not known. */
  readonly from?: Uuid | null;
  /** Left out or null: nothing. */
  readonly stated?: Stated | null;
}

/** Decides from lists and hours as they are now. */
export type Screen = (ask: ScreenAsk) => Promise<Screened>;

/** A call that is about to be placed. */
export interface Dial {
  readonly callId: Uuid;
  readonly permitId: Uuid;
  readonly lineId: Uuid | null;
  readonly flow: FlowPin;
  readonly locale: string;
  readonly state: CallState;
  readonly invite: Invite;
  readonly task: CarrierTask;
  readonly person: Person;
  readonly at: Instant;
}

/** A call of ours that was not answered yet. */
export interface Ringing {
  readonly callId: Uuid;
  readonly personId: Uuid;
  /** Null while the carrier has not said it. */
  readonly callSid: CallSid | null;
}

export interface DialStore {
  /**
   * Uses the permit up and writes the call down as ringing, with what has to be asked of the
   * carrier, in one transaction. A refusal writes nothing.
   */
  place(dial: Dial): Promise<PermitRefusal | null>;
  /**
   * Just before the carrier is asked: false if the call was cancelled meanwhile, or was to be placed
   * before `since`, and it must not be. Whoever cancels after a true finds the call among those of
   * `asked`.
   */
  ask(callId: Uuid, since: Instant): Promise<boolean>;
  /** The carrier gave no name; if it rings all the same, its reports say so. */
  unnamed(callId: Uuid): Promise<void>;
  /** Persons whom the carrier is being asked to ring at this moment; with a number, that one's. */
  asked(number: string | null): Promise<readonly Uuid[]>;
  /** Notes under which name the carrier rings; true if the call was cancelled meanwhile. */
  named(callId: Uuid, callSid: CallSid): Promise<{ readonly isOver: boolean }>;
  /** Calls that ring now, to a number; null: to any. */
  ringing(number: string | null): Promise<readonly Ringing[]>;
  /**
   * Those of many numbers that may be rung or written to at this moment, by a call that we place or
   * otherwise. The beginning of numbers always is one of them.
   */
  rung(numbers: readonly string[]): Promise<readonly string[]>;
  /** An entry that belongs to no call. */
  addEntry(entry: PreparedEntry): Promise<void>;
}
