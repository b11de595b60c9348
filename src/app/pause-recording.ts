/** Pausing and resuming a recording (card data, small talk): the permission stays, the gate shuts. */
import type { CallSid, Instant, Uuid } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import type { StoredCall } from './call-ports.ts';
import { changeCall } from './change-call.ts';
import { takeTurn } from './take-turn.ts';
import { resolveCall } from './withdraw.ts';

/** Forgetting to resume must not lose the rest of a call: a pause ends by itself. */
export const pauseDefaultMs = 300_000;

export interface PauseRequest {
  readonly call: Uuid | CallSid;
  readonly state: 'paused' | 'resumed';
  /** 1,000 to 3,600,000; absent: `pauseDefaultMs`. */
  readonly resumeAfterMs?: number;
  /** Who asks: an API key's id, or `timer`. */
  readonly by: string;
}

/**
 * @returns the call afterwards; `unchanged` when there was nothing to pause or resume; null if
 * there is no such call
 */
export async function setPaused(
  parts: CallParts,
  request: PauseRequest,
): Promise<StoredCall | 'unchanged' | null> {
  const found = await resolveCall(parts, request.call);
  if (found === null) return null;
  const pausing = request.state === 'paused';
  if (pausing) {
    for (const { callSid } of found.state.legs) parts.gates.shut(callSid, 'recording', 'pause');
  }
  let changed = false;
  const call = await changeCall(parts, found.id, ({ id, state }) => {
    const isPaused = state.resumeAt !== null;
    changed = isPaused !== pausing && state.legs.some(({ phase }) => phase !== 'ended');
    if (!changed) return null;
    const at = parts.clock.now();
    const resumeAt: Instant | null = pausing
      ? at + (request.resumeAfterMs ?? pauseDefaultMs)
      : null;
    const events = state.legs.map(({ callSid }) => ({
      callSid,
      event: { type: pausing ? 'PAUSE' : 'RESUME' } as const,
    }));
    const turn = takeTurn(parts.flows.pinned, { ...state, resumeAt }, events);
    const kind = pausing ? 'pause' : 'resume';
    const entry = parts.makeEntry.pause({
      kind,
      purpose: 'recording',
      callId: id,
      at,
      by: request.by,
    });
    return { turn, entries: [entry] };
  });
  if (call === null) return null;
  if (pausing) settle(parts, call);
  return changed ? call : 'unchanged';
}

/**
 * Gates that the turn had nothing to do with were shut all the same, and wait to hear by which
 * commit. Without an answer the opening that ends the pause would be taken for a late one.
 */
function settle(parts: CallParts, { version, state }: StoredCall): void {
  for (const { callSid } of state.legs) parts.gates.shut(callSid, 'recording', 'pause', version);
}
