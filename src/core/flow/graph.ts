import type { Advance } from '../call/advance.ts';
import type { Answer } from '../words.ts';
import { leavesWord } from './breaches.ts';
import type { CompiledFlow } from './compile.ts';
import type { Breach } from './theorems.ts';
import type { Edge, Node } from './walk.ts';
import type { Witness } from './witness.ts';

/** The theorems about ways through the whole graph: 5 and 6. */
export function graphBreaches(
  flow: CompiledFlow,
  nodes: readonly Node[],
): readonly { readonly breach: Breach; readonly node: Node | null }[] {
  const asking = nodes.filter(({ witness }) => witness.asking !== null);
  const listening = nodes.filter(({ witness }) => isListening(witness));
  return [
    ...unheardPrompts(flow, nodes).map((promptId) => ({
      breach: { theorem: 5, reason: `no call ever hears the prompt ${promptId}` } as const,
      node: null,
    })),
    ...endless(listening).map((node) => ({
      breach: { theorem: 5, reason: 'the same question or menu can be spoken for ever' } as const,
      node,
    })),
    ...asking.flatMap((node) =>
      unequalWays(node).map((reason) => ({ breach: { theorem: 6, reason } as const, node })),
    ),
  ];
}

/** Steps speak, so a step that nobody hears is a step that nobody reaches. */
function unheardPrompts(flow: CompiledFlow, nodes: readonly Node[]): readonly string[] {
  const heard = new Set(
    stepsOf(nodes)
      .flatMap(({ effects }) => effects)
      .flatMap((effect) => {
        if (['say', 'text'].includes(effect.type) && 'promptId' in effect) {
          return effect.promptId;
        }
        if (effect.type === 'wait') return [effect.promptId, effect.music ?? effect.promptId];
        if (effect.type === 'ring') return Object.values(effect.whisper ?? {});
        if (effect.type === 'choose') return effect.prompts.map(({ promptId }) => promptId);
        return effect.type === 'ask' ? effect.stretches.map(({ promptId }) => promptId) : [];
      }),
  );
  // What is said around the conversation belongs to no step: some flows never come to it.
  const { withdrawn, ended = {}, unrecorded, erase } = flow.definition.bridge;
  const ours = [...Object.values(ended), withdrawn, unrecorded, erase?.offer, erase?.done];
  return flow.promptIds.filter((promptId) => !heard.has(promptId) && !ours.includes(promptId));
}

/** Each once: a step that several states share is one object. */
function stepsOf(nodes: readonly Node[]): readonly Advance[] {
  const found = new Set<Advance>();
  for (const { steps } of nodes) for (const { step } of steps) found.add(step);
  return [...found];
}

function isListening({ asking, choosing }: Witness): boolean {
  return asking !== null || choosing !== null;
}

/** Questions and menus that some sequence of answers leads back to: depth first, for a circle. */
function endless(listening: readonly Node[]): readonly Node[] {
  const done = new Set<Node>();
  const open = new Set<Node>();
  const circles: Node[] = [];
  const visit = (node: Node): void => {
    if (done.has(node)) return;
    open.add(node);
    for (const { event, step, to } of node.steps) {
      const isAnswer = event.type === 'HEARD' || event.type === 'CHOSE';
      if (!isAnswer || step.effects.length === 0 || !isListening(to.witness)) continue;
      if (open.has(to)) circles.push(to);
      else visit(to);
    }
    open.delete(node);
    done.add(node);
  };
  for (const node of listening) visit(node);
  return circles;
}

/** From one question on: refusing everything against granting everything. */
function unequalWays(node: Node): readonly string[] {
  const accepting = way(node, 'grant');
  const declining = way(node, 'deny');
  if (accepting === null || declining === null) return ['an answer leads nowhere'];
  if (declining.length > accepting.length) {
    return [`declining takes ${declining.length} steps, accepting ${accepting.length}`];
  }
  if (node.witness.asking?.message === true) return unequalMessages(accepting, declining);
  const accepted = accepting.at(-1)?.to.witness;
  const declined = declining.at(-1)?.to.witness;
  if (accepted?.bridged !== declined?.bridged) return ['declining does not lead to the bridge'];
  if (accepted?.rung !== declined?.rung) return ['declining does not ring whom accepting rings'];
  if (accepted?.choosing?.join() !== declined?.choosing?.join()) {
    return ['declining leads to another menu'];
  }
  return unlikeAnswers.flatMap(([answer, word]) => unlike(word, way(node, answer), accepted));
}

/** Whoever says nothing, or nothing that is understood, is served as whoever says yes. */
const unlikeAnswers = [
  ['silence', 'silence'],
  ['unclear', 'doubt'],
] as const;

function unlike(
  word: string,
  taken: readonly Edge[] | null,
  accepted: Node['witness'] | undefined,
): readonly string[] {
  if (taken === null) return [`${word} leads nowhere`];
  const led = taken.at(-1)?.to.witness;
  if (accepted?.bridged !== led?.bridged) return [`${word} does not lead to the bridge`];
  if (accepted?.rung !== led?.rung) return [`${word} does not ring whom accepting rings`];
  const isSame = accepted?.choosing?.join() === led?.choosing?.join();
  return isSame ? [] : [`${word} leads to another menu`];
}

/** Without a permission there is no message; that somebody calls back does not depend on one. */
function unequalMessages(
  accepting: readonly Edge[],
  declining: readonly Edge[],
): readonly string[] {
  const word = (way: readonly Edge[]) => leavesWord(way.at(-1)?.step.effects ?? []);
  const same = word(accepting) === word(declining);
  return same ? [] : ['who leaves no message is not called back'];
}

/**
 * The steps of somebody who gives every question the same answer; null if they never end. The
 * questions of a survey are what they allowed: left unanswered, they lead where a no leads.
 */
function way(from: Node, answer: Answer): readonly Edge[] | null {
  const steps: Edge[] = [];
  for (let at = from; at.witness.asking !== null || at.witness.rating; ) {
    const over = at.witness.asking?.stretches.includes('reminder') ? 'reminder' : 'choices';
    const edge = at.steps.find(({ event }) =>
      at.witness.rating
        ? event.type === 'CHOSE' && event.key === null
        : event.type === 'HEARD' &&
          event.stretch === over &&
          // Who is reminded accepts by saying nothing against it.
          event.answer === (over === 'reminder' && answer === 'grant' ? 'silence' : answer) &&
          event.person !== true,
    );
    if (edge === undefined || edge.step.effects.length === 0 || steps.length > 1000) return null;
    steps.push(edge);
    at = edge.to;
  }
  return steps;
}
