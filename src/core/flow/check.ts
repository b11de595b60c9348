import { advance } from '../call/advance.ts';
import { answerOf, wantsPerson } from '../consent/answer.ts';
import { breachesOf } from './breaches.ts';
import type { CompiledFlow } from './compile.ts';
import { graphBreaches } from './graph.ts';
import { type CounterExample, type TheoremNumber, theoremNumbers } from './theorems.ts';
import { alphabetOf, keyOf, type Node, pathTo, started } from './walk.ts';
import { freshWitness, observe } from './witness.ts';

export interface Proof {
  readonly states: number;
  readonly edges: number;
  /** For each theorem that does not hold, the shortest way to see it. */
  readonly counterExamples: readonly CounterExample[];
}

/** More than a hundred times what the shipped flows have. */
const nodesMax = 200_000;

/**
 * Walks every state a leg of this flow can reach, over every event, through `advance` itself, and
 * checks theorems 1 to 7 at each step. Theorem 8 is about words: `prompt-rules.ts`.
 */
export function proveFlow(flow: CompiledFlow): Proof {
  const events = alphabetOf(flow);
  const root: Node = { snapshot: null, witness: freshWitness(flow), from: null, steps: [] };
  const nodes = new Map<string, Node>([[keyOf(root), root]]);
  const found = new Map<TheoremNumber, CounterExample>();
  const note = (example: CounterExample) => {
    if (!found.has(example.theorem)) found.set(example.theorem, example);
  };
  let edges = 0;
  // A Map yields what is added while it is walked: breadth first, so every first way is shortest.
  for (const node of nodes.values()) {
    for (const event of node.snapshot === null ? [started] : events) {
      const path = () => [...pathTo(node), event];
      edges += 1;
      try {
        const step = advance(flow, node.snapshot, event);
        const witness = observe(flow, node.witness, event, step);
        for (const breach of breachesOf({
          flow,
          before: node.witness,
          event,
          step,
          after: witness,
        })) {
          note({ ...breach, path: path() });
        }
        const next: Node = { snapshot: step.snapshot, witness, from: { node, event }, steps: [] };
        const known = nodes.get(keyOf(next)) ?? next;
        nodes.set(keyOf(next), known);
        node.steps.push({ event, step, to: known });
      } catch (error) {
        note({ theorem: 5, reason: `the step fails: ${messageOf(error)}`, path: path() });
      }
    }
    if (nodes.size > nodesMax) {
      note({ theorem: 5, reason: `there are more than ${nodesMax} states`, path: pathTo(node) });
      break;
    }
  }
  for (const { breach, node } of graphBreaches(flow, [...nodes.values()])) {
    note({ ...breach, path: node === null ? [] : pathTo(node) });
  }
  for (const reason of keyFaults(flow)) note({ theorem: 7, reason, path: [] });
  const counterExamples = theoremNumbers.flatMap((theorem) => found.get(theorem) ?? []);
  return { states: nodes.size, edges, counterExamples };
}

/** That the keys a caller is told about mean what the walk takes them for. */
function keyFaults({ keys, locales, speech }: CompiledFlow): readonly string[] {
  const heard = (digits: string) => ({ digits, speech: null, confidence: null });
  const answer = (digits: string) => answerOf(heard(digits), keys, speech, locales[0] ?? '');
  return [
    ...['*', keys.refuse, keys.person]
      .filter((key) => answer(key) !== 'deny')
      .map((key) => `the key ${key} does not refuse`),
    ...(wantsPerson(heard(keys.person), keys) ? [] : ['no key leads to a person']),
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
