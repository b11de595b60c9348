import { dial } from './dial.ts';
import { gather } from './gather.ts';
import type { Leg } from './leg.ts';
import { playPrompt } from './prompts.ts';
import { startVerb, stopVerb } from './stream-verbs.ts';
import type { Element } from './twiml-parse.ts';
import { methodOf, next, resolveUrl, type Step, type VerbContext } from './verb.ts';

type Verb = (leg: Leg, element: Element, context: VerbContext) => Promise<Step>;

const verbs: Readonly<Record<string, Verb>> = {
  Say: prompt,
  Play: prompt,
  Pause: prompt,
  Gather: gather,
  Dial: dial,
  Start: startVerb,
  Stop: stopVerb,
  Redirect: redirect,
  Hangup: async () => ({ kind: 'end', by: 'document' }),
  Reject: reject,
};

/** Verbs that do not answer an incoming call. */
const silentVerbs = ['Reject', 'Redirect', 'Hangup', 'Pause'];

/** Plays one verb. One that we do not know was reported when the document was checked. */
export async function playVerb(leg: Leg, element: Element, context: VerbContext): Promise<Step> {
  const verb = verbs[element.name];
  if (verb === undefined) return next;
  if (!silentVerbs.includes(element.name)) leg.answer();
  return verb(leg, element, context);
}

async function prompt(leg: Leg, element: Element, context: VerbContext): Promise<Step> {
  await playPrompt(leg, element, context.base, leg.signal);
  return next;
}

async function redirect(leg: Leg, element: Element, context: VerbContext): Promise<Step> {
  const url = resolveUrl(leg, context.base, element.text);
  if (url === null) return { kind: 'end', by: 'failure' };
  await leg.pace.sleep(0, leg.signal);
  const method = methodOf(element.attributes['method']);
  return { kind: 'go', request: { url, method, parameters: {} } };
}

async function reject(leg: Leg, element: Element): Promise<Step> {
  if (leg.status === 'in-progress') {
    leg.protocolError(12200, '<Reject> after the call was answered');
  } else {
    leg.status = element.attributes['reason'] === 'busy' ? 'busy' : 'no-answer';
  }
  return { kind: 'end', by: 'document' };
}
