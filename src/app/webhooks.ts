/** Tells others of facts: endpoints, messages, and the rounds in which they are sent. */
import { ConsentryError } from '../core/error.ts';
import { isThisMachine } from '../core/recipients/outgoing.ts';
import { bodyOf, eventTypes, type Told, testType } from '../core/webhooks/event.ts';
import { isGone, isTaken, waitMs } from '../core/webhooks/retry.ts';
import { secretBytes, secretText, signatureHeader } from '../core/webhooks/signature.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Clock, Log, Random } from './ports.ts';
import type { MayReach } from './recipients.ts';
import { troubleOf } from './trouble.ts';
import type {
  DueMessage,
  Endpoint,
  NewMessage,
  SendMessage,
  WebhookStore,
} from './webhook-ports.ts';

export interface WebhookParts {
  readonly webhooks: WebhookStore;
  readonly send: SendMessage;
  /** True where plain http, on this machine, is allowed. */
  readonly allowsLocal: boolean;
  readonly mayReach: MayReach;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const endpointsMax = 50;
/** Both secrets sign for so long after a change. */
export const earlierMs = 24 * 3_600_000;
const takenMs = 60_000;
const atOnce = 20;
const everyMs = 1_000;
/** What was told is shown, and can be told again, for so long. */
export const keptMs = 30 * 24 * 3_600_000;
const forgetEveryMs = 3_600_000;

/** @throws `invalid_request` for an address or an event that cannot be; `conflict` for too many */
export async function addEndpoint(
  { webhooks, allowsLocal, mayReach, random, clock }: WebhookParts,
  {
    url,
    events,
    by,
  }: { readonly url: string; readonly events: readonly string[]; readonly by: string },
): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
  const host = checkUrl(url, allowsLocal);
  if (!mayReach(host, 'webhook')) {
    const what = 'leads to a host that no entry of the recipients names';
    throw invalid('url', what, 'hosts of GET /v1/recipients');
  }
  const wrong = events.find((one) => one !== '*' && !eventTypes.includes(one));
  if (wrong !== undefined) throw invalid('events', 'names no event', eventTypes.join(', '));
  const all = await webhooks.list();
  if (all.filter(({ stoppedAt }) => stoppedAt === null).length >= endpointsMax) {
    throw new ConsentryError('conflict', `${endpointsMax} endpoints are the most there can be`);
  }
  const secret = Buffer.from(random.bytes(secretBytes));
  const endpoint = {
    id: random.uuid(),
    url,
    events,
    madeBy: by,
    madeAt: clock.now(),
    stoppedAt: null,
  };
  await webhooks.add(endpoint, secret);
  return { endpoint, secret: secretText(secret) };
}

/** @returns its host */
function checkUrl(text: string, allowsLocal: boolean): string {
  const allowed = allowsLocal
    ? 'an https address, or an http one of this machine'
    : 'an https address';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid('url', 'is no address', allowed);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isPlain = url.protocol === 'http:' && allowsLocal && isThisMachine(host);
  if (url.protocol !== 'https:' && !isPlain) throw invalid('url', 'is not encrypted', allowed);
  if (url.hash !== '') throw invalid('url', 'has a fragment', allowed);
  return url.hostname;
}

function invalid(name: string, what: string, allowed: string): ConsentryError {
  return new ConsentryError('invalid_request', `body.${name}: ${what}; allowed: ${allowed}`, {
    mistakes: [{ path: `body.${name}`, what, allowed }],
  });
}

/** @returns the new secret, shown this once */
export async function rotateSecret(
  { webhooks, random, clock }: WebhookParts,
  id: Uuid,
): Promise<string> {
  const secret = Buffer.from(random.bytes(secretBytes));
  if (!(await webhooks.changeSecret(id, secret, clock.now() + earlierMs))) {
    throw new ConsentryError('not_found');
  }
  return secretText(secret);
}

/** Sends a message that is about nothing. */
export async function testEndpoint(parts: WebhookParts, id: Uuid): Promise<Uuid> {
  const nothing = { entryId: null, callId: null, partyId: null, recordingId: null, purpose: null };
  const message = messageOf(parts, testType, { ...nothing, at: parts.clock.now() });
  if (!(await parts.webhooks.addTest(id, message))) throw new ConsentryError('not_found');
  return message.id;
}

const messageOf = (
  { random }: Pick<WebhookParts, 'random'>,
  type: string,
  told: Told,
): NewMessage => ({
  ...told,
  id: random.uuid(),
  type,
  body: bodyOf(type, told),
});

/** Gathers what is new and sends what is due. Resolves to how many were sent. */
export async function tellRound(parts: WebhookParts): Promise<number> {
  const { webhooks, clock } = parts;
  await webhooks.gather((type, told) => messageOf(parts, type, told));
  const now = clock.now();
  const due = await webhooks.take(now, now + takenMs, atOnce);
  await Promise.all(due.map((message) => sendOne(parts, message)));
  return due.length;
}

async function sendOne(parts: WebhookParts, message: DueMessage): Promise<void> {
  const { webhooks, send, clock, random } = parts;
  const { id, url, body, secrets, attempts } = message;
  const timestamp = Math.floor(clock.now() / 1_000);
  const status = await send({
    url,
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Consentry',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureHeader({ id, timestamp, body }, secrets),
    },
  });
  const at = clock.now();
  if (status !== null && isTaken(status)) return webhooks.taken(id, status, at);
  const chance = Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
  const wait = isGone(status) ? null : waitMs(attempts + 1, chance);
  const dueAt: Instant | null = wait === null ? null : at + wait;
  await webhooks.failed(id, { status, dueAt, isGone: isGone(status), at });
}

/** Rounds until it is stopped; a full one is followed by the next at once. */
export function keepTelling(parts: WebhookParts): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | null = null;
  let round: Promise<void> = Promise.resolve();
  let stopped = false;
  const trouble = troubleOf(parts.log, 'others could not be told of what happened; tried again');
  let forgottenAt = Number.NEGATIVE_INFINITY;
  async function forgetOld(): Promise<void> {
    const now = parts.clock.now();
    if (now - forgottenAt < forgetEveryMs) return;
    forgottenAt = now;
    await parts.webhooks.forget(now - keptMs);
  }
  async function once(): Promise<void> {
    try {
      while (!stopped && (await tellRound(parts)) === atOnce);
      await forgetOld();
      trouble.over();
    } catch (error) {
      trouble.failed(error);
    }
    if (stopped) return;
    timer = setTimeout(() => {
      round = once();
    }, everyMs);
    timer.unref();
  }
  round = once();
  return {
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await round;
    },
  };
}
