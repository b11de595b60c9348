import type { CallView } from '../../app/view-call.ts';
import { ConsentryError } from '../../core/error.ts';
import type { CallRequest } from './call-args.ts';
import type { Happening } from './call-lines.ts';

/** Where the running server and its simulated carrier are, and how to sign in to them. */
export interface CallTarget {
  readonly carrierUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiUrl: string;
  readonly apiKey: string;
}

/** A text message that somebody writes; what is left out is as by default. */
export interface TextRequest {
  readonly body: string;
  readonly from?: string;
  readonly to?: string;
}

export interface TextAnswer {
  readonly messageSid: string;
  readonly replies: readonly string[];
}

/** A look at a call that takes longer is not worth waiting for: there is another one soon. */
const lookMsMax = 2000;

/**
 * Places a call and gives its events until it has ended. Throws ConsentryError: `unavailable` if
 * nobody answers, `invalid_request` with the carrier's own sentence if it refuses.
 */
export async function* placeCall(
  target: CallTarget,
  request: CallRequest,
): AsyncGenerator<Happening> {
  const response = await askCarrier(target, '/simulate/calls', request);
  if (!response.ok || response.body === null) throw refusal(response.status, await response.text());
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body) {
    const rows = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = rows.pop() ?? '';
    for (const row of rows) yield JSON.parse(row) as Happening;
  }
}

/** Sends a text message. Throws as `placeCall` does, and `unavailable` if the server fails. */
export async function writeText(
  target: Pick<CallTarget, 'carrierUrl' | 'accountSid' | 'authToken'>,
  request: TextRequest,
): Promise<TextAnswer> {
  const response = await askCarrier(target, '/simulate/texts', request);
  if (!response.ok) throw refusal(response.status, await response.text());
  const { messageSid, replies, problems } = (await response.json()) as TextAnswer & {
    readonly problems: readonly string[];
  };
  const [problem] = problems;
  if (problem !== undefined) {
    throw new ConsentryError('unavailable', `the server did not take the message: ${problem}`);
  }
  return { messageSid, replies };
}

function askCarrier(
  {
    carrierUrl,
    accountSid,
    authToken,
  }: Pick<CallTarget, 'carrierUrl' | 'accountSid' | 'authToken'>,
  path: string,
  request: object,
): Promise<Response> {
  const basic = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
  return fetch(`${carrierUrl}${path}`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
  }).catch((cause: unknown) => {
    throw new ConsentryError('unavailable', 'no server answers; start one with `npm start`', {
      cause,
    });
  });
}

function refusal(status: number, body: string): ConsentryError {
  const said = /"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? `HTTP ${status}`;
  if (status === 503) return new ConsentryError('unavailable', `the carrier says: ${said}`);
  return new ConsentryError('invalid_request', `the carrier says: ${said}`);
}

/** The call as the server sees it; null while it does not know it, or does not answer. */
export async function lookAt(target: CallTarget, callSid: string): Promise<CallView | null> {
  try {
    const response = await fetch(`${target.apiUrl}/v1/calls/${callSid}`, {
      headers: { Authorization: `Bearer ${target.apiKey}` },
      signal: AbortSignal.timeout(lookMsMax),
    });
    return response.ok ? ((await response.json()) as CallView) : null;
  } catch {
    return null;
  }
}
