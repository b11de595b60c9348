/** Permits for dialers that are not ours. */
import { z } from 'zod';
import type { Screen } from '../../../app/outbound-ports.ts';
import { consumePermit, keepScreening, type PermitParts } from '../../../app/permits.ts';
import { ConsentryError } from '../../../core/error.ts';
import { channels, screeningPurposes } from '../../../core/suppression/inquiry.ts';
import { statedOf } from '../../../core/suppression/stated.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';
import { statedFields } from './stated.ts';

export interface PermitRouteParts {
  readonly permitParts: PermitParts;
  readonly screen: Screen;
}

const wantedPermit = z.strictObject({
  number: z.string().max(100).describe('In international form, such as +12125550100.'),
  channel: z.enum(channels).default('call'),
  purpose: z.enum(screeningPurposes),
  campaign: z.string().min(1).max(100).optional().describe('What caps are counted by.'),
  from: uuid.optional().describe('The id of the line of yours that it is from.'),
  ...statedFields,
});
const consumption = z.strictObject({
  number: z
    .string()
    .max(100)
    .optional()
    .describe('Whom one is about to contact: a permit is for one number only.'),
});
const permit = z.object({
  id: uuid,
  notAfter: z.iso.datetime().describe('A minute after the screening.'),
  evidenceId: uuid.describe('Of the entry that keeps the screening, and of its receipt.'),
});
nameShapes({ permit });

export function permitRoutes({ permitParts, screen }: PermitRouteParts): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/permits',
      name: 'makePermit',
      scope: 'screen',
      limited: 'own',
      audit: 'change',
      whom: 'number',
      summary: 'Screen a number and, if it may be contacted, get a permit to do it',
      about:
        'For dialers that are not ours. The screening is kept as evidence, and the contact takes its place under every cap. A number that may not be contacted is answered with `not_dialled` and every reason.',
      body: wantedPermit,
      once: true,
      answers: [{ status: 201, about: 'Good for a minute, once.', shape: permit }],
      errors: ['not_dialled'],
      handle: async ({ key, body }) => {
        const { number, channel, purpose, campaign = null, from = null } = body;
        const about = { channel, purpose, campaign, from };
        const screened = await screen({ number, ...about, stated: statedOf(body) });
        const ask = { ...about, at: null, subject: null };
        const kept = await keepScreening(permitParts, ask, number, screened, key.id);
        const { evidenceId, refused } = kept;
        if (kept.permit === undefined) {
          const reasons = refused === undefined ? screened.reasons : [refused];
          const codes = reasons.map(({ code }) => code).join(', ');
          const extra = { reasons, screening: screened.view, evidenceId };
          throw new ConsentryError('not_dialled', codes, { extra });
        }
        return { status: 201, json: { ...kept.permit, evidenceId } };
      },
    }),
    route({
      method: 'post',
      path: '/permits/{permit}/consume',
      name: 'consumePermit',
      scope: 'screen',
      limited: 'own',
      audit: 'change',
      whom: 'number',
      summary: 'Use a permit up, just before the contact',
      about:
        'Once only. An opt-out that was acknowledged before is always seen: `permit_void` means that nobody is to be contacted.',
      params: z.object({ permit: uuid }),
      body: consumption,
      answers: [{ status: 204, about: 'Go ahead, now.' }],
      errors: ['not_found', 'permit_void'],
      handle: async ({ key, params, body }) => {
        await consumePermit(permitParts, params.permit, body.number ?? null, key.id);
        return { status: 204 };
      },
    }),
  ];
}
