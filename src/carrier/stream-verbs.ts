import type { Leg } from './leg.ts';
import { findStream, type StreamRequest, startStream, stopStream } from './streams.ts';
import type { Element } from './twiml-parse.ts';
import { methodOf, next, resolveUrl, type Step, type VerbContext } from './verb.ts';

/** `<Start><Stream>`: begins and goes on to the next verb; what fails is an event. */
export async function startVerb(leg: Leg, element: Element, context: VerbContext): Promise<Step> {
  for (const stream of element.elements) {
    if (stream.name !== 'Stream') continue;
    const refused = startStream(leg, requestOf(leg, stream, context));
    if (typeof refused === 'string') leg.protocolError(12200, `<Stream>: ${refused}`);
  }
  await leg.pace.sleep(0, leg.signal);
  return next;
}

/** `<Stop><Stream name="…"/>`. */
export async function stopVerb(leg: Leg, element: Element): Promise<Step> {
  for (const noun of element.elements) {
    if (noun.name !== 'Stream') continue;
    const name = noun.attributes['name'] ?? '';
    const stream = findStream(leg, name);
    // Its socket may have ended while the document was on its way.
    if (stream === null && leg.formerStreams.has(name)) continue;
    if (stream === null) leg.protocolError(12200, '<Stop><Stream>: no such stream on this call');
    else void stopStream(stream, 'document');
  }
  await leg.pace.sleep(0, leg.signal);
  return next;
}

function requestOf(leg: Leg, element: Element, context: VerbContext): StreamRequest {
  const { attributes } = element;
  const callback = attributes['statusCallback'];
  const callbackUrl = callback === undefined ? null : resolveUrl(leg, context.base, callback);
  return {
    url: attributes['url'] ?? '',
    name: attributes['name'] ?? null,
    track: attributes['track'] ?? 'inbound_track',
    parameters: Object.fromEntries(
      element.elements.map((inner) => [
        inner.attributes['name'] ?? '',
        inner.attributes['value'] ?? '',
      ]),
    ),
    statusCallback:
      callbackUrl === null
        ? null
        : { url: callbackUrl, method: methodOf(attributes['statusCallbackMethod']) },
  };
}
