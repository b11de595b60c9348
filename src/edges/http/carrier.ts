import type { Express, Request, Response } from 'express';
import type {
  ConferenceWebhook,
  StatusWebhook,
  TextWebhook,
  VoiceWebhook,
} from '../../core/call/webhook.ts';
import { ConsentryError } from '../../core/error.ts';
import { type Stretch, stretches } from '../../core/words.ts';
import { type CarrierRoute, carrierRoutes, type Ending, type RouteParts } from './carrier-route.ts';
import type { PlaceInCall } from './exchange.ts';
import {
  conferenceWebhook,
  letThroughWebhook,
  messageWebhook,
  statusWebhook,
  voiceWebhook,
} from './webhooks.ts';

/** What the system does with the carrier's requests. Documents are TwiML. */
export interface CarrierHandlers {
  /** @param deadline monotonic ms: a document that comes later is not sent */
  voice(webhook: VoiceWebhook, deadline: number): Promise<string>;
  status(webhook: StatusWebhook): Promise<void>;
  conference(webhook: ConferenceWebhook): Promise<void>;
  /** The document for a text message: what is answered, if anything is. */
  text(webhook: TextWebhook): Promise<string>;
  /** The document for a voice webhook whose handler failed or was too late. At once. */
  voiceFailed(webhook: VoiceWebhook): string;
  /**
   * Says that the call is not recorded and lets the caller through. At once and from memory, for
   * it is what is left when something else failed. Both null: the request proved nothing, so the
   * document must hold nothing that is not public.
   */
  letThrough(callSid: string | null, to: string | null): string;
}

export interface CarrierParts extends RouteParts {
  /** Keys what is stored of a step's input; 32 bytes, the same in all processes. */
  readonly fingerprintKey: Buffer;
  readonly handlers: CarrierHandlers;
}

/** Nonces are ours: Base64url or hexadecimal, one path segment. */
const nonceShape = /^[A-Za-z0-9_-]{1,64}$/;

const start: PlaceInCall = { step: 'start', stretch: null };

/** Straight on the app, in front of everything else: each layer costs the caller's answer time. */
export function mountCarrier(app: Express, parts: CarrierParts): void {
  const { handlers, fingerprintKey } = parts;
  const route = carrierRoutes(parts);

  const voiceEnding: Ending<VoiceWebhook> = {
    read: (exchange) => voiceWebhook(exchange, fingerprintKey),
    handle: handlers.voice,
    failed: (webhook) => handlers.voiceFailed(webhook),
  };
  const voice = route('voice', voiceEnding);
  const voiceStep = route('voiceStep', voiceEnding);
  const status = route('status', callback(statusWebhook, handlers.status));
  const conference = route('conference', callback(conferenceWebhook, handlers.conference));
  // Nobody waits on the line; a failure is a 503, and what was begun goes on.
  const messages = route('messages', {
    read: messageWebhook,
    handle: handlers.text,
    failed() {
      throw new ConsentryError('unavailable');
    },
  });
  const fallback = route('fallback', {
    read: letThroughWebhook,
    handle: async ({ callSid, to }) => handlers.letThrough(callSid, to),
    failed: () => handlers.letThrough(null, null),
    // Last resort: a caller whose call came here because our token is wrong is let through too.
    refused: () => handlers.letThrough(null, null),
  });

  app.route('/twilio/voice').all(at(voice));
  app.route('/twilio/voice/:step').all(atStep(voiceStep));
  app.route('/twilio/voice/:step/:stretch').all(atStep(voiceStep));
  app.route('/twilio/status').all(at(status));
  app.route('/twilio/conference').all(at(conference));
  app.route('/twilio/messages').all(at(messages));
  app.route('/twilio/fallback').all(at(fallback));
}

/** Nobody waits on the line for these: a failure is a 503, and the carrier repeats it. */
function callback<Webhook>(
  read: Ending<Webhook>['read'],
  handle: (webhook: Webhook) => Promise<void>,
): Ending<Webhook> {
  return {
    read,
    async handle(webhook) {
      await handle(webhook);
      return null;
    },
    failed() {
      throw new ConsentryError('unavailable');
    },
  };
}

function at(route: CarrierRoute) {
  return (request: Request, response: Response) =>
    route(request, response, request.originalUrl, start);
}

function atStep(route: CarrierRoute) {
  return (request: Request<Record<string, string>>, response: Response) => {
    const { step = '', stretch } = request.params;
    if (step === 'start' || !nonceShape.test(step) || !isStretch(stretch)) {
      throw new ConsentryError('not_found');
    }
    return route(request, response, request.originalUrl, { step, stretch: stretch ?? null });
  };
}

function isStretch(value: string | undefined): value is Stretch | undefined {
  return value === undefined || stretches.some((stretch) => stretch === value);
}
