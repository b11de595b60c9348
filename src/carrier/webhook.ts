import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Happening, WebhookKind } from './events.ts';
import type { Faults } from './faults.ts';
import { ExchangeFailure, exchange, type HttpReply, replyBytesMax } from './http-exchange.ts';
import { signature, urlAsSigned } from './signature.ts';
import { limitsOf, type WebhookLimits } from './webhook-limits.ts';

/** Redirects that the carrier follows before it gives up with error 11215. */
const redirectsMax = 10;

export type HttpMethod = 'GET' | 'POST';

export interface Webhook {
  readonly kind: WebhookKind;
  readonly method: HttpMethod;
  /** With the fragment, which is read and not sent. */
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface WebhookSender {
  readonly authToken: string;
  readonly limits: WebhookLimits;
  readonly faults: Faults;
  emit(happening: Happening): void;
}

/** A 2xx reply, or why there was none, with Twilio's error code. */
export type Delivery =
  | { readonly ok: true; readonly reply: HttpReply; readonly url: string }
  | { readonly ok: false; readonly code: number; readonly message: string };

interface Attempt {
  readonly webhook: Webhook;
  readonly limits: WebhookLimits;
  readonly token: string;
  readonly number: number;
  readonly deadline: number;
}

/**
 * Sends one signed webhook, with the retries that its URL asks for, all under one idempotency
 * token and within one total time. Every attempt is an event.
 */
export async function deliver(
  sender: WebhookSender,
  webhook: Webhook,
  token: string = randomUUID(),
): Promise<Delivery> {
  const { limits, problems } = limitsOf(webhook.url, sender.limits);
  for (const message of problems) sender.emit({ type: 'protocol-error', code: 11100, message });
  if (sender.faults.delayMs !== undefined) await wait(sender.faults.delayMs);
  const deadline = performance.now() + limits.totalMs;
  for (let number = 1; ; number += 1) {
    const attempt = { webhook, limits, token, number, deadline };
    const delivery = await sendOnce(sender, attempt);
    if (delivery.ok || number > limits.retries || !delivery.retry) return delivery;
    if (performance.now() >= deadline) return delivery;
  }
}

type Tried = Delivery & { readonly retry: boolean };

async function sendOnce(sender: WebhookSender, attempt: Attempt): Promise<Tried> {
  const { webhook, limits } = attempt;
  const began = performance.now();
  const tell = (status: number | null, failure: string | null, reply: string) =>
    sender.emit({
      type: 'webhook',
      kind: webhook.kind,
      method: webhook.method,
      url: webhook.url,
      parameters: webhook.parameters,
      attempt: attempt.number,
      status,
      failure,
      ms: Math.round(performance.now() - began),
      reply,
    });
  const may = (policy: WebhookLimits['retryOn'][number]) =>
    limits.retryOn.includes(policy) || limits.retryOn.includes('all');
  try {
    const { reply, url } = await follow(sender, attempt);
    tell(reply.status, null, reply.body.toString('utf8'));
    if (reply.status >= 200 && reply.status < 300) return { ok: true, reply, url, retry: false };
    const retry = may(reply.status >= 500 ? '5xx' : '4xx');
    return { ok: false, code: 11200, message: `HTTP ${reply.status}`, retry };
  } catch (error) {
    if (!(error instanceof ExchangeFailure)) throw error;
    tell(null, error.message, '');
    return { ok: false, code: error.twilioCode, message: error.message, retry: may(error.at) };
  }
}

/** The exchange, and those that its redirects lead to: by GET, unless 307 or 308 keep the method. */
async function follow(
  sender: WebhookSender,
  attempt: Attempt,
): Promise<{ reply: HttpReply; url: string }> {
  let { method, url } = attempt.webhook;
  for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
    const request = signedRequest(sender, { ...attempt.webhook, method, url }, attempt.token);
    const reply = await exchange(request, {
      ...attempt.limits,
      leftMs: Math.max(1, attempt.deadline - performance.now()),
      bytesMax: replyBytesMax,
    });
    if (reply.status < 300 || reply.status >= 400 || reply.location === null) return { reply, url };
    if (reply.status < 307) method = 'GET';
    url = new URL(reply.location, url).href;
  }
  throw new ExchangeFailure('rt', 11215, `more than ${redirectsMax} redirects`);
}

/** The request as it goes out: fields in the body (POST) or the query (GET), and signed. */
export function signedRequest(
  sender: Pick<WebhookSender, 'authToken' | 'faults'>,
  webhook: Webhook,
  token: string,
) {
  const fields = Object.entries(webhook.parameters);
  const form = new URLSearchParams(fields).toString();
  const bare = webhook.url.split('#', 1)[0] ?? webhook.url;
  const post = webhook.method === 'POST';
  const url = post || form === '' ? bare : `${bare}${bare.includes('?') ? '&' : '?'}${form}`;
  const right = signature(sender.authToken, urlAsSigned(url), post ? fields : []);
  const signed = { right, wrong: signature('wrong', url, []), missing: null };
  const sign = signed[sender.faults.signature ?? 'right'];
  return {
    method: webhook.method,
    url,
    body: post ? form : null,
    headers: {
      Accept: '*/*',
      'User-Agent': 'TwilioProxy/1.1',
      'I-Twilio-Idempotency-Token': token,
      ...(sign === null ? {} : { 'X-Twilio-Signature': sign }),
      ...(post ? { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' } : {}),
    },
  };
}
