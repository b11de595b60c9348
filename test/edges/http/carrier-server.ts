import { createHmac } from 'node:crypto';
import { Router } from 'express';
import supertest from 'supertest';
import { onTestFinished } from 'vitest';
import { signatureCheck } from '../../../src/adapters/twilio/signature.ts';
import { fallbackTwiml } from '../../../src/adapters/twilio/twiml.ts';
import type {
  ConferenceWebhook,
  StatusWebhook,
  TextWebhook,
  VoiceWebhook,
} from '../../../src/core/call/webhook.ts';
import type { CarrierHandlers } from '../../../src/edges/http/carrier.ts';
import { createRegistry } from '../../../src/edges/http/metrics.ts';
import { createHttpServer, type HttpParts } from '../../../src/edges/http/server.ts';

export const publicUrl = 'https://calls.example';
export const token = '12345';
export const accountSid = `AC${'a'.repeat(32)}`;
export const callSid = `CA${'1'.repeat(32)}`;

/** What the handlers of the tests answer. */
export const answered = '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>';

export const formType = 'application/x-www-form-urlencoded';

/** A first webhook as the carrier sends it, enrichment included: 29 parameters. */
export const inbound: Readonly<Record<string, string>> = {
  CallSid: callSid,
  AccountSid: accountSid,
  From: '+14155550123',
  To: '+18005550199',
  CallStatus: 'ringing',
  Direction: 'inbound',
  ApiVersion: '2010-04-01',
  Caller: '+14155550123',
  Called: '+18005550199',
  CallerName: 'ELISA EXAMPLE',
  StirVerstat: 'TN-Validation-Passed-A',
  CallToken: '{"parentCallInfoToken":"x"}',
  ForwardedFrom: '+14155550124',
  ...Object.fromEntries(
    ['From', 'To', 'Caller', 'Called'].flatMap((who) => [
      [`${who}City`, 'SAN FRANCISCO'],
      [`${who}State`, 'CA'],
      [`${who}Zip`, '94103'],
      [`${who}Country`, 'US'],
    ]),
  ),
};

/** The signature by hand, apart from the code under test: names sorted, all run together. */
export function sign(url: string, fields: Readonly<Record<string, string>> = {}, by = token) {
  const names = Object.keys(fields).sort();
  const text = url + names.map((name) => name + fields[name]).join('');
  return createHmac('sha1', by).update(text, 'utf8').digest('base64');
}

export const encode = (fields: Readonly<Record<string, string>>) =>
  new URLSearchParams(fields).toString();

export interface Seen {
  readonly voice: VoiceWebhook[];
  readonly status: StatusWebhook[];
  readonly conference: ConferenceWebhook[];
  readonly text: TextWebhook[];
  readonly letThrough: [string | null, string | null][];
  /** Everything that was logged, as text. */
  readonly log: string[];
}

export interface Options {
  readonly handlers?: Partial<CarrierHandlers>;
  readonly parts?: Partial<HttpParts>;
  readonly publicUrl?: string;
  readonly tokens?: readonly string[];
  readonly onPreviousToken?: () => void;
}

/** The real server with handlers that record what they are given. Closed when the test ends. */
export function carrierServer(options: Options = {}) {
  const seen: Seen = { voice: [], status: [], conference: [], text: [], letThrough: [], log: [] };
  const write = (fields: object, message: string) => {
    seen.log.push(`${message} ${JSON.stringify(fields)}`);
  };
  const registry = createRegistry();
  const http = createHttpServer({
    isSecure: false,
    apiOnlyFrom: null,
    signature: signatureCheck({
      publicUrl: options.publicUrl ?? publicUrl,
      tokens: options.tokens ?? [token],
      ...(options.onPreviousToken && { onPreviousToken: options.onPreviousToken }),
    }),
    accountSid,
    fingerprintKey: Buffer.alloc(32, 7),
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    log: { debug: write, info: write, warn: write, error: write },
    registry,
    handlers: {
      async voice(webhook) {
        seen.voice.push(webhook);
        return answered;
      },
      async status(webhook) {
        seen.status.push(webhook);
      },
      async conference(webhook) {
        seen.conference.push(webhook);
      },
      async text(webhook) {
        seen.text.push(webhook);
        return answered;
      },
      voiceFailed({ callSid: sid, to }) {
        return this.letThrough(sid, to);
      },
      letThrough(sid, to) {
        seen.letThrough.push([sid, to]);
        const agentNumber = sid === null ? null : '+15550100';
        return fallbackTwiml({ agentNumber, text: 'This call is not recorded.', locale: 'en-US' });
      },
      ...options.handlers,
    },
    readiness: async () => ({ ready: true, parts: {} }),
    metricsText: () => registry.text(),
    routers: { '/v1': Router() },
    media: (_request, socket) => void socket.destroy(),
    ...options.parts,
  });
  onTestFinished(() => http.close(0));
  const client = supertest(http.server);

  /** A signed webhook, as the carrier would send it to this path. */
  const post = (path: string, fields = inbound) =>
    client
      .post(path)
      .type(formType)
      .set('X-Twilio-Signature', sign((options.publicUrl ?? publicUrl) + path, fields))
      .send(encode(fields));

  const nothingHappened = () =>
    seen.voice.length +
      seen.status.length +
      seen.conference.length +
      seen.text.length +
      seen.letThrough.length ===
    0;

  return { http, client, post, seen, nothingHappened, metrics: () => registry.text() };
}
