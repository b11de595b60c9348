/** One row of the table as a request handler: key, scope, shape, then the answer. */
import { isUtf8 } from 'node:buffer';
import type { Request, RequestHandler, Response } from 'express';
import type { Authenticator } from '../../../app/api-keys.ts';
import type { ApiKey } from '../../../app/api-ports.ts';
import type { Once, StoredAnswer } from '../../../app/idempotency.ts';
import type { Limited, RateLimits } from '../../../app/rate-limits.ts';
import { assert, ConsentryError } from '../../../core/error.ts';
import type { Uuid } from '../../../core/words.ts';
import { reasonText } from './audio-shapes.ts';
import { authenticate, checkAccess, nobody } from './authenticate.ts';
import { checkShape, invalidRequest } from './check-shape.ts';
import { type Entered, type Oversight, showsOnly } from './oversight.ts';
import { hasNoBody, readJson, readQuery, readText } from './read-request.ts';
import type { Asked, Reply, Route } from './route.ts';

export interface ServeParts {
  readonly authenticator: Authenticator;
  readonly once: Once;
  readonly oversight: Oversight;
  readonly limits: RateLimits;
  /** Network address of who asks. */
  readonly addressOf: (request: Request) => string;
  readonly mayAct: MayAct;
}

/** Throws `training_needed` to whoever has not read what the act needs; other acts need nothing. */
export type MayAct = (key: ApiKey, act: string) => Promise<void>;

const idempotencyKey = /^[\x21-\x7e]{1,255}$/;

export function serve(route: Route, parts: ServeParts): RequestHandler {
  // Who signs in is known at the end only.
  const isEnteredLate = showsOnly(route) || route.scope === 'public';
  return async (request, response) => {
    const watch = parts.oversight(route, request);
    let key = nobody;
    let persons: readonly Uuid[] = [];
    let reason: string | null = null;
    let inside = false;
    try {
      if (route.scope === 'public') parts.limits.unknown(parts.addressOf(request));
      else key = await identify(parts, request, response, route.limited);
      checkAccess(key, route);
      await parts.mayAct(key, route.audit);
      const params = route.params.safeParse(request.params);
      // What cannot be a name is the name of nothing.
      if (!params.success) throw new ConsentryError('not_found');
      const named = await watch.find(key, params.data);
      const { query, body, bodyText } = await readChecked(route, request);
      const subject = await watch.spokenOf(key, named, body);
      const onceKey = route.once === true ? readOnceKey(request) : null;
      persons = subject.persons;
      reason = reasonOf(route, request, body);
      const by = key;
      const enter = () => watch.enter(by, { persons, reason });
      if (!isEnteredLate) await enter();
      inside = true;
      const heard: Asked<never, never, never>['heard'] = (spans) => watch.heard(by, subject, spans);
      const given = { key, params: params.data, query, body, bodyText };
      const asked = { ...given, request, response, subject, enter, heard };
      const handle = () => route.handle(asked as Asked<never, never, never>);

      if (onceKey === null) {
        const reply = await handle();
        if (reply !== 'sent') await watch.enter(...enteredBy(reply, key, persons, reason));
        send(response, reply);
        return;
      }
      const ask = { apiKey: key, key: onceKey, request: requestText(request, bodyText) };
      const stored = await parts.once(ask, async () => storable(await handle()));
      await enter();
      sendStored(response, stored);
    } catch (thrown) {
      await watch.refused(key, thrown, {
        persons,
        reason,
        inside,
        hasLeft: response.headersSent,
      });
      throw thrown;
    }
  };
}

/** Whom an answer shows beside who was asked about, and who it turned out to be for. */
function enteredBy(
  reply: Exclude<Reply, 'sent'>,
  key: ApiKey,
  asked: readonly Uuid[],
  reason: string | null,
): [ApiKey, Entered] {
  if (!('json' in reply)) return [key, { persons: asked, reason }];
  const { who = key, persons = [], parties = [] } = reply;
  return [who, { persons: [...asked, ...persons], parties, reason }];
}

/** Whose request it is, if they do not ask too often. Throws `unauthenticated`, `too_many_requests`. */
async function identify(
  { authenticator, limits, addressOf }: ServeParts,
  request: Request,
  response: Response,
  limited: Limited = 'usual',
): Promise<ApiKey> {
  const key = await authenticate(authenticator, request, response).catch((error: unknown) => {
    if (error instanceof ConsentryError) limits.unknown(addressOf(request));
    throw error;
  });
  limits.known(key, limited);
  return key;
}

/** For a path that exists, and a method that does not. */
export function refuseMethod(allowed: readonly string[], parts: ServeParts): RequestHandler {
  return async (request, response) => {
    await identify(parts, request, response);
    response.setHeader('allow', allowed.join(', '));
    throw new ConsentryError('method_not_allowed', `allowed: ${allowed.join(', ')}`);
  };
}

/** Without a key, nobody learns which paths exist. */
export function refusePath(parts: ServeParts): RequestHandler {
  return async (request, response) => {
    await identify(parts, request, response);
    throw new ConsentryError('not_found');
  };
}

async function readChecked(route: Route, request: Request) {
  const given = readQuery(request);
  const query = checkShape(route.query, given.value, 'query');
  const read = route.body === null ? null : await readBodyOf(route, request);
  const body =
    route.body === null || read === null || route.textTypes !== undefined
      ? { value: undefined, mistakes: [] }
      : checkShape(route.body, read.value, 'body');
  const mistakes = [...given.mistakes, ...query.mistakes, ...body.mistakes];
  if (mistakes.length > 0) throw invalidRequest(mistakes);
  return { query: query.value, body: body.value, bodyText: read?.text ?? '' };
}

function readBodyOf(route: Route, request: Request): Promise<{ text: string; value: unknown }> {
  if (route.textTypes !== undefined) return readText(request, route.textTypes);
  return route.bodyOptional === true && hasNoBody(request)
    ? Promise.resolve({ text: '', value: {} })
    : readJson(request);
}

/** Why something is taken away or redacted, from the header or the body. */
function reasonOf(route: Route, request: Request, body: unknown): string | null {
  const isAsked = route.audit === 'download' || route.audit === 'reveal' || route.because === true;
  if (!isAsked) return null;
  if (route.reasoned !== true) return (body as { reason?: string } | null)?.reason ?? null;
  return readReason(request);
}

/** The header `Consentry-Reason`; null: only the head is asked for. @throws `invalid_request` */
export function readReason(request: Request): string | null {
  const bytes = Buffer.from(request.get('consentry-reason') ?? '', 'latin1');
  const reason = reasonText.safeParse(bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1'));
  if (reason.success) return reason.data;
  if (request.method === 'HEAD') return null;
  const path = 'header.Consentry-Reason';
  const what = bytes.length === 0 ? 'is missing' : 'is not allowed';
  throw invalidRequest([{ path, what, allowed: 'why it is downloaded, in 3 to 500 characters' }]);
}

/** @throws `invalid_request` for a header that is none. */
export function readOnceKey(request: Request): string | null {
  const key = request.get('idempotency-key');
  if (key === undefined) return null;
  if (!idempotencyKey.test(key)) {
    const allowed = '1 to 255 visible ASCII characters';
    throw invalidRequest([{ path: 'header.Idempotency-Key', what: 'is not allowed', allowed }]);
  }
  return key;
}

const requestText = (request: Request, bodyText: string): string =>
  [request.method, request.originalUrl, bodyText].join('\n');

function storable(reply: Reply): { status: number; body: string } {
  assert(reply !== 'sent' && !('bytes' in reply), 'files are not kept under an Idempotency-Key');
  return { status: reply.status, body: 'json' in reply ? JSON.stringify(reply.json) : '' };
}

function sendStored(response: Response, { status, body, isReplay }: StoredAnswer): void {
  if (isReplay) response.setHeader('idempotency-replayed', 'true');
  if (body === '') response.writeHead(status).end();
  else sendBody(response, status, 'application/json', body);
}

function send(response: Response, reply: Reply): void {
  if (reply === 'sent') return;
  if ('json' in reply) {
    sendBody(response, reply.status, 'application/json', JSON.stringify(reply.json));
  } else if ('bytes' in reply) {
    sendBody(response, reply.status, reply.type, reply.bytes);
  } else {
    response.writeHead(reply.status).end();
  }
}

/** A text goes in one piece with its head, bytes in two. */
function sendBody(response: Response, status: number, type: string, body: string | Buffer): void {
  const head = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, head).end(body);
}
