/** Leave for the vendor's support: given, seen and taken back by who runs the tenant. */
import { z } from 'zod';
import type { Authenticator } from '../../../app/api-keys.ts';
import {
  grantSupport,
  revokeSupport,
  type SupportAccess,
  type SupportParts,
} from '../../../app/support-access.ts';
import { supportRoles } from '../../../core/access/role.ts';
import { reasonText } from './audio-shapes.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export type SupportRouteParts = SupportParts & { readonly authenticator: Authenticator };

const supportAccess = z.object({
  id: uuid,
  role: z.enum(supportRoles),
  reason: z.string(),
  madeBy: z.string().describe('The id of a user or key.'),
  madeAt: z.iso.datetime(),
  until: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
  inForce: z.boolean(),
});
const newSupportAccess = z.object({
  ...supportAccess.shape,
  token: z.string().describe('Sent as a bearer token; shown this once.'),
});
const supportAccessPage = z.object({ data: z.array(supportAccess), next: z.null() });
nameShapes({ supportAccess, newSupportAccess, supportAccessPage });

export function supportAccessRoutes(parts: SupportRouteParts): readonly Route[] {
  const view = (access: SupportAccess): z.infer<typeof supportAccess> => {
    const { id, role, reason, madeBy, madeAt, until, revokedAt } = access;
    return {
      id,
      role,
      reason,
      madeBy,
      madeAt: iso(madeAt),
      until: iso(until),
      revokedAt: revokedAt === null ? null : iso(revokedAt),
      inForce: revokedAt === null && parts.clock.now() < until,
    };
  };
  return [
    route({
      method: 'get',
      path: '/support-access',
      name: 'listSupportAccess',
      scope: 'users:write',
      audit: 'none',
      summary: 'Who of the vendor may look in, or might once, newest first',
      answers: [{ status: 200, about: 'Every grant there was.', shape: supportAccessPage }],
      handle: async () => ({
        status: 200,
        json: { data: (await parts.support.list()).map(view), next: null },
      }),
    }),
    route({
      method: 'post',
      path: '/support-access',
      name: 'grantSupportAccess',
      scope: 'users:write',
      audit: 'change',
      summary: "Let the vendor's support look in, for a time",
      about:
        'For an hour to a year, in one role, which may not be more than who asks may do. It ends by itself. What is done with it is in the audit as done by support.',
      body: z.strictObject({
        role: z.enum(supportRoles),
        reason: reasonText,
        until: z.iso.datetime({ offset: true }),
      }),
      answers: [{ status: 201, about: 'The grant and its token.', shape: newSupportAccess }],
      handle: async ({ key, body: { role, reason, until } }) => {
        const wanted = { role, reason, until: Date.parse(until) };
        const { access, token } = await grantSupport(parts, key, wanted);
        return { status: 201, json: { ...view(access), token } };
      },
    }),
    route({
      method: 'delete',
      path: '/support-access/{grant}',
      name: 'revokeSupportAccess',
      scope: 'users:write',
      audit: 'change',
      summary: 'Take it back before its time',
      about: 'Every process refuses it within five seconds, this one at once.',
      params: z.object({ grant: uuid }),
      answers: [{ status: 204, about: 'It is over.' }],
      errors: ['not_found'],
      handle: async ({ key, params }) => {
        await revokeSupport(parts, key, params.grant);
        parts.authenticator.forget();
        return { status: 204 };
      },
    }),
  ];
}

const iso = (at: number): string => new Date(at).toISOString();
