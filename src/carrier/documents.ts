import type { EndedBy } from './events.ts';
import { Interrupted, unlessAborted } from './interrupt.ts';
import type { DocumentRequest, Leg } from './leg.ts';
import { legParameters } from './parameters.ts';
import { problemsOf } from './twiml-check.ts';
import { type Element, parseTwiml, TwimlUnreadable } from './twiml-parse.ts';
import { playVerb } from './verbs.ts';
import { deliverVoice } from './voice-webhook.ts';

/** More documents than any conversation has: a loop of redirects ends here. */
const documentsMax = 200;

/** How the documents of a leg came to an end. `finished`: there was no verb left. */
export type DocumentsEnd = EndedBy | 'finished';

interface Document {
  readonly root: Element;
  /** Null if the document was given by REST: then there is nothing to be relative to. */
  readonly url: string | null;
}

type Failure = { readonly code: number; readonly message: string };

const contentTypes = ['text/xml', 'application/xml', 'text/html'];

/** Gets documents and plays their verbs until the leg ends or there is no verb left. */
export async function runDocuments(leg: Leg, first: DocumentRequest): Promise<DocumentsEnd> {
  let request = first;
  for (let count = 0; count < documentsMax; count += 1) {
    try {
      const document = await unlessAborted(fetchDocument(leg, request), leg.signal);
      if (document === null) return 'failure';
      const next = await playDocument(leg, document);
      if (typeof next === 'string') return next;
      request = next;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      const interrupt = leg.takeInterrupt();
      if (interrupt.kind === 'hangup') return interrupt.by;
      request = interrupt.request;
    }
  }
  leg.protocolError(12200, `more than ${documentsMax} documents in one call`);
  return 'failure';
}

async function playDocument(leg: Leg, document: Document): Promise<DocumentRequest | DocumentsEnd> {
  const gathers = document.root.elements.filter((element) => element.name === 'Gather');
  for (const element of document.root.elements) {
    const step = await playVerb(leg, element, {
      base: document.url,
      place: { first: element === gathers[0], last: element === gathers.at(-1) },
      run: runDocuments,
    });
    if (step.kind === 'end') return step.by;
    if (step.kind === 'go') return step.request;
  }
  return 'finished';
}

/** The document, or the one at the fallback URL; null if there is none to be had. */
async function fetchDocument(leg: Leg, request: DocumentRequest): Promise<Document | null> {
  if ('twiml' in request) return readDocument(leg, 'text/xml', request.twiml, null);
  const document = await requestDocument(leg, request);
  if (!('code' in document)) return document;
  const fallback = leg.options.fallback;
  if (fallback === undefined) return null;
  const parameters = { ErrorCode: String(document.code), ErrorUrl: request.url };
  const instead = await requestDocument(leg, { ...fallback, parameters });
  return 'code' in instead ? null : instead;
}

async function requestDocument(
  leg: Leg,
  request: Extract<DocumentRequest, { url: string }>,
): Promise<Document | Failure> {
  const delivery = await deliverVoice(leg, {
    kind: 'voice',
    method: request.method,
    url: request.url,
    parameters: { ...legParameters(leg.facts()), ...request.parameters, ...leg.faults.parameters },
  });
  if (!delivery.ok) return delivery;
  const body = delivery.reply.body.toString('utf8');
  const document = readDocument(leg, delivery.reply.contentType, body, delivery.url);
  return document ?? { code: 12100, message: 'not a document' };
}

/** Null, and an event, if it cannot be read. Plain text is read aloud. */
export function readDocument(
  leg: Leg,
  contentType: string,
  body: string,
  url: string | null,
): Document | null {
  if (contentType === 'text/plain' && !body.trimStart().startsWith('<')) {
    leg.protocolError(12300, 'text/plain is read aloud');
    return { root: spoken(body), url };
  }
  if (contentType !== 'text/plain' && !contentTypes.includes(contentType)) {
    leg.protocolError(12300, `content type ${contentType || 'missing'}`);
    return null;
  }
  try {
    const root = parseTwiml(body);
    for (const message of problemsOf(root)) leg.protocolError(12200, message);
    return { root, url };
  } catch (error) {
    if (!(error instanceof TwimlUnreadable)) throw error;
    leg.protocolError(12100, error.message);
    return null;
  }
}

function spoken(text: string): Element {
  const say = { name: 'Say', attributes: {}, elements: [], text, ownText: text };
  return { name: 'Response', attributes: {}, elements: [say], text: '', ownText: '' };
}
