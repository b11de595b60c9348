import type { Request, Response } from 'express';
import type { Authenticator } from '../../../app/api-keys.ts';
import type { ApiKey } from '../../../app/api-ports.ts';
import { nobodyId } from '../../../app/audit.ts';
import { allows } from '../../../core/access/scope.ts';
import { ConsentryError } from '../../../core/error.ts';
import type { Route } from './route.ts';

/** RFC 6750 § 2.1; the key may be any printable text. A key in a query or a body is none. */
const bearer = /^Bearer +(\S.*)$/i;

/** Whose request it is. Throws `unauthenticated`; why is not said. */
export async function authenticate(
  authenticator: Authenticator,
  request: Request,
  response: Response,
): Promise<ApiKey> {
  const [, text] = bearer.exec(request.headers.authorization ?? '') ?? [];
  const key = text === undefined ? null : await authenticator.find(text.trimEnd());
  if (key !== null) return key;
  const error = text === undefined ? '' : ', error="invalid_token"';
  response.setHeader('www-authenticate', `Bearer realm="consentry"${error}`);
  throw new ConsentryError('unauthenticated');
}

/** Who asks where nobody has to sign in. */
export const nobody: ApiKey = {
  id: nobodyId,
  tenantId: '00000000-0000-0000-0000-000000000000',
  name: 'nobody',
  scopes: [],
  createdAt: 0,
  lastUsedAt: null,
};

const forPeople = 'this is for people who have signed in, not for API keys';

/** Throws `forbidden`. */
export function checkAccess(
  { scopes, session }: ApiKey,
  {
    scope,
    people = false,
    restrictedToo = false,
  }: Pick<Route, 'scope' | 'people' | 'restrictedToo'>,
): void {
  if (scope === 'public') return;
  if (session?.restricted === true && !restrictedToo) {
    throw new ConsentryError(
      'forbidden',
      'set up a second factor first: POST /v1/me/second-factor',
    );
  }
  if (scope === 'self' || people) {
    if (session === undefined) throw new ConsentryError('forbidden', forPeople);
  }
  if (scope === 'self') return;
  if (allows(scopes, scope)) return;
  const who = session === undefined ? 'an API key' : 'a role';
  throw new ConsentryError('forbidden', `this needs ${who} with the scope ${scope}`);
}
