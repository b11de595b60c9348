import { bridgeEnd, stayBridged } from './bridge.ts';
import type { UnbridgedBy } from './events.ts';
import type { ProgressEvent, StatusCallback } from './leg.ts';
import { Leg } from './leg.ts';
import { endLeg, reportProgress, ring } from './lifecycle.ts';
import { enrichmentOf } from './parameters.ts';
import { newSid } from './sid.ts';
import type { Element } from './twiml-parse.ts';
import { methodOf, resolveUrl, type VerbContext, wholeOf } from './verb.ts';

const defaultTimeoutS = 30;
const defaultTimeLimitS = 14_400;

/** How a Dial ended for the leg that dialled, and what its action is told. */
export interface DialResult {
  readonly by: UnbridgedBy;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Rings the numbers of a Dial one after the other; the first who answers is bridged. */
export async function dialNumbers(
  leg: Leg,
  element: Element,
  context: VerbContext,
): Promise<DialResult> {
  let result: DialResult = { by: 'ended', parameters: { DialCallStatus: 'failed' } };
  for (const noun of nounsOf(element)) {
    result = await dialNumber(leg, element, noun, context);
    if (result.by !== 'ended' || result.parameters['DialBridged'] === 'true') return result;
  }
  return result;
}

function nounsOf(element: Element): readonly Element[] {
  if (element.elements.length > 0) return element.elements;
  return [{ name: 'Number', attributes: {}, elements: [], text: element.text, ownText: '' }];
}

async function dialNumber(
  leg: Leg,
  element: Element,
  noun: Element,
  context: VerbContext,
): Promise<DialResult> {
  const child = childOf(leg, element, noun, context);
  leg.emit({ type: 'dials', to: noun.text, otherCallSid: child.sid });
  const timeoutMs = wholeOf(element.attributes['timeout'], defaultTimeoutS) * 1000;
  const told = (status: string, bridged: boolean) => ({
    DialCallStatus: status,
    DialCallSid: child.sid,
    DialBridged: String(bridged),
    ...(bridged ? { DialCallDuration: String(child.durationS()) } : {}),
  });
  const gone = () => child.interrupt({ kind: 'hangup', by: 'dial' });
  leg.signal.addEventListener('abort', gone, { once: true });
  try {
    if (!(await ring(child, timeoutMs))) {
      await endLeg(child, 'nobody-answered');
      return { by: leg.hangingUp ? 'hangup' : 'ended', parameters: told(child.status, false) };
    }
    if (!(await whisper(child, noun, context))) {
      return { by: leg.hangingUp ? 'hangup' : 'ended', parameters: told('completed', false) };
    }
    const by = await bridgeBoth(leg, child, element);
    return { by, parameters: told('completed', true) };
  } finally {
    leg.signal.removeEventListener('abort', gone);
  }
}

function childOf(leg: Leg, element: Element, noun: Element, context: VerbContext): Leg {
  const { world } = leg;
  const party = world.partyAt(noun.text);
  const from = element.attributes['callerId'] ?? leg.options.from;
  const child = new Leg(world, newSid('CA'), {
    direction: 'outbound-dial',
    from,
    to: noun.text,
    parentSid: leg.sid,
    script: party,
    speed: leg.pace.speed,
    audio: world.audio,
    faults: world.faults,
    enrichment: enrichmentOf(from, noun.text, null),
    statusCallback: callbackOf(leg, noun, context),
    listener: leg.options.listener,
  });
  world.legs.set(child.sid, child);
  return child;
}

function callbackOf(leg: Leg, noun: Element, context: VerbContext): StatusCallback | undefined {
  const given = noun.attributes['statusCallback'];
  const url = given === undefined ? null : resolveUrl(leg, context.base, given);
  if (url === null) return undefined;
  const events = (noun.attributes['statusCallbackEvent'] ?? 'completed').split(/[ ,]+/);
  return {
    url,
    method: methodOf(noun.attributes['statusCallbackMethod']),
    events: events as ProgressEvent[],
  };
}

/** Plays the called party's own document first. False if they are gone after it. */
async function whisper(child: Leg, noun: Element, context: VerbContext): Promise<boolean> {
  child.answer();
  reportProgress(child, 'answered');
  const given = noun.attributes['url'];
  const url = given === undefined ? null : resolveUrl(child, context.base, given);
  if (url === null) return true;
  const method = methodOf(noun.attributes['method']);
  const end = await context.run(child, { url, method, parameters: {} });
  if (end === 'finished') return true;
  await endLeg(child, end);
  return false;
}

/** Both legs stay until one of them ends it; the called party's leg ends with the bridge. */
async function bridgeBoth(leg: Leg, child: Leg, element: Element): Promise<UnbridgedBy> {
  const ours = bridgeEnd();
  const theirs = bridgeEnd();
  leg.others = [child.sid];
  child.others = [leg.sid];
  for (const each of [leg, child]) {
    each.emit({ type: 'bridged', conference: null, others: each.others });
  }
  const away = stayBridged(child, theirs, { star: false, limitMs: defaultTimeLimitS * 1000 });
  void away.then(() => ours.finish('ended'));
  const by = await stayBridged(leg, ours, {
    star: element.attributes['hangupOnStar'] === 'true',
    limitMs: wholeOf(element.attributes['timeLimit'], defaultTimeLimitS) * 1000,
  });
  leg.others = [];
  theirs.finish('ended');
  await away;
  await endLeg(child, child.hungUpBy ?? 'dial');
  return by;
}
