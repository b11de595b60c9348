import type { Purpose } from '../words.ts';
import { telling } from './choice.ts';
import type { EraseOffer, FlowDefinition } from './definition.ts';
import { go, say } from './question.ts';
import type { CallState, Question } from './setup.ts';

/** Seconds of silence after the offer that count as no: somebody waits on the bridge. */
const offerTimeoutS = 3;

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
  each: boolean,
): CallState {
  return {
    on: {
      WITHDRAW: withdrawing(questions, purposes),
      OTHERS: {
        guard: { type: 'othersDiffer', params: { purposes, each } },
        actions: [{ type: 'noteOthers', params: { purposes, each } }],
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
 * party is put back, after the offer to erase where the flow makes one. A bridge that is over
 * (SPOKEN) ends the leg.
 */
export function bridgeState(definition: FlowDefinition, purposes: readonly Purpose[]): CallState {
  const { unrecorded } = definition.bridge;
  const join = { type: 'bridge' } as const;
  const ring = definition.role === 'caller' ? ([{ type: 'call-agent' }] as const) : [];
  return {
    entry: [join, ...ring],
    on: {
      STAR: starWays(definition.bridge, 'stopped'),
      SPOKEN: go('end'),
      FAILED: { actions: [...failure(purposes, unrecorded), join] },
    },
  };
}

/**
 * Where `*` leads from the bridge. What was not a recording is taken back with words of its own,
 * where the flow has them, and there is nothing to erase then.
 *
 * @param stopped the state that offers to erase
 */
export function starWays(bridge: FlowDefinition['bridge'], stopped: string) {
  const { withdrawn, ended, unrecorded, other = ended && withdrawn, erase } = bridge;
  const join = { type: 'bridge' } as const;
  const withdraw = [...telling(bridge), { type: 'withdrawAll' } as const];
  const recorded = { type: 'isGranted', params: { purpose: 'recording' } } as const;
  const guard = other === undefined ? ('canWithdraw' as const) : recorded;
  return [
    erase === undefined
      ? { guard, actions: [...withdraw, say(withdrawn), join] }
      : { guard, target: stopped, actions: withdraw },
    ...(other === undefined
      ? []
      : [{ guard: 'canWithdraw' as const, actions: [...withdraw, say(other), join] }]),
    { actions: [say(unrecorded), join] },
  ];
}

/**
 * After the `*` that stopped a recording: a second key also erases what was recorded until then.
 * Everything else, and silence, leads back.
 */
export function stoppedState(bridge: FlowDefinition['bridge'], erase: EraseOffer): CallState {
  return offerState(bridge, erase, go('bridge'), connecting(bridge)) as CallState;
}

/** What is said on the way back into the conversation, where `*` has not said it already. */
export function connecting({ withdrawn, ended }: FlowDefinition['bridge']) {
  return ended === undefined ? [] : [say(withdrawn)];
}

/**
 * @param back where the party is led, whatever they press
 * @param unless what is said there, unless they press the key that erases
 */
export function offerState(
  { withdrawn, ended }: FlowDefinition['bridge'],
  erase: EraseOffer,
  back: { target: string },
  unless: readonly object[] = [],
) {
  const said = ended === undefined ? [withdrawn] : [];
  const prompts = [...said, erase.offer].map((promptId) => ({ promptId, locale: null }));
  const hangup = 'actions' in back && Array.isArray(back.actions) ? back.actions : [];
  return {
    entry: [{ type: 'choose', params: { prompts, timeoutS: offerTimeoutS } }],
    on: {
      CHOSE: [
        {
          guard: { type: 'chose', params: { key: erase.key } },
          ...back,
          actions: [{ type: 'erase' }, say(erase.done), ...hangup],
        },
        unless.length === 0 ? back : { ...back, actions: [...unless, ...hangup] },
      ],
    },
  };
}

/** After a failure nothing is recorded any more, and the party hears so. */
export function failure(purposes: readonly Purpose[], unrecorded: string) {
  return [{ type: 'expireAll', params: { purposes } } as const, say(unrecorded)] as const;
}
