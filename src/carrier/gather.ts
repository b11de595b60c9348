import { perform } from './acts.ts';
import type { Input } from './inputs.ts';
import { unlessAborted } from './interrupt.ts';
import type { Leg } from './leg.ts';
import { playPrompt } from './prompts.ts';
import type { Element } from './twiml-parse.ts';
import { goTo, next, type Step, type VerbContext, wholeOf } from './verb.ts';

const defaultTimeoutS = 5;

interface GatherRules {
  readonly input: readonly ('dtmf' | 'speech')[];
  readonly timeoutMs: number;
  readonly numDigits: number;
  readonly finishOnKey: string;
}

/** What was gathered; `finishedOnKey` is empty if no key finished it. */
type Heard =
  | { readonly digits: string; readonly finishedOnKey: string }
  | { readonly words: string; readonly confidence: number | null };

/** `<Gather>`: prompts and listens at once; the first kind of input wins. */
export async function gather(leg: Leg, element: Element, context: VerbContext): Promise<Step> {
  const { attributes } = element;
  const rules = rulesOf(attributes);
  leg.emit({
    type: 'gathers',
    input: rules.input,
    timeoutMs: rules.timeoutMs,
    first: context.place.first,
    last: context.place.last,
  });
  const heard = await listen(leg, element, rules, context);
  const empty = !('words' in heard) && heard.digits === '';
  if (empty) leg.emit({ type: 'silent', last: context.place.last });
  if (empty && attributes['actionOnEmptyResult'] !== 'true') return next;
  return goTo(leg, context, attributes, resultOf(leg, heard, attributes['language'] ?? 'en-US'));
}

function rulesOf(attributes: Readonly<Record<string, string>>): GatherRules {
  const named = (attributes['input'] ?? 'dtmf').split(/[ ,]+/);
  return {
    input: (['dtmf', 'speech'] as const).filter((input) => named.includes(input)),
    timeoutMs: wholeOf(attributes['timeout'], defaultTimeoutS) * 1000,
    numDigits: wholeOf(attributes['numDigits'], Number.POSITIVE_INFINITY),
    finishOnKey: attributes['finishOnKey'] ?? '#',
  };
}

async function listen(
  leg: Leg,
  element: Element,
  rules: GatherRules,
  context: VerbContext,
): Promise<Heard> {
  const over = new AbortController();
  const barge = new AbortController();
  const signal = AbortSignal.any([leg.signal, over.signal]);
  leg.inputs.listen((input) => accepts(rules, input));
  const prompts = playAll(leg, element, context, AbortSignal.any([signal, barge.signal]));
  const acting = perform(leg, leg.party.actAt(context.place), prompts, signal);
  acting.catch(() => undefined);
  try {
    await unlessAborted(Promise.race([prompts, leg.inputs.arrival()]), leg.signal);
    barge.abort();
    await prompts;
    return await collect(leg, rules, acting, signal);
  } finally {
    over.abort();
    leg.inputs.stop();
  }
}

function accepts(rules: GatherRules, input: Input): boolean {
  if ('nothing' in input) return true;
  return rules.input.includes('digit' in input ? 'dtmf' : 'speech');
}

/** Plays the nested prompts; resolves early, and quietly, when it is broken off. */
async function playAll(
  leg: Leg,
  element: Element,
  context: VerbContext,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const prompt of element.elements) await playPrompt(leg, prompt, context.base, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function collect(
  leg: Leg,
  rules: GatherRules,
  acting: Promise<void>,
  signal: AbortSignal,
): Promise<Heard> {
  let digits = '';
  for (;;) {
    const input = leg.inputs.take() ?? (await nextInput(leg, rules, acting, signal));
    if (input === null || 'nothing' in input) return { digits, finishedOnKey: '' };
    if ('words' in input) {
      if (digits === '') return input;
      continue;
    }
    if (rules.finishOnKey.includes(input.digit)) return { digits, finishedOnKey: input.digit };
    digits += input.digit;
    if (digits.length >= rules.numDigits) return { digits, finishedOnKey: '' };
  }
}

/** Null after `timeout` without input; at instant pace, when the party has nothing more to give. */
async function nextInput(
  leg: Leg,
  rules: GatherRules,
  acting: Promise<void>,
  signal: AbortSignal,
): Promise<Input | null> {
  const done = new AbortController();
  const quiet =
    leg.pace.speed === 'instant'
      ? acting
      : leg.pace.sleep(rules.timeoutMs, AbortSignal.any([signal, done.signal]));
  quiet.catch(() => undefined);
  await unlessAborted(Promise.race([quiet, leg.inputs.arrival()]), signal);
  done.abort();
  return leg.inputs.take();
}

/** The parameters that come with a gather's end, as they are seen in Twilio's requests. */
function resultOf(leg: Leg, heard: Heard, language: string): Record<string, string> {
  if (!('words' in heard)) {
    return { msg: 'Gather End', Digits: heard.digits, FinishedOnKey: heard.finishedOnKey };
  }
  const known = heard.confidence !== null && leg.faults.omitConfidence !== true;
  return {
    SpeechResult: heard.words,
    Language: language,
    ...(known ? { Confidence: String(heard.confidence) } : {}),
  };
}
