import { assign, enqueueActions, setup } from 'xstate';
import type { AskedStretch, StatusChange } from '../call/effect.ts';
import type { CallEvent } from '../call/event.ts';
import { foldStatuses, statusOf } from '../consent/status.ts';
import { assert } from '../error.ts';
import type { EarlierAnswer, Purpose } from '../words.ts';
import type { Condition, DeskTaskKind } from './definition.ts';
import type { Whisper } from './definition-bridge.ts';
import {
  type CallContext,
  contradiction,
  expiries,
  refusal,
  starWithdrawals,
  withdrawal,
} from './envelope.ts';

/** A question as the machine knows it. */
export interface Question {
  readonly purpose: Purpose;
  /** The prompts a person must have heard for an answer to count. */
  readonly promptIds: readonly string[];
  /** True for the question whether a message may be recorded. */
  readonly message?: boolean;
}

type HeardEvent = Extract<CallEvent, { type: 'HEARD' }>;

function heard(event: CallEvent): HeardEvent {
  assert(event.type === 'HEARD', 'this action belongs to an answer');
  return event;
}

function keyOf(event: CallEvent): string | null {
  assert(event.type === 'CHOSE', 'this guard belongs to a choice');
  return event.key;
}

function conditionHolds(
  { statuses, closed, machine, earlier }: CallContext,
  when: Condition,
  purpose: Purpose | null,
): boolean {
  switch (when) {
    case 'granted':
      return purpose !== null && statusOf(statuses, purpose) === 'granted';
    case 'refused':
      return purpose !== null && statusOf(statuses, purpose) !== 'granted';
    case 'granted-earlier':
      return purpose !== null && earlier?.[purpose] === 'granted';
    case 'refused-earlier':
      return purpose !== null && earlier?.[purpose] === 'refused';
    case 'open':
      return closed !== true;
    case 'closed':
      return closed === true;
    case 'machine':
      return machine;
  }
}

/** The flow's purposes, and whether it lets its party be recorded by their own permission. */
export interface OthersRule {
  readonly purposes: readonly Purpose[];
  readonly each: boolean;
}

/** The flow's purposes in `granted`, in the flow's order, so that equal sets are equal lists. */
function common(
  { purposes: flowPurposes, each }: OthersRule,
  event: CallEvent,
): readonly Purpose[] {
  assert(event.type === 'OTHERS', 'this action belongs to a change of who is on the bridge');
  if (each && event.each === true) return flowPurposes;
  return flowPurposes.filter((purpose) => event.granted.includes(purpose));
}

/** Who asks for a person has not made up their mind. */
function withPerson(event: CallEvent, changes: readonly StatusChange[]): readonly StatusChange[] {
  if (heard(event).person !== true) return changes;
  return changes.map((change) => ({ ...change, forNow: true }));
}

/**
 * An action that changes statuses. The one place where a status changes: the entry and the status
 * are made from the same fact, so there is never the one without the other.
 */
function settle<Params extends object | undefined = undefined>(
  changesOf: (
    at: Pick<CallContext, 'statuses' | 'messaged'> & { readonly event: CallEvent },
    params: Params,
  ) => readonly StatusChange[],
) {
  type Change = { type: 'change'; params: StatusChange };
  return enqueueActions<
    CallContext,
    CallEvent,
    Params,
    CallEvent,
    never,
    Change,
    never,
    never,
    never
  >(({ context, event, enqueue }, params) => {
    const { statuses } = context;
    const changes = changesOf({ ...context, event }, params);
    if (changes.length === 0) return;
    enqueue.assign({ statuses: foldStatuses(statuses, changes) });
    for (const change of changes) enqueue({ type: 'change', params: change });
  });
}

/** Speaks the prompt of every purpose that stands granted. */
type Told = { readonly prompts: Readonly<Partial<Record<Purpose, string>>> };
type Say = { type: 'say'; params: { promptId: string } };

const effects = setup({
  types: { context: {} as CallContext, events: {} as CallEvent },
  actions: {
    // Effects are data: the pure transition returns them, and nothing here carries them out.
    say: (_, _params: { promptId: string }) => {},
    ask: (
      _,
      _params: { purpose: Purpose; stretches: readonly AskedStretch[]; speech: boolean },
    ) => {},
    choose: (
      _,
      _params: {
        prompts: readonly { promptId: string; locale: string | null }[];
        timeoutS: number;
        tone?: boolean;
      },
    ) => {},
    wait: (_, _params: { promptId: string; everyS: number; music: string | null }) => {},
    bridge: () => {},
    hangup: () => {},
    ring: (_, _params: { to: string; timeoutS: number; whisper: Whisper | null }) => {},
    answer: (_, _params: { step: string; key: string }) => {},
    text: (_, _params: { promptId: string }) => {},
    unring: () => {},
    fetch: () => {},
    'call-agent': () => {},
    task: (_, _params: { kind: DeskTaskKind }) => {},
    erase: () => {},
    change: (_, _params: StatusChange) => {},
  },
});

const tellEach = enqueueActions<
  CallContext,
  CallEvent,
  Told,
  CallEvent,
  never,
  Say,
  never,
  never,
  never
>(({ context, enqueue }, { prompts }) => {
  for (const { purpose } of starWithdrawals(context.statuses)) {
    const promptId = prompts[purpose];
    if (promptId !== undefined) enqueue({ type: 'say', params: { promptId } });
  }
});

/**
 * Everything a compiled flow can test and do, for every flow: the compiler only writes names and
 * constant parameters.
 */
export const callSetup = effects.extend({
  guards: {
    isGranted: ({ context }, { purpose }: { purpose: Purpose }) =>
      statusOf(context.statuses, purpose) === 'granted',
    lacks: ({ context }, { purpose }: { purpose: Purpose }) =>
      statusOf(context.statuses, purpose) !== 'granted',
    isSettled: ({ context }, { purpose }: { purpose: Purpose }) =>
      statusOf(context.statuses, purpose) !== 'unknown',
    /** Only a standing question, put to a person, can be granted. */
    isVoid: ({ context }, { purpose }: { purpose: Purpose }) =>
      context.machine || statusOf(context.statuses, purpose) !== 'requested',
    /** What was known as the call began, and nothing has happened to it since. */
    wasEarlier: ({ context }, { purpose, was }: { purpose: Purpose; was: EarlierAnswer }) =>
      context.earlier?.[purpose] === was &&
      // A child stays one, whatever was said since.
      (was === 'barred' || statusOf(context.statuses, purpose) === 'unknown'),
    /** Nobody is reminded of what was settled meanwhile, and a machine of nothing. */
    isPast: ({ context }, { purpose }: { purpose: Purpose }) =>
      context.machine || statusOf(context.statuses, purpose) !== 'unknown',
    /** The reminder was spoken to its end, and nobody said anything against it. */
    isUncontested: ({ event }) =>
      heard(event).stretch === 'reminder' && heard(event).answer === 'silence',
    denies: ({ event }) => heard(event).answer === 'deny',
    wantsPerson: ({ event }) => heard(event).answer === 'deny' && heard(event).person === true,
    grants: ({ event }) => heard(event).answer === 'grant' && heard(event).stretch === 'choices',
    isSilent: ({ event }) => heard(event).answer === 'silence',
    /** Anything but a refusal, before the purpose was spoken to its end. */
    isEarly: ({ event }) => heard(event).stretch !== 'choices',
    mayRetry: ({ context }, { attempts }: { attempts: number }) => context.attempt < attempts,
    concerns: ({ event }, { purposes }: { purposes: readonly Purpose[] }) =>
      event.type === 'WITHDRAW' && purposes.includes(event.purpose),
    othersDiffer: ({ context, event }, rule: OthersRule) =>
      common(rule, event).join() !== context.others.join(),
    isPaused: ({ context }) => context.paused,
    isRunning: ({ context }) => !context.paused,
    isPerson: ({ context }) => !context.machine,
    isMachine: ({ context }) => context.machine,
    /** Whether a message may be recorded has been asked in this call. */
    wasAsked: ({ context }) => context.messaged === true,
    /** The first webhook tells something to remember. */
    isToldMore: ({ event }) =>
      event.type === 'STARTED' &&
      (event.closed === true || event.machine === true || event.earlier !== undefined),
    wantsNone: ({ event }) => heard(event).answer === 'deny' && heard(event).none === true,
    chose: ({ event }, { key }: { key: string }) => keyOf(event) === key,
    choseAgain: ({ context, event }, { key, attempts }: { key: string; attempts: number }) =>
      keyOf(event) === key && context.attempt < attempts,
    stars: ({ context, event }) =>
      keyOf(event) === '*' && starWithdrawals(context.statuses).length > 0,
    starsAgain: ({ context, event }, { attempts }: { attempts: number }) =>
      keyOf(event) === '*' &&
      starWithdrawals(context.statuses).length > 0 &&
      context.attempt < attempts,
    fits: ({ context }, { when, purpose }: { when: Condition; purpose: Purpose | null }) =>
      conditionHolds(context, when, purpose),
    canWithdraw: ({ context }) => starWithdrawals(context.statuses).length > 0,
  },
  actions: {
    request: settle<Question>((_, { purpose, promptIds }) => [
      { kind: 'request', purpose, promptIds, answer: null },
    ]),
    grant: settle<Question>((_, { purpose, promptIds }) => [
      { kind: 'grant', purpose, promptIds, answer: 'grant' },
    ]),
    remind: settle<Question>((_, { purpose, promptIds }) => [
      { kind: 'reminder', purpose, promptIds, answer: null },
    ]),
    refuse: settle<Question>(({ statuses, event }, { purpose, promptIds }) =>
      withPerson(event, refusal(statuses, purpose, promptIds, heard(event).answer)),
    ),
    contradict: settle<Question>(({ statuses, event }, { purpose, promptIds }) =>
      withPerson(event, contradiction(statuses, purpose, promptIds)),
    ),
    withdraw: settle<{ questions: readonly Question[] }>(
      ({ statuses, messaged, event }, { questions }) => {
        assert(event.type === 'WITHDRAW', 'this action belongs to a withdrawal');
        const about = questions.filter(({ purpose }) => purpose === event.purpose);
        const asked = about.find(({ message }) => message === messaged) ?? about[0];
        return withdrawal(statuses, event.purpose, asked?.promptIds ?? []);
      },
    ),
    refuseRest: settle<{ purposes: readonly Purpose[] }>(({ statuses }, { purposes }) =>
      purposes.flatMap((purpose) => withdrawal(statuses, purpose, [])),
    ),
    withdrawAll: settle(({ statuses }) => starWithdrawals(statuses)),
    /** Names what `withdrawAll` is about to take back. */
    tellEnded: tellEach,
    expireAll: settle<{ purposes: readonly Purpose[] }>(({ statuses }, { purposes }) =>
      expiries(statuses, purposes),
    ),
    firstAttempt: assign({ attempt: 1 }),
    noAttempt: assign({ attempt: 0 }),
    nextAttempt: assign({ attempt: ({ context }) => context.attempt + 1 }),
    pause: assign({ paused: true }),
    resume: assign({ paused: false }),
    noteOthers: assign(({ event }, rule: OthersRule) => ({ others: common(rule, event) })),
    noteWaiting: assign({ waiting: true }),
    noteArrived: assign({ waiting: false }),
    noteAsked: assign({ messaged: true }),
    noteMachine: assign({ machine: true }),
    /** The flow's hours, as they were when the call began. */
    noteClosed: assign(({ event }) =>
      event.type === 'STARTED' && event.closed === true ? { closed: true } : {},
    ),
    noteMachineAtStart: assign(({ event }) =>
      event.type === 'STARTED' && event.machine === true ? { machine: true } : {},
    ),
    noteEarlier: assign(({ event }) =>
      event.type === 'STARTED' && event.earlier !== undefined ? { earlier: event.earlier } : {},
    ),
    noteLocale: assign({ locale: (_, { locale }: { locale: string }) => locale }),
  },
});

/** One state as the compiler writes it. */
export type CallState = Parameters<typeof callSetup.createStateConfig>[0];
