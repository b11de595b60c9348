/**
 * Answers that count beyond the call they were given in: what a call leaves behind, and what is
 * known of somebody before their first word.
 */
import { createHash } from 'node:crypto';
import type { CallEvent, Earlier } from '../core/call/event.ts';
import { mayGrantAlone } from '../core/consent/choice.ts';
import { after, parsePeriod } from '../core/consent/period.ts';
import { standing } from '../core/consent/standing.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import { type AskStep, isAsk } from '../core/flow/definition.ts';
import { promptHash } from '../core/flow/prompt.ts';
import type { Hex, Instant, Purpose, Uuid } from '../core/words.ts';
import type { CallParts, FlowBook, PromptBook } from './call-parts.ts';
import type { Person, StoredCall } from './call-ports.ts';
import type { LegState } from './call-state.ts';
import type { ChoiceStore, KeptChoice } from './choice-ports.ts';
import type { TurnRequest } from './commit-turn.ts';
import type { PreparedEntry } from './ports.ts';
import type { Turn } from './take-turn.ts';

/** Questions of a flow whose answers are remembered. */
function rememberedIn({ definition }: CompiledFlow): readonly AskStep[] {
  return Object.values(definition.steps)
    .filter(isAsk)
    .filter(({ remember }) => remember !== undefined);
}

/** What somebody is asked, by hash: another question has other words, another name or choices. */
function questionHash(
  prompts: PromptBook,
  { purpose, choices }: Pick<AskStep, 'purpose' | 'choices'>,
  locale: string,
  controller: string,
): Hex {
  const hashes = [purpose, choices].map((id) => promptHash(prompts.words(locale, id, controller)));
  return createHash('sha256').update(hashes.join()).digest('hex');
}

export interface EarlierAnswers {
  readonly earlier: Earlier;
  /** The entries of the grants that stand, by purpose. */
  readonly grants: Readonly<Partial<Record<Purpose, Uuid>>>;
}

/**
 * Null when nothing is known that the flow would ask about. Only a flow that remembers costs a
 * look-up; what is known of a person's age comes with the person.
 */
export async function earlierAnswers(
  parts: { readonly choices: Pick<ChoiceStore, 'of'>; readonly prompts: PromptBook },
  flow: CompiledFlow,
  person: Pick<Person, 'id' | 'ageBand' | 'restricted'>,
  { line, controller, at }: { line: Uuid | null; controller: string; at: Instant },
): Promise<EarlierAnswers | null> {
  if (person.restricted === true) {
    const barred = flow.purposes.map((purpose) => [purpose, 'barred'] as const);
    return { earlier: Object.fromEntries(barred), grants: {} };
  }
  const asked = rememberedIn(flow);
  const { choices, ageBand } =
    asked.length === 0
      ? { choices: [], ageBand: person.ageBand ?? null }
      : await parts.choices.of(person.id);
  const earlier: Partial<Record<Purpose, 'granted' | 'refused' | 'barred'>> = {};
  const grants: Partial<Record<Purpose, Uuid>> = {};
  for (const step of asked) {
    const wordsIn = (locale: string): Hex | null =>
      flow.locales.includes(locale) ? questionHash(parts.prompts, step, locale, controller) : null;
    const stands = standing(choices, step.ask, at, { line, wordsIn, ageBand });
    if (stands.kind === 'granted') {
      earlier[step.ask] = 'granted';
      grants[step.ask] = stands.by.id;
    } else if (stands.kind === 'refused') earlier[step.ask] = 'refused';
  }
  for (const purpose of flow.purposes) {
    // What a guardian allowed stands; a child is asked nothing they may not grant.
    if (!mayGrantAlone(ageBand, purpose) && earlier[purpose] !== 'granted') {
      earlier[purpose] = 'barred';
    }
  }
  return Object.keys(earlier).length === 0 ? null : { earlier, grants };
}

/**
 * What somebody was reminded of may have been taken back while it was spoken, or while they were
 * being found: it is looked up once more before it counts. Taken back, the reminder is answered by
 * a no; otherwise ended, by doubt, and the question is asked.
 */
export async function stillReminded(
  parts: Pick<CallParts, 'choices' | 'prompts' | 'people' | 'clock'>,
  { state, lineId }: Pick<StoredCall, 'state' | 'lineId'>,
  leg: LegState,
  flow: CompiledFlow,
  events: readonly CallEvent[],
): Promise<readonly CallEvent[]> {
  const purpose = remindedOf(leg, flow);
  const unanswered = events.some(isUncontested);
  if (purpose === null || !unanswered) return events;
  const person = leg.personId === null ? null : await parts.people.find(leg.personId);
  const about = { line: lineId, controller: state.controller, at: parts.clock.now() };
  const known = person === null ? null : await earlierAnswers(parts, flow, person, about);
  const now = known?.earlier[purpose];
  if (now === 'granted') return events;
  const answer = now === undefined ? 'unclear' : 'deny';
  return events.map((event) => (isUncontested(event) ? { ...event, answer } : event));
}

function isUncontested(event: CallEvent): event is Extract<CallEvent, { type: 'HEARD' }> {
  return event.type === 'HEARD' && event.stretch === 'reminder' && event.answer === 'silence';
}

/** The purpose whose reminder is on the air; null if none is. */
function remindedOf({ snapshot: { state } }: LegState, flow: CompiledFlow): Purpose | null {
  const live = typeof state === 'object' ? state['live'] : undefined;
  const script = typeof live === 'object' ? live['script'] : undefined;
  if (typeof script !== 'object') return null;
  const [name, place] = Object.entries(script)[0] ?? [];
  const step = name === undefined ? undefined : flow.definition.steps[name];
  return place === 'reminder' && step !== undefined && isAsk(step) ? step.ask : null;
}

/**
 * What a turn leaves behind. A grant and a spoken no count where the flow remembers; a withdrawal
 * counts everywhere, whatever flow it came in. Silence is no answer, and a no by somebody who wants
 * to talk first is for this call. A yes is void when a machine turns out to have said it.
 *
 * @param entries those of the turn's changes come last, in their order
 */
export function choicesIn(
  parts: { readonly flows: FlowBook; readonly prompts: PromptBook },
  { turn, call: { lineId }, channel = 'call' }: TurnRequest,
  entries: readonly PreparedEntry[],
  at: Instant,
): readonly KeptChoice[] {
  const { changes, state } = turn;
  const first = entries.length - changes.length;
  return changes.flatMap(({ leg, change }, i): KeptChoice[] => {
    const { personId } = leg;
    const id = entries[first + i]?.id;
    const kind = kindOf(change, leg);
    if (personId === null || id === undefined || kind === null) return [];
    const flow = parts.flows.pinned(leg.flow);
    const step = rememberedIn(flow).find(({ ask }) => ask === change.purpose);
    if (step === undefined && kind !== 'withdrawn') return [];
    const locale = leg.snapshot.context.locale ?? state.locale;
    const period = parsePeriod(step?.remember);
    const isWide = kind === 'withdrawn' || step?.scope === 'tenant' || lineId === null;
    return [
      {
        id,
        personId,
        kind,
        purpose: change.purpose,
        at,
        validUntil: kind === 'granted' && period !== null ? after(at, period) : null,
        scope: isWide ? 'tenant' : { line: lineId },
        channel,
        words:
          step === undefined
            ? null
            : { hash: questionHash(parts.prompts, step, locale, state.controller), locale },
        document: null,
        ageBand: null,
        guardian: false,
      },
    ];
  });
}

type Change = Turn['changes'][number];

function kindOf(
  { kind, purpose, answer, forNow }: Change['change'],
  { snapshot: { context } }: Change['leg'],
) {
  // What was granted in an earlier call was not granted by this machine.
  const here = context.earlier?.[purpose] !== 'granted';
  if (kind === 'expiry') return context.machine && here ? 'invalidated' : null;
  if (kind === 'grant') return 'granted';
  if (kind === 'withdrawal') return 'withdrawn';
  return kind === 'refusal' && answer === 'deny' && forNow !== true ? 'refused' : null;
}
