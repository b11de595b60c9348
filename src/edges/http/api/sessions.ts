/** Signing in and what people do with their own account. */
import { z } from 'zod';
import type { Session, User } from '../../../app/account-ports.ts';
import type { Authenticator } from '../../../app/api-keys.ts';
import type { ApiKey } from '../../../app/api-ports.ts';
import { claimTry } from '../../../app/claim-try.ts';
import { changePassword } from '../../../app/passwords.ts';
import { confirm, enrol, type SecondFactorParts } from '../../../app/second-factor.ts';
import { isLive } from '../../../app/session-principal.ts';
import { type SignedIn, type SignInParts, signIn } from '../../../app/sign-in.ts';
import { isUnlimited } from '../../../core/access/limits.ts';
import { scopesOf, userRoles } from '../../../core/access/role.ts';
import { scopes } from '../../../core/access/scope.ts';
import { assert, ConsentryError } from '../../../core/error.ts';
import { type Reply, type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export type SessionRouteParts = SignInParts &
  SecondFactorParts & {
    /** Makes this process forget whom it knows. */
    readonly authenticator: Authenticator;
    /** Network address of who asks. */
    readonly addressOf: (request: RequestLike) => string;
  };

export interface RequestLike {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

const secret = z.string().min(1).max(256);
const signInBody = z.strictObject({
  email: z.string().min(3).max(254),
  password: secret,
  code: z.string().max(20).optional().describe('Six digits of the authenticator app.'),
  recoveryCode: z.string().max(40).optional().describe('Instead of a code; each works once.'),
  device: z.string().max(100).optional().describe('What an earlier sign-in gave to this device.'),
  newPassword: secret.optional().describe('Where the password has to be changed.'),
});
export const account = z.object({
  id: uuid,
  email: z.string(),
  name: z.string(),
  role: z.enum(userRoles),
  limited: z
    .boolean()
    .describe('True: sees calls of some lines, teams, campaigns or one direction only.'),
  hasSecondFactor: z.boolean(),
  recoveryCodesLeft: z.int().min(0),
  createdAt: z.iso.datetime(),
  disabledAt: z.iso.datetime().nullable(),
});
export const signedIn = z.object({
  id: uuid.describe('Of the session.'),
  token: z.string().describe('Sent as a bearer token; shown this once.'),
  expiresAt: z.iso.datetime().describe('At the latest; sooner after half an hour without use.'),
  restricted: z
    .boolean()
    .describe('True: good for setting up a second factor, which this tenant asks for, only.'),
  device: z.string().nullable().describe('To be sent at the next sign-in on this device.'),
  user: account,
});
const me = z.object({ ...account.shape, scopes: z.array(z.enum(scopes)) });
const sessionPage = z.object({
  data: z.array(
    z.object({
      id: uuid,
      createdAt: z.iso.datetime(),
      lastSeenAt: z.iso.datetime(),
      current: z.boolean().describe('True: the one that asks.'),
    }),
  ),
  next: z.null(),
});
const enrolment = z.object({
  secret: z.string().describe('Base32, to be typed into an authenticator app; shown this once.'),
  uri: z.string().describe('The same for a QR code.'),
  recoveryCodes: z.array(z.string()).describe('Each stands in for a code, once.'),
});
const codeBody = z.strictObject({ code: z.string().max(20) });
const passwordBody = z.strictObject({ password: secret, newPassword: secret });
nameShapes({ account, me, signedIn, sessionPage, enrolment });

export function viewUser(user: User): z.infer<typeof account> {
  const { id, email, name, role, limits, hasSecondFactor, recoveryCodesLeft } = user;
  const { createdAt, disabledAt } = user;
  return {
    id,
    email,
    name,
    role,
    limited: !isUnlimited(limits),
    hasSecondFactor,
    recoveryCodesLeft,
    createdAt: iso(createdAt),
    disabledAt: disabledAt === null ? null : iso(disabledAt),
  };
}

export function sessionRoutes(parts: SessionRouteParts): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/sessions',
      name: 'signIn',
      scope: 'public',
      audit: 'change',
      summary: 'Sign in',
      about:
        'What was wrong is not said. After the right password of an account with a second factor, `second_factor_needed` asks for the code; `password_too_old` asks for a new password.',
      body: signInBody,
      answers: [{ status: 201, about: 'The session.', shape: signedIn }],
      errors: ['sign_in_failed', 'second_factor_needed', 'password_too_old', 'too_many_tries'],
      handle: async ({ body, request }) => {
        const session = await signIn(parts, { ...body, address: parts.addressOf(request) });
        return signedInReply(session, parts.clock.now());
      },
    }),
    route({
      method: 'get',
      path: '/sessions',
      name: 'listSessions',
      scope: 'self',
      audit: 'none',
      summary: 'Where one is signed in',
      answers: [{ status: 200, about: "One's own live sessions.", shape: sessionPage }],
      handle: async ({ key }) => {
        const mine = sessionOf(key);
        const at = parts.clock.now();
        const live = (await parts.sessions.list(mine.user.id)).filter((one) => isLive(one, at));
        const data = live.map(({ id, createdAt, lastSeenAt }) => ({
          id,
          createdAt: iso(createdAt),
          lastSeenAt: iso(lastSeenAt),
          current: id === mine.id,
        }));
        return { status: 200, json: { data, next: null } };
      },
    }),
    route({
      method: 'delete',
      path: '/sessions/{session}',
      name: 'endSession',
      scope: 'self',
      audit: 'change',
      restrictedToo: true,
      summary: 'Sign out, here or elsewhere',
      about: 'Every process refuses it within five seconds, this one at once.',
      params: z.object({ session: uuid }),
      answers: [{ status: 204, about: 'The session is over.' }],
      errors: ['not_found'],
      handle: async ({ key, params }) => {
        const { user } = sessionOf(key);
        const ended = await parts.sessions.end(user.id, params.session, parts.clock.now());
        if (!ended) throw new ConsentryError('not_found');
        parts.authenticator.forget();
        return { status: 204 };
      },
    }),
    route({
      method: 'get',
      path: '/me',
      name: 'getMe',
      scope: 'self',
      audit: 'none',
      restrictedToo: true,
      summary: 'Who one is, and what one may do',
      answers: [{ status: 200, about: "One's own account.", shape: me }],
      handle: async ({ key }) => ({
        status: 200,
        json: { ...viewUser(sessionOf(key).user), scopes: [...key.scopes] },
      }),
    }),
    route({
      method: 'post',
      path: '/me/password',
      name: 'changePassword',
      scope: 'self',
      audit: 'change',
      summary: "Change one's password",
      about: 'All other sessions end.',
      body: passwordBody,
      answers: [{ status: 204, about: 'The new one is in force.' }],
      errors: ['sign_in_failed', 'too_many_tries'],
      handle: async ({ key, body }) => {
        const { id, user } = sessionOf(key);
        await claimTry(parts.accounts, user.id, parts.clock.now());
        const known = await parts.accounts.credentialsOf(user.id);
        const fits =
          known?.passwordHash != null &&
          (await parts.hasher.verify(known.passwordHash, body.password.normalize('NFC')));
        if (known === null || !fits) throw new ConsentryError('sign_in_failed');
        await changePassword(parts, known, body.newPassword, (await parts.policy()).password);
        await parts.accounts.clearFailures(user.id);
        await parts.sessions.endAll(user.id, id, parts.clock.now());
        parts.authenticator.forget();
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: '/me/second-factor',
      name: 'enrolSecondFactor',
      scope: 'self',
      audit: 'change',
      restrictedToo: true,
      summary: 'Begin to set up a second factor',
      about: 'It is in force once a first code was sent to `/me/second-factor/confirm`.',
      answers: [{ status: 201, about: 'For an authenticator app.', shape: enrolment }],
      errors: ['conflict'],
      handle: async ({ key }) => ({
        status: 201,
        json: await enrol(parts, await fresh(parts, sessionOf(key).user)),
      }),
    }),
    route({
      method: 'post',
      path: '/me/second-factor/confirm',
      name: 'confirmSecondFactor',
      scope: 'self',
      audit: 'change',
      restrictedToo: true,
      summary: 'Put a second factor in force by its first code',
      about: 'All other sessions end: they began without one.',
      body: codeBody,
      answers: [{ status: 204, about: 'It is asked for from now on.' }],
      errors: ['conflict', 'too_many_tries'],
      handle: async ({ key, body }) => {
        await confirm(parts, sessionOf(key), body.code);
        parts.authenticator.forget();
        return { status: 204 };
      },
    }),
  ];
}

const iso = (at: number): string => new Date(at).toISOString();

/** The table lets nobody but people in here. */
function sessionOf({ session }: ApiKey): Session {
  assert(session !== undefined, 'a person asks');
  return session;
}

async function fresh({ accounts }: SessionRouteParts, { id }: User): Promise<User> {
  const user = await accounts.find(id);
  if (user === null) throw new ConsentryError('not_found');
  return user;
}

/** With who it turned out to be, for the audit. */
export function signedInReply(session: SignedIn, at: number): Reply {
  const { sessionId, restricted, user } = session;
  const { id, tenantId, name, role } = user;
  const mine = { id: sessionId, user, createdAt: at, lastSeenAt: at, restricted };
  const scopes = scopesOf[role];
  const who = { id, tenantId, name, scopes, createdAt: at, lastUsedAt: null, session: mine };
  return { status: 201, json: viewSignedIn(session), who };
}

function viewSignedIn(session: SignedIn): z.infer<typeof signedIn> {
  const { sessionId, token, expiresAt, restricted, device, user } = session;
  return {
    id: sessionId,
    token,
    expiresAt: iso(expiresAt),
    restricted,
    device,
    user: viewUser(user),
  };
}
