import type { Purpose, Role } from '../words.ts';

/** Which key says what. `*` refuses in every flow: the same key withdraws in the bridge. */
export interface KeyMap {
  /** Grants. */
  readonly grant: string;
  readonly refuse: string;
  /** Reaches a person about the choice: a refusal now, and the call goes on unrecorded. */
  readonly person: string;
}

/** Speaks a prompt and goes on in the same document. */
export interface SayStep {
  readonly say: string;
  /** A step, `bridge` or `end`. */
  readonly next: string;
}

/** Asks for one purpose. */
export interface AskStep {
  readonly ask: Purpose;
  /** Prompt: who wants to do what, for what purpose. */
  readonly purpose: string;
  /** Prompt: both choices, and the way to withdraw. */
  readonly choices: string;
  /** Prompt spoken before the purpose is said again to somebody who answered too early. */
  readonly again?: string;
  /** Prompt: the question once more, shorter, after silence or doubt. */
  readonly retry: string;
  /** How often the choices are spoken at most, 2 or 3; then silence and doubt are a refusal. */
  readonly attempts: number;
  /** Where a grant leads: a step or `bridge`. */
  readonly granted: string;
  /** Where everything else leads: a step or `bridge`. */
  readonly refused: string;
}

export type Step = SayStep | AskStep;

/** What an author writes: one published version of a flow. */
export interface FlowDefinition {
  readonly name: string;
  /** 1, 2, 3 and so on; a published version never changes. */
  readonly version: number;
  /** Whose leg it is for. Only the caller's flow rings the agent. */
  readonly role: Role;
  /** BCP 47, most important first; every prompt exists in each. */
  readonly locales: readonly string[];
  /** True: words are taken as answers too, and the purpose prompt says that a computer listens. */
  readonly speech: boolean;
  readonly keys: KeyMap;
  /** The step a call begins with. */
  readonly first: string;
  readonly steps: Readonly<Record<string, Step>>;
  readonly bridge: {
    /** Prompt: recording has stopped. Spoken when `*` ended a grant. */
    readonly withdrawn: string;
    /** Prompt: this call is not recorded. Spoken on every other way back into the bridge. */
    readonly unrecorded: string;
  };
}

/** Names of states that are ours; no author's step may have them. */
export const reservedNames = ['start', 'bridge', 'end'] as const;

export function isAsk(step: Step): step is AskStep {
  return 'ask' in step;
}

/** The steps (and `bridge` or `end`) a step can lead to. */
export function targetsOf(step: Step): readonly string[] {
  return isAsk(step) ? [step.granted, step.refused] : [step.next];
}

/** Every prompt the flow can speak, each once, in the order of the definition. */
export function promptIdsOf(definition: FlowDefinition): readonly string[] {
  const ids = Object.values(definition.steps).flatMap((step) =>
    isAsk(step)
      ? [step.purpose, step.choices, ...(step.again === undefined ? [] : [step.again]), step.retry]
      : [step.say],
  );
  return [...new Set([...ids, definition.bridge.withdrawn, definition.bridge.unrecorded])];
}
