/** What entries say of an answering machine, and the labels of their commitments. */
import type { CallSid, Hex, Instant, Role, Uuid } from '../words.ts';

/** An answering machine was found where a person was called: nothing it says counts. */
export interface MachineFacts {
  readonly kind: 'machine';
  /** What it is not asked for. */
  readonly purpose: 'recording';
  readonly entryId: Uuid;
  readonly callId: Uuid;
  readonly callSid: CallSid;
  readonly partyId: Uuid;
  readonly role: Role;
  /** E.164; null for an address that is no number. */
  readonly number: string | null;
  readonly at: Instant;
  readonly flow: { readonly name: string; readonly version: number; readonly hash: Hex };
  /** The carrier's word for it, such as `machine_start`; null where it came without one. */
  readonly verdict: string | null;
  /** What the flow did: hung up, or went on without any permission of theirs. */
  readonly outcome: 'hung-up' | 'unrecorded';
}

export const machine = [
  'entryId',
  'callId',
  'callSid',
  'partyId',
  'role',
  'number',
  'at',
  'flow',
  'verdict',
  'outcome',
] as const satisfies readonly (keyof MachineFacts)[];
