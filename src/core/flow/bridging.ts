/**
 * The steps that ring somebody. On the bridge they are as our own `bridge` is: `*` withdraws and
 * comes back, the end of the bridge ends the leg. Unlike it they can be left again: nobody came, or
 * whoever was there has hung up. The party is on the bridge then, where no document of ours plays,
 * so the carrier is asked to fetch the next one.
 */
import type { Purpose } from '../words.ts';
import { menuChoices, stopping } from './choice.ts';
import type { EraseOffer, FlowDefinition } from './definition.ts';
import { type DialStep, destinationOf, type QueueStep, type Whisper } from './definition-bridge.ts';
import { connecting, failure, offerState, starWays } from './envelope-states.ts';
import { go, goWith } from './question.ts';
import type { CallState } from './setup.ts';

const fetch = { type: 'fetch' } as const;
const unring = { type: 'unring' } as const;

function ring(step: DialStep | QueueStep) {
  const whisper: Whisper | null = step.whisper ?? null;
  const params = { to: destinationOf(step), timeoutS: step.timeout, whisper };
  return { type: 'ring', params } as const;
}

export function dialState(
  step: DialStep,
  definition: FlowDefinition,
  purposes: readonly Purpose[],
): CallState {
  const { unanswered, afterwards } = step;
  return {
    initial: 'enter',
    states: {
      enter: { always: { target: 'joined', actions: [ring(step)] } },
      ...togetherStates(definition, purposes, { unanswered, afterwards }),
    },
  } as CallState;
}

/**
 * Waiting is a menu that is spoken again and again, each time with another try to reach somebody.
 * Who leaves by a key is not rung for any more; who is there already is not lost by a key.
 */
export function queueState(
  name: string,
  step: QueueStep,
  definition: FlowDefinition,
  purposes: readonly Purpose[],
): CallState {
  const { bridge } = definition;
  const listen = [
    {
      type: 'wait',
      params: { promptId: step.queue, everyS: step.every, music: step.music ?? null },
    },
    ring(step),
  ] as const;
  const joined = { target: `#leg.live.script.${name}.joined` };
  const failed = goWith('bridge', [unring, ...failure(purposes, bridge.unrecorded)]);
  const on = {
    CHOSE: menuChoices(step, bridge, [unring]),
    READY: { target: 'ready', actions: [fetch] },
    FAILED: failed,
  };
  return {
    initial: 'waiting',
    states: {
      waiting: {
        initial: 'first',
        entry: [{ type: 'noteWaiting' }],
        exit: [{ type: 'noAttempt' }, { type: 'noteArrived' }],
        states: {
          first: { entry: [{ type: 'firstAttempt' }, ...listen], on },
          again: { entry: [{ type: 'nextAttempt' }, ...listen], on },
          ready: {
            on: {
              CHOSE: [{ guard: 'stars', ...joined, actions: [...stopping(bridge)] }, joined],
              LEFT: { target: 'resumed' },
              FAILED: failed,
            },
          },
          // The document on the air is the one of before, and so is what its answer means.
          resumed: { on },
        },
      },
      ...togetherStates(definition, purposes, { afterwards: step.afterwards }),
    },
  } as CallState;
}

interface WaysOn {
  readonly unanswered?: string;
  readonly afterwards?: string | undefined;
}

/** On the bridge, and every way on from it. */
function togetherStates(
  definition: FlowDefinition,
  purposes: readonly Purpose[],
  { unanswered, afterwards }: WaysOn,
): Readonly<Record<string, object>> {
  const { bridge } = definition;
  const { unrecorded, erase } = bridge;
  const join = { type: 'bridge' } as const;
  const back = [...failure(purposes, unrecorded), join];
  const offered = (offer: EraseOffer) =>
    offerState(bridge, offer, { target: 'joined' }, connecting(bridge));
  const away = (target: string) => awayState(target, purposes, bridge);
  const ways = (prefix: string, actions: readonly object[]) => ({
    ...(unanswered !== undefined && { UNANSWERED: { target: `${prefix}unanswered`, actions } }),
    ...(afterwards !== undefined && { LEFT: { target: `${prefix}afterwards`, actions } }),
  });
  return {
    joined: {
      entry: [join],
      on: {
        STAR: starWays(bridge, 'stopped'),
        SPOKEN: go('end'),
        FAILED: { actions: back },
        ...ways('', [fetch]),
      },
    },
    ...(unanswered !== undefined && { unanswered: away(unanswered) }),
    ...(afterwards !== undefined && { afterwards: away(afterwards) }),
    ...(erase !== undefined && {
      stopped: {
        ...offered(erase),
        on: {
          ...offered(erase).on,
          // The offer is on the air, and its answer leads on: nothing has to be fetched.
          ...ways('stopped-', []),
          FAILED: { target: 'joined', actions: failure(purposes, unrecorded) },
        },
      },
      ...(unanswered !== undefined && {
        'stopped-unanswered': { on: offerState(bridge, erase, go(unanswered)).on },
      }),
      ...(afterwards !== undefined && {
        'stopped-afterwards': { on: offerState(bridge, erase, go(afterwards)).on },
      }),
    }),
  };
}

/** Nobody is there any more; whatever comes back from the carrier leads on. */
function awayState(
  target: string,
  purposes: readonly Purpose[],
  bridge: FlowDefinition['bridge'],
): object {
  return {
    on: {
      STAR: [{ guard: 'canWithdraw', ...goWith(target, stopping(bridge)) }, go(target)],
      SPOKEN: go(target),
      FAILED: goWith(target, failure(purposes, bridge.unrecorded)),
    },
  };
}
