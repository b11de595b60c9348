import { bridgeEnd, stayBridged } from './bridge.ts';
import { Conference, type ConferenceCallback } from './conference.ts';
import { type DialResult, dialNumbers } from './dial-numbers.ts';
import type { UnbridgedBy } from './events.ts';
import type { Leg } from './leg.ts';
import { legParameters } from './parameters.ts';
import type { Element } from './twiml-parse.ts';
import { goTo, methodOf, next, resolveUrl, type Step, type VerbContext, wholeOf } from './verb.ts';
import { deliverVoice } from './voice-webhook.ts';

const defaultTimeLimitS = 14_400;

/** `<Dial>`: bridges the leg, and goes on at `action` with what became of it. */
export async function dial(leg: Leg, element: Element, context: VerbContext): Promise<Step> {
  const record = element.attributes['record'] ?? 'false';
  if (record !== 'do-not-record' && record !== 'false') {
    leg.emit({ type: 'carrier-records', verb: 'Dial' });
  }
  const noun = element.elements.find((inner) => inner.name === 'Conference');
  const result =
    noun === undefined
      ? await dialNumbers(leg, element, context)
      : await dialConference(leg, element, noun, context);
  if (result.by === 'hangup') await tellAfterHangup(leg, element, context, result);
  leg.signal.throwIfAborted();
  if (element.attributes['action'] === undefined) return next;
  return goTo(leg, context, element.attributes, result.parameters);
}

async function dialConference(
  leg: Leg,
  element: Element,
  noun: Element,
  context: VerbContext,
): Promise<DialResult> {
  const { attributes } = noun;
  if ((attributes['record'] ?? 'do-not-record') !== 'do-not-record') {
    leg.emit({ type: 'carrier-records', verb: 'Conference' });
  }
  const end = bridgeEnd();
  const conference = leg.world.conferences.get(noun.text) ?? new Conference(noun.text, leg);
  const beganMs = leg.pace.now();
  conference.join(leg, {
    startOnEnter: attributes['startConferenceOnEnter'] !== 'false',
    endOnExit: attributes['endConferenceOnExit'] === 'true',
    muted: attributes['muted'] === 'true',
    label: attributes['participantLabel'] ?? null,
    callback: callbackOf(leg, context, attributes),
    ended: () => end.finish('ended'),
  });
  const by = await stayBridged(leg, end, bridgeOptions(element));
  conference.leave(leg);
  if (by === 'hangup') await conference.flush();
  const durationS = Math.ceil((leg.pace.now() - beganMs) / 1000);
  return {
    by,
    parameters: { DialCallStatus: 'answered', DialCallDuration: String(durationS) },
  };
}

function bridgeOptions(dialElement: Element): { star: boolean; limitMs: number } {
  return {
    star: dialElement.attributes['hangupOnStar'] === 'true',
    limitMs: wholeOf(dialElement.attributes['timeLimit'], defaultTimeLimitS) * 1000,
  };
}

function callbackOf(
  leg: Leg,
  context: VerbContext,
  attributes: Readonly<Record<string, string>>,
): ConferenceCallback | null {
  const given = attributes['statusCallback'];
  const url = given === undefined ? null : resolveUrl(leg, context.base, given);
  if (url === null) return null;
  const method = methodOf(attributes['statusCallbackMethod']);
  return { url, method, events: (attributes['statusCallbackEvent'] ?? '').split(/[ ,]+/) };
}

/**
 * A caller who hangs up within a Dial: the action is still told, with CallStatus completed, and
 * its answer is not played. Not in Twilio's manual; seen in what other carriers copied from it.
 */
async function tellAfterHangup(
  leg: Leg,
  element: Element,
  context: VerbContext,
  result: { readonly by: UnbridgedBy; readonly parameters: Readonly<Record<string, string>> },
): Promise<void> {
  if (!leg.world.dialActionAfterHangup || element.attributes['action'] === undefined) return;
  const step = goTo(leg, context, element.attributes, result.parameters);
  if (step.kind !== 'go' || !('url' in step.request)) return;
  const { url, method } = step.request;
  const facts = { ...leg.facts(), status: 'completed' as const };
  await deliverVoice(leg, {
    kind: 'voice',
    method,
    url,
    parameters: { ...legParameters(facts), ...step.request.parameters, ...leg.faults.parameters },
  });
}
