/** Accounts and the rules of signing in, for who runs the tenant. */
import { z } from 'zod';
import type { Authenticator } from '../../../app/api-keys.ts';
import type { ApiKey, Ciphers, LineStore } from '../../../app/api-ports.ts';
import type { SettingStore, SettingVersion } from '../../../app/settings.ts';
import { secondFactorRules } from '../../../app/sign-in.ts';
import { addUser, changeUser, resetUser, type UserParts } from '../../../app/users.ts';
import { maxAgeDaysMax, maxAgeDaysMin, passwordProfiles } from '../../../core/access/password.ts';
import { userRoles } from '../../../core/access/role.ts';
import { ConsentryError } from '../../../core/error.ts';
import { parseNumber } from '../../../core/suppression/number.ts';
import type { Uuid } from '../../../core/words.ts';
import { invalidRequest } from './check-shape.ts';
import { type Route, route } from './route.ts';
import { account, viewUser } from './sessions.ts';
import { nameShapes, teamName, uuid } from './shapes.ts';

export type UserRouteParts = UserParts & {
  readonly lines: LineStore;
  readonly ciphers: Ciphers;
  readonly settings: SettingStore;
  readonly authenticator: Authenticator;
};

const name = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{C}]*$/u);
const newUser = z.strictObject({
  email: z.email().max(254),
  name,
  role: z.enum(userRoles),
});
const userChange = z.strictObject({
  name: name.optional(),
  role: z.enum(userRoles).optional(),
  limits: z
    .strictObject({
      lines: z
        .array(z.string().max(40))
        .max(1_000)
        .nullable()
        .default(null)
        .describe('Only calls to or from these numbers of yours; null: of any.'),
      teams: z
        .array(teamName)
        .max(1_000)
        .nullable()
        .default(null)
        .describe('Only calls of lines that belong to these teams; null: of any.'),
      campaigns: z.array(z.string().min(1).max(100)).max(1_000).nullable().default(null),
      direction: z.enum(['inbound', 'outbound']).nullable().default(null),
    })
    .optional()
    .describe('What calls the person may see; what lies outside is not there for them.'),
  disabled: z.boolean().optional().describe('True: all sessions end, and none begins.'),
});
const firstPassword = z.object({
  user: account,
  password: z.string().describe('Shown this once; has to be changed at the first sign-in.'),
});
const accountPage = z.object({ data: z.array(account), next: z.null() });
const rules = {
  password: z.strictObject({
    profile: z.enum(passwordProfiles),
    maxAgeDays: z
      .int()
      .min(maxAgeDaysMin)
      .max(maxAgeDaysMax)
      .nullable()
      .describe('Null: no age, as NIST SP 800-63B-4 advises.'),
  }),
  secondFactor: z.enum(secondFactorRules),
};
const signInRules = z.strictObject({
  ...rules,
  version: z.int().min(0).describe('The version that was looked at.'),
});
const signInSetting = z.object({
  ...rules,
  version: z.int().min(0).describe('0: nothing was ever set.'),
  by: z.string().nullable(),
  at: z.iso.datetime().nullable(),
});
nameShapes({ firstPassword, accountPage, signInSetting });

export function userRoutes(parts: UserRouteParts): readonly Route[] {
  const params = z.object({ user: uuid });
  return [
    route({
      method: 'get',
      path: '/users',
      name: 'listUsers',
      scope: 'users:write',
      audit: 'search',
      summary: 'Everybody who can sign in, oldest first',
      answers: [{ status: 200, about: 'All accounts.', shape: accountPage }],
      handle: async () => {
        const data = (await parts.accounts.list()).map(viewUser);
        return { status: 200, json: { data, next: null } };
      },
    }),
    route({
      method: 'post',
      path: '/users',
      name: 'addUser',
      scope: 'users:write',
      audit: 'change',
      summary: 'Make an account for a person',
      about:
        'One person, one account: an address can have one only. Nobody gives a role that may do more than they may.',
      body: newUser,
      answers: [
        { status: 201, about: 'The account and its first password.', shape: firstPassword },
      ],
      errors: ['user_exists'],
      handle: async ({ key, body }) => {
        const { user, password } = await addUser(parts, key.tenantId, key, body);
        return { status: 201, json: { user: viewUser(user), password } };
      },
    }),
    route({
      method: 'put',
      path: '/users/{user}',
      name: 'changeUser',
      scope: 'users:write',
      audit: 'change',
      summary: 'Change a name, a role or limits, or take an account out of force',
      params,
      body: userChange,
      answers: [{ status: 200, about: 'The account as it is now.', shape: account }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, params, body }) => {
        const { limits, ...rest } = body;
        const change =
          limits === undefined
            ? rest
            : { ...rest, limits: { ...limits, lines: await lineIds(parts, key, limits.lines) } };
        const user = await changeUser(parts, key, params.user, change);
        parts.authenticator.forget();
        return { status: 200, json: viewUser(user) };
      },
    }),
    route({
      method: 'post',
      path: '/users/{user}/reset',
      name: 'resetUser',
      scope: 'users:write',
      audit: 'change',
      summary: 'For who lost their password or second factor',
      about: 'Gives a first password again; the second factor and all sessions are gone.',
      params,
      answers: [{ status: 201, about: 'The account and its new password.', shape: firstPassword }],
      errors: ['not_found'],
      handle: async ({ key, params }) => {
        const { user, password } = await resetUser(parts, key, params.user);
        parts.authenticator.forget();
        return { status: 201, json: { user: viewUser(user), password } };
      },
    }),
    route({
      method: 'get',
      path: '/settings/sign-in',
      name: 'getSignInRules',
      scope: 'users:write',
      audit: 'none',
      summary: 'What signing in asks for',
      answers: [{ status: 200, about: 'The rules in force.', shape: signInSetting }],
      handle: async () => ({
        status: 200,
        json: viewRules(await parts.settings.current('sign-in')),
      }),
    }),
    route({
      method: 'put',
      path: '/settings/sign-in',
      name: 'setSignInRules',
      scope: 'users:write',
      audit: 'change',
      summary: 'Set what signing in asks for',
      about: 'Every change is kept as a version. `version` is the one that was looked at.',
      body: signInRules,
      answers: [{ status: 200, about: 'The rules in force.', shape: signInSetting }],
      errors: ['conflict'],
      handle: async ({ key, body }) => {
        const { version, ...value } = body;
        const at = parts.clock.now();
        const set = await parts.settings.put('sign-in', value, version, key.id, at);
        if (set === null) {
          throw new ConsentryError('conflict', 'somebody changed it since; look at it again');
        }
        return { status: 200, json: viewRules(set) };
      },
    }),
  ];
}

/** @throws `invalid_request` for what is no line of yours */
async function lineIds(
  { lines, ciphers }: UserRouteParts,
  { tenantId }: ApiKey,
  numbers: readonly string[] | null,
): Promise<readonly Uuid[] | null> {
  if (numbers === null) return null;
  const ids: Uuid[] = [];
  for (const [i, text] of numbers.entries()) {
    const number = parseNumber(text);
    const line =
      number === null ? null : await lines.find(tenantId, ciphers(tenantId).token(number.e164));
    if (line === null) {
      const path = `body.limits.lines.${i}`;
      throw invalidRequest([{ path, what: 'is no line', allowed: 'numbers of GET /v1/lines' }]);
    }
    ids.push(line.id);
  }
  return ids;
}

function viewRules({
  version,
  value,
  by,
  at,
}: SettingVersion<'sign-in'>): z.infer<typeof signInSetting> {
  const time = at === null ? null : new Date(at).toISOString();
  return { ...value, version, by, at: time };
}
