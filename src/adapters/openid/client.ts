/** OpenID Connect by `openid-client`: discovery, code flow with PKCE, and what it checks. */
import * as openid from 'openid-client';
import type {
  OpenIdAttempt,
  OpenIdClient,
  OpenIdPerson,
  OpenIdReturn,
} from '../../app/openid-sign-in.ts';
import { ConsentryError } from '../../core/error.ts';

export interface OpenIdSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends people back to. */
  readonly redirectUri: string;
  /** Whether the register of recipients has the host. */
  readonly mayReach: (host: string) => boolean;
}

const ownHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** How long the provider may take for one answer. */
const timeoutS = 10;

export function openIdClient(settings: OpenIdSettings): OpenIdClient {
  let found: Promise<openid.Configuration> | null = null;

  /** Looked up once; a provider that cannot be reached is asked again the next time. */
  function discovered(): Promise<openid.Configuration> {
    found ??= discover(settings).catch((cause) => {
      found = null;
      throw (
        refusalIn(cause) ??
        new ConsentryError('unavailable', 'the sign-in provider does not answer', { cause })
      );
    });
    return found;
  }

  return {
    async begin() {
      const config = await discovered();
      const attempt: OpenIdAttempt = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        verifier: openid.randomPKCECodeVerifier(),
      };
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: settings.redirectUri,
        scope: 'openid email',
        response_type: 'code',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, attempt };
    },
    async finish(attempt, returned) {
      const config = await discovered();
      try {
        return await exchange(config, settings, attempt, returned);
      } catch (cause) {
        const refusal = refusalIn(cause);
        if (refusal !== null) throw refusal;
        if (isUnreachable(cause)) {
          throw new ConsentryError('unavailable', 'the sign-in provider does not answer', {
            cause,
          });
        }
        throw new ConsentryError('sign_in_failed', undefined, { cause });
      }
    },
  };
}

function discover({ issuer, clientId, clientSecret, mayReach }: OpenIdSettings) {
  const url = new URL(issuer);
  return openid.discovery(url, clientId, clientSecret, openid.ClientSecretBasic(clientSecret), {
    timeout: timeoutS,
    // A provider names further hosts of its own, such as where tokens are.
    [openid.customFetch]: async (address, options) => {
      const { hostname, protocol } = new URL(address);
      if (!mayReach(hostname)) throw new ConsentryError('unavailable', unlisted(hostname));
      // A code or a secret would be for everybody on the way to read.
      if (protocol !== 'https:' && !ownHost.test(hostname)) {
        throw new ConsentryError('unavailable', `the sign-in provider at ${hostname} is not https`);
      }
      return fetch(address, options as RequestInit);
    },
    execute: [
      // The signature of the identity is checked too, not only where it came from.
      openid.enableNonRepudiationChecks,
      ...(url.protocol === 'http:' ? [openid.allowInsecureRequests] : []),
    ],
  });
}

async function exchange(
  config: openid.Configuration,
  { redirectUri }: OpenIdSettings,
  { state, nonce, verifier }: OpenIdAttempt,
  { code, state: returnedState, iss }: OpenIdReturn,
): Promise<OpenIdPerson> {
  const address = new URL(redirectUri);
  address.searchParams.set('code', code);
  address.searchParams.set('state', returnedState);
  if (iss !== undefined) address.searchParams.set('iss', iss);
  const tokens = await openid.authorizationCodeGrant(config, address, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const identity = tokens.claims();
  if (identity === undefined) throw new Error('the provider gave no identity');
  const said: Readonly<Record<string, unknown>> =
    identity['email'] === undefined
      ? await openid.fetchUserInfo(config, tokens.access_token, identity.sub)
      : identity;
  const { email } = said;
  const methods = identity['amr'];
  return {
    email: typeof email === 'string' ? email : null,
    emailVerified: said['email_verified'] === true,
    methods: Array.isArray(methods) ? methods.filter((one) => typeof one === 'string') : [],
  };
}

const unlisted = (host: string): string =>
  `the sign-in provider leads to ${host}, which no entry of the recipients names`;

const causesOf = (thrown: unknown): readonly unknown[] => [
  thrown,
  (thrown as { cause?: unknown }).cause,
];

/** What this program itself would not do. */
const refusalIn = (thrown: unknown): ConsentryError | null =>
  causesOf(thrown).find((one) => one instanceof ConsentryError) ?? null;

/** `fetch` throws a `TypeError` without a connection, and a `TimeoutError` without an answer. */
function isUnreachable(thrown: unknown): boolean {
  return causesOf(thrown).some(
    (one) =>
      (one instanceof TypeError && one.message === 'fetch failed') ||
      (one as { name?: unknown } | undefined)?.name === 'TimeoutError',
  );
}
