/**
 * Signing in by OpenID Connect (Core 1.0, code flow with PKCE): the provider says who it is, and
 * the account has to be there already. What has to be remembered meanwhile goes sealed to the
 * client and comes back, so that asking for a sign-in leaves nothing behind here.
 */
import { ConsentryError } from '../core/error.ts';
import type { Instant } from '../core/words.ts';
import type { AccountStore } from './account-ports.ts';
import type { FieldCipher } from './ports.ts';
import { type SignedIn, type SignInParts, startSession } from './sign-in.ts';

/** What one sign-in is recognised by. */
export interface OpenIdAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface OpenIdPerson {
  readonly email: string | null;
  /** True: the provider has seen that the address is theirs. */
  readonly emailVerified: boolean;
  /** How they proved who they are (RFC 8176), as far as the provider says. */
  readonly methods: readonly string[];
}

export interface OpenIdClient {
  /** Where the person is sent. Throws `unavailable` when the provider cannot be reached. */
  begin(): Promise<{ readonly url: string; readonly attempt: OpenIdAttempt }>;
  /**
   * Who came back: state, nonce, issuer, audience, signature and PKCE were checked. Throws
   * `sign_in_failed` for whatever does not fit, `unavailable` without an answer.
   */
  finish(attempt: OpenIdAttempt, returned: OpenIdReturn): Promise<OpenIdPerson>;
}

/** What stood in the query of the address that the provider sent the person back to. */
export interface OpenIdReturn {
  readonly code: string;
  readonly state: string;
  /** RFC 9207. */
  readonly iss?: string | undefined;
}

export interface OpenIdParts {
  readonly openId: { readonly client: OpenIdClient; readonly cipher: FieldCipher } | null;
}

const goodForMs = 10 * 60_000;
const context = 'openid/attempt';

/** @throws `not_found` where no provider is set up */
export async function beginOpenId(
  { openId }: OpenIdParts,
  at: Instant,
): Promise<{ readonly url: string; readonly attempt: string; readonly notAfter: Instant }> {
  const { client, cipher } = setUp(openId);
  const { url, attempt } = await client.begin();
  const notAfter = at + goodForMs;
  const text = Buffer.from(JSON.stringify({ ...attempt, notAfter }));
  return { url, attempt: cipher.seal(null, context, text).toString('base64url'), notAfter };
}

/**
 * @throws `sign_in_failed`; `second_factor_needed` where one is asked for and the provider does not
 * say (`mfa`) that it saw one
 */
export async function finishOpenId(
  parts: OpenIdParts & SignInParts & { readonly accounts: AccountStore },
  sealed: string,
  returned: OpenIdReturn,
): Promise<SignedIn> {
  const { client, cipher } = setUp(parts.openId);
  const at = parts.clock.now();
  const attempt = openAttempt(cipher, sealed, at);
  if (attempt.state !== returned.state) throw new ConsentryError('sign_in_failed');
  const person = await client.finish(attempt, returned);
  const known =
    person.email === null || !person.emailVerified
      ? null
      : await parts.accounts.credentials(person.email);
  if (known === null || known.user.disabledAt !== null) throw new ConsentryError('sign_in_failed');
  const { secondFactor } = await parts.policy();
  const isAsked = secondFactor !== 'optional' || known.user.hasSecondFactor;
  if (isAsked && !person.methods.includes('mfa')) {
    throw new ConsentryError('second_factor_needed', 'the provider has to ask for one');
  }
  return { ...(await startSession(parts, known.user, false, at)), device: null };
}

function setUp(openId: OpenIdParts['openId']) {
  if (openId !== null) return openId;
  throw new ConsentryError('not_found', 'signing in by OpenID Connect is not set up here');
}

function openAttempt(cipher: FieldCipher, sealed: string, at: Instant): OpenIdAttempt {
  try {
    const text = cipher.open(null, context, Buffer.from(sealed, 'base64url')).toString('utf8');
    const attempt = JSON.parse(text) as OpenIdAttempt & { readonly notAfter: Instant };
    if (at < attempt.notAfter) return attempt;
  } catch {
    // Not one of ours: the same answer.
  }
  throw new ConsentryError('sign_in_failed');
}
