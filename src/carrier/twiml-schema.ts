/** Answers what is allowed, or null if the value is. */
type ValueRule = (value: string) => string | null;

export interface ElementRule {
  readonly attributes: Readonly<Record<string, ValueRule>>;
  readonly elements: readonly string[];
  readonly text: boolean;
  /** Attributes that must be there. */
  readonly required?: readonly string[];
}

const any: ValueRule = () => null;
const boolean = oneOf('true', 'false');
const method = oneOf('GET', 'POST');

function oneOf(...values: readonly string[]): ValueRule {
  return (value) => (values.includes(value) ? null : values.join(', '));
}

function listOf(...values: readonly string[]): ValueRule {
  return (value) =>
    value.split(/[ ,]+/).every((part) => values.includes(part))
      ? null
      : `any of ${values.join(' ')}`;
}

function whole(from: number, to: number): ValueRule {
  return (value) =>
    /^\d+$/.test(value) && Number(value) >= from && Number(value) <= to
      ? null
      : `a whole number, ${from} to ${to}`;
}

const url: ValueRule = (value) =>
  value !== '' && !/\s/.test(value) && URL.canParse(value, 'https://base.invalid/')
    ? null
    : 'a URL, absolute or relative';

const keys: ValueRule = (value) => (/^[0-9*#]*$/.test(value) ? null : 'keys 0-9, * and #');

const hints: ValueRule = (value) => {
  const entries = value.split(',');
  return entries.length <= 500 && entries.every((entry) => entry.trim().length <= 100)
    ? null
    : 'at most 500 entries of at most 100 characters';
};

const speechTimeout: ValueRule = (value) =>
  value === 'auto' ? null : whole(1, 60)(value) && 'auto, or a whole number of seconds';

const dialRecord = oneOf(
  'do-not-record',
  'record-from-answer',
  'record-from-ringing',
  'record-from-answer-dual',
  'record-from-ringing-dual',
  'true',
  'false',
);

/** SSML that Say takes (twilio.com/docs/voice/twiml/say/text-speech). Read for its text only. */
const ssmlNames = [
  'break',
  'emphasis',
  'lang',
  'p',
  'phoneme',
  'prosody',
  's',
  'say-as',
  'sub',
  'w',
];
export const ssml: ReadonlySet<string> = new Set(ssmlNames);

const callEvents = listOf('initiated', 'ringing', 'answered', 'completed');

/** The documents we can play: every other element or attribute is a protocol error. */
export const twimlRules: Readonly<Record<string, ElementRule>> = {
  Response: {
    attributes: {},
    elements: [
      'Say',
      'Play',
      'Pause',
      'Gather',
      'Dial',
      'Start',
      'Stop',
      'Redirect',
      'Hangup',
      'Reject',
    ],
    text: false,
  },
  Say: {
    attributes: { voice: any, language: any, loop: whole(0, 1000) },
    elements: ssmlNames,
    text: true,
  },
  Play: { attributes: { loop: whole(0, 1000), digits: any }, elements: [], text: true },
  Pause: { attributes: { length: whole(1, 600) }, elements: [], text: false },
  Gather: {
    attributes: {
      input: listOf('dtmf', 'speech'),
      action: url,
      method,
      timeout: whole(1, 600),
      numDigits: whole(1, 1000),
      finishOnKey: keys,
      actionOnEmptyResult: boolean,
      speechTimeout,
      maxSpeechTime: whole(1, 600),
      speechModel: any,
      language: any,
      hints,
      profanityFilter: boolean,
      partialResultCallback: url,
      partialResultCallbackMethod: method,
      enhanced: boolean,
      bargeIn: boolean,
    },
    elements: ['Say', 'Play', 'Pause'],
    text: false,
  },
  Dial: {
    attributes: {
      action: url,
      method,
      timeout: whole(1, 600),
      timeLimit: whole(1, 86_400),
      hangupOnStar: boolean,
      callerId: any,
      answerOnBridge: boolean,
      ringTone: any,
      callReason: any,
      sequential: boolean,
      record: dialRecord,
      trim: oneOf('trim-silence', 'do-not-trim'),
      recordingTrack: oneOf('both', 'inbound', 'outbound'),
      recordingStatusCallback: url,
      recordingStatusCallbackMethod: method,
      recordingStatusCallbackEvent: listOf('in-progress', 'completed', 'absent'),
    },
    elements: ['Number', 'Sip', 'Conference'],
    text: true,
  },
  Number: {
    attributes: {
      url,
      method,
      sendDigits: any,
      statusCallback: url,
      statusCallbackMethod: method,
      statusCallbackEvent: callEvents,
    },
    elements: [],
    text: true,
  },
  Sip: {
    attributes: {
      url,
      method,
      statusCallback: url,
      statusCallbackMethod: method,
      statusCallbackEvent: callEvents,
    },
    elements: [],
    text: true,
  },
  Conference: {
    attributes: {
      startConferenceOnEnter: boolean,
      endConferenceOnExit: boolean,
      beep: oneOf('true', 'false', 'onEnter', 'onExit'),
      muted: boolean,
      maxParticipants: whole(2, 250),
      participantLabel: any,
      waitUrl: (value) => (value === '' ? null : url(value)),
      waitMethod: method,
      region: any,
      jitterBufferSize: oneOf('large', 'medium', 'small', 'off'),
      record: oneOf('do-not-record', 'record-from-start'),
      trim: oneOf('trim-silence', 'do-not-trim'),
      statusCallback: url,
      statusCallbackMethod: method,
      statusCallbackEvent: listOf(
        'start',
        'end',
        'join',
        'leave',
        'mute',
        'hold',
        'modify',
        'speaker',
        'announcement',
      ),
      recordingStatusCallback: url,
      recordingStatusCallbackMethod: method,
      recordingStatusCallbackEvent: listOf('in-progress', 'completed', 'absent'),
    },
    elements: [],
    text: true,
  },
  Start: { attributes: { action: url, method }, elements: ['Stream'], text: false },
  Stop: { attributes: {}, elements: ['Stream'], text: false },
  Stream: {
    attributes: {
      url,
      name: any,
      track: oneOf('inbound_track', 'outbound_track', 'both_tracks'),
      statusCallback: url,
      statusCallbackMethod: method,
    },
    elements: ['Parameter'],
    text: false,
  },
  Parameter: {
    attributes: { name: any, value: any },
    elements: [],
    text: false,
    required: ['name', 'value'],
  },
  Redirect: { attributes: { method }, elements: [], text: true },
  Hangup: { attributes: {}, elements: [], text: false },
  Reject: { attributes: { reason: oneOf('rejected', 'busy') }, elements: [], text: false },
};
