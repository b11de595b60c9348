import { randomBytes } from 'node:crypto';
import { apiVersion } from './parameters.ts';
import { noteConsent } from './rest-consents.ts';
import { invalidParameter, RestError, unknownParameter } from './rest-errors.ts';
import { parseTwiml, TwimlUnreadable } from './twiml-parse.ts';
import { deliver } from './webhook.ts';
import type { World } from './world.ts';

/** A text message that somebody sends to one of the carrier's numbers. */
export interface TextMessage {
  readonly messagingUrl: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  /** Sent again under the name it had before; a new one unless said. */
  readonly messageSid?: string;
  /** What the carrier took it for, and has answered by itself. */
  readonly optOutType?: 'STOP' | 'START' | 'HELP';
}

/** What came back. */
export interface TextSent {
  readonly messageSid: string;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** The document as it was given. */
  readonly document: string;
  /** What is sent back to whoever wrote. */
  readonly replies: readonly string[];
  /** What is wrong with the document, in the protocol's view. */
  readonly problems: readonly string[];
}

/** Sends the webhook of a message, signed, and reads the messages out of its answer. */
export async function sendText(world: World, message: TextMessage): Promise<TextSent> {
  // It deals with the word by itself, before it passes it on.
  if (message.optOutType === 'STOP') noteConsent(world, message.from, message.to, false);
  if (message.optOutType === 'START') noteConsent(world, message.from, message.to, true);
  const messageSid = message.messageSid ?? `SM${randomBytes(16).toString('hex')}`;
  world.messages.add(messageSid);
  let status: number | null = null;
  let document = '';
  await deliver(
    {
      authToken: world.authToken,
      limits: world.limits,
      faults: world.faults,
      emit: (event) => {
        if (event.type !== 'webhook') return;
        status = event.status;
        document = event.reply;
      },
    },
    {
      kind: 'message',
      method: 'POST',
      url: message.messagingUrl,
      parameters: parametersOf(world, message, messageSid),
    },
  );
  return { messageSid, status, document, ...repliesIn(status, document) };
}

/** As Twilio sends them; places are looked up by the number, and mean nothing here. */
function parametersOf(
  { accountSid }: World,
  { to, from, body, optOutType }: TextMessage,
  messageSid: string,
): Readonly<Record<string, string>> {
  return {
    ToCountry: 'US',
    SmsMessageSid: messageSid,
    NumMedia: '0',
    FromCity: 'NOWHERE',
    SmsSid: messageSid,
    SmsStatus: 'received',
    Body: body,
    To: to,
    ...(optOutType === undefined ? {} : { OptOutType: optOutType }),
    NumSegments: '1',
    MessageSid: messageSid,
    AccountSid: accountSid,
    From: from,
    ApiVersion: apiVersion,
  };
}

function repliesIn(
  status: number | null,
  document: string,
): Pick<TextSent, 'replies' | 'problems'> {
  if (status === null || status < 200 || status >= 300) {
    return { replies: [], problems: [`HTTP ${status ?? 'without an answer'}`] };
  }
  try {
    const { elements, ownText } = parseTwiml(document);
    const strangers = elements.filter(({ name }) => name !== 'Message');
    return {
      replies: elements.filter(({ name }) => name === 'Message').map(({ text }) => text),
      problems: [
        ...strangers.map(({ name }) => `<${name}> is no verb of messages`),
        ...(ownText === '' ? [] : ['text inside <Response>']),
      ],
    };
  } catch (error) {
    if (!(error instanceof TwimlUnreadable)) throw error;
    return { replies: [], problems: [error.message] };
  }
}

const defaultFrom = '+12025550143';
const defaultTo = '+18885550100';

/** Reads the JSON of POST /simulate/texts. Throws RestError: what is wrong, what is allowed. */
export function simulatedText(json: string): Omit<TextMessage, 'messagingUrl'> {
  let fields: unknown;
  try {
    fields = JSON.parse(json);
  } catch {
    throw new RestError(400, 20001, 'The body must be a JSON object');
  }
  const given: Readonly<Record<string, unknown>> = Object(fields);
  const stranger = Object.keys(given).find((name) => !['to', 'from', 'body'].includes(name));
  if (stranger !== undefined) throw unknownParameter(`${stranger}; allowed: to, from, body`);
  const { to = defaultTo, from = defaultFrom, body } = given;
  if (typeof to !== 'string' || !/^\+[1-9]\d{6,14}$/.test(to)) {
    throw invalidParameter('to', 'an E.164 number such as +18885550100');
  }
  if (typeof from !== 'string' || from === '') throw invalidParameter('from', 'text');
  if (typeof body !== 'string' || body.length > 1_600) {
    throw invalidParameter('body', 'text of at most 1600 characters');
  }
  return { to, from, body };
}
