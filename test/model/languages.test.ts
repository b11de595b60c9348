/** What a caller hears in each language of each flow, for each kind of answer. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { advance, type CallSnapshot, phaseOf } from '../../src/core/call/advance.ts';
import type { Effect } from '../../src/core/call/effect.ts';
import type { CallEvent, Earlier } from '../../src/core/call/event.ts';
import { answerOf, wantsPerson } from '../../src/core/consent/answer.ts';
import type { CompiledFlow } from '../../src/core/flow/compile.ts';
import { isAsk, type Step } from '../../src/core/flow/definition.ts';
import type { EarlierAnswer, Stretch } from '../../src/core/words.ts';
import { prompts, shipped } from './flows.ts';

/** What somebody does at every question, or at every menu; the last act is repeated. */
interface Way {
  readonly title: string;
  readonly acts: readonly string[];
  /** Outside business hours. */
  readonly closed?: boolean;
  /** What they press while they wait for somebody; nothing unless said. */
  readonly waiting?: string;
  /** What they answered in an earlier call. */
  readonly earlier?: Earlier;
  /** The key that leads from a menu to a question; without it `acts` are for menus as well. */
  readonly toQuestion?: string | undefined;
  /** They press the star once they are connected. */
  readonly star?: boolean;
}

const flows = new Map(shipped.all().map((flow) => [flow.name, flow]));
const cases = [...flows.values()].flatMap((flow) =>
  flow.definition.locales.map((locale) => [flow.name, locale, flow] as const),
);

test.each(cases)('%s in %s', async (name, locale, flow) => {
  const speak = speaker(locale);
  const told = [
    `# ${name} in ${locale}`,
    ...waysOf(flow).flatMap((way) => {
      const lines = play(flow, locale, way, speak);
      // Not every flow connects whoever grants.
      const isPlayed = way.star !== true || lines.includes('> *');
      return isPlayed ? ['', `## ${way.title}`, ...lines] : [];
    }),
  ];
  const file = join(import.meta.dirname, `../golden/transcripts/${locale}/${name}.txt`);
  await expect(`${told.join('\n')}\n`).toMatchFileSnapshot(file);
});

test('every flow is the newest of its name', () => {
  for (const { name, version } of shipped.all()) {
    expect(flows.get(name)?.version).toBeGreaterThanOrEqual(version);
  }
});

function waysOf({ keys, definition }: CompiledFlow): readonly Way[] {
  const steps = Object.values(definition.steps);
  const menuKeys = steps.flatMap((step) => ('menu' in step ? Object.keys(step.choices) : []));
  const closed = definition.hours !== undefined;
  const menu = [...new Set([...menuKeys, ...(menuKeys.length === 0 ? [] : ['-'])])].map((key) => ({
    title: key === '-' ? 'no key in the menu' : `key ${key} in the menu`,
    acts: [key],
    closed,
  }));
  const asks = steps.filter(isAsk);
  if (asks.length === 0) return menu;
  const earlier = (was: EarlierAnswer): Earlier =>
    Object.fromEntries(asks.map(({ ask }) => [ask, was]));
  const remembered: readonly Way[] = asks.some(({ remember }) => remember !== undefined)
    ? [
        { title: 'granted in an earlier call', acts: ['-'], earlier: earlier('granted') },
        { title: 'a no to the reminder', acts: [keys.refuse], earlier: earlier('granted') },
        { title: 'doubt about the reminder', acts: ['7', keys.grant], earlier: earlier('granted') },
        { title: 'refused in an earlier call', acts: ['-'], earlier: earlier('refused') },
      ]
    : [];
  const toQuestion = questionKey(steps, definition.steps);
  const answers: readonly Way[] = [
    { title: 'grant', acts: [keys.grant] },
    { title: 'deny', acts: [keys.refuse] },
    { title: 'silence', acts: ['-'] },
    { title: 'unclear', acts: ['7'] },
    { title: 'a grant before the purpose was said', acts: [`early ${keys.grant}`, keys.grant] },
    { title: 'a person', acts: [keys.person] },
    ...(keys.none === undefined ? [] : [{ title: 'no to everything', acts: [keys.none] }]),
    { title: 'a star after a grant', acts: [keys.grant], star: true },
    ...remembered,
    { title: 'a child', acts: ['-'], earlier: earlier('barred') },
  ];
  return [
    ...answers.map((way) => ({ ...way, toQuestion })),
    ...menu.map((way) => ({ ...way, title: `${way.title}, out of hours` })),
    ...steps.flatMap((step) =>
      'queue' in step
        ? [
            ...Object.keys(step.choices).map((key) => ({
              title: `key ${key} while waiting`,
              acts: [keys.refuse],
              waiting: key,
            })),
            { title: 'a star while waiting', acts: [keys.grant], waiting: '*' },
          ]
        : [],
    ),
  ];
}

/** The key by which a menu leads to a question, in a flow that has such a menu. */
function questionKey(
  steps: readonly Step[],
  named: Readonly<Record<string, Step>>,
): string | undefined {
  const choices = steps.flatMap((step) => ('menu' in step ? Object.entries(step.choices) : []));
  return choices.find(([, target]) => {
    const step = named[target];
    return step !== undefined && isAsk(step);
  })?.[0];
}

/** From the first ring until the person is connected or hung up on. */
function play(
  flow: CompiledFlow,
  locale: string,
  { acts, closed, waiting = '-', earlier, toQuestion, star }: Way,
  speak: Speak,
): readonly string[] {
  const lines: string[] = [];
  let event: CallEvent = {
    type: 'STARTED',
    ...(closed === true && { closed }),
    ...(earlier !== undefined && { earlier }),
  };
  let snapshot: CallSnapshot | null = null;
  let question = '';
  let turn = 0;
  for (let steps = 0; steps < 40; steps += 1) {
    const step = advance(flow, snapshot, event);
    snapshot = step.snapshot;
    lines.push(...step.effects.flatMap((effect) => spoken(effect, speak)));
    const listens = step.effects.find(({ type }) => ['ask', 'choose', 'wait'].includes(type));
    if (phaseOf(snapshot) !== 'asking' || listens === undefined) {
      return star === true ? [...lines, ...starred(flow, snapshot, speak)] : lines;
    }
    const asked = listens.type === 'ask' ? listens.purpose : '';
    turn = asked === question ? turn + 1 : 0;
    question = asked;
    const asAsked = acts[Math.min(turn, acts.length - 1)] ?? '-';
    const inMenu = toQuestion !== undefined && asksIn(flow, listens) ? toQuestion : asAsked;
    const act = listens.type === 'wait' ? waiting : inMenu;
    const tongue = listens.type === 'choose' ? languageKey(flow, locale) : null;
    lines.push(`> ${tongue ?? act}`);
    event =
      listens.type !== 'ask'
        ? chosen(tongue ?? act)
        : heard(flow, locale, act, listens.stretches.at(-1)?.stretch ?? 'choices');
  }
  throw new Error('this call does not end');
}

/** The star, and silence to whatever is offered then. */
function starred(flow: CompiledFlow, connected: CallSnapshot, speak: Speak): readonly string[] {
  if (phaseOf(connected) !== 'bridged') return [];
  const step = advance(flow, connected, { type: 'STAR' });
  const said = ['> *', ...step.effects.flatMap((effect) => spoken(effect, speak))];
  if (!step.effects.some(({ type }) => type === 'choose')) return said;
  const { effects } = advance(flow, step.snapshot, chosen('-'));
  return [...said, '> -', ...effects.flatMap((effect) => spoken(effect, speak))];
}

/** Whether what is listened over is a menu with a way to a question. */
function asksIn({ definition }: CompiledFlow, effect: Effect): boolean {
  if (effect.type !== 'choose') return false;
  const ids = effect.prompts.map(({ promptId }) => promptId);
  const menus = Object.values(definition.steps).filter(
    (step) => 'menu' in step && ids.includes(step.menu),
  );
  return questionKey(menus, definition.steps) !== undefined;
}

/** The key of a locale, in a flow that lets people choose theirs. */
function languageKey({ definition }: CompiledFlow, locale: string): string | null {
  const choices = Object.values(definition.steps).flatMap((step) =>
    'language' in step ? Object.entries(step.choices) : [],
  );
  return choices.find(([, its]) => its === locale)?.[0] ?? null;
}

function chosen(act: string): CallEvent {
  return { type: 'CHOSE', key: act === '-' ? null : act };
}

function heard(flow: CompiledFlow, locale: string, act: string, over: Stretch): CallEvent {
  const digits = act.replace('early ', '').replace('-', '');
  const input = { digits, speech: null, confidence: null };
  const none = digits === flow.keys.none;
  return {
    type: 'HEARD',
    stretch: act.startsWith('early ') ? 'purpose' : over,
    answer: none ? 'deny' : answerOf(input, flow.keys, flow.speech, locale),
    person: wantsPerson(input, flow.keys),
    none,
  };
}

type Speak = (promptId: string, locale: string | null) => string;

/** Speaks a prompt in full the first time, by its name in brackets from then on. */
function speaker(locale: string): Speak {
  const known = new Set<string>();
  return (id, its) => {
    const words = prompts.words(its ?? locale, id, 'Ann & Co');
    if (known.has(words)) return `[${id}]`;
    known.add(words);
    return words;
  };
}

function spoken(effect: Effect, speak: Speak): readonly string[] {
  switch (effect.type) {
    case 'say':
      return [speak(effect.promptId, null)];
    case 'ask':
      return effect.stretches.map(({ promptId }) => speak(promptId, null));
    case 'choose':
      return effect.prompts.map((prompt) => speak(prompt.promptId, prompt.locale));
    case 'wait':
      return [speak(effect.promptId, null)];
    case 'ring':
      return [`(rings: ${effect.to})`];
    case 'text':
      return [`(text: ${speak(effect.promptId, null)})`];
    case 'answer':
      return [`(answer: ${effect.key})`];
    case 'task':
      return [`(task: ${effect.kind})`];
    case 'open-gate':
      return [`(${effect.purpose} begins)`];
    case 'bridge':
      return ['(connected)'];
    case 'hangup':
      return ['(hung up)'];
    default:
      return [];
  }
}
