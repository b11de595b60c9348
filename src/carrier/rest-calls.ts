import { startOutbound } from './calls.ts';
import type { DocumentRequest, Leg, ProgressEvent } from './leg.ts';
import { invalidParameter, notFound, RestError } from './rest-errors.ts';
import { callJson } from './rest-json.ts';
import { type AllowedParameters, RestForm } from './rest-parameters.ts';
import type { World } from './world.ts';

/** TwiML given by REST may be this long. */
const twimlLengthMax = 4000;

const created: AllowedParameters = {
  names: [
    'To',
    'From',
    'Url',
    'Twiml',
    'Method',
    'FallbackUrl',
    'FallbackMethod',
    'StatusCallback',
    'StatusCallbackMethod',
    'Timeout',
    'MachineDetection',
    'AsyncAmd',
    'AsyncAmdStatusCallback',
    'AsyncAmdStatusCallbackMethod',
    'CallReason',
  ],
  repeatable: ['StatusCallbackEvent'],
};

const updated: AllowedParameters = {
  names: [
    'Url',
    'Twiml',
    'Method',
    'Status',
    'FallbackUrl',
    'FallbackMethod',
    'StatusCallback',
    'StatusCallbackMethod',
  ],
};

const progressEvents: readonly ProgressEvent[] = ['initiated', 'ringing', 'answered', 'completed'];

/** POST /Calls.json: rings a party and, once answered, plays them a document. */
export function createCall(world: World, body: string): object {
  const form = new RestForm(body, created);
  const to = form.text('To');
  const from = form.text('From');
  if (to === null) throw new RestError(400, 21201, "No 'To' number is specified");
  if (from === null) throw new RestError(400, 21213, "No 'From' number is specified");
  for (const [name, number, code] of [
    ['To', to, 21211],
    ['From', from, 21212],
  ] as const) {
    const sip = name === 'To' && /^sips?:[^@\s]+@[^@\s]+\.[^@\s]+$/.test(number);
    if (!sip && !/^\+[1-9]\d{6,14}$/.test(number)) {
      throw invalidParameter(name, name === 'To' ? 'E.164, or a SIP address' : 'E.164', code);
    }
  }
  const request = documentOf(form);
  if (request === null) throw new RestError(400, 21205, "Either 'Url' or 'Twiml' is needed");
  const leg = startOutbound(world, {
    to,
    from,
    request,
    fallback: fallbackOf(form),
    statusCallback: callbackOf(form),
    timeoutMs: form.whole('Timeout', 1, 600, 60) * 1000,
    machineDetection: machineDetectionOf(form),
  });
  return callJson(leg);
}

/** GET /Calls/{sid}.json. Throws RestError 20404. */
export function fetchCall(world: World, sid: string): object {
  return callJson(findLeg(world, sid));
}

/** POST /Calls/{sid}.json: another document for a live call, or its end. */
export function updateCall(world: World, sid: string, body: string): object {
  const form = new RestForm(body, updated);
  const leg = findLeg(world, sid);
  const status = form.oneOf('Status', ['canceled', 'completed'] as const);
  const request = documentOf(form);
  if (leg.over) throw new RestError(400, 21220, 'Call is not in-progress. Cannot redirect.');
  const callback = callbackOf(form);
  if (callback !== undefined) leg.statusCallback = callback;
  if (status === 'completed') leg.interrupt({ kind: 'hangup', by: 'api' });
  if (status === 'canceled' && leg.answeredAt === null) {
    leg.interrupt({ kind: 'hangup', by: 'api' });
  }
  if (status === null && request !== null) {
    if (leg.status !== 'in-progress') {
      throw new RestError(400, 21220, 'Call is not in-progress. Cannot redirect.');
    }
    leg.interrupt({ kind: 'redirect', request });
  }
  return callJson(leg);
}

/** Throws RestError 20404. */
export function findLeg(world: World, sid: string): Leg {
  const leg = world.legs.get(sid);
  if (leg === undefined) throw notFound(`/Calls/${sid}`);
  return leg;
}

function documentOf(form: RestForm): DocumentRequest | null {
  const twiml = form.text('Twiml');
  if (twiml !== null) {
    if (form.text('Url') !== null) throw invalidParameter('Url', "either 'Url' or 'Twiml'");
    if (twiml.length > twimlLengthMax) {
      throw invalidParameter('Twiml', `at most ${twimlLengthMax} characters`);
    }
    return { twiml };
  }
  const url = form.url('Url', 21205);
  return url === null ? null : { url, method: form.method('Method'), parameters: {} };
}

function fallbackOf(form: RestForm) {
  const url = form.url('FallbackUrl', 21205);
  return url === null ? undefined : { url, method: form.method('FallbackMethod') };
}

function callbackOf(form: RestForm) {
  const url = form.url('StatusCallback', 21609);
  if (url === null) return undefined;
  const named = form.all('StatusCallbackEvent').flatMap((value) => value.split(/[ ,]+/));
  const events = progressEvents.filter((event) => named.includes(event));
  if (events.length < named.length) {
    throw invalidParameter('StatusCallbackEvent', progressEvents.join(', '), 21626);
  }
  return {
    url,
    method: form.method('StatusCallbackMethod'),
    events: events.length > 0 ? events : (['completed'] as const),
  };
}

function machineDetectionOf(form: RestForm) {
  const detection = form.oneOf('MachineDetection', ['Enable', 'DetectMessageEnd'] as const);
  const later = form.oneOf('AsyncAmd', ['true', 'false'] as const) === 'true';
  const url = form.url('AsyncAmdStatusCallback', 21609);
  const method = form.method('AsyncAmdStatusCallbackMethod');
  if (detection === null) return null;
  return {
    wholeMessage: detection === 'DetectMessageEnd',
    later,
    callback: url === null ? null : { url, method },
  };
}
