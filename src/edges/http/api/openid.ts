/** Signing in by OpenID Connect, in two requests: one before the provider, one after. */
import { z } from 'zod';
import { beginOpenId, finishOpenId, type OpenIdParts } from '../../../app/openid-sign-in.ts';
import { type Route, route } from './route.ts';
import { type SessionRouteParts, signedIn, signedInReply } from './sessions.ts';
import { nameShapes } from './shapes.ts';

const openIdBegun = z.object({
  url: z.string().describe('Where the person is sent.'),
  attempt: z.string().describe('To be kept in the browser, and sent back with what returns.'),
  notAfter: z.iso.datetime(),
});
const returned = z.strictObject({
  attempt: z.string().max(2_000),
  code: z.string().min(1).max(4_000),
  state: z.string().min(1).max(200),
  iss: z.string().max(500).optional(),
});
nameShapes({ openIdBegun });

export function openIdRoutes(parts: SessionRouteParts & OpenIdParts): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/sessions/openid',
      name: 'beginOpenId',
      scope: 'public',
      audit: 'none',
      summary: 'Begin to sign in by OpenID Connect',
      about: 'Nothing is kept here: `attempt` is what the sign-in is recognised by.',
      body: z.strictObject({}),
      bodyOptional: true,
      answers: [{ status: 201, about: 'Where to go.', shape: openIdBegun }],
      errors: ['not_found'],
      handle: async () => {
        const { url, attempt, notAfter } = await beginOpenId(parts, parts.clock.now());
        const json = { url, attempt, notAfter: new Date(notAfter).toISOString() };
        return { status: 201, json };
      },
    }),
    route({
      method: 'post',
      path: '/sessions/openid/finish',
      name: 'finishOpenId',
      scope: 'public',
      audit: 'change',
      summary: 'Finish to sign in by OpenID Connect',
      about:
        'With `code`, `state` and `iss` from the address that the provider sent the person back to. The address they have there has to be verified, and to be that of an account here. Where a second factor is asked for, the provider has to say (`amr`: `mfa`) that it saw one.',
      body: returned,
      answers: [{ status: 201, about: 'The session.', shape: signedIn }],
      errors: ['not_found', 'sign_in_failed', 'second_factor_needed'],
      handle: async ({ body }) => {
        const { attempt, ...rest } = body;
        return signedInReply(await finishOpenId(parts, attempt, rest), parts.clock.now());
      },
    }),
  ];
}
