import type { CallEvent } from '../call/event.ts';

/** What is proved of every flow before it can be published. */
export const theorems = {
  1: 'audio is kept or sent for a purpose only while everybody on the bridge who must has granted it',
  2: 'a gate opens only on an affirmative answer to a question whose purpose was heard, or on an earlier one that was spoken of',
  3: 'withdrawal, hang-up and an ungranted join shut the gates from every state',
  4: 'every change of a status writes exactly one entry, and nothing else does',
  5: 'every step is reachable, every path ends, and silence is answered wherever the call listens',
  6: 'declining takes no more steps than accepting, and leads to the same service',
  7: 'a way to withdraw and a way to a person are one key away from every question',
  8: 'every prompt exists in every locale, short enough, with both choices and the way to withdraw',
} as const;

export type TheoremNumber = keyof typeof theorems;

export const theoremNumbers = [1, 2, 3, 4, 5, 6, 7, 8] as const satisfies readonly TheoremNumber[];

/** A way in which a theorem does not hold. */
export interface Breach {
  readonly theorem: TheoremNumber;
  readonly reason: string;
}

/** A breach and the shortest events that lead to it; none for what concerns no path. */
export interface CounterExample extends Breach {
  readonly path: readonly CallEvent[];
}
