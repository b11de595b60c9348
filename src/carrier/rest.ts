import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { apiVersion } from './parameters.ts';
import { createCall, fetchCall, updateCall } from './rest-calls.ts';
import { listConferences, updateParticipant } from './rest-conferences.ts';
import { takeConsents } from './rest-consents.ts';
import { notFound, RestError, unauthenticated, wrongMethod } from './rest-errors.ts';
import { createMessage } from './rest-messages.ts';
import { listNumbers } from './rest-numbers.ts';
import {
  deleteCall,
  deleteMessage,
  deleteRecording,
  fetchMessage,
  listRecordings,
} from './rest-records.ts';
import { createStream, updateStream } from './rest-streams.ts';
import type { World } from './world.ts';

const bodyBytesMax = 1_000_000;

const consentPath = '/v1/Consents/Bulk';

interface Route {
  readonly path: RegExp;
  readonly methods: Readonly<
    /** What a GET has for a body is its query. */
    Record<string, (world: World, parts: readonly string[], body: string) => object>
  >;
  readonly created?: boolean;
}

const sid = '(CA[0-9a-f]{32})';

const routes: readonly Route[] = [
  {
    path: /^\/Calls\.json$/,
    methods: { POST: (world, _, body) => createCall(world, body) },
    created: true,
  },
  {
    path: /^\/Messages\.json$/,
    methods: { POST: (world, _, body) => createMessage(world, body) },
    created: true,
  },
  {
    path: new RegExp(`^/Calls/${sid}\\.json$`),
    methods: {
      GET: (world, [call = '']) => fetchCall(world, call),
      POST: (world, [call = ''], body) => updateCall(world, call, body),
      DELETE: (world, [call = '']) => deleteCall(world, call),
    },
  },
  {
    path: new RegExp(`^/Calls/${sid}/Recordings\\.json$`),
    methods: { GET: (world, [call = ''], query) => listRecordings(world, call, query) },
  },
  {
    path: /^\/Recordings\/(RE[0-9a-f]{32})\.json$/,
    methods: { DELETE: (world, [recording = '']) => deleteRecording(world, recording) },
  },
  {
    path: /^\/Messages\/((?:SM|MM)[0-9a-f]{32})\.json$/,
    methods: {
      GET: (world, [message = '']) => fetchMessage(world, message),
      DELETE: (world, [message = '']) => deleteMessage(world, message),
    },
  },
  {
    path: new RegExp(`^/Calls/${sid}/Streams\\.json$`),
    methods: { POST: (world, [call = ''], body) => createStream(world, call, body) },
    created: true,
  },
  {
    path: new RegExp(`^/Calls/${sid}/Streams/([^/]+)\\.json$`),
    methods: {
      POST: (world, [call = '', stream = ''], body) => updateStream(world, call, stream, body),
    },
  },
  {
    path: /^\/IncomingPhoneNumbers\.json$/,
    methods: { GET: (world, _, query) => listNumbers(world, query) },
  },
  {
    path: /^\/Conferences\.json$/,
    methods: { GET: (world, _, query) => listConferences(world, query) },
  },
  {
    path: new RegExp(`^/Conferences/(CF[0-9a-f]{32})/Participants/${sid}\\.json$`),
    methods: {
      POST: (world, [conference = '', call = ''], body) =>
        updateParticipant(world, conference, call, body),
    },
  },
];

/** Answers one request to the REST API, errors included. */
export async function answerRest(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    authenticate(world, request);
    const { pathname, search } = new URL(request.url ?? '/', 'http://carrier');
    const account = `/${apiVersion}/Accounts/${world.accountSid}`;
    // Of another host at Twilio, accounts.twilio.com; here all of it is one.
    if (pathname === consentPath && request.method === 'POST') {
      return sendJson(response, 201, takeConsents(world, await readBody(request)));
    }
    if (!pathname.startsWith(`${account}/`)) throw notFound(pathname);
    const rest = pathname.slice(account.length);
    const route = routes.find((each) => each.path.test(rest));
    if (route === undefined) throw notFound(pathname);
    const answer = route.methods[request.method ?? ''];
    if (answer === undefined) throw wrongMethod();
    const parts = (route.path.exec(rest) ?? []).slice(1).map(decodeURIComponent);
    const body = request.method === 'GET' ? search.slice(1) : await readBody(request);
    const found = answer(world, parts, body);
    if (request.method === 'DELETE') response.writeHead(204).end();
    else sendJson(response, route.created === true ? 201 : 200, found);
  } catch (error) {
    sendError(response, error);
  }
}

/** Throws RestError 20003 unless the request carries the account's sid and token. */
export function authenticate(world: World, request: IncomingMessage): void {
  const expected = Buffer.from(`${world.accountSid}:${world.authToken}`).toString('base64');
  const hash = (text: string) => createHash('sha256').update(text).digest();
  const given = request.headers.authorization ?? '';
  if (!timingSafeEqual(hash(given), hash(`Basic ${expected}`))) throw unauthenticated();
}

/** Throws RestError when there is too much of it. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new RestError(413, 20001, 'Request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function sendError(response: ServerResponse, error: unknown): void {
  if (!(error instanceof RestError)) throw error;
  sendJson(response, error.status, error.body());
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
