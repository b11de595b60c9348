import type { CompiledFlow } from './compile.ts';
import { type FlowDefinition, type Step, silence } from './definition.ts';
import { destinationOf, ringsSomebody } from './definition-bridge.ts';
import { bridgePromptsOf, kindOf, promptsOf, waysOf } from './draw/model.ts';
import type { PromptText } from './prompt-rules.ts';

export type DifferenceKind =
  | 'locale'
  | 'words'
  | 'step'
  | 'way'
  | 'attempts'
  | 'memory'
  | 'key'
  | 'listening'
  | 'hours'
  | 'person'
  | 'purpose'
  | 'task'
  | 'ringing'
  | 'message'
  | 'survey';

/** One thing that callers meet in one version and not in the other. */
export interface FlowDifference {
  readonly kind: DifferenceKind;
  /** Null for what is the same in every language. */
  readonly locale: string | null;
  /** The step of the later version, or of the earlier one if it is gone; null outside of steps. */
  readonly step: string | null;
  /** What it is, such as `purpose` or `yes: 1`. */
  readonly part: string;
  /** Null: it was not there. */
  readonly before: string | null;
  /** Null: it is not there any more. */
  readonly after: string | null;
}

/**
 * What callers hear and can do differently. Names of prompts do not count, only words; a step that
 * was only renamed is the same step.
 */
export function differencesOf(
  before: CompiledFlow,
  after: CompiledFlow,
  textOf: PromptText,
): readonly FlowDifference[] {
  const [a, b] = [before.definition, after.definition];
  const pairs = pairsOf(a, b, textOf);
  const added = Object.keys(b.steps).filter((name) => !pairs.some((pair) => pair.after === name));
  const gone = Object.keys(a.steps).filter((name) => !pairs.some((pair) => pair.before === name));
  const renamed = new Map(pairs.map((pair) => [pair.before, pair.after]));
  return [
    ...wholeDifferences(a, b, renamed),
    ...pairs.flatMap((pair) => stepDifferences(a, b, pair, renamed)),
    ...added.map((name) => stepAlone(name, null, kindOf(stepOf(b, name)))),
    ...gone.map((name) => stepAlone(name, kindOf(stepOf(a, name)), null)),
    ...b.locales
      .filter((locale) => a.locales.includes(locale))
      .flatMap((locale) => wordDifferences(a, b, { pairs, added, gone }, locale, textOf)),
  ];
}

interface Pair {
  readonly before: string;
  readonly after: string;
}

function stepOf({ steps }: FlowDefinition, name: string): Step {
  return steps[name] as Step;
}

/** Steps of the same name and kind, and those that say the same under another name. */
function pairsOf(a: FlowDefinition, b: FlowDefinition, textOf: PromptText): readonly Pair[] {
  const same = Object.keys(b.steps)
    .filter((name) => Object.hasOwn(a.steps, name))
    .filter((name) => kindOf(stepOf(a, name)) === kindOf(stepOf(b, name)))
    .map((name) => ({ before: name, after: name }));
  const rest = Object.keys(a.steps).filter((name) => !Object.hasOwn(b.steps, name));
  const renamed = Object.keys(b.steps)
    .filter((name) => !Object.hasOwn(a.steps, name))
    .flatMap((name): readonly Pair[] => {
      const wanted = saidIn(b, name, textOf);
      const at = rest.findIndex((other) => saidIn(a, other, textOf) === wanted);
      return at < 0 ? [] : rest.splice(at, 1).map((other) => ({ before: other, after: name }));
    });
  return [...same, ...renamed];
}

/** What a step says and does, without names: equal for equal steps. */
function saidIn(definition: FlowDefinition, name: string, textOf: PromptText): string {
  const step = stepOf(definition, name);
  const words = definition.locales.map((locale) =>
    promptsOf(step).map(([part, id]) => [part, textOf(locale, id)]),
  );
  const answers = waysOf(definition, step).map(([, answer]) => answer);
  return JSON.stringify([kindOf(step), words, answers]);
}

function stepAlone(step: string, before: string | null, after: string | null): FlowDifference {
  return { kind: 'step', locale: null, step, part: 'step', before, after };
}

function wholeDifferences(
  a: FlowDefinition,
  b: FlowDefinition,
  renamed: ReadonlyMap<string, string>,
): readonly FlowDifference[] {
  const whole = (
    kind: DifferenceKind,
    part: string,
    before: string | null,
    after: string | null,
  ): readonly FlowDifference[] =>
    before === after ? [] : [{ kind, locale: null, step: null, part, before, after }];
  const locales = [...new Set([...a.locales, ...b.locales])];
  const keys = ['grant', 'refuse', 'person', 'none'] as const;
  const hours = ({ hours: one }: FlowDefinition) => (one === undefined ? null : hoursText(one));
  return [
    ...whole('person', 'role', a.role, b.role),
    ...locales.flatMap((locale) =>
      whole(
        'locale',
        'language',
        a.locales.includes(locale) ? locale : null,
        b.locales.includes(locale) ? locale : null,
      ),
    ),
    ...keys.flatMap((key) => whole('key', key, a.keys[key] ?? null, b.keys[key] ?? null)),
    ...whole('key', 'erase', a.bridge.erase?.key ?? null, b.bridge.erase?.key ?? null),
    ...whole('ringing', 'whoever is rung is asked by', askedBy(a), askedBy(b)),
    ...whole('ringing', 'recorded with the permission of', keptOf(a), keptOf(b)),
    ...whole('listening', 'answers in words', yesNo(a.speech), yesNo(b.speech)),
    ...whole('listening', 'silence that is no answer', silenceOf(a), silenceOf(b)),
    ...whole('hours', 'business hours', hours(a), hours(b)),
    ...whole('way', 'beginning', renamed.get(a.first) ?? a.first, b.first),
    ...whole('way', 'to a person', personOf(a, renamed), personOf(b, new Map())),
  ];
}

/** Null where it is our own bridge. */
function personOf({ person }: FlowDefinition, renamed: ReadonlyMap<string, string>): string | null {
  return person === undefined ? null : (renamed.get(person) ?? person);
}

const askedBy = ({ bridge }: FlowDefinition): string => bridge.agent ?? 'agent';
const keptOf = ({ bridge }: FlowDefinition): string => bridge.record ?? 'everybody';

const silenceOf = ({ timeout = silence.usual }: FlowDefinition): string => `${timeout} s`;

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function hoursText({ zone, open }: NonNullable<FlowDefinition['hours']>): string {
  const days = Object.entries(open).map(([day, span]) => `${day} ${span}`);
  return `${days.join(', ')} (${zone})`;
}

function stepDifferences(
  a: FlowDefinition,
  b: FlowDefinition,
  { before, after }: Pair,
  renamed: ReadonlyMap<string, string>,
): readonly FlowDifference[] {
  const [one, other] = [stepOf(a, before), stepOf(b, after)];
  const found = (
    kind: DifferenceKind,
    part: string,
    was: string | null,
    is: string | null,
  ): readonly FlowDifference[] =>
    was === is ? [] : [{ kind, locale: null, step: after, part, before: was, after: is }];
  // Keys that changed are told once, so the ways of a question are compared by their order.
  const sameKeys = !('ask' in one) || JSON.stringify(a.keys) === JSON.stringify(b.keys);
  const [was, is] = [waysByAnswer(a, one, renamed), waysByAnswer(b, other, new Map())];
  const answers =
    sameKeys && a.speech === b.speech ? [...new Set([...was.keys(), ...is.keys()])] : [];
  const purpose = (step: Step) => ('ask' in step ? step.ask : null);
  const task = (step: Step) => ('task' in step ? step.task : null);
  return [
    ...found('purpose', 'asks for', purpose(one), purpose(other)),
    ...found('task', 'leaves word', task(one), task(other)),
    ...found('ringing', 'rings', ringOf(one), ringOf(other)),
    ...found('ringing', 'speaks every', everyOf(one), everyOf(other)),
    ...found('message', 'a message lasts at most', limitOf(one), limitOf(other)),
    ...found('survey', 'keys', keysOf(one), keysOf(other)),
    ...found('memory', 'remembers', memoryOf(one), memoryOf(other)),
    ...found('attempts', 'attempts', attemptsOf(one), attemptsOf(other)),
    ...answers.flatMap((answer) =>
      found('way', answer, was.get(answer) ?? null, is.get(answer) ?? null),
    ),
    ...('ask' in one && 'ask' in other && answers.length === 0
      ? [
          ...found('way', 'yes', renamed.get(one.granted) ?? one.granted, other.granted),
          ...found('way', 'no', renamed.get(one.refused) ?? one.refused, other.refused),
          ...(['silence', 'doubt'] as const).flatMap((name) => {
            if (one[name] === undefined && other[name] === undefined) return [];
            const led = one[name] ?? one.refused;
            return found('way', name, renamed.get(led) ?? led, other[name] ?? other.refused);
          }),
        ]
      : []),
  ];
}

function ringOf(step: Step): string | null {
  return ringsSomebody(step) ? `${destinationOf(step)}, ${step.timeout} s at most` : null;
}

function everyOf(step: Step): string | null {
  return 'queue' in step ? `${step.every} s` : null;
}

function memoryOf(step: Step): string | null {
  if (!('ask' in step) || step.remember === undefined) return null;
  const where = step.scope === 'tenant' ? 'every line' : 'this line';
  return `${step.remember} on ${where}${step.anew === true ? ', asked anew' : ''}`;
}

function attemptsOf(step: Step): string | null {
  const of = 'voicemail' in step ? step.question : step;
  return 'attempts' in of ? String(of.attempts) : null;
}

function keysOf(step: Step): string | null {
  return 'rate' in step ? `1 to ${step.highest}` : null;
}

function limitOf(step: Step): string | null {
  return 'voicemail' in step ? `${step.limit} s` : null;
}

function waysByAnswer(
  definition: FlowDefinition,
  step: Step,
  renamed: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const repeats = 'menu' in step || 'queue' in step ? Object.entries(step.choices) : [];
  return new Map([
    ...waysOf(definition, step).map(([target, answer]): [string, string] => [
      answer ?? 'then',
      renamed.get(target) ?? target,
    ]),
    ...repeats
      .filter(([, target]) => target === 'repeat')
      .map(([key]): [string, string] => [`key ${key}`, 'the menu again']),
  ]);
}

interface Steps {
  readonly pairs: readonly Pair[];
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

function wordDifferences(
  a: FlowDefinition,
  b: FlowDefinition,
  { pairs, added, gone }: Steps,
  locale: string,
  textOf: PromptText,
): readonly FlowDifference[] {
  type Prompts = ReturnType<typeof promptsOf>;
  const compare = (step: string | null, was: Prompts, is: Prompts): readonly FlowDifference[] => {
    const [old, now] = [new Map(was), new Map(is)];
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((part) => {
      const before = spoken(locale, old.get(part), textOf);
      const after = spoken(locale, now.get(part), textOf);
      return before === after
        ? []
        : [{ kind: 'words', locale, step, part, before, after } as const];
    });
  };
  const promptsIn = (definition: FlowDefinition, name: string) =>
    promptsOf(stepOf(definition, name));
  return [
    ...pairs.flatMap((pair) =>
      compare(pair.after, promptsIn(a, pair.before), promptsIn(b, pair.after)),
    ),
    ...added.flatMap((name) => compare(name, [], promptsIn(b, name))),
    ...gone.flatMap((name) => compare(name, promptsIn(a, name), [])),
    ...compare(null, bridgePromptsOf(a), bridgePromptsOf(b)),
  ];
}

function spoken(locale: string, id: string | undefined, textOf: PromptText): string | null {
  return id === undefined ? null : (textOf(locale, id) ?? `(${id} is not there)`);
}

const keyNames: Readonly<Record<string, string>> = {
  grant: 'The key for yes',
  refuse: 'The key for no',
  person: 'The key for a person',
  none: 'The key for no to everything',
  erase: 'The key that erases, after *',
};

/** One difference in a sentence, its language left out. */
export function differenceText({ kind, step, part, before, after }: FlowDifference): string {
  const where = step === null ? '' : `Step ${step}: `;
  switch (kind) {
    case 'locale':
      return after === null ? `${before} is not spoken any more.` : `${after} is spoken, too.`;
    case 'key': {
      const name = keyNames[part] ?? part;
      if (before === null) return `${name} is new: ${after}.`;
      return after === null
        ? `${name}, ${before}, is gone.`
        : `${name} is ${after}, was ${before}.`;
    }
    case 'step':
      return after === null
        ? `Step ${step} (${before}) is gone.`
        : `Step ${step} (${after}) is new.`;
    case 'way':
      if (before === null) return `${where}“${part}” is new and leads to ${after}.`;
      if (after === null) return `${where}“${part}”, which led to ${before}, is gone.`;
      return `${where}“${part}” leads to ${after}, led to ${before}.`;
    case 'words':
      if (before === null) return `${where}new (${part}): “${after}”`;
      if (after === null) return `${where}no longer said (${part}): “${before}”`;
      return `${where}${part} was “${before}”, is “${after}”`;
    default:
      return `${where}${part}: ${after ?? 'none'}, was ${before ?? 'none'}.`;
  }
}
