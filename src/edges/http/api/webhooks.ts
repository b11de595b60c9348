/** Who outside is told of what happens here. */
import { z } from 'zod';
import { readCursor, writeCursor } from '../../../app/cursor.ts';
import type { Delivery, Endpoint } from '../../../app/webhook-ports.ts';
import {
  addEndpoint,
  rotateSecret,
  testEndpoint,
  type WebhookParts,
} from '../../../app/webhooks.ts';
import { ConsentryError } from '../../../core/error.ts';
import { eventTypes } from '../../../core/webhooks/event.ts';
import { type Route, route } from './route.ts';
import { nameShapes, pageQuery, uuid } from './shapes.ts';

export interface WebhookRouteParts {
  readonly webhookParts: WebhookParts;
}

const time = z.iso.datetime();
const events = z
  .array(z.enum(['*', ...eventTypes]))
  .min(1)
  .max(40);
const endpoint = z.object({
  id: uuid,
  url: z.string(),
  events: z.array(z.string()),
  madeBy: z.string(),
  madeAt: time,
  stoppedAt: time.nullable().describe('When they answered 410; null: they are told.'),
});
const newEndpoint = endpoint.extend({
  secret: z.string().describe('`whsec_…`: verifies the signatures; shown this once.'),
});
const endpointPage = z.object({ data: z.array(endpoint), next: z.null() });
const delivery = z.object({
  id: uuid.describe('The `webhook-id` of the message.'),
  type: z.string(),
  entry: uuid.nullable(),
  state: z.enum(['waiting', 'delivered', 'given-up']),
  attempts: z.int(),
  status: z.int().nullable().describe('Of the last answer; null: there was none.'),
  madeAt: time,
  dueAt: time.nullable(),
  deliveredAt: time.nullable(),
});
const deliveryPage = z.object({ data: z.array(delivery), next: z.string().nullable() });
const secretAnswer = z.object({ secret: z.string() });
const sent = z.object({ delivery: uuid });
nameShapes({
  webhook: endpoint,
  newWebhook: newEndpoint,
  webhookPage: endpointPage,
  webhookSecret: secretAnswer,
  webhookSent: sent,
  webhookDelivery: delivery,
  webhookDeliveryPage: deliveryPage,
});
const one = z.object({ webhook: uuid });

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const viewOf = ({ madeAt, stoppedAt, ...rest }: Endpoint) => ({
  ...rest,
  madeAt: new Date(madeAt).toISOString(),
  stoppedAt: iso(stoppedAt),
});
const deliveryView = (of: Delivery) => ({
  id: of.id,
  type: of.type,
  entry: of.entryId,
  state:
    of.deliveredAt !== null && of.dueAt === null
      ? 'delivered'
      : of.dueAt === null
        ? 'given-up'
        : 'waiting',
  attempts: of.attempts,
  status: of.status,
  madeAt: new Date(of.madeAt).toISOString(),
  dueAt: iso(of.dueAt),
  deliveredAt: iso(of.deliveredAt),
});

export function webhookRoutes({ webhookParts: parts }: WebhookRouteParts): readonly Route[] {
  const { webhooks, clock } = parts;
  return [
    route({
      method: 'get',
      path: '/webhooks',
      name: 'listWebhooks',
      scope: 'webhooks:read',
      audit: 'none',
      summary: 'Who is told of what happens',
      answers: [{ status: 200, about: 'Oldest first; never a secret.', shape: endpointPage }],
      handle: async () => ({
        status: 200,
        json: { data: (await webhooks.list()).map(viewOf), next: null },
      }),
    }),
    route({
      method: 'post',
      path: '/webhooks',
      name: 'addWebhook',
      scope: 'webhooks:write',
      audit: 'change',
      summary: 'Tell somebody of what happens from now on',
      about:
        'Messages are signed as standardwebhooks.com describes, hold ids and nobody, and are sent again for two days until they are taken. The address has to be a public one.',
      body: z.strictObject({ url: z.string().min(1).max(2_000), events: events.default(['*']) }),
      once: true,
      answers: [{ status: 201, about: 'The endpoint, with its secret.', shape: newEndpoint }],
      errors: ['conflict'],
      handle: async ({ key, body }) => {
        const { endpoint: made, secret } = await addEndpoint(parts, { ...body, by: key.id });
        return { status: 201, json: { ...viewOf(made), secret } };
      },
    }),
    route({
      method: 'delete',
      path: '/webhooks/{webhook}',
      name: 'removeWebhook',
      scope: 'webhooks:write',
      audit: 'change',
      summary: 'Tell them nothing more',
      params: one,
      answers: [{ status: 204, about: 'What waited to be sent is not sent.' }],
      errors: ['not_found'],
      handle: async ({ params }) => {
        if (!(await webhooks.remove(params.webhook, clock.now()))) {
          throw new ConsentryError('not_found');
        }
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: '/webhooks/{webhook}/secret',
      name: 'rotateWebhookSecret',
      scope: 'webhooks:write',
      audit: 'change',
      summary: 'Change the secret',
      about: 'For a day messages carry the signatures of both.',
      params: one,
      once: true,
      answers: [{ status: 200, about: 'The new one, shown this once.', shape: secretAnswer }],
      errors: ['not_found'],
      handle: async ({ params }) => ({
        status: 200,
        json: { secret: await rotateSecret(parts, params.webhook) },
      }),
    }),
    route({
      method: 'post',
      path: '/webhooks/{webhook}/test',
      name: 'testWebhook',
      scope: 'webhooks:write',
      audit: 'change',
      summary: 'Send a message that is about nothing',
      params: one,
      once: true,
      answers: [{ status: 201, about: 'It is on its way.', shape: sent }],
      errors: ['not_found'],
      handle: async ({ params }) => ({
        status: 201,
        json: { delivery: await testEndpoint(parts, params.webhook) },
      }),
    }),
    route({
      method: 'get',
      path: '/webhooks/{webhook}/deliveries',
      name: 'listWebhookDeliveries',
      scope: 'webhooks:read',
      audit: 'none',
      summary: 'What they were told',
      params: one,
      query: z.strictObject(pageQuery),
      answers: [{ status: 200, about: 'Newest first.', shape: deliveryPage }],
      errors: ['not_found'],
      handle: async ({ params, query: { limit, cursor } }) => {
        const found = await webhooks.deliveries(params.webhook, {
          limit,
          after: readCursor(cursor),
        });
        if (found === null) throw new ConsentryError('not_found');
        const { rows, next } = found;
        return {
          status: 200,
          json: { data: rows.map(deliveryView), next: next && writeCursor(next) },
        };
      },
    }),
    route({
      method: 'post',
      path: '/webhooks/{webhook}/deliveries/{delivery}/again',
      name: 'sendWebhookAgain',
      scope: 'webhooks:write',
      audit: 'change',
      summary: 'Send a message again, taken or not',
      params: z.object({ webhook: uuid, delivery: uuid }),
      once: true,
      answers: [{ status: 204, about: 'It is on its way, under the same id.' }],
      errors: ['not_found'],
      handle: async ({ params }) => {
        const { webhook, delivery: id } = params;
        if (!(await webhooks.again(webhook, id, clock.now())))
          throw new ConsentryError('not_found');
        return { status: 204 };
      },
    }),
  ];
}
