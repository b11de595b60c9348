/** Whose session a bearer token is, within its limits: who asks, as the API knows them. */
import { scopesOf } from '../core/access/role.ts';
import type { Instant } from '../core/words.ts';
import type { Session, SessionStore } from './account-ports.ts';
import type { Authenticator } from './api-keys.ts';
import type { ApiKey } from './api-ports.ts';
import type { Clock, Log } from './ports.ts';
import { absoluteMs, hashToken, idleMs, sessionPrefix } from './sign-in.ts';
import { isSupportToken } from './support-access.ts';

/** A session that was ended elsewhere is refused by every process after this long at most. */
const cachedMs = 5_000;
const cachedMax = 1_000;
/** Its last use is noted no more often than this. */
const touchRestMs = 60_000;
const tokenCharsMax = 100;

export const isSessionToken = (text: string): boolean => text.startsWith(sessionPrefix);

/** True while a session may be used. */
export function isLive({ createdAt, lastSeenAt }: Session, at: Instant): boolean {
  return at < createdAt + absoluteMs && at < lastSeenAt + idleMs;
}

export interface SessionFinderParts {
  readonly sessions: Pick<SessionStore, 'find' | 'touch'>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createSessionFinder({ sessions, clock, log }: SessionFinderParts): Authenticator {
  const found = new Map<string, { readonly session: Session; readonly until: Instant }>();
  const touched = new Map<string, Instant>();

  function principalOf(session: Session, name: string): ApiKey | null {
    const at = clock.now();
    if (!isLive({ ...session, lastSeenAt: touched.get(name) ?? session.lastSeenAt }, at))
      return null;
    if (at - (touched.get(name) ?? session.lastSeenAt) >= touchRestMs) {
      touched.set(name, at);
      sessions.touch(session.id, at).catch(() => {
        log.warn({ sessionId: session.id }, 'last use of a session could not be noted');
      });
    }
    const { user } = session;
    return {
      id: user.id,
      tenantId: user.tenantId,
      name: user.name,
      scopes: session.restricted ? [] : scopesOf[user.role],
      createdAt: session.createdAt,
      lastUsedAt: session.lastSeenAt,
      session,
    };
  }

  return {
    async find(text) {
      if (text.length > tokenCharsMax) return null;
      const hash = hashToken(text);
      const name = hash.toString('base64');
      const known = found.get(name);
      if (known !== undefined && clock.monotonic() < known.until) {
        return principalOf(known.session, name);
      }
      // Dated before the look-up: an end that overtakes it is not outlived by the answer.
      const until = clock.monotonic() + cachedMs;
      const session = await sessions.find(hash);
      found.delete(name);
      if (session === null) {
        touched.delete(name);
        return null;
      }
      if (found.size >= cachedMax) {
        found.clear();
        touched.clear();
      }
      found.set(name, { session, until });
      return principalOf(session, name);
    },
    forget: () => found.clear(),
  };
}

/** Keys, sessions and grants for support are told apart by how they begin. */
export function eitherOf(
  keys: Authenticator,
  sessions: Authenticator,
  support: Authenticator,
): Authenticator {
  const of = (text: string) =>
    isSessionToken(text) ? sessions : isSupportToken(text) ? support : keys;
  return {
    find: (text) => of(text).find(text),
    forget() {
      for (const one of [keys, sessions, support]) one.forget();
    },
  };
}
