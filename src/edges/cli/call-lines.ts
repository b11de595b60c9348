/**
 * One event of the simulated carrier, as it comes over the wire. Only what is shown is named; an
 * event of a type that is not known here is not shown.
 */
export interface Happening {
  readonly type: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly callSid: string;
  readonly [field: string]: unknown;
}

type Line = (event: Happening) => string | null;

const lines: Readonly<Record<string, Line>> = {
  started: ({ from, to }) => `${from} calls ${to}`,
  answered: () => 'the line answers',
  says: ({ text }) => `hears    ${JSON.stringify(text)}`,
  plays: ({ url, digits }) =>
    `hears    ${digits === null ? `the recording ${url}` : `keys ${digits}`}`,
  waits: ({ ms }) => `hears    nothing for ${length(ms)}`,
  gathers: ({ input, last }) => (last === true ? `is asked for ${listened(input)}:` : null),
  presses: ({ digits }) => `presses  ${digits}`,
  speaks: ({ words }) => `says     ${JSON.stringify(words)}`,
  silent: ({ last }) => (last === true ? 'stays silent' : null),
  dials: ({ to }) => `is put through to ${to}`,
  bridged: ({ others }) => `is on the bridge, ${company(others)}`,
  joined: () => 'somebody joins the bridge',
  left: () => 'somebody leaves the bridge',
  unbridged: ({ by }) => unbridged[String(by)] ?? 'leaves the bridge',
  'stream-started': () => 'audio is streaming to the server',
  'stream-stopped': ({ frames, by }) =>
    `audio stops after ${length(Number(frames) * 20)}${by === 'fault' ? ': the socket broke' : ''}`,
  'stream-failed': ({ code }) => `audio cannot be streamed (error ${code})`,
  'carrier-records': ({ verb }) => `the carrier itself is told to record, by <${verb}>`,
  webhook: ({ kind, status, failure }) => webhook(String(kind), status, failure),
  'protocol-error': ({ code, message }) => `protocol error ${code}: ${message}`,
  ended: ({ by, durationS }) => `${endings[String(by)] ?? 'the call ends'}, after ${durationS} s`,
};

const unbridged: Readonly<Record<string, string>> = {
  star: 'leaves the bridge for a moment, to take back what was granted',
  hangup: 'leaves the bridge',
  ended: 'is alone: the bridge has ended',
};

const endings: Readonly<Record<string, string>> = {
  caller: 'hangs up',
  document: 'the line hangs up',
  api: 'the server ends the call',
  failure: 'the call fails: the line gave no document that could be played',
};

/** What a person reads of an event, without the time; null: nothing. */
export function lineOf(event: Happening): string | null {
  return lines[event.type]?.(event) ?? null;
}

/** A line with the seconds since the call began in front. */
export function timed(line: string, at: number, beganAt: number): string {
  return `${((at - beganAt) / 1000).toFixed(1).padStart(6)}s  ${line}`;
}

function webhook(kind: string, status: unknown, failure: unknown): string | null {
  if (typeof failure === 'string') return `the server did not answer (${kind}): ${failure}`;
  return Number(status) >= 400 ? `the server answered HTTP ${status} (${kind})` : null;
}

function listened(input: unknown): string {
  const kinds = Array.isArray(input) ? input : [];
  if (kinds.includes('dtmf') && kinds.includes('speech')) return 'a key or words';
  return kinds.includes('speech') ? 'words' : 'a key';
}

function company(others: unknown): string {
  const count = Array.isArray(others) ? others.length : 0;
  return count === 0 ? 'alone' : `with ${count} other${count === 1 ? '' : 's'}`;
}

function length(ms: unknown): string {
  return `${(Number(ms) / 1000).toFixed(1)} s`;
}
