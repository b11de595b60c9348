import type { Purpose } from '../words.ts';
import type { FlowDefinition } from './definition.ts';
import { go, say } from './question.ts';
import type { CallState, Question } from './setup.ts';

/** A permission may be taken back at any time, also when the call is long over. */
export function withdrawing(questions: readonly Question[], purposes: readonly Purpose[]) {
  return {
    guard: { type: 'concerns', params: { purposes } },
    actions: [{ type: 'withdraw', params: { questions } }],
  } as const;
}

/** What the envelope does while the script is anywhere: it moves gates and statuses, never steps. */
export function envelopeState(
  questions: readonly Question[],
  purposes: readonly Purpose[],
): CallState {
  return {
    on: {
      WITHDRAW: withdrawing(questions, purposes),
      OTHERS: {
        guard: { type: 'othersDiffer', params: { purposes } },
        actions: [{ type: 'noteOthers', params: { purposes } }],
      },
      PAUSE: { guard: 'isRunning', actions: [{ type: 'pause' }] },
      RESUME: { guard: 'isPaused', actions: [{ type: 'resume' }] },
      MACHINE: {
        guard: 'isPerson',
        actions: [{ type: 'noteMachine' }, { type: 'expireAll', params: { purposes } }],
      },
    },
  };
}

/**
 * The bridge. `*` comes back from it: what was granted is withdrawn, the outcome is said, and the
 * party is put back. A bridge that is over (SPOKEN) ends the leg.
 */
export function bridgeState(definition: FlowDefinition, purposes: readonly Purpose[]): CallState {
  const { withdrawn, unrecorded } = definition.bridge;
  const join = { type: 'bridge' } as const;
  const ring = definition.role === 'caller' ? ([{ type: 'call-agent' }] as const) : [];
  return {
    entry: [join, ...ring],
    on: {
      STAR: [
        { guard: 'canWithdraw', actions: [{ type: 'withdrawAll' }, say(withdrawn), join] },
        { actions: [say(unrecorded), join] },
      ],
      SPOKEN: go('end'),
      FAILED: { actions: [...failure(purposes, unrecorded), join] },
    },
  };
}

/** After a failure nothing is recorded any more, and the party hears so. */
export function failure(purposes: readonly Purpose[], unrecorded: string) {
  return [{ type: 'expireAll', params: { purposes } } as const, say(unrecorded)] as const;
}
