import { rfc2822 } from './callbacks.ts';
import { apiVersion } from './parameters.ts';
import { hasOptedOut } from './rest-consents.ts';
import { invalidParameter, RestError } from './rest-errors.ts';
import { type AllowedParameters, RestForm } from './rest-parameters.ts';
import { newSid } from './sid.ts';
import type { World } from './world.ts';

/** A text message that was handed to this carrier. */
export interface SentText {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
}

const bodyLengthMax = 1600;

const sent: AllowedParameters = { names: ['To', 'From', 'Body'] };

/** POST /Messages.json (twilio.com/docs/messaging/api/message-resource). */
export function createMessage(world: World, form: string): object {
  const fields = new RestForm(form, sent);
  const to = fields.text('To');
  const from = fields.text('From');
  const body = fields.text('Body');
  if (to === null) throw new RestError(400, 21604, "A 'To' phone number is required.");
  if (from === null) throw new RestError(400, 21603, "A 'From' phone number is required.");
  if (body === null || body === '') throw new RestError(400, 21602, 'Message body is required.');
  if (body.length > bodyLengthMax) {
    throw new RestError(
      400,
      21617,
      'The concatenated message body exceeds the 1600 character limit',
    );
  }
  for (const [name, number, code] of [
    ['To', to, 21211],
    ['From', from, 21212],
  ] as const) {
    if (!/^\+[1-9]\d{6,14}$/.test(number)) throw invalidParameter(name, 'an E.164 number', code);
  }
  if (hasOptedOut(world, to, from)) {
    throw new RestError(400, 21610, 'Attempt to send to unsubscribed recipient');
  }
  if (world.partyAt(to).refusesTexts === true) {
    throw new RestError(400, 21614, "'To' number is not a valid mobile number");
  }
  const text: SentText = { sid: newSid('SM'), to, from, body };
  world.texts.push(text);
  world.messages.add(text.sid);
  const now = rfc2822(new Date());
  return {
    sid: text.sid,
    account_sid: world.accountSid,
    api_version: apiVersion,
    to,
    from,
    body,
    status: 'queued',
    direction: 'outbound-api',
    num_segments: String(Math.ceil(body.length / 153)),
    num_media: '0',
    error_code: null,
    error_message: null,
    messaging_service_sid: null,
    price: null,
    price_unit: 'USD',
    date_created: now,
    date_updated: now,
    date_sent: null,
    subresource_uris: {},
    uri: `/${apiVersion}/Accounts/${world.accountSid}/Messages/${text.sid}.json`,
  };
}
