/** Proofs in threads: a walk of all states takes seconds, and callers wait for no author. */
import { fileBeside, type LaneLimits, openLane } from '../adapters/flows/lane.ts';
import type { Prover } from '../app/author-ports.ts';
import { type FlowDefinition, promptIdsOf } from '../core/flow/definition.ts';
import type { PromptText } from '../core/flow/prompt-rules.ts';
import type { ProofAnswer, ProofAsk } from './proof-worker.ts';

/** The largest shipped flow takes a few seconds. */
const usualLimits: LaneLimits = {
  msMax: 60_000,
  waitingMax: 2,
  megabytesMax: 1_024,
  retryAfterS: 10,
};

export interface ThreadProver extends Prover {
  close(): Promise<void>;
}

export function threadProver(limits: Partial<LaneLimits> = {}): ThreadProver {
  const file = fileBeside(import.meta.url, 'proof-worker');
  const lane = openLane<ProofAsk, ProofAnswer>(file, 'the proof', { ...usualLimits, ...limits });
  return {
    prove: async (flow, promptText) => lane.run(askOf(flow.definition, promptText)),
    close: () => lane.close(),
  };
}

function askOf(definition: FlowDefinition, promptText: PromptText): ProofAsk {
  const texts = new Map<string, string>();
  for (const locale of definition.locales) {
    for (const id of promptIdsOf(definition)) {
      const text = promptText(locale, id);
      if (text !== null) texts.set(`${locale}/${id}`, text);
    }
  }
  return { definition, texts };
}
