import type { ShutReason, StatusChange } from '../call/effect.ts';
import type { CallEventType, Earlier } from '../call/event.ts';
import { isGated } from '../consent/purpose.ts';
import { type Statuses, statusOf } from '../consent/status.ts';
import { type Answer, type Purpose, purposes } from '../words.ts';

/**
 * The part of every flow that no author can remove: which entries an event makes, and when a
 * gate is open. Choices made here, once:
 * - A withdrawal of something granted is a withdrawal; before an answer it is a refusal, whether
 *   the question was asked or not; after a refusal or a withdrawal it changes nothing. It is
 *   heard at any time, also when the call is over.
 * - Hanging up shuts every gate for good and changes no permission: what a person granted they
 *   granted, and a recording made under it stands. An answering machine found later, or a failure,
 *   ends a standing grant by an expiry. A question that nobody answered stays `requested`: an
 *   entry tells what a person did, and nobody did anything.
 * - Who else is on the bridge, and a pause, shut and reopen gates; they change no permission.
 */

/** What the machine of one leg remembers: small, closed, nothing of a person. */
export interface CallContext {
  readonly statuses: Statuses;
  /** The flow's purposes that everybody else on the bridge has granted, in the flow's order. */
  readonly others: readonly Purpose[];
  readonly paused: boolean;
  /** An answering machine was found on the line: whatever it says grants nothing. */
  readonly machine: boolean;
  /** How often the choices of the question or menu on the air have been spoken. */
  readonly attempt: number;
  /** Chosen by the caller; absent while nothing was chosen. */
  readonly locale?: string;
  /** True when the call began outside the flow's business hours. */
  readonly closed?: boolean;
  /** True while they wait for somebody who is rung: nobody listens, so nothing is kept. */
  readonly waiting?: boolean;
  /** True once they were asked whether a message may be recorded. */
  readonly messaged?: boolean;
  /** What was known as the call began; absent when nothing was. */
  readonly earlier?: Earlier;
}

/** What a gate is decided by. */
export interface GateView extends Omit<CallContext, 'attempt' | 'locale' | 'closed' | 'earlier'> {
  readonly ended: boolean;
}

/**
 * Where a leg within a step counts as being on the bridge: also on the way back from it, until the
 * next document has come, and while the offer to erase is on the air.
 */
export const onBridge: readonly unknown[] = [
  'joined',
  'stopped',
  'unanswered',
  'afterwards',
  'stopped-unanswered',
  'stopped-afterwards',
];

/** The rules of the envelope that tests replace by broken ones. */
export interface EnvelopeRules {
  readonly gateOpen: (view: GateView, purpose: Purpose) => boolean;
}

/** A gate is open while everybody's permission stands, and nothing else holds it shut. */
function gateOpen(view: GateView, purpose: Purpose): boolean {
  return (
    isGated(purpose) &&
    statusOf(view.statuses, purpose) === 'granted' &&
    view.others.includes(purpose) &&
    !view.paused &&
    view.waiting !== true &&
    !view.machine &&
    !view.ended
  );
}

export const envelopeRules: EnvelopeRules = { gateOpen };

/** Why a gate that an event shut is shut; null for the events that can shut none. */
export const shutReasons: Readonly<Record<CallEventType, ShutReason | null>> = {
  STARTED: null,
  HEARD: 'withdrawal', // the key for a person or for none, at a later question
  CHOSE: 'withdrawal', // `*` in a menu
  SPOKEN: 'hangup',
  STAR: 'withdrawal',
  WITHDRAW: 'withdrawal',
  PAUSE: 'pause',
  RESUME: null,
  OTHERS: 'others',
  READY: null,
  UNANSWERED: null,
  LEFT: null,
  MACHINE: 'machine',
  FAILED: 'failure',
  HANGUP: 'hangup',
};

/** The entry that a withdrawal of one purpose makes; none if the answer is no already. */
export function withdrawal(
  statuses: Statuses,
  purpose: Purpose,
  promptIds: readonly string[],
): readonly StatusChange[] {
  const status = statusOf(statuses, purpose);
  if (status === 'granted') return [{ kind: 'withdrawal', purpose, promptIds: [], answer: 'deny' }];
  if (status === 'unknown') return [{ kind: 'refusal', purpose, promptIds: [], answer: 'deny' }];
  if (status === 'requested') return [{ kind: 'refusal', purpose, promptIds, answer: 'deny' }];
  return [];
}

/** `*` takes back everything that stands granted: what was kept under it is not used further. */
export function starWithdrawals(statuses: Statuses): readonly StatusChange[] {
  return purposes
    .filter((purpose) => statusOf(statuses, purpose) === 'granted')
    .flatMap((purpose) => withdrawal(statuses, purpose, []));
}

/** Every standing grant ends. */
export function expiries(
  statuses: Statuses,
  flowPurposes: readonly Purpose[],
): readonly StatusChange[] {
  return flowPurposes
    .filter((purpose) => statusOf(statuses, purpose) === 'granted')
    .map((purpose) => ({ kind: 'expiry', purpose, promptIds: [], answer: null }));
}

/** The entry of a no to a reminder; none if the purpose was settled by another way. */
export function contradiction(
  statuses: Statuses,
  purpose: Purpose,
  promptIds: readonly string[],
): readonly StatusChange[] {
  if (statusOf(statuses, purpose) !== 'unknown') return [];
  return [{ kind: 'refusal', purpose, promptIds, answer: 'deny' }];
}

/** The entry of a question that ends without a grant; none if it was settled by another way. */
export function refusal(
  statuses: Statuses,
  purpose: Purpose,
  promptIds: readonly string[],
  answer: Answer,
): readonly StatusChange[] {
  if (statusOf(statuses, purpose) !== 'requested') return [];
  // A grant that did not count (too early, too late) is kept as doubt, never as a grant.
  return [{ kind: 'refusal', purpose, promptIds, answer: answer === 'grant' ? 'unclear' : answer }];
}
