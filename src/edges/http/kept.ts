import type { Clock } from '../../app/ports.ts';

/**
 * Asks once for all who want to know, however many and however often: whoever comes while it is
 * being asked waits for the same answer, and the answer, or that there was none, holds for `keptMs`.
 * As long as there is no answer nothing is asked beside it.
 */
export function kept<Answer>(
  ask: () => Promise<Answer>,
  keptMs: number,
  clock: Pick<Clock, 'monotonic'>,
): () => Promise<Answer> {
  let answer: Promise<Answer> | null = null;
  let until = 0;

  function begin(): Promise<Answer> {
    until = Number.POSITIVE_INFINITY;
    const settled = () => {
      until = clock.monotonic() + keptMs;
    };
    const asked = ask();
    asked.then(settled, settled);
    return asked;
  }

  return () => {
    if (answer === null || clock.monotonic() >= until) answer = begin();
    return answer;
  };
}
