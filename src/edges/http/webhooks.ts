/**
 * The closed list: what is read of a webhook's parameters. Everything else the carrier sends
 * (names, cities, postal codes looked up by number, whatever it adds next year) was needed for
 * the signature and ends here.
 */
import { createHmac } from 'node:crypto';
import type {
  ConferenceWebhook,
  StatusWebhook,
  TextWebhook,
  VoiceWebhook,
} from '../../core/call/webhook.ts';
import { ConsentryError } from '../../core/error.ts';
import { type Exchange, queryOf } from './exchange.ts';
import { type Fields, parseFormText } from './form.ts';

const callSidShape = /^CA[0-9a-f]{32}$/;
const flowNameShape = /^[a-z0-9][a-z0-9-]{0,63}$/;
const conferenceSidShape = /^CF[0-9a-f]{32}$/;
/** 16 bytes in base64url, as steps are made. */
const inviteShape = /^[\w-]{22}$/;
const statusShape = /^[a-z-]{1,20}$/;

/**
 * Throws `parameter_invalid` (or what the form reader throws for the query) and nothing else.
 * @param fingerprintKey 32 bytes that all processes of an installation share, and no database holds
 *   in clear
 */
export function voiceWebhook(exchange: Exchange, fingerprintKey: Buffer): VoiceWebhook {
  const { fields, step, stretch } = exchange;
  const flowName = step === 'start' ? flowNameIn(queryOf(exchange)) : null;
  const stirVerstat = attestation(fields);
  return {
    callSid: callSid(fields),
    step,
    stretch,
    from: some(fields, 'From'),
    to: some(fields, 'To'),
    direction: fields.get('Direction')?.startsWith('outbound') ? 'outbound' : 'inbound',
    callStatus: callStatus(fields),
    digits: some(fields, 'Digits'),
    speech: some(fields, 'SpeechResult'),
    confidence: confidence(fields),
    dialCallStatus: some(fields, 'DialCallStatus'),
    answeredBy: some(fields, 'AnsweredBy'),
    ...(stirVerstat !== null && { stirVerstat }),
    flowName,
    fingerprint: fingerprint(exchange, flowName, fingerprintKey),
  };
}

/** Throws `parameter_invalid` (or what the form reader throws for the query). */
export function statusWebhook(exchange: Exchange): StatusWebhook {
  const { fields } = exchange;
  const invite = parseFormText(queryOf(exchange)).get('invite');
  return {
    callSid: callSid(fields),
    callStatus: callStatus(fields),
    sequence: sequence(fields),
    ...(invite !== undefined && inviteShape.test(invite) && { invite }),
  };
}

const conferenceEvents = new Map<string, ConferenceWebhook['event']>([
  ['conference-start', 'start'],
  ['conference-end', 'end'],
  ['participant-join', 'join'],
  ['participant-leave', 'leave'],
]);

/** Throws `parameter_invalid`. */
export function conferenceWebhook({ fields }: Exchange): ConferenceWebhook {
  const name = some(fields, 'FriendlyName');
  if (name === null) throw new ConsentryError('parameter_invalid', 'FriendlyName is missing');
  const event = conferenceEvents.get(fields.get('StatusCallbackEvent') ?? '') ?? 'other';
  const isOfLeg = event === 'join' || event === 'leave';
  const conferenceSid = fields.get('ConferenceSid') ?? '';
  return {
    conferenceName: name,
    callSid: isOfLeg ? callSid(fields) : null,
    event,
    ...(conferenceSidShape.test(conferenceSid) && { conferenceSid }),
    sequence: sequence(fields),
  };
}

const messageSidShape = /^(?:SM|MM)[0-9a-f]{32}$/;
const optOutTypes = ['STOP', 'START', 'HELP'] as const;
/** Of the carrier's other ways to send a text: before the number of whoever sent it. */
const channelPrefix = /^(?:whatsapp|rcs):/;

/** Throws `parameter_invalid`. */
export function messageWebhook({ fields }: Exchange): TextWebhook {
  const messageSid = fields.get('MessageSid') ?? '';
  if (!messageSidShape.test(messageSid)) {
    const text = 'MessageSid must be SM or MM and 32 hexadecimal digits';
    throw new ConsentryError('parameter_invalid', text);
  }
  const number = (name: string) => some(fields, name)?.replace(channelPrefix, '') ?? null;
  return {
    messageSid,
    from: number('From'),
    to: number('To'),
    body: fields.get('Body') ?? '',
    optOutType: optOutTypes.find((type) => type === fields.get('OptOutType')) ?? null,
  };
}

/** Enough to let a caller through. Throws `parameter_invalid`. */
export function letThroughWebhook({ fields }: Exchange): { callSid: string; to: string | null } {
  return { callSid: callSid(fields), to: some(fields, 'To') };
}

/** Values of the carrier's verdict on the caller's number; all else is as if it were absent. */
const attestations = new Set(
  [
    'No-TN-Validation',
    ...['TN-Validation-Passed', 'TN-Validation-Failed'].flatMap((verdict) =>
      ['A', 'B', 'C'].map((level) => `${verdict}-${level}`),
    ),
    'TN-Validation-Failed',
  ].flatMap((verdict) => [verdict, `${verdict}-Diverted`, `${verdict}-Passthrough`]),
);

function attestation(fields: Fields): string | null {
  const value = fields.get('StirVerstat');
  return value !== undefined && attestations.has(value) ? value : null;
}

function callSid(fields: Fields): string {
  const value = fields.get('CallSid') ?? '';
  if (callSidShape.test(value)) return value;
  throw new ConsentryError('parameter_invalid', 'CallSid must be CA and 32 hexadecimal digits');
}

function callStatus(fields: Fields): string {
  const value = fields.get('CallStatus') ?? '';
  if (statusShape.test(value)) return value;
  throw new ConsentryError('parameter_invalid', 'CallStatus must be one of the carrier’s words');
}

/** Absent and empty are the same silence. */
function some(fields: Fields, name: string): string | null {
  return fields.get(name) || null;
}

/** From 0 to 1; null if it is absent or anything else, which counts as 0. */
function confidence(fields: Fields): number | null {
  const value = fields.get('Confidence') ?? '';
  const isNumber = /^[01](\.\d{1,20})?$/.test(value) && Number(value) <= 1;
  return isNumber ? Number(value) : null;
}

function sequence(fields: Fields): number | null {
  const value = fields.get('SequenceNumber') ?? '';
  return /^\d{1,9}$/.test(value) ? Number(value) : null;
}

function flowNameIn(query: string): string | null {
  const name = parseFormText(query).get('flow');
  if (name === undefined || flowNameShape.test(name)) return name ?? null;
  throw new ConsentryError('parameter_invalid', 'flow must be a name in a-z, 0-9 and -');
}

/**
 * What a step was answered to: everything that can change its effect. The numbers cannot and stay
 * out. A key, for it is stored beside the call, and one of a dozen keys pressed or a few short
 * words would be found by trying them all. JSON keeps the borders between the values.
 */
function fingerprint(
  { fields, step, stretch }: Exchange,
  flowName: string | null,
  key: Buffer,
): Buffer {
  const values = [
    fields.get('CallSid'),
    step,
    stretch,
    flowName,
    ...['Digits', 'SpeechResult', 'Confidence', 'DialCallStatus', 'AnsweredBy'].map((name) =>
      fields.get(name),
    ),
  ];
  return createHmac('sha256', key).update(JSON.stringify(values)).digest();
}
