import type { Purpose, Role } from '../words.ts';
import {
  type DialStep,
  type QueueStep,
  ringsSomebody,
  waitPromptsOf,
  whispersOf,
} from './definition-bridge.ts';
import type { AskedQuestion, VoicemailStep } from './definition-message.ts';
import type { RateStep } from './definition-rate.ts';

/** Which key says what. `*` refuses in every flow: the same key withdraws in the bridge. */
export interface KeyMap {
  /** Grants. */
  readonly grant: string;
  readonly refuse: string;
  /** Reaches a person about the choice: a refusal now, and the call goes on unrecorded. */
  readonly person: string;
  /** Refuses this question and every one that would follow: one key instead of many. */
  readonly none?: string;
}

/** Speaks a prompt and goes on in the same document. */
export interface SayStep {
  readonly say: string;
  /** A step, `bridge` or `end`. */
  readonly next: string;
}

/** Asks for one purpose. */
export interface AskStep extends AskedQuestion {
  /** Where a grant leads: a step or `bridge`. */
  readonly granted: string;
  /** Where everything else leads: a step or `bridge`. */
  readonly refused: string;
  /** Where silence leads when the attempts are used up: a step or `bridge`; absent: as `refused`. */
  readonly silence?: string;
  /** Where an answer leads that nobody understood, then: a step or `bridge`; absent: as `refused`. */
  readonly doubt?: string;
  /** How long the answer counts, as an ISO 8601 period; absent: for this call. */
  readonly remember?: string;
  /** With `remember`: where it counts. */
  readonly scope?: ChoiceReach;
  /** With `remember`, prompt: that it was allowed earlier, and how to stop it. */
  readonly remembered?: string;
  /** True: put to people who answered earlier, too, because they want to change it. */
  readonly anew?: boolean;
  /** Prompt after a no that was given, not after silence or doubt. */
  readonly denied?: string;
}

/** Where an answer that is remembered counts: on the line it was given on, or on all of them. */
export const choiceReaches = ['line', 'tenant'] as const;
export type ChoiceReach = (typeof choiceReaches)[number];

/** Lets a caller choose by key where to go on. Asks for no permission. */
export interface MenuStep {
  /** Prompt that names the keys. */
  readonly menu: string;
  /** Where each key leads: a step, `bridge`, `end`, or `repeat` to hear the menu again. */
  readonly choices: Readonly<Record<string, string>>;
  /** Where silence and other keys lead when the attempts are used up: a step, `bridge` or `end`. */
  readonly otherwise: string;
  /** How often the prompt is spoken at most, 1 to 3. */
  readonly attempts: number;
}

/** Lets a caller choose the language of everything that follows. */
export interface LanguageStep {
  /** Prompt, spoken in each language of the choices, in their order, each by its own voice. */
  readonly language: string;
  /** The locale of each key. Silence and other keys keep the locale of the line. */
  readonly choices: Readonly<Record<string, string>>;
  readonly next: string;
}

/** What a branch looks at. The list is closed. */
export const conditions = [
  'granted',
  'refused',
  'granted-earlier',
  'refused-earlier',
  'open',
  'closed',
  'machine',
] as const;
export type Condition = (typeof conditions)[number];

/** The conditions that look at a purpose. */
export const purposeConditions: readonly Condition[] = conditions.slice(0, 4);

export interface BranchCase {
  readonly when: Condition;
  /** With the first four: of what. */
  readonly purpose?: Purpose;
  readonly next: string;
}

/** Goes on by what is known already. Speaks nothing. */
export interface BranchStep {
  /** The first case that fits is taken. */
  readonly branch: readonly BranchCase[];
  readonly otherwise: string;
}

/** What a person can be asked to see to. The list is closed. */
export const taskKinds = [
  'call-back',
  'withdrawal',
  'access',
  'correction',
  'erasure',
  'objection',
  'complaint',
] as const;
export type DeskTaskKind = (typeof taskKinds)[number];

/** Leaves word for the people who handle requests. Speaks nothing. */
export interface TaskStep {
  readonly task: DeskTaskKind;
  readonly next: string;
}

/** Sends the party a text message about the call, and goes on at once. Speaks nothing. */
export interface TextStep {
  /** Prompt: the words of the message. */
  readonly text: string;
  readonly next: string;
}

/** Says goodbye and hangs up. */
export interface EndStep {
  /** Prompt. */
  readonly end: string;
}

export type Step =
  | SayStep
  | AskStep
  | MenuStep
  | LanguageStep
  | BranchStep
  | TaskStep
  | DialStep
  | QueueStep
  | VoicemailStep
  | RateStep
  | TextStep
  | EndStep;

/** Days as authors write them. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** When the people of a line are there. */
export interface BusinessHours {
  /** IANA name, such as Europe/Berlin. */
  readonly zone: string;
  /** By weekday: `HH:MM-HH:MM`, the end not included; a day that is missing is closed. */
  readonly open: Readonly<Partial<Record<Weekday, string>>>;
}

/** A second key, after the `*` that stopped a recording. */
export interface EraseOffer {
  readonly key: string;
  /** Prompt that names the key. */
  readonly offer: string;
  /** Prompt: it is erased. */
  readonly done: string;
}

/** Long enough to find the key, short enough not to be taken for the end; an author may say otherwise. */
export const silence = { least: 4, usual: 6, most: 20 } as const;

/** What an author writes: one published version of a flow. */
export interface FlowDefinition {
  readonly name: string;
  /** 1, 2, 3 and so on; a published version never changes. */
  readonly version: number;
  /** Whose leg it is for. Only the caller's flow rings the agent. */
  readonly role: Role;
  /** BCP 47, most important first; every prompt exists in each. */
  readonly locales: readonly string[];
  /** True: words are taken as answers too, and the purpose prompt says that a computer listens. */
  readonly speech: boolean;
  readonly keys: KeyMap;
  /** Seconds of silence after choices, a menu or a rating that are no answer; absent: 6. */
  readonly timeout?: number;
  /** Absent: a branch finds it always open. */
  readonly hours?: BusinessHours;
  /** The step a call begins with. */
  readonly first: string;
  /** The `dial` or `queue` step that the key for a person leads to; absent: `bridge`. */
  readonly person?: string;
  readonly steps: Readonly<Record<string, Step>>;
  readonly bridge: {
    /** Prompt: recording has stopped. Spoken when `*` ended a grant; with `ended`, after it. */
    readonly withdrawn: string;
    /**
     * Prompt for each purpose, spoken when `*` ended a grant of it, wherever `*` is pressed: then
     * `withdrawn` only says that the party is connected again.
     */
    readonly ended?: Readonly<Partial<Record<Purpose, string>>>;
    /** Prompt: this call is not recorded. Spoken on every other way back into the bridge. */
    readonly unrecorded: string;
    /**
     * Whose permission a party's own sound needs: that of everybody on the bridge, unless the flow
     * says `each`: then that party's alone, if the caller's flow says it too.
     */
    readonly record?: 'each';
    /** By which flow whoever is rung for a caller is asked; absent: the one that is called `agent`. */
    readonly agent?: string;
    /** Prompt instead of `withdrawn` where `*` ended something else than a recording. */
    readonly other?: string;
    /** Offered after `withdrawn`: a key that also erases what was recorded until then. */
    readonly erase?: EraseOffer;
  };
}

/** Names of states that are ours; no author's step may have them. */
export const reservedNames = ['start', 'bridge', 'stopped', 'end', 'repeat'] as const;

export function isAsk(step: Step): step is AskStep {
  return 'ask' in step;
}

/** The question that a step asks; null if it asks none. */
export function questionOf(step: Step): AskedQuestion | null {
  if ('ask' in step) return step;
  return 'voicemail' in step ? step.question : null;
}

/** Every question of a flow, in the order of the definition. */
export function questionsOf({ steps }: Pick<FlowDefinition, 'steps'>): readonly AskedQuestion[] {
  return Object.values(steps).flatMap((step) => questionOf(step) ?? []);
}

/** The steps (and `bridge` or `end`) a step can lead to. */
export function targetsOf(step: Step): readonly string[] {
  if ('ask' in step) return [step.granted, step.refused, ...unansweredOf(step)];
  if ('dial' in step) return [step.unanswered, ...afterwardsOf(step)];
  if ('menu' in step || 'queue' in step) {
    const keys = Object.values(step.choices).filter((name) => name !== 'repeat');
    return [...keys, step.otherwise, ...('queue' in step ? afterwardsOf(step) : [])];
  }
  if ('branch' in step) return [...step.branch.map(({ next }) => next), step.otherwise];
  if ('end' in step) return ['end'];
  return [step.next];
}

/** Where who gives no answer is led, where that is said. */
function unansweredOf({ silence: silent, doubt }: AskStep): readonly string[] {
  return [silent, doubt].filter((target) => target !== undefined);
}

function afterwardsOf({ afterwards }: DialStep | QueueStep): readonly string[] {
  return afterwards === undefined ? [] : [afterwards];
}

/** Who is asked anew is reminded of nothing. */
function remindersOf(step: Step): readonly string[] {
  if (!('ask' in step) || step.remembered === undefined || step.anew === true) return [];
  return [step.remembered];
}

/** The prompts of one step, in the order they can be heard. */
function promptsOfStep(step: Step): readonly string[] {
  const question = questionOf(step);
  if (question !== null) {
    const { purpose, choices, again, retry } = question;
    const message = 'voicemail' in step ? [step.voicemail, step.stopped] : [];
    const spoken = [purpose, choices, ...(again === undefined ? [] : [again]), retry];
    const denied = 'ask' in step && step.denied !== undefined ? [step.denied] : [];
    return [...remindersOf(step), ...spoken, ...denied, ...message];
  }
  if ('say' in step) return [step.say];
  if ('text' in step) return [step.text];
  if ('menu' in step) return [step.menu];
  if ('rate' in step) return [step.rate, step.stopped];
  if ('language' in step) return [step.language];
  if (ringsSomebody(step)) return [...waitPromptsOf(step), ...whispersOf(step)];
  return 'end' in step ? [step.end] : [];
}

/** What somebody hears of each purpose that ended, where the flow has no words of its own. */
const usualEnded: Readonly<Partial<Record<Purpose, string>>> = {
  recording: 'message-stopped',
  transcription: 'ended-transcription',
  training: 'ended-training',
  'marketing-calls': 'ended-marketing-calls',
  survey: 'survey-stopped',
};

/** The prompt that says of a purpose that it has ended, to somebody who stays where they are. */
export function endedPrompts({ bridge }: Pick<FlowDefinition, 'bridge'>) {
  return { ...usualEnded, ...bridge.ended };
}

/** Every prompt the flow can speak, each once, in the order of the definition. */
export function promptIdsOf(definition: FlowDefinition): readonly string[] {
  const steps = Object.values(definition.steps);
  const { withdrawn, ended = {}, unrecorded, other, erase } = definition.bridge;
  const offered = erase === undefined ? [] : [erase.offer, erase.done];
  // Where nothing is asked for, nothing is ever withdrawn.
  const stopped = [...Object.values(ended), withdrawn, ...(other === undefined ? [] : [other])];
  const ours = steps.some(isAsk) ? [...stopped, ...offered, unrecorded] : [unrecorded];
  return [...new Set([...steps.flatMap(promptsOfStep), ...ours])];
}
