import { z } from 'zod';
import { liftOptOut, type OptOutParts, optOut } from '../../../app/opt-out.ts';
import { ConsentryError } from '../../../core/error.ts';
import { parseNumber } from '../../../core/suppression/number.ts';
import { channels, listingReasons } from '../../../core/suppression/own-change.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export type OptOutRouteParts = OptOutParts;

const scope = z
  .templateLiteral([z.enum(['campaign', 'line']), ':', z.string().min(1).max(100)])
  .or(z.literal('all'))
  .describe('`all`, or one campaign (`campaign:NAME`) or line (`line:ID`).');
const target = {
  number: z
    .string()
    .max(40)
    .describe('E.164, or the beginning of numbers with `*` behind it, such as `+1900*`.'),
  channel: z
    .enum([...channels, 'both'])
    .default('both')
    .describe('What is not to be done any more: to call, to text, or both.'),
  scope: scope.default('all'),
};

const optOutBody = z.strictObject({
  ...target,
  reason: z.enum(listingReasons).default('request'),
  until: z.iso.datetime().nullable().default(null).describe('ISO 8601, UTC; null: for ever.'),
});
const liftBody = z.strictObject({
  ...target,
  document: z
    .strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) })
    .describe("What holds the person's own later word, by its SHA-256."),
});
const optOutAnswer = z.object({
  number: z.string().describe('Masked.'),
  listings: z.array(
    z.object({
      channel: z.enum(channels),
      scope,
      listed: z.boolean().describe('False: it was lifted.'),
      provisional: z.boolean().describe('True: it counts, and somebody is to look at it.'),
      reason: z.enum(listingReasons),
      since: z.iso.datetime(),
      until: z.iso.datetime().nullable(),
      receiptId: uuid.nullable(),
    }),
  ),
});
nameShapes({ listings: optOutAnswer });

export function optOutRoutes(parts: OptOutRouteParts): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/opt-outs',
      name: 'optOut',
      scope: 'lists:write',
      audit: 'change',
      whom: 'number',
      summary: 'Somebody does not want to be called or texted any more',
      about:
        'Once this is answered, no screening allows it and no permit given before is good. Doing it again changes nothing.',
      body: optOutBody,
      once: true,
      answers: [{ status: 201, about: 'What stands for the number now.', shape: optOutAnswer }],
      handle: async ({ key, body }) => {
        const until = body.until === null ? null : Date.parse(body.until);
        const wanted = { ...wantedOf(body, key.id), reason: body.reason, until };
        return { status: 201, json: await optOut(parts, wanted) };
      },
    }),
    route({
      method: 'post',
      path: '/opt-outs/lift',
      name: 'liftOptOut',
      scope: 'lists:write',
      audit: 'change',
      whom: 'number',
      summary: 'Somebody wants to be called or texted again',
      about:
        'Only by their own later word, which is named by the hash of the document that holds it.',
      body: liftBody,
      once: true,
      answers: [{ status: 200, about: 'What stands for the number now.', shape: optOutAnswer }],
      errors: ['not_found'],
      handle: async ({ key, body }) => {
        const wanted = { ...wantedOf(body, key.id), reason: 'request' as const };
        return { status: 200, json: await liftOptOut(parts, wanted, body.document.sha256) };
      },
    }),
  ];
}

function wantedOf(body: z.output<typeof liftBody> | z.output<typeof optOutBody>, by: string) {
  const { channel, scope } = body;
  return {
    number: numberOf(body.number),
    channels: channel === 'both' ? channels : [channel],
    scope,
    source: 'api',
    by,
  };
}

/** A whole prefix needs its country and one digit more: nobody lists the world by a slip. */
const prefix = /^\+[1-9]\d{1,13}\*$/;

function numberOf(text: string): string {
  const trimmed = text.trim();
  if (prefix.test(trimmed)) return trimmed;
  const number = parseNumber(trimmed);
  if (number !== null) return number.e164;
  const what = 'is no number that stands for a subscriber';
  const allowed = 'E.164 such as +14155550100, or a prefix such as +1900*';
  throw new ConsentryError('invalid_request', `body.number: ${what}; allowed: ${allowed}`, {
    mistakes: [{ path: 'body.number', what, allowed }],
  });
}
