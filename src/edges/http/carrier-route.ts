/**
 * One request of the carrier, from arrival to answer: the endpoint's checks, the webhook read from
 * the parameters, the handler within its deadline, exactly one answer whatever happens.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Log } from '../../app/ports.ts';
import { late, within } from '../../app/within.ts';
import { discardRest } from './body.ts';
import type { CheckParts } from './checks.ts';
import {
  type Endpoint,
  type Exchange,
  endpoints,
  newExchange,
  type PlaceInCall,
} from './exchange.ts';
import { faultFields } from './fault.ts';
import type { Registry } from './metrics.ts';
import { pipeline } from './pipeline.ts';
import { asConsentryError, sendProblem } from './problem.ts';

/** TwiML, or null for an answer without content. */
export type Reply = string | null;

/** What an endpoint does with a request that passed its checks. */
export interface Ending<Webhook> {
  /** Shape: throws one of our 4xx errors. */
  read(exchange: Exchange): Webhook;
  /** @param deadline monotonic ms; what it resolves to later is not sent any more */
  handle(webhook: Webhook, deadline: number): Promise<Reply>;
  /** The answer when the handler failed or was too late; may itself throw. */
  failed(webhook: Webhook): Reply;
  /** The answer to a request that did not pass; without it, a problem document. */
  refused?(): Reply;
}

export interface RouteParts extends Omit<CheckParts, 'dropped'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  /** From arrival to the answer. */
  readonly deadlineMs?: number;
}

export type CarrierRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  place: PlaceInCall,
) => Promise<void>;

/** So that the caller hears within 3 s of silence that the call is not recorded. */
const deadlineMsDefault = 2_200;

/** refused: did not pass; late, failed: passed, but was answered without the handler. */
const outcomes = ['answered', 'refused', 'late', 'failed'] as const;
type Outcome = (typeof outcomes)[number];

export function carrierRoutes(parts: RouteParts) {
  const { clock, log, registry, deadlineMs = deadlineMsDefault } = parts;
  const labels = { endpoint: endpoints, outcome: outcomes };
  const count = registry.counter('consentry_webhooks_total', 'Requests of the carrier.', labels);
  const drop = registry.counter(
    'consentry_webhook_fields_dropped_total',
    'Parameters of the carrier that are not on the closed list.',
    { endpoint: endpoints },
  );
  const duration = registry.histogram(
    'consentry_webhook_seconds',
    'From arrival to the answer.',
    { endpoint: endpoints },
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.2, 3],
  );

  return function route<Webhook>(endpoint: Endpoint, ending: Ending<Webhook>): CarrierRoute {
    const checks = pipeline[endpoint];
    const dropped = (fields: number) => drop.add({ endpoint }, fields);
    const checkParts: CheckParts = { ...parts, dropped };

    async function pass(exchange: Exchange): Promise<Webhook> {
      for (const check of checks) {
        const pending = check(exchange, checkParts);
        if (pending) await pending;
      }
      return ending.read(exchange);
    }

    function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
      count.add({ endpoint, outcome: 'refused' });
      const refusal = asConsentryError(error);
      const { code } = refusal;
      if (code === 'internal') log.error({ endpoint, ...faultFields(error) }, 'a check broke');
      else log.warn({ endpoint, code }, 'carrier request refused');
      discardRest(request);
      if (code === 'method_not_allowed') {
        response.setHeader('allow', methods(endpoint));
        sendProblem(response, refusal);
      } else if (ending.refused === undefined) sendProblem(response, refusal);
      else send(response, ending.refused());
    }

    async function answer(
      response: ServerResponse,
      webhook: Webhook,
      deadline: number,
    ): Promise<void> {
      let reply: Reply | typeof late = late;
      let outcome: Outcome = 'answered';
      try {
        reply = await within(ending.handle(webhook, deadline), deadline - clock.monotonic());
      } catch (error) {
        outcome = 'failed';
        log.error({ endpoint, ...faultFields(error) }, 'handler failed, answered without it');
      }
      if (reply === late && outcome === 'answered') {
        outcome = 'late';
        log.error({ endpoint }, 'handler too late, answered without it');
      }
      count.add({ endpoint, outcome });
      send(response, reply === late ? ending.failed(webhook) : reply);
    }

    return async (request, response, target, place) => {
      const arrivedAt = clock.monotonic();
      await pass(newExchange(request, target, place)).then(
        (webhook) => answer(response, webhook, arrivedAt + deadlineMs),
        (error: unknown) => refuse(request, response, error),
      );
      duration.observe({ endpoint }, (clock.monotonic() - arrivedAt) / 1_000);
    };
  };
}

/** The framework's own `send` adds a hash and looks for freshness: 40 µs for nothing here. */
function send(response: ServerResponse, reply: Reply): void {
  if (reply === null) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(200, {
    'content-type': 'text/xml; charset=utf-8',
    'content-length': Buffer.byteLength(reply),
    'cache-control': 'no-store',
  });
  response.end(reply);
}

function methods(endpoint: Endpoint): string {
  return endpoint === 'fallback' ? 'GET, POST' : 'POST';
}
