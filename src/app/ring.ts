/** Ringing somebody for a caller whose flow says whom, and having a leg's next document fetched. */
import type { Effect } from '../core/call/effect.ts';
import { lineAgent } from '../core/flow/definition-bridge.ts';
import type { CallSid, Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type { Invite, TaskKind } from './call-ports.ts';
import type { CallState, LegState } from './call-state.ts';

/** What a commit gathers, as far as ringing adds to it. */
export interface RingDraft {
  state: CallState;
  readonly invites: Invite[];
  readonly tasks: { kind: TaskKind; body: object }[];
}

/** Enough that nobody guesses it: it is all that the invited leg shows. */
const stepBytes = 16;

/** Whether somebody is there, is being asked on their own leg, or may still pick up. */
function isSomebodyComing({ legs, ring }: CallState): boolean {
  if (legs.some(({ role, phase }) => role !== 'caller' && phase !== 'ended')) return true;
  return ring !== undefined && !ring.over && !legs.some(({ partyId }) => partyId === ring.partyId);
}

/**
 * A line that has no agent rings nobody, and the task finds that out: the caller is told then.
 *
 * @param flow by which they are asked; null: the one that is called `agent`
 */
export function ringSomebody(
  parts: Pick<CallParts, 'random' | 'flows'>,
  draft: RingDraft,
  call: { readonly id: Uuid; readonly lineId: Uuid | null },
  { to, timeoutS, whisper }: Extract<Effect, { type: 'ring' }>,
  flow: string | null,
): void {
  if (isSomebodyComing(draft.state)) return;
  const step = Buffer.from(parts.random.bytes(stepBytes)).toString('base64url');
  const partyId = parts.random.uuid();
  draft.invites.push({ step, callId: call.id, partyId, role: 'agent', flow });
  const body = { step, lineId: call.lineId, timeoutS, ...(to !== lineAgent && { to }) };
  const detectMachine = takesWords(parts, flow);
  draft.tasks.push({ kind: 'call-agent', body: { ...body, detectMachine } });
  draft.state = { ...draft.state, ring: { step, partyId, over: false, whisper } };
}

/** Whether an agent's words are answers, so that a mailbox's might be taken for one. */
export const takesWords = ({ flows }: Pick<CallParts, 'flows'>, flow: string | null): boolean =>
  flows.current(flow ?? 'agent')?.speech === true;

/** Nobody waits any more: who picks up now is hung up on, and who is being asked is let go. */
export function stopRinging(draft: RingDraft): void {
  const { ring, legs } = draft.state;
  if (ring !== undefined) draft.state = { ...draft.state, ring: { ...ring, over: true } };
  for (const { callSid, role, phase } of legs) {
    if (role !== 'caller' && phase !== 'ended') {
      draft.tasks.push({ kind: 'hang-up', body: { callSid } });
    }
  }
}

/** Whatever the carrier plays to this leg, it is to come back to the step that the leg waits for. */
export function fetchNext(
  draft: RingDraft,
  { callSid, nextStep }: LegState,
  mark: (callSid: CallSid, change: Partial<LegState>) => void,
): void {
  if (nextStep === null) return;
  draft.tasks.push({ kind: 'fetch', body: { callSid, step: nextStep } });
  mark(callSid, { fetching: true });
}

/** What whoever picked up hears first; null if nothing, by where the caller stands now. */
export function whisperFor({ ring, legs }: CallState, partyId: Uuid): string | null {
  if (ring?.partyId !== partyId || ring.whisper === null) return null;
  const granted = legs.some(
    ({ role, statuses }) => role === 'caller' && statuses.recording === 'granted',
  );
  return granted ? ring.whisper.granted : ring.whisper.refused;
}
