import type { Speed } from './pace.ts';
import { invalidParameter, RestError, unknownParameter } from './rest-errors.ts';
import type { BridgeStep, CallerScript, Reaction } from './script.ts';
import { ScriptInvalid, scriptFrom } from './script-check.ts';

/** A caller who says nothing about it stays on the bridge this long. */
const stayMs = 3000;
/** The same after the star, which takes some seconds out of the bridge and back. */
const stayAfterStarMs = 6000;

const defaultFrom = '+12025550143';
const defaultTo = '+18885550100';

const allowed = [
  'to',
  'from',
  'answer',
  'say',
  'confidence',
  'silent',
  'withdrawAtMs',
  'hangupAtMs',
  'flow',
  'speed',
  'callerName',
  'script',
];

/** A call somebody wants to be placed, checked. */
export interface SimulatedCall {
  readonly to: string;
  readonly from: string;
  readonly flow: string | null;
  readonly speed: Speed | null;
  readonly callerName: string | null;
  readonly caller: CallerScript;
}

/** Reads the JSON of POST /simulate/calls. Throws RestError: what is wrong, what is allowed. */
export function simulatedCall(body: string): SimulatedCall {
  const fields = objectOf(body);
  for (const name of Object.keys(fields)) {
    if (!allowed.includes(name)) throw unknownParameter(`${name}; allowed: ${allowed.join(', ')}`);
  }
  return {
    to: numberAt(fields, 'to') ?? defaultTo,
    from: text(fields, 'from') ?? defaultFrom,
    flow: flowAt(fields),
    speed: speedAt(fields),
    callerName: text(fields, 'callerName'),
    caller: callerOf(fields),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function objectOf(body: string): Fields {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below, like every other body that is no object.
  }
  throw new RestError(400, 20001, 'The body must be a JSON object');
}

/** A script as it is given, or the one that the short forms stand for. */
function callerOf(fields: Fields): CallerScript {
  if (fields['script'] !== undefined) {
    const short = ['answer', 'say', 'silent', 'withdrawAtMs', 'hangupAtMs'];
    const both = short.find((name) => fields[name] !== undefined);
    if (both !== undefined) throw invalidParameter(both, 'either it or a script');
    try {
      return scriptFrom(fields['script']);
    } catch (error) {
      if (!(error instanceof ScriptInvalid)) throw error;
      throw new RestError(400, 20001, error.message);
    }
  }
  return { otherwise: reactionOf(fields), bridge: bridgeOf(fields) };
}

function reactionOf(fields: Fields): Reaction {
  const given = ['answer', 'say', 'silent'].filter((name) => fields[name] !== undefined);
  if (given.length > 1) throw invalidParameter(given.join(' and '), 'one of answer, say, silent');
  const answer = text(fields, 'answer');
  if (answer !== null) {
    if (!/^[0-9*#]+$/.test(answer)) throw invalidParameter('answer', 'keys 0-9, * and #');
    return { press: answer };
  }
  const say = text(fields, 'say');
  if (say === null) return { silent: true };
  const confidence = fields['confidence'];
  if (confidence === undefined) return { say };
  if (confidence === null) return { say, confidence };
  if (typeof confidence !== 'number' || confidence < 0 || confidence > 1) {
    throw invalidParameter('confidence', 'a number from 0 to 1, or null');
  }
  return { say, confidence };
}

function bridgeOf(fields: Fields): readonly BridgeStep[] {
  const withdrawAtMs = msAt(fields, 'withdrawAtMs');
  const stay = withdrawAtMs === null ? stayMs : withdrawAtMs + stayAfterStarMs;
  const hangupAtMs = msAt(fields, 'hangupAtMs') ?? stay;
  if (withdrawAtMs === null) return [{ hangup: true, atMs: hangupAtMs }];
  if (withdrawAtMs > hangupAtMs) throw invalidParameter('withdrawAtMs', 'before hangupAtMs');
  return [
    { star: true, atMs: withdrawAtMs },
    { hangup: true, atMs: hangupAtMs },
  ];
}

function text(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (value === undefined) return null;
  if (typeof value !== 'string' || value === '') throw invalidParameter(name, 'text');
  return value;
}

function numberAt(fields: Fields, name: string): string | null {
  const value = text(fields, name);
  if (value !== null && !/^\+[1-9]\d{6,14}$/.test(value)) {
    throw invalidParameter(name, 'an E.164 number such as +18885550100');
  }
  return value;
}

function flowAt(fields: Fields): string | null {
  const flow = text(fields, 'flow');
  if (flow !== null && !/^[a-z0-9-]{1,64}$/.test(flow)) {
    throw invalidParameter('flow', 'small letters, digits and hyphens');
  }
  return flow;
}

function msAt(fields: Fields, name: string): number | null {
  const value = fields[name];
  if (value === undefined) return null;
  if (typeof value !== 'number' || value < 0 || value > 3_600_000) {
    throw invalidParameter(name, '0 to 3600000 ms');
  }
  return value;
}

function speedAt(fields: Fields): Speed | null {
  const value = fields['speed'];
  if (value === undefined) return null;
  if (value === 'instant') return value;
  if (typeof value !== 'number' || value < 0.1 || value > 100) {
    throw invalidParameter('speed', '0.1 to 100, or "instant"');
  }
  return value;
}
