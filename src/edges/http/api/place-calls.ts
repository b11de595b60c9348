import { z } from 'zod';
import { type ReadParts, showCall } from '../../../app/list-calls.ts';
import type { PlaceCall } from '../../../app/place-call.ts';
import { screeningPurposes } from '../../../core/suppression/inquiry.ts';
import { statedOf } from '../../../core/suppression/stated.ts';
import type { Uuid } from '../../../core/words.ts';
import { type Route, route } from './route.ts';
import { callDetail } from './shapes.ts';
import { statedFields } from './stated.ts';

export type PlaceCallRouteParts = ReadParts & {
  readonly placeCall: (wanted: PlaceCall) => Promise<Uuid>;
};

const wantedCall = z.strictObject({
  to: z.string().min(1).max(40).describe('Whom to call: E.164.'),
  purpose: z
    .enum(screeningPurposes)
    .describe('`service` answers somebody or does what was agreed; all others sell.'),
  from: z
    .string()
    .max(40)
    .optional()
    .describe('One of your lines, by its number; the default line if left out.'),
  line: z.string().max(40).optional().describe('The same by the id of the line.'),
  flow: z.string().max(100).optional().describe("A published flow; the line's if left out."),
  campaign: z.string().min(1).max(100).optional().describe('What caps are counted by.'),
  ...statedFields,
});

export function placeCallRoutes(parts: PlaceCallRouteParts): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/calls',
      name: 'placeCall',
      scope: 'calls:place',
      audit: 'change',
      whom: 'to',
      summary: 'Call somebody, if they may be called',
      about:
        'The number is screened, and the decision entered, before the carrier is asked. A number that may not be called is answered with `not_dialled` and every reason. With an `Idempotency-Key` the same request never becomes a second call.',
      body: wantedCall,
      once: true,
      answers: [{ status: 201, about: 'The call, ringing.', shape: callDetail }],
      errors: ['not_dialled'],
      handle: async ({ key, body, request }) => {
        const { to, purpose, from, line, flow, campaign } = body;
        const callId = await parts.placeCall({
          to,
          purpose,
          from: line ?? from ?? null,
          flow: flow ?? null,
          campaign: campaign ?? null,
          stated: statedOf(body),
          by: key.id,
          repeatKey: request.get('idempotency-key') ?? null,
        });
        return { status: 201, json: await showCall(parts, key.tenantId, callId) };
      },
    }),
  ];
}
