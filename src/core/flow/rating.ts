/**
 * A question of a survey. It is put only to those who allow that their answers are kept, and an
 * answer is kept only while they do: whoever takes it back while it is asked has answered nothing.
 */
import { choiceState, stopping } from './choice.ts';
import type { FlowDefinition } from './definition.ts';
import { type RateStep, surveyPurpose } from './definition-rate.ts';
import { go, goWith } from './question.ts';
import type { CallState } from './setup.ts';

export function rateState(
  name: string,
  step: RateStep,
  { bridge, timeout }: Pick<FlowDefinition, 'bridge' | 'timeout'>,
): CallState {
  const { rate, stopped, highest, attempts, next } = step;
  const granted = { guard: { type: 'isGranted', params: { purpose: surveyPurpose } } } as const;
  const keys = Array.from({ length: highest }, (_, i) => String(i + 1));
  const again = { target: 'again', reenter: true };
  const chosen = [
    { guard: { type: 'stars' }, ...goWith(next, stopping(bridge, stopped)) },
    { guard: { type: 'lacks', params: { purpose: surveyPurpose } }, ...go(next) },
    ...keys.map((key) => ({
      guard: { type: 'chose', params: { key } },
      ...goWith(next, [{ type: 'answer', params: { step: name, key } }]),
    })),
    { guard: { type: 'mayRetry', params: { attempts } }, ...again },
    go(next),
  ];
  const { states, exit } = choiceState(rate, chosen, timeout);
  return {
    initial: 'enter',
    exit,
    states: { enter: { always: [{ ...granted, target: 'first' }, go(next)] }, ...states },
  } as CallState;
}
