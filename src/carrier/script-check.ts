import type { Act, BridgeStep, CallerScript, Reaction } from './script.ts';

/** What is wrong with a script from outside, and where. */
export class ScriptInvalid extends Error {}

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const text = (value: unknown) => typeof value === 'string';
const keys = (value: unknown) => typeof value === 'string' && /^[0-9*#]+$/.test(value);
const yes = (value: unknown) => value === true;
const ms = (value: unknown) => typeof value === 'number' && value >= 0;
const count = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0;
const confidence = (value: unknown) =>
  value === null || (typeof value === 'number' && value >= 0 && value <= 1);

/** The first name of each decides which it is. */
const acts: readonly Shape[] = [
  { press: keys, afterMs: ms },
  { say: text, confidence, afterMs: ms },
  { silent: yes },
  { hangup: yes, afterMs: ms },
];

const steps: readonly Shape[] = [
  { star: yes, atMs: ms },
  { press: keys, atMs: ms },
  { frames: count },
  { others: count },
  { streaming: yes },
  { hangup: yes, atMs: ms },
];

/** A script read from JSON. Throws ScriptInvalid. */
export function scriptFrom(value: unknown): CallerScript {
  const script = objectAt('script', value);
  const { answers, otherwise, bridge, ...strange } = script;
  const [name] = Object.keys(strange);
  if (name !== undefined) {
    throw new ScriptInvalid(`script has no "${name}"; allowed: answers, otherwise, bridge`);
  }
  return {
    ...(answers === undefined
      ? {}
      : {
          answers: listAt('answers', answers).map((each, at) => reaction(`answers[${at}]`, each)),
        }),
    ...(otherwise === undefined ? {} : { otherwise: reaction('otherwise', otherwise) }),
    ...(bridge === undefined
      ? {}
      : {
          bridge: listAt('bridge', bridge).map(
            (each, at) => oneOf(`bridge[${at}]`, each, steps) as unknown as BridgeStep,
          ),
        }),
  };
}

function reaction(where: string, value: unknown): Reaction {
  const given = objectAt(where, value);
  if (!('duringPurpose' in given)) return oneOf(where, given, acts) as unknown as Act;
  const inner = oneOf(`${where}.duringPurpose`, given['duringPurpose'], acts);
  return { duringPurpose: inner as unknown as Act };
}

function oneOf(where: string, value: unknown, shapes: readonly Shape[]): Record<string, unknown> {
  const given = objectAt(where, value);
  const shape = shapes.find((each) => (Object.keys(each)[0] ?? '') in given);
  if (shape === undefined) {
    const names = shapes.map((each) => Object.keys(each)[0]).join(', ');
    throw new ScriptInvalid(`${where} needs one of: ${names}`);
  }
  for (const [name, part] of Object.entries(given)) {
    if (shape[name]?.(part) !== true) throw new ScriptInvalid(`${where} has a wrong "${name}"`);
  }
  return given;
}

function objectAt(where: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ScriptInvalid(`${where} must be an object`);
  }
  return value as Record<string, unknown>;
}

function listAt(where: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new ScriptInvalid(`${where} must be a list`);
  return value;
}
