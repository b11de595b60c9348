import { findLeg } from './rest-calls.ts';
import { invalidParameter, notFound, RestError } from './rest-errors.ts';
import { streamJson } from './rest-json.ts';
import { RestForm } from './rest-parameters.ts';
import { findStream, startStream, stopStream } from './streams.ts';
import type { World } from './world.ts';

const parameterName = /^Parameter([1-9]\d?)\.(Name|Value)$/;

/** POST /Calls/{sid}/Streams.json: streams a live call's inbound track. */
export function createStream(world: World, callSid: string, body: string): object {
  const form = new RestForm(body, {
    names: ['Url', 'Name', 'Track', 'StatusCallback', 'StatusCallbackMethod'],
    pattern: parameterName,
  });
  const leg = findLeg(world, callSid);
  const url = form.text('Url');
  if (url === null) throw new RestError(400, 21205, "No 'Url' is specified");
  if (leg.status !== 'in-progress' || leg.over) {
    throw new RestError(400, 21220, 'Call is not in-progress. Cannot start a stream.');
  }
  const callbackUrl = form.url('StatusCallback', 21609);
  const method = form.method('StatusCallbackMethod');
  const stream = startStream(leg, {
    url,
    name: form.text('Name'),
    track: form.text('Track') ?? 'inbound_track',
    parameters: parametersOf(form),
    statusCallback: callbackUrl === null ? null : { url: callbackUrl, method },
  });
  if (typeof stream === 'string') throw new RestError(400, 20001, `Invalid stream: ${stream}`);
  return streamJson(leg, stream, 'in-progress');
}

/** POST /Calls/{sid}/Streams/{sid or name}.json with Status=stopped. */
export function updateStream(world: World, callSid: string, name: string, body: string): object {
  const form = new RestForm(body, { names: ['Status'] });
  const leg = findLeg(world, callSid);
  if (form.text('Status') !== 'stopped') throw invalidParameter('Status', 'stopped');
  const stream = findStream(leg, name);
  if (stream === null) throw notFound(`/Calls/${callSid}/Streams/${name}`);
  void stopStream(stream, 'api');
  return streamJson(leg, stream, 'stopped');
}

/** `Parameter1.Name` and `Parameter1.Value` belong together; neither comes alone. */
function parametersOf(form: RestForm): Record<string, string> {
  const numbers = new Set(form.names().map((field) => parameterName.exec(field)?.[1] ?? ''));
  numbers.delete('');
  const parameters: Record<string, string> = {};
  for (const number of numbers) {
    const name = form.text(`Parameter${number}.Name`);
    const value = form.text(`Parameter${number}.Value`);
    if (name === null || value === null) {
      throw invalidParameter(`Parameter${number}`, 'a name and a value');
    }
    parameters[name] = value;
  }
  return parameters;
}
