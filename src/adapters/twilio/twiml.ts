/**
 * Documents as the carrier reads them (https://www.twilio.com/docs/voice/twiml). Attribute names
 * and values are checked against the types of the carrier's own library.
 */
import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { Document, Spoken, Verb } from '../../core/call/document.ts';
import { assert } from '../../core/error.ts';
import { withOverrides } from './overrides.ts';
import { voiceOf } from './voices.ts';
import { element, text, type Xml, xmlDocument } from './xml.ts';

/**
 * A named recogniser of one known recipient; the generic models may fail over to another company.
 * Its time-out must then be a whole number of seconds, not `auto`.
 */
const speechModel = 'googlev2_telephony_short';
const speechTimeoutS = 2;

type Language = NonNullable<VoiceResponse.SayAttributes['language']>;

export function renderTwiml(document: Document): string {
  const last = document.at(-1);
  assert(last !== undefined && keepsControl(last), 'a document ends with the call under control');
  return respond(document.map(renderVerb));
}

/** What a text message is answered: one with words, or none. */
export function renderText(words: string | null): string {
  return respond(words === null ? [] : [element('Message', {}, text(words))]);
}

/** Says something to somebody on a bridge, who stays there. */
export function announcedTwiml(spoken: readonly Spoken[]): string {
  return respond(spoken.map(speak));
}

/** Says some words to whoever picked up, and hangs up. */
export function saidTwiml(words: string, locale: string): string {
  return respond([say(words, locale), element('Hangup', {})]);
}

export interface LetThrough {
  /** Where the caller is put through to; without it, into a bridge nobody records. */
  readonly agentNumber?: string | null;
  readonly callerId?: string | null;
  /** Named after the call; without it and without a number the call ends politely. */
  readonly conference?: string | null;
  /** Says that the call is not recorded. */
  readonly text: string;
  readonly locale: string;
}

/**
 * What is answered when nothing else works, and what may lie as a file on any host for the
 * carrier's fallback URL: it says that the call is not recorded and lets the caller through. It
 * names no address of ours, so nothing that is broken is asked again.
 */
export function fallbackTwiml(way: LetThrough): string {
  return respond([say(way.text, way.locale), through(way)]);
}

function through({ agentNumber, callerId, conference }: LetThrough): Xml {
  if (agentNumber) return dial(agentNumber, callerId ?? null);
  if (!conference) return element('Hangup', {});
  const room: VoiceResponse.ConferenceAttributes = {
    record: 'do-not-record',
    beep: 'false',
    startConferenceOnEnter: true,
    endConferenceOnExit: true,
  };
  return element('Dial', {}, element('Conference', room, text(conference)));
}

/** True if the carrier comes back to us, or the call goes on or ends, when the verb is done. */
function keepsControl(verb: Verb): boolean {
  if (verb.verb === 'gather') return verb.postEmpty;
  return ['bridge', 'dial', 'redirect', 'hangup'].includes(verb.verb);
}

function renderVerb(verb: Verb): Xml {
  switch (verb.verb) {
    case 'say':
      return speak(verb);
    case 'gather':
      return gather(verb);
    case 'start-stream':
      return startStream(verb);
    case 'stop-stream':
      return element('Stop', {}, element('Stream', { name: verb.name }));
    case 'bridge':
      return bridge(verb);
    case 'dial':
      return dial(verb.number, verb.callerId);
    case 'pause':
      return element('Pause', { length: verb.seconds });
    case 'redirect':
      return element('Redirect', { method: 'POST' }, text(withOverrides(verb.url)));
    case 'hangup':
      return element('Hangup', {});
  }
}

/** Somebody's recording of the words, or a voice. */
function speak({ text: words, locale, audio }: Spoken): Xml {
  return audio === undefined ? say(words, locale) : element('Play', {}, text(audio));
}

function say(words: string, locale: string): Xml {
  const voice = voiceOf(locale);
  const attributes: VoiceResponse.SayAttributes =
    voice === null
      ? { language: locale as Language }
      : { voice: voice.voice, language: voice.language };
  return element('Say', attributes, text(words));
}

/** Any key ends it at once: `finishOnKey` is empty so that `#` and `*` are answers too. */
function gather(verb: Extract<Verb, { verb: 'gather' }>): Xml {
  const ear = verb.speech ? (voiceOf(verb.locale)?.ear ?? null) : null;
  const attributes: VoiceResponse.GatherAttributes = {
    input: ['dtmf'],
    action: withOverrides(verb.action),
    method: 'POST',
    numDigits: 1,
    finishOnKey: '',
    timeout: verb.timeoutS,
  };
  // A language the model does not know makes the whole gather fail: then keys alone are heard.
  if (ear !== null) {
    attributes.input = ['dtmf', 'speech'];
    attributes.language = ear.language;
    attributes.speechModel = speechModel;
    attributes.speechTimeout = String(speechTimeoutS);
    attributes.hints = ear.hints;
    // Left on, words of an answer would arrive as asterisks.
    attributes.profanityFilter = false;
  }
  if (verb.postEmpty) attributes.actionOnEmptyResult = true;
  return element('Gather', attributes, speak(verb), ...(verb.more ?? []).map(speak));
}

/** Only what this leg's party says; what the party hears is streamed by the other leg. */
function startStream(verb: Extract<Verb, { verb: 'start-stream' }>): Xml {
  const attributes: VoiceResponse.StreamAttributes = {
    name: verb.name,
    url: verb.url,
    track: 'inbound_track',
  };
  const parameters = Object.entries(verb.parameters).map(([name, value]) =>
    element('Parameter', { name, value } satisfies VoiceResponse.ParameterAttributes),
  );
  return element('Start', {}, element('Stream', attributes, ...parameters));
}

/** `*` inside leaves the bridge and comes back to `action`: the one key a carrier passes on. */
function bridge(verb: Extract<Verb, { verb: 'bridge' }>): Xml {
  const way: VoiceResponse.DialAttributes = { action: withOverrides(verb.action), method: 'POST' };
  if (verb.starReturns) way.hangupOnStar = true;
  const room: VoiceResponse.ConferenceAttributes = {
    record: 'do-not-record',
    beep: 'false',
    startConferenceOnEnter: true,
    endConferenceOnExit: verb.endOnExit,
    statusCallback: withOverrides(verb.statusCallback),
    statusCallbackMethod: 'POST',
    statusCallbackEvent: ['start', 'end', 'join', 'leave'],
  };
  return element('Dial', way, element('Conference', room, text(verb.conference)));
}

function dial(number: string, callerId: string | null): Xml {
  const attributes: VoiceResponse.DialAttributes = callerId === null ? {} : { callerId };
  // A SIP address as a number is warning 13223, and reaches nobody (twilio.com/docs/voice/twiml/sip).
  const noun = /^sips?:/i.test(number) ? 'Sip' : 'Number';
  return element('Dial', attributes, element(noun, {}, text(number)));
}

function respond(verbs: readonly Xml[]): string {
  return xmlDocument(element('Response', {}, ...verbs));
}
