import { z } from 'zod';
import { liftOptOut, optOut } from '../../../app/opt-out.ts';
import { reviewStates } from '../../../app/review-ports.ts';
import { decideReview, listReviews, type ReviewParts } from '../../../app/review-stops.ts';
import { ConsentryError } from '../../../core/error.ts';
import { parseNumber } from '../../../core/suppression/number.ts';
import { channels, listingReasons, prefixForm } from '../../../core/suppression/own-change.ts';
import { scopeShape } from './list-shapes.ts';
import { type Route, route } from './route.ts';
import { nameShapes, pageQuery, uuid } from './shapes.ts';

export interface OptOutRouteParts {
  readonly optOutParts: ReviewParts;
}

const scope = scopeShape;
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
    .strictObject({
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      at: z.iso
        .datetime()
        .optional()
        .describe('When they gave it: what was asked for after it is not lifted by it.'),
    })
    .describe("What holds the person's own later word, by its SHA-256."),
});
export const optOutAnswer = z.object({
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
const review = z.object({
  id: uuid,
  state: z.enum(reviewStates),
  number: z.string().nullable().describe('Masked; null when its person was erased.'),
  scope,
  source: z.string().describe('By what way it came, such as `text`.'),
  since: z.iso.datetime(),
  message: z.string().nullable().describe('What was written; null when it was erased.'),
  decidedAt: z.iso.datetime().nullable(),
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
});
const reviewPage = z.object({ data: z.array(review), next: z.string().nullable() });
const decision = z.strictObject({
  reason: z.string().trim().min(3).max(500).describe('Why; it is kept in the ledger.'),
});
const decisions = [
  [
    'confirm',
    'confirmOptOut',
    'confirmed',
    'A stop that was only probable was meant',
    'It stands from now on by this decision, for calls and texts.',
  ],
  [
    'reject',
    'rejectOptOut',
    'rejected',
    'A stop that was only probable was not meant',
    'What only that message brought is lifted. What stands by a clear word stays, and what the message took back of other permissions is not given again.',
  ],
] as const;
nameShapes({ listings: optOutAnswer, stopReview: review, stopReviewPage: reviewPage });

export function optOutRoutes({ optOutParts: parts }: OptOutRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/opt-outs',
      name: 'listOptOuts',
      scope: 'lists:read',
      audit: 'search',
      summary: 'Messages that may be stops, oldest first',
      about:
        'A text that may mean stop counts as one, for calls and texts, until a person has looked at it: these wait (`provisional`), or were looked at.',
      query: z.strictObject({ state: z.enum(reviewStates).default('provisional'), ...pageQuery }),
      answers: [{ status: 200, about: 'One page.', shape: reviewPage }],
      handle: async ({ query }) => {
        const { persons, ...json } = await listReviews(parts, query.state, query);
        return { status: 200, json, persons };
      },
    }),
    ...decisions.map(([verb, name, state, summary, about]) =>
      route({
        method: 'post',
        path: `/opt-outs/{optOut}/${verb}`,
        name,
        scope: 'lists:write',
        audit: 'change',
        summary,
        about,
        params: z.object({ optOut: uuid }),
        body: decision,
        once: true,
        answers: [{ status: 200, about: 'What stands for the number now.', shape: optOutAnswer }],
        errors: ['not_found'],
        handle: async ({ key, params, body }) => {
          const decided = { state, by: key.id, reason: body.reason };
          return { status: 200, json: await decideReview(parts, params.optOut, decided) };
        },
      }),
    ),
    route({
      method: 'post',
      path: '/opt-outs',
      name: 'optOut',
      scope: 'lists:write',
      limited: 'never',
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
        'Only by their own later word, which is named by the hash of the document that holds it. It lifts the channel and scope that are named here, and no choice made elsewhere.',
      body: liftBody,
      once: true,
      answers: [{ status: 200, about: 'What stands for the number now.', shape: optOutAnswer }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, body }) => {
        const wanted = { ...wantedOf(body, key.id), reason: 'request' as const };
        const { sha256, at } = body.document;
        const evidence = { sha256, at: at === undefined ? null : Date.parse(at) };
        return { status: 200, json: await liftOptOut(parts, wanted, evidence) };
      },
    }),
  ];
}

function wantedOf(body: z.output<typeof liftBody> | z.output<typeof optOutBody>, by: string) {
  const { channel, scope } = body;
  return {
    number: listedNumber(body.number),
    channels: channel === 'both' ? channels : [channel],
    scope,
    source: 'api',
    by,
  };
}

/** A number as it is listed: E.164, or a prefix. @throws `invalid_request` */
export function listedNumber(text: string): string {
  const trimmed = text.trim();
  if (prefixForm.test(trimmed)) return trimmed;
  const number = parseNumber(trimmed);
  if (number !== null) return number.e164;
  const what = 'is no number that stands for a subscriber';
  const allowed = 'E.164 such as +14155550100, or a prefix such as +1900*';
  throw new ConsentryError('invalid_request', `body.number: ${what}; allowed: ${allowed}`, {
    mistakes: [{ path: 'body.number', what, allowed }],
  });
}
