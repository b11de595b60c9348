import type { Request, Response } from 'express';
import type { Authenticator } from '../../../app/api-keys.ts';
import type { ApiKey } from '../../../app/api-ports.ts';
import { allows, type Scope } from '../../../core/access/scope.ts';
import { ConsentryError } from '../../../core/error.ts';

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

/** Throws `forbidden`. */
export function checkScope(key: ApiKey, scope: Scope): void {
  if (allows(key.scopes, scope)) return;
  throw new ConsentryError('forbidden', `this needs an API key with the scope ${scope}`);
}
