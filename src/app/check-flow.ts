/** The check that every flow passes before it is published or run. */
import { proveFlow } from '../core/flow/check.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import { type PromptText, promptBreaches } from '../core/flow/prompt-rules.ts';
import {
  type CounterExample,
  type TheoremNumber,
  theoremNumbers,
  theorems,
} from '../core/flow/theorems.ts';
import type { Hex } from '../core/words.ts';

export interface FlowReport {
  readonly flow: { readonly name: string; readonly version: number; readonly hash: Hex };
  readonly holds: boolean;
  /**
   * True where the author chose that each party is recorded by their own permission. Where the law
   * asks for everybody's, that is not enough.
   */
  readonly partial: boolean;
  /** Reachable states, and steps out of them, of the exhaustive walk. */
  readonly states: number;
  readonly edges: number;
  readonly theorems: readonly {
    readonly number: TheoremNumber;
    readonly sentence: string;
    readonly holds: boolean;
    /** Empty where it holds. For a walk the first one, by the shortest path; for prompts all. */
    readonly counterExamples: readonly CounterExample[];
  }[];
}

export function checkFlow(flow: CompiledFlow, promptText: PromptText): FlowReport {
  const { name, version, hash, definition } = flow;
  const { states, edges, counterExamples } = proveFlow(flow);
  const words = promptBreaches(definition, promptText).map((breach) => ({ ...breach, path: [] }));
  const found: readonly CounterExample[] = [...counterExamples, ...words];
  return {
    flow: { name, version, hash },
    holds: found.length === 0,
    partial: definition.bridge.record === 'each',
    states,
    edges,
    theorems: theoremNumbers.map((number) => {
      const against = found.filter(({ theorem }) => theorem === number);
      const sentence = theorems[number];
      return { number, sentence, holds: against.length === 0, counterExamples: against };
    }),
  };
}
