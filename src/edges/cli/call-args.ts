import { readFileSync } from 'node:fs';
import { type Command, command, type Input, UsageError } from './command.ts';
import { commandHelp } from './help.ts';
import { parseArguments } from './parse-arguments.ts';

/** The flow that listens for words. */
const speechFlow = 'inbound-speech';

const time = { value: 'TIME' } as const;

/** What the verb takes; `run` is not part of it, because a call needs more than the stores. */
const spec: Omit<Command, 'run'> = {
  summary: 'places a call on the practice carrier and shows what happens',
  about:
    'Needs a running server that was started without a carrier account. Shows what the caller ' +
    'hears, says and presses, what becomes of the permission and of the gate, and at the end the ' +
    'recording and the receipts. TIME is in seconds, or ends with ms, s or m: 3, 500ms, 1m.',
  operands: [],
  options: {
    answer: { value: 'KEY', about: 'Presses this key, or these keys, at every question.' },
    say: {
      value: 'WORDS',
      about: `Says this at every question. Without --flow it asks for ${speechFlow}, because the built-in flow listens for keys only.`,
    },
    silent: { about: 'Says and presses nothing; so it is, too, without the two above.' },
    'withdraw-at': { ...time, about: 'Presses * so long after the bridge began.' },
    'hangup-at': {
      ...time,
      about: 'Hangs up so long after the bridge began.',
      default: '3s, or 6s after the *',
    },
    script: {
      value: 'FILE',
      about: 'Does what a JSON file says instead: {answers, otherwise, bridge}.',
    },
    from: {
      value: 'NUMBER',
      about: 'Who calls: E.164, or any text that a carrier may show, such as anonymous.',
    },
    to: { value: 'NUMBER', about: 'The line that is called, in E.164.' },
    flow: { value: 'NAME', about: "Runs this flow instead of the line's own." },
    speed: { value: 'FACTOR', about: '0.1 to 100 times as fast as real time.', default: '1' },
  },
  examples: [
    { args: '--answer 1', does: 'grants, and is recorded for three seconds' },
    { args: '--answer 2', does: 'refuses; the call goes on unrecorded' },
    { args: '--say "yes"', does: 'grants in words' },
    { args: '--answer 1 --withdraw-at 2s', does: 'grants, and takes it back after two seconds' },
    { args: '--silent --json', does: 'gives no answer; prints one JSON object a line' },
  ],
};

export const callSummary = spec.summary;
export const callHelp = commandHelp('call', spec);

/** The body of POST /simulate/calls. */
export interface CallRequest {
  readonly to?: string;
  readonly from?: string;
  readonly answer?: string;
  readonly say?: string;
  readonly silent?: true;
  readonly withdrawAtMs?: number;
  readonly hangupAtMs?: number;
  readonly flow?: string;
  readonly speed?: number;
  readonly script?: unknown;
}

export interface CallArgs {
  readonly json: boolean;
  readonly request: CallRequest;
}

/** Throws UsageError: what is wrong and what is allowed. */
export function callArgs(argv: readonly string[]): CallArgs {
  const input = parseArguments(command({ ...spec, run: async () => 0 }), argv);
  const given = ['answer', 'say', 'silent', 'script'].filter((name) => input.has(name));
  if (given.length > 1) {
    throw new UsageError(`--${given.join(' and --')} together; allowed: one of them`);
  }
  const answer = matching(input, 'answer', /^[0-9*#]+$/, 'keys 0-9, * and #');
  const to = matching(input, 'to', /^\+[1-9]\d{6,14}$/, 'E.164, such as +18885550100');
  const withdrawAtMs = timeOf(input, 'withdraw-at');
  const hangupAtMs = timeOf(input, 'hangup-at');
  if (withdrawAtMs !== null && hangupAtMs !== null && withdrawAtMs >= hangupAtMs) {
    throw new UsageError('--withdraw-at must come before --hangup-at');
  }
  const script = input.value('script');
  const silent = input.has('silent') ? true : null;
  const request = {
    to,
    from: input.value('from'),
    answer,
    say: input.value('say'),
    silent,
    withdrawAtMs,
    hangupAtMs,
    flow: input.value('flow') ?? (input.has('say') ? speechFlow : null),
    speed: speedOf(input),
    script: script === null ? null : scriptIn(script),
  };
  const present = Object.entries(request).filter(([, value]) => value !== null);
  return { json: input.json, request: Object.fromEntries(present) };
}

function matching(input: Input, name: string, pattern: RegExp, allowed: string): string | null {
  const value = input.value(name);
  if (value !== null && !pattern.test(value)) {
    throw new UsageError(`--${name} has a value it cannot have; allowed: ${allowed}`);
  }
  return value;
}

const msOf = { ms: 1, s: 1000, m: 60_000 } as const;

function timeOf(input: Input, name: string): number | null {
  const value = matching(input, name, /^\d+(\.\d+)?(ms|s|m)?$/, 'a time such as 3s, 500ms or 1m');
  if (value === null) return null;
  const unit = /[a-z]+$/.exec(value)?.[0] ?? 's';
  return Math.round(Number.parseFloat(value) * msOf[unit as keyof typeof msOf]);
}

function speedOf(input: Input): number | null {
  const value = input.value('speed');
  if (value === null) return null;
  const speed = Number(value);
  if (speed >= 0.1 && speed <= 100) return speed;
  throw new UsageError(`--speed cannot be “${value}”; allowed: 0.1 to 100`);
}

function scriptIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new UsageError(`--script: ${path} ${why}`);
  }
}
