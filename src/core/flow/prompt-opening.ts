import { type FlowDefinition, questionOf, type Step, targetsOf } from './definition.ts';
import { ringsSomebody } from './definition-bridge.ts';
import type { AskedQuestion } from './definition-message.ts';
import { wordCount } from './prompt-measure.ts';

/**
 * The names of the prompts a person hears in one breath before a question, where several ways lead to it the
 * ones that take longest. A step that listens begins a new breath.
 */
export function spokenBefore(
  { steps }: FlowDefinition,
  ask: AskedQuestion,
  spoken: (id: string) => string,
): readonly string[] {
  const known = new Map<string, readonly string[]>();
  const length = (ids: readonly string[]) => wordCount(ids.map(spoken).join(' '));

  function before(name: string): readonly string[] {
    const found = known.get(name);
    if (found !== undefined) return found;
    known.set(name, []); // a step on a way back to itself adds nothing to its own breath
    let longest: readonly string[] = [];
    for (const [from, step] of Object.entries(steps)) {
      if (listens(step) || !targetsOf(step).includes(name)) continue;
      const way = [...before(from), ...('say' in step ? [step.say] : [])];
      if (length(way) > length(longest)) longest = way;
    }
    known.set(name, longest);
    return longest;
  }

  return Object.entries(steps).flatMap(([name, step]) =>
    questionOf(step) === ask ? before(name) : [],
  );
}

function listens(step: Step): boolean {
  return (
    questionOf(step) !== null ||
    'menu' in step ||
    'rate' in step ||
    'language' in step ||
    ringsSomebody(step)
  );
}
