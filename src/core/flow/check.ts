import type { Advance } from '../call/advance.ts';
import type { CallEvent } from '../call/event.ts';
import { answerOf, wantsPerson } from '../consent/answer.ts';
import { breachesOf } from './breaches.ts';
import type { CompiledFlow } from './compile.ts';
import { graphBreaches } from './graph.ts';
import { openSteps, type Steps } from './steps.ts';
import {
  type Breach,
  type CounterExample,
  type TheoremNumber,
  theoremNumbers,
} from './theorems.ts';
import { alphabetOf, beginningsOf, type Edge, type Node, pathTo } from './walk.ts';
import { freshWitness, observe } from './witness.ts';

export interface Proof {
  readonly states: number;
  readonly edges: number;
  /** For each theorem that does not hold, the shortest way to see it. */
  readonly counterExamples: readonly CounterExample[];
}

/** Ten times what the largest shipped flow has. */
const nodesMax = 70_000;

/**
 * Walks every state a leg of this flow can reach, over every event, through `advance` itself (`steps.ts`), and
 * checks theorems 1 to 7 at each step. Theorem 8 is about words: `prompt-rules.ts`.
 */
export function proveFlow(flow: CompiledFlow): Proof {
  const events = alphabetOf(flow);
  const beginnings = beginningsOf(flow);
  const steps = openSteps(flow);
  const fresh = freshWitness(flow);
  const witness = steps.witness(fresh, fresh);
  const root: Node = { snapshot: null, witness, from: null, steps: [] };
  const nodes = new Map<string, Node>([[steps.keyOf(null, witness), root]]);
  const found = new Map<TheoremNumber, CounterExample>();
  const note = (example: CounterExample) => {
    if (!found.has(example.theorem)) found.set(example.theorem, example);
  };
  let edges = 0;
  // A Map yields what is added while it is walked: breadth first, so every first way is shortest.
  for (const node of nodes.values()) {
    for (const event of node.snapshot === null ? beginnings : events) {
      const noteHere = (breach: Breach) => note({ ...breach, path: [...pathTo(node), event] });
      const edge = stepFrom(flow, steps, node, event);
      edges += 1;
      if ('breach' in edge) {
        noteHere(edge.breach);
        continue;
      }
      for (const breach of breachesOf({
        flow,
        before: node.witness,
        ...edge,
        after: edge.to.witness,
      })) {
        noteHere(breach);
      }
      const key = steps.keyOf(edge.to.snapshot, edge.to.witness);
      const known = nodes.get(key) ?? edge.to;
      nodes.set(key, known);
      node.steps.push({ ...edge, to: known });
    }
    if (nodes.size > nodesMax) {
      note({ theorem: 5, reason: `there are more than ${nodesMax} states`, path: pathTo(node) });
      return proofOf(nodes.size, edges, found);
    }
  }
  for (const { breach, node } of graphBreaches(flow, [...nodes.values()])) {
    note({ ...breach, path: node === null ? [] : pathTo(node) });
  }
  for (const reason of keyFaults(flow)) note({ theorem: 7, reason, path: [] });
  return proofOf(nodes.size, edges, found);
}

function proofOf(
  states: number,
  edges: number,
  found: ReadonlyMap<TheoremNumber, CounterExample>,
): Proof {
  const counterExamples = theoremNumbers.flatMap((theorem) => found.get(theorem) ?? []);
  return { states, edges, counterExamples };
}

/** One step from a state, to a state that may be known already. */
function stepFrom(
  flow: CompiledFlow,
  steps: Steps,
  node: Node,
  event: CallEvent,
): Edge | { readonly breach: Breach } {
  let step: Advance;
  try {
    step = steps.take(node.snapshot, event);
  } catch (error) {
    return { breach: { theorem: 5, reason: `the step fails: ${messageOf(error)}` } };
  }
  try {
    const witness = steps.witness(node.witness, observe(flow, node.witness, event, step));
    const to: Node = { snapshot: step.snapshot, witness, from: { node, event }, steps: [] };
    return { event, step, to };
  } catch (error) {
    return { breach: { theorem: 4, reason: `the entries do not fold: ${messageOf(error)}` } };
  }
}

/** From so many on, saying no to each by itself is a burden. */
const layeredPurposes = 3;

/** That the keys a caller is told about mean what the walk takes them for. */
function keyFaults({ keys, locales, speech, purposes }: CompiledFlow): readonly string[] {
  const heard = (digits: string) => ({ digits, speech: null, confidence: null });
  const answer = (digits: string) => answerOf(heard(digits), keys, speech, locales[0] ?? '');
  return [
    ...['*', keys.refuse, keys.person]
      .filter((key) => answer(key) !== 'deny')
      .map((key) => `the key ${key} does not refuse`),
    ...(wantsPerson(heard(keys.person), keys) ? [] : ['no key leads to a person']),
    ...(purposes.length >= layeredPurposes && keys.none === undefined
      ? [`${purposes.length} purposes are asked for, and no key (\`none\`) refuses them all`]
      : []),
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
