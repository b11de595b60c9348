import type { BranchStep, EndStep, LanguageStep, MenuStep, TaskStep } from './definition.ts';
import { go, say } from './question.ts';
import type { CallState } from './setup.ts';

/** Seconds of silence after a menu that count as no key. */
const menuTimeoutS = 6;

/**
 * A menu. `*` is nobody's choice in it: what was granted before is withdrawn, as in the bridge,
 * and the menu is spoken again as long as attempts are left.
 */
export function menuState(step: MenuStep, withdrawn: string): CallState {
  const { attempts, otherwise } = step;
  const choose = {
    type: 'choose',
    params: { prompts: [{ promptId: step.menu, locale: null }], timeoutS: menuTimeoutS },
  } as const;
  const stop = stopping(withdrawn);
  // Entered anew by whoever is in it already, so that the menu is spoken each time.
  const again = { target: 'again', reenter: true } as const;
  const on = {
    CHOSE: [
      { guard: { type: 'starsAgain', params: { attempts } }, ...again, actions: [...stop] },
      { guard: { type: 'stars' }, ...goWith(otherwise, stop) },
      ...Object.entries(step.choices).map(([key, target]) =>
        target === 'repeat'
          ? ({ guard: { type: 'choseAgain', params: { key, attempts } }, ...again } as const)
          : { guard: { type: 'chose', params: { key } } as const, ...go(target) },
      ),
      { guard: { type: 'mayRetry', params: { attempts } }, ...again },
      go(otherwise),
    ],
  } as const;
  return {
    initial: 'first',
    exit: [{ type: 'noAttempt' }],
    states: {
      first: { entry: [{ type: 'firstAttempt' }, choose], on },
      again: { entry: [{ type: 'nextAttempt' }, choose], on },
    },
  } as CallState;
}

/** What `*` does wherever keys are listened for: the same as in the bridge. */
function stopping(withdrawn: string) {
  return [{ type: 'withdrawAll' }, say(withdrawn)] as const;
}

/** Each language is offered in its own words, by its own voice. */
export function languageState(step: LanguageStep, withdrawn: string): CallState {
  const locales = Object.entries(step.choices);
  const prompts = locales.map(([, locale]) => ({ promptId: step.language, locale }));
  return {
    entry: [{ type: 'choose', params: { prompts, timeoutS: menuTimeoutS } }],
    on: {
      CHOSE: [
        { guard: { type: 'stars' }, ...goWith(step.next, stopping(withdrawn)) },
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

export function endState(step: EndStep): CallState {
  return { entry: [say(step.end)], always: go('end') };
}

/** Goes to a step, doing something on the way. */
function goWith(target: string, actions: readonly object[]) {
  const way = go(target);
  return { ...way, actions: [...actions, ...('actions' in way ? way.actions : [])] };
}
