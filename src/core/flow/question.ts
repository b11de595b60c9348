import type { AskedStretch } from '../call/effect.ts';
import type { EarlierAnswer, Purpose } from '../words.ts';
import { type AskStep, silence } from './definition.ts';
import type { CallState, Question } from './setup.ts';

/**
 * Seconds of silence waited for after the purpose was spoken, before the choices follow: long
 * enough to refuse, too short to be taken for the end.
 */
const purposeTimeoutS = 1;
/** Seconds of silence after a reminder that count as nothing to say against it. */
const reminderTimeoutS = 2;

export function say(promptId: string) {
  return { type: 'say', params: { promptId } } as const;
}

/** A transition to a step or to the bridge; `end` is ours to do: we hang up. */
export function go(target: string) {
  return target === 'end'
    ? ({ target: '#leg.ended', actions: [{ type: 'hangup' }] } as const)
    : { target: `#leg.live.script.${target}` };
}

/** Goes to a step, doing something on the way. */
export function goWith(target: string, actions: readonly object[]) {
  const way = go(target);
  return { ...way, actions: [...actions, ...('actions' in way ? way.actions : [])] };
}

/** What a question needs to know of the flow around it. */
export interface QuestionSetting {
  readonly speech: boolean;
  /** Seconds of silence after the choices that count as the answer silence; absent: the usual. */
  readonly timeout?: number | undefined;
  /** Where the wish for a person leads. */
  readonly person: string;
  /** Prompt on the way there: nothing is recorded; null where nothing is said. */
  readonly unrecorded: string | null;
}

/**
 * A question. `first` speaks purpose and choices over two gathers; a key that grants before the
 * purpose was spoken leads to `again`, which speaks the purpose without listening; silence and
 * doubt lead to `retry` until the attempts are used up, and then count as a refusal. A purpose
 * that is settled already is not asked for again. Who said nothing, or nothing that was understood, may
 * be led elsewhere than who said no.
 * @param asking what is done as it is asked; given, it is asked whatever was settled before
 *
 * Where answers are remembered, a grant of an earlier call is spoken of (`reminder`) and stands if
 * nobody says anything until its end; a yes that cuts it short, and doubt, are asked in full; a no
 * is a no. An earlier refusal is not asked about. A child is asked nothing they may not grant, and an
 * answering machine nothing at all.
 */
export function askState(
  step: AskStep,
  setting: QuestionSetting,
  purposes: readonly Purpose[],
  asking?: readonly { readonly type: 'noteAsked' }[],
): CallState {
  const { ask: purpose } = step;
  const { speech, timeout = silence.usual } = setting;
  const choicesStretch = (promptId: string): AskedStretch => ({
    stretch: 'choices',
    promptId,
    timeoutS: timeout,
  });
  const noesTo = (question: Question) => [
    ...noes(step, { type: 'refuse', params: question }, setting, purposes),
    { guard: { type: 'isVoid', params: { purpose } }, ...go(step.refused) } as const,
  ];
  const asked: Question = { purpose, promptIds: [step.purpose, step.choices] };
  const askedAgain: Question = { purpose, promptIds: [step.purpose, step.retry] };
  const request = { type: 'request', params: asked } as const;
  const known =
    asking === undefined
      ? ([
          { guard: { type: 'isGranted', params: { purpose } }, ...go(step.granted) },
          { guard: { type: 'isSettled', params: { purpose } }, ...go(step.refused) },
        ] as const)
      : [];
  const listen = (...stretches: AskedStretch[]) =>
    ({ type: 'ask', params: { purpose, stretches, speech } }) as const;
  return {
    initial: 'enter',
    exit: [{ type: 'noAttempt' }],
    states: {
      enter: {
        always: [
          // A machine is asked nothing: it could not know what it allows.
          { guard: 'isMachine', ...go(step.refused) },
          ...known,
          wasEarlier(purpose, 'barred', go(step.refused)),
          ...earlierWays(step),
          { target: 'first', actions: [request, ...(asking ?? [])] },
        ],
      },
      first: {
        entry: [
          { type: 'firstAttempt' },
          listen(purposeStretch(step.purpose), choicesStretch(step.choices)),
        ],
        on: {
          HEARD: [...noesTo(asked), { guard: 'isEarly', target: 'again' }, ...others(step, asked)],
        },
      },
      again: {
        entry: [
          ...(step.again === undefined ? [] : [say(step.again)]),
          say(step.purpose),
          listen(choicesStretch(step.choices)),
        ],
        on: { HEARD: [...noesTo(asked), ...others(step, asked)] },
      },
      ...(reminds(step) ? { reminder: reminderState(step, setting, purposes) } : {}),
      retry: {
        entry: [{ type: 'nextAttempt' }, listen(choicesStretch(step.retry))],
        on: { HEARD: [...noesTo(askedAgain), ...others(step, askedAgain)] },
      },
    },
  };
}

/** Whether the step speaks of what was granted in an earlier call. */
function reminds({ remembered, anew }: AskStep): boolean {
  return remembered !== undefined && anew !== true;
}

function wasEarlier<Way extends object>(purpose: Purpose, was: EarlierAnswer, way: Way) {
  return { guard: { type: 'wasEarlier', params: { purpose, was } } as const, ...way };
}

/** Ways around a question that somebody answered in an earlier call. */
function earlierWays(step: AskStep) {
  if (!reminds(step)) return [];
  return [
    wasEarlier(step.ask, 'refused', go(step.refused)),
    wasEarlier(step.ask, 'granted', { target: 'reminder' } as const),
  ];
}

function reminderState(
  step: AskStep,
  setting: QuestionSetting,
  purposes: readonly Purpose[],
): CallState {
  const { ask: purpose, remembered = '' } = step;
  const reminder: Question = { purpose, promptIds: [remembered] };
  const stretch = {
    stretch: 'reminder',
    promptId: remembered,
    timeoutS: reminderTimeoutS,
  } as const;
  const asked: Question = { purpose, promptIds: [step.purpose, step.choices] };
  return {
    entry: [{ type: 'ask', params: { purpose, stretches: [stretch], speech: setting.speech } }],
    on: {
      HEARD: [
        ...noes(step, { type: 'contradict', params: reminder }, setting, purposes),
        { guard: { type: 'isPast', params: { purpose } }, ...go(step.refused) },
        {
          guard: 'isUncontested',
          ...go(step.granted),
          actions: [{ type: 'remind', params: reminder }],
        },
        { target: 'first', actions: [{ type: 'request', params: asked }] },
      ],
    },
  };
}

/**
 * Answers that end the question whenever they come: the wish for a person (nothing is recorded
 * then, whatever was granted before), a no to everything, and a refusal.
 */
function noes(
  step: AskStep,
  refuse: { readonly type: 'refuse' | 'contradict'; readonly params: Question },
  { person, unrecorded }: QuestionSetting,
  purposes: readonly Purpose[],
) {
  const denied = step.denied === undefined ? [] : [say(step.denied)];
  return [
    {
      guard: 'wantsPerson',
      ...go(person),
      actions: [refuse, { type: 'withdrawAll' }, ...(unrecorded === null ? [] : [say(unrecorded)])],
    },
    {
      guard: 'wantsNone',
      ...go(step.refused),
      actions: [refuse, { type: 'refuseRest', params: { purposes } }, ...denied],
    },
    { guard: 'denies', ...go(step.refused), actions: [refuse, ...denied] },
  ] as const;
}

/** A grant, if it counts; otherwise once more, as long as attempts are left. */
function others(step: AskStep, question: Question) {
  const refuse = { type: 'refuse', params: question } as const;
  const silent =
    step.silence === undefined && step.doubt === undefined
      ? []
      : [{ guard: 'isSilent', ...go(step.silence ?? step.refused), actions: [refuse] } as const];
  return [
    { guard: 'grants', ...go(step.granted), actions: [{ type: 'grant', params: question }] },
    // Entered anew by whoever is in it already, or a third attempt would not be spoken.
    {
      guard: { type: 'mayRetry', params: { attempts: step.attempts } },
      target: 'retry',
      reenter: true,
    },
    ...silent,
    { ...go(step.doubt ?? step.refused), actions: [refuse] },
  ] as const;
}

function purposeStretch(promptId: string): AskedStretch {
  return { stretch: 'purpose', promptId, timeoutS: purposeTimeoutS };
}
