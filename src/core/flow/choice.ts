import {
  type BranchStep,
  type EndStep,
  type FlowDefinition,
  type LanguageStep,
  type MenuStep,
  silence,
  type TaskStep,
  type TextStep,
} from './definition.ts';
import { go, goWith, say } from './question.ts';
import type { CallState } from './setup.ts';

type Bridge = FlowDefinition['bridge'];
/** What a step that listens for a key has to know of its flow. */
type Setting = Pick<FlowDefinition, 'bridge' | 'timeout'>;

/**
 * A menu. `*` is nobody's choice in it: what was granted before is withdrawn, as in the bridge,
 * and the menu is spoken again as long as attempts are left.
 */
export function menuState(step: MenuStep, { bridge, timeout }: Setting): CallState {
  return choiceState(step.menu, menuChoices(step, bridge), timeout) as CallState;
}

/**
 * A prompt that is listened over, and spoken again by whatever leads to `again`.
 *
 * @param timeoutS seconds of silence after it that count as no key
 */
export function choiceState(
  promptId: string,
  chosen: readonly object[],
  timeoutS: number = silence.usual,
) {
  const choose = {
    type: 'choose',
    params: { prompts: [{ promptId, locale: null }], timeoutS },
  } as const;
  const on = { CHOSE: chosen } as const;
  return {
    initial: 'first',
    exit: [{ type: 'noAttempt' }],
    states: {
      first: { entry: [{ type: 'firstAttempt' }, choose], on },
      again: { entry: [{ type: 'nextAttempt' }, choose], on },
    },
  } as const;
}

/**
 * What each key leads to where keys are listened for, and how often that is done.
 * @param leaving what is done on every way out
 */
export function menuChoices(
  { choices, attempts, otherwise }: Pick<MenuStep, 'choices' | 'attempts' | 'otherwise'>,
  bridge: Bridge,
  leaving: readonly object[] = [],
) {
  const stop = stopping(bridge);
  // Entered anew by whoever is in it already, so that the menu is spoken each time.
  const again = { target: 'again', reenter: true } as const;
  return [
    { guard: { type: 'starsAgain', params: { attempts } }, ...again, actions: [...stop] },
    { guard: { type: 'stars' }, ...goWith(otherwise, [...leaving, ...stop]) },
    ...Object.entries(choices).map(([key, target]) =>
      target === 'repeat'
        ? { guard: { type: 'choseAgain', params: { key, attempts } }, ...again }
        : { guard: { type: 'chose', params: { key } }, ...goWith(target, leaving) },
    ),
    { guard: { type: 'mayRetry', params: { attempts } }, ...again },
    goWith(otherwise, leaving),
  ];
}

/**
 * What `*` does wherever keys are listened for: the same as in the bridge.
 *
 * @param stopped what is said where the flow has no words for each purpose
 */
export function stopping(bridge: Bridge, stopped = bridge.withdrawn) {
  const { ended } = bridge;
  const withdraw = { type: 'withdrawAll' } as const;
  return ended === undefined ? [withdraw, say(stopped)] : [...telling(bridge), withdraw];
}

/** Names what is about to be taken back, where the flow has words for it. */
export function telling({ ended }: Bridge) {
  return ended === undefined ? [] : [{ type: 'tellEnded', params: { prompts: ended } } as const];
}

/** Each language is offered in its own words, by its own voice. */
export function languageState(
  step: LanguageStep,
  { bridge, timeout: timeoutS = silence.usual }: Setting,
): CallState {
  const locales = Object.entries(step.choices);
  const prompts = locales.map(([, locale]) => ({ promptId: step.language, locale }));
  return {
    entry: [{ type: 'choose', params: { prompts, timeoutS } }],
    on: {
      CHOSE: [
        { guard: { type: 'stars' }, ...goWith(step.next, stopping(bridge)) },
        ...locales.map(([key, locale]) => ({
          guard: { type: 'chose', params: { key } } as const,
          ...goWith(step.next, [{ type: 'noteLocale', params: { locale } }]),
        })),
        go(step.next),
      ],
    },
  } as CallState;
}

export function branchState(step: BranchStep): CallState {
  return {
    always: [
      ...step.branch.map(({ when, purpose, next }) => ({
        guard: { type: 'fits', params: { when, purpose: purpose ?? null } } as const,
        ...go(next),
      })),
      go(step.otherwise),
    ],
  };
}

export function taskState(step: TaskStep): CallState {
  return { entry: [{ type: 'task', params: { kind: step.task } }], always: go(step.next) };
}

export function textState(step: TextStep): CallState {
  return { entry: [{ type: 'text', params: { promptId: step.text } }], always: go(step.next) };
}

export function endState(step: EndStep): CallState {
  return { entry: [say(step.end)], always: go('end') };
}
