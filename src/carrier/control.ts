import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallHandle } from './call-handle.ts';
import type { PlaceCallOptions } from './calls.ts';
import { simulatedCall } from './control-request.ts';
import { authenticate, readBody, sendError } from './rest.ts';
import { RestError, wrongMethod } from './rest-errors.ts';
import { sendText, simulatedText } from './texts.ts';
import type { World } from './world.ts';

/** Where the carrier's numbers point to. */
export interface Line {
  readonly voiceUrl: string;
  readonly statusUrl?: string;
  readonly fallbackUrl?: string;
  readonly messagingUrl?: string;
}

export interface Control {
  readonly world: World;
  /** Null until somebody pointed the numbers somewhere. */
  line(): Line | null;
  placeCall(options: PlaceCallOptions): CallHandle;
}

/**
 * POST /simulate/calls: places a call and answers with its events, one JSON object a line, until
 * it has ended. Whoever goes away hangs up.
 */
export async function answerControl(
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    authenticate(control.world, request);
    if (request.method !== 'POST') throw wrongMethod();
    const wanted = simulatedCall(await readBody(request));
    const line = control.line();
    if (line === null) throw new RestError(503, 20503, 'The numbers point nowhere yet');
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    const { to, from, caller, speed, callerName, flow } = wanted;
    const handle = control.placeCall({
      ...line,
      voiceUrl: flow === null ? line.voiceUrl : withFlow(line.voiceUrl, flow),
      to,
      from,
      caller,
      ...(speed === null ? {} : { speed }),
      ...(callerName === null ? {} : { callerName }),
      onEvent: (event) => response.write(`${JSON.stringify(event)}\n`),
    });
    response.on('close', () => handle.hangup());
    await handle.ended;
    response.end();
  } catch (error) {
    sendError(response, error);
  }
}

/** POST /simulate/texts: sends a text message and answers with what came back. */
export async function answerTexts(
  { world, line }: Control,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    authenticate(world, request);
    if (request.method !== 'POST') throw wrongMethod();
    const wanted = simulatedText(await readBody(request));
    const messagingUrl = line()?.messagingUrl;
    if (messagingUrl === undefined)
      throw new RestError(503, 20503, 'The numbers point nowhere yet');
    const sent = await sendText(world, { ...wanted, messagingUrl });
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(sent));
  } catch (error) {
    sendError(response, error);
  }
}

function withFlow(voiceUrl: string, flow: string): string {
  const url = new URL(voiceUrl);
  url.searchParams.set('flow', flow);
  return url.href;
}
