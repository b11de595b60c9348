import type { CompiledFlow } from '../compile.ts';
import {
  type AskStep,
  type ChoiceReach,
  type FlowDefinition,
  isAsk,
  type KeyMap,
  type MenuStep,
  questionOf,
  type Step,
  targetsOf,
} from '../definition.ts';
import {
  type DialStep,
  destinationOf,
  type QueueStep,
  ringsSomebody,
  waitPromptsOf,
} from '../definition-bridge.ts';
import type { PromptText } from '../prompt-rules.ts';

/** Something that is spoken in a node: what for, which prompt, and its words as written. */
export interface DrawnPrompt {
  readonly part: string;
  readonly id: string;
  /** Null where the prompt is not there in that locale. */
  readonly words: string | null;
}

export interface DrawnNode {
  /** The step's name, or `start`, `bridge`, `end`. */
  readonly name: string;
  /** `start`, `bridge`, `end`, or what the step does: `say`, `ask`, `menu` and so on. */
  readonly kind: string;
  /** What else there is to know of it, one sentence each. */
  readonly notes: readonly string[];
  readonly prompts: readonly DrawnPrompt[];
}

export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  /** The answers that lead this way; empty where there is one way only. */
  readonly answers: readonly string[];
}

/** A flow as nodes and edges: every picture and table of it is made from this. */
export interface Drawing {
  readonly name: string;
  readonly version: number;
  readonly locale: string;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

type Way = readonly [target: string, answer: string | null];

export function drawingOf(flow: CompiledFlow, locale: string, textOf: PromptText): Drawing {
  const { name, version, definition } = flow;
  const prompt = ([part, id]: readonly [string, string]): DrawnPrompt => ({
    part,
    id,
    words: textOf(locale, id),
  });
  const steps = Object.entries(definition.steps).map(
    ([stepName, step]): DrawnNode => ({
      name: stepName,
      kind: kindOf(step),
      notes: notesOf(step),
      // Who is brought together by a step hears there what they would hear on our own bridge.
      prompts: [
        ...promptsOf(step),
        ...(ringsSomebody(step) ? bridgePromptsOf(definition) : []),
      ].map(prompt),
    }),
  );
  const edges = [
    { from: 'start', to: definition.first, answers: [] },
    ...Object.entries(definition.steps).flatMap(([from, step]) =>
      merged(from, waysOf(definition, step)),
    ),
  ];
  const reached = new Set(edges.map(({ to }) => to));
  const ends = [bridgeNode(definition, prompt), endNode].filter((node) => reached.has(node.name));
  return { name, version, locale, nodes: [startNode, ...steps, ...ends], edges };
}

const startNode: DrawnNode = { name: 'start', kind: 'start', notes: [], prompts: [] };
const endNode: DrawnNode = { name: 'end', kind: 'end', notes: ['the call ends'], prompts: [] };

function bridgeNode(
  definition: FlowDefinition,
  prompt: (named: readonly [string, string]) => DrawnPrompt,
): DrawnNode {
  const { role, bridge, steps } = definition;
  const stops = role !== 'agent' && Object.values(steps).some(isAsk);
  const star = stops ? ['* stops what was allowed, and comes back here'] : [];
  const { erase } = bridge;
  const key = erase === undefined ? [] : [`after *, key ${erase.key} erases what was recorded`];
  return {
    name: 'bridge',
    kind: 'bridge',
    notes: ['connected', ...star, ...key],
    prompts: bridgePromptsOf(definition).map(prompt),
  };
}

/** What is said around the conversation; where nothing is asked for, nothing is taken back. */
export function bridgePromptsOf({
  bridge: { withdrawn, ended = {}, unrecorded, other, erase },
  steps,
}: FlowDefinition): readonly (readonly [part: string, id: string])[] {
  const stopped: readonly (readonly [string, string])[] = [
    ...Object.entries(ended).map(([purpose, id]) => [`after *, of ${purpose}`, id] as const),
    ['after *', withdrawn],
    ...(other === undefined ? [] : [['after * without a recording', other] as const]),
    ...(erase === undefined
      ? []
      : [['then offered', erase.offer] as const, ['erased', erase.done] as const]),
  ];
  const asks = Object.values(steps).some(isAsk);
  return [...(asks ? stopped : []), ['otherwise unrecorded', unrecorded]];
}

/** What a step does: the name of its first member. */
export function kindOf(step: Step): string {
  return Object.keys(step)[0] ?? 'step';
}

/** The prompts of a step by the part they play, in the order they can be heard. */
export function promptsOf(step: Step): readonly (readonly [part: string, id: string])[] {
  const question = questionOf(step);
  if (question !== null) {
    const { purpose, choices, again, retry } = question;
    return [
      ...reminders(step),
      ['purpose', purpose],
      ['choices', choices],
      ...(again === undefined ? [] : [['too early', again] as const]),
      ['once more', retry],
      ...('ask' in step && step.denied !== undefined ? [['after a no', step.denied] as const] : []),
      ...('voicemail' in step
        ? [['message', step.voicemail] as const, ['after *', step.stopped] as const]
        : []),
    ];
  }
  if ('say' in step) return [['says', step.say]];
  if ('menu' in step) return [['menu', step.menu]];
  if ('text' in step) return [['text message', step.text]];
  if ('rate' in step) {
    return [
      ['question', step.rate],
      ['after *', step.stopped],
    ];
  }
  if ('language' in step) return [['in each language', step.language]];
  if (ringsSomebody(step)) {
    const parts = ['waiting', 'meanwhile, recorded'];
    const waiting = waitPromptsOf(step).map((id, i) => [parts[i] ?? '', id] as const);
    return [...waiting, ...whispers(step)];
  }
  return 'end' in step ? [['goodbye', step.end]] : [];
}

/** What the other side hears. */
function whispers(step: DialStep | QueueStep): readonly (readonly [string, string])[] {
  const { whisper } = step;
  if (whisper === undefined) return [];
  if (whisper.granted === whisper.refused) return [['to whom is rung', whisper.granted]];
  return [
    ['to whom is rung, if granted', whisper.granted],
    ['to whom is rung, if not', whisper.refused],
  ];
}

function notesOf(step: Step): readonly string[] {
  if ('voicemail' in step) {
    return [
      'asks for a message to be recorded, unless recording is allowed',
      `choices spoken at most ${times(step.question)}`,
      `a message lasts ${step.limit} s at most; any key ends it`,
      'leaves word for people: call-back',
    ];
  }
  if (ringsSomebody(step)) {
    const rings = `rings ${destinationOf(step)} for at most ${step.timeout} s`;
    const star = '* stops what was allowed, and comes back here';
    if ('dial' in step) return ['connected', rings, star];
    return [rings, ...repeats(step), `spoken every ${step.every} s, at most ${times(step)}`, star];
  }
  if ('ask' in step) {
    const { ask, remember, scope, anew } = step;
    return [
      `asks for ${ask}`,
      `choices spoken at most ${times(step)}`,
      ...(remember === undefined ? [] : [`counts for ${remember}, on ${reachText(scope)}`]),
      ...(anew === true ? ['asks whoever answered earlier, too'] : []),
    ];
  }
  if ('menu' in step) {
    return [...repeats(step), `spoken at most ${times(step)}`];
  }
  if ('rate' in step) {
    const kept = `keys 1 to ${step.highest} are kept, while survey is allowed`;
    return [kept, `spoken at most ${times(step)}`];
  }
  return 'task' in step ? [`leaves word for people: ${step.task}`] : [];
}

function reminders(step: Step): readonly (readonly [string, string])[] {
  if (!('ask' in step) || step.remembered === undefined || step.anew === true) return [];
  return [['reminder', step.remembered]];
}

function reachText(scope: ChoiceReach | undefined): string {
  return scope === 'tenant' ? 'every line' : 'this line';
}

function repeats({ choices }: Pick<MenuStep, 'choices'>): readonly string[] {
  return Object.entries(choices)
    .filter(([, target]) => target === 'repeat')
    .map(([key]) => `key ${key}: hear it again`);
}

function times({ attempts }: { readonly attempts: number }): string {
  return attempts === 1 ? 'once' : `${attempts} times`;
}

/**
 * Every way out of a step with the answer that leads there, in the order of the definition. A
 * kind that is not known here is drawn with ways that are not explained.
 */
export function waysOf(definition: FlowDefinition, step: Step): readonly Way[] {
  if ('ask' in step) {
    return [
      ...answerWays(definition, step),
      ...(step.remember === undefined || step.anew === true
        ? []
        : ([
            [step.granted, 'allowed earlier, and reminded'],
            [step.refused, 'refused less than a year ago'],
          ] as const)),
    ];
  }
  if ('dial' in step) return [[step.unanswered, 'nobody comes'], overWay(step)];
  if ('menu' in step || 'queue' in step) {
    const keys = Object.entries(step.choices).filter(([, target]) => target !== 'repeat');
    return [
      ...keys.map(([key, target]): Way => [target, `key ${key}`]),
      [step.otherwise, 'queue' in step ? 'nobody comes' : 'nothing, or another key'],
      ...('queue' in step ? [overWay(step)] : []),
    ];
  }
  if ('language' in step) {
    const keys = Object.entries(step.choices);
    return [
      ...keys.map(([key, locale]): Way => [step.next, `key ${key}: ${locale}`]),
      [step.next, 'nothing, or another key: as the line'],
    ];
  }
  if ('branch' in step) {
    return [
      ...step.branch.map(({ when, purpose, next }): Way => {
        return [next, purpose === undefined ? when : `${purpose} ${when}`];
      }),
      [step.otherwise, 'otherwise'],
    ];
  }
  return targetsOf(step).map((target): Way => [target, null]);
}

function overWay({ afterwards }: DialStep | QueueStep): Way {
  return [afterwards ?? 'end', 'the other side has hung up'];
}

function answerWays(
  { keys, speech, person }: FlowDefinition,
  { granted, refused, silence, doubt }: AskStep,
): readonly Way[] {
  return [
    [granted, yesText(keys, speech)],
    [refused, speech ? `no: ${keys.refuse}, * or in words` : `no: ${keys.refuse} or *`],
    ...(keys.none === undefined ? [] : [[refused, `no to everything: ${keys.none}`] as const]),
    ...(silence === undefined && doubt === undefined
      ? [[refused, 'nothing, or doubt, to the end'] as const]
      : [
          [silence ?? refused, 'nothing, to the end'] as const,
          [doubt ?? refused, 'doubt, to the end'] as const,
        ]),
    [person ?? 'bridge', `to a person: ${keys.person}`],
  ];
}

function yesText({ grant }: KeyMap, speech: boolean): string {
  return speech ? `yes: ${grant} or in words` : `yes: ${grant}`;
}

/** One edge for each pair of nodes, with every answer that leads along it. */
function merged(from: string, ways: readonly Way[]): readonly DrawnEdge[] {
  const byTarget = new Map<string, string[]>();
  for (const [target, answer] of ways) {
    const answers = byTarget.get(target) ?? [];
    byTarget.set(target, answers);
    if (answer !== null && !answers.includes(answer)) answers.push(answer);
  }
  return [...byTarget].map(([to, answers]) => ({ from, to, answers }));
}
