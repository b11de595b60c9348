/**
 * The vendor's support sees nothing unless somebody here lets them, in one role, for a time that is
 * said before. Whoever oversees sees each grant, and what was done by it; it ends by the clock, or
 * sooner by hand.
 */
import { type SupportRole, scopesOf } from '../core/access/role.ts';
import { allows } from '../core/access/scope.ts';
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Authenticator } from './api-keys.ts';
import type { ApiKey } from './api-ports.ts';
import type { Clock, Random } from './ports.ts';
import { hashToken } from './sign-in.ts';

export interface SupportAccess {
  readonly id: Uuid;
  readonly role: SupportRole;
  readonly reason: string;
  /** A user's or key's id. */
  readonly madeBy: string;
  readonly madeAt: Instant;
  readonly until: Instant;
  readonly revokedAt: Instant | null;
}

export interface SupportStore {
  add(access: SupportAccess, tokenHash: Buffer): Promise<void>;
  /** One that was not revoked; whether it is over is for the caller to check. */
  find(tokenHash: Buffer): Promise<SupportAccess | null>;
  /** All there ever were, newest first. */
  list(): Promise<readonly SupportAccess[]>;
  /** False: there is none in force. */
  revoke(id: Uuid, by: string, at: Instant): Promise<boolean>;
}

export interface SupportParts {
  readonly support: SupportStore;
  readonly clock: Clock;
  readonly random: Random;
}

const prefix = 'cst_';
const tokenBytes = 32;
const shortestMs = 3_600_000;
const longestMs = 366 * 24 * shortestMs;
/** A clock that is a little off, and the time a person takes to type. */
const graceMs = 60_000;
/** Revoked elsewhere, it is refused by every process after this long at most. */
const cachedMs = 5_000;
const cachedMax = 100;

/**
 * @throws `invalid_request` for a time under an hour or over a year; `forbidden` for a role that
 * may do more than who asks
 */
export async function grantSupport(
  { support, clock, random }: SupportParts,
  by: ApiKey,
  wanted: Pick<SupportAccess, 'role' | 'reason' | 'until'>,
): Promise<{ readonly access: SupportAccess; readonly token: string }> {
  const at = clock.now();
  const ms = wanted.until - at;
  if (ms < shortestMs - graceMs || ms > longestMs) {
    const [path, what] = ['body.until', 'is not allowed'];
    const allowed = 'an instant in one hour to one year';
    throw new ConsentryError('invalid_request', `${path}: ${what}; allowed: ${allowed}`, {
      mistakes: [{ path, what, allowed }],
    });
  }
  const beyond = scopesOf[wanted.role].filter((scope) => !allows(by.scopes, scope));
  if (beyond.length > 0) {
    throw new ConsentryError('forbidden', `who asks does not hold ${beyond.join(', ')}`);
  }
  const token = `${prefix}${Buffer.from(random.bytes(tokenBytes)).toString('base64url')}`;
  const made = { id: random.uuid(), madeBy: by.id, madeAt: at, revokedAt: null };
  const access = { ...made, ...wanted };
  await support.add(access, hashToken(token));
  return { access, token };
}

/** @throws `not_found` */
export async function revokeSupport(
  { support, clock }: Omit<SupportParts, 'random'>,
  by: ApiKey,
  id: Uuid,
): Promise<void> {
  const done = await support.revoke(id, by.id, clock.now());
  if (!done) throw new ConsentryError('not_found', 'there is no such grant in force');
}

export function createSupportFinder(
  { support, clock }: Omit<SupportParts, 'random'>,
  tenantId: Uuid,
): Authenticator {
  const found = new Map<string, { readonly access: SupportAccess; readonly until: Instant }>();
  return {
    async find(text) {
      const hash = hashToken(text);
      const name = hash.toString('base64');
      const known = found.get(name);
      let access = known !== undefined && clock.monotonic() < known.until ? known.access : null;
      if (access === null) {
        // Dated before the look-up: a revocation that overtakes it is not outlived by the answer.
        const until = clock.monotonic() + cachedMs;
        access = await support.find(hash);
        if (found.size >= cachedMax) found.clear();
        found.delete(name);
        if (access !== null) found.set(name, { access, until });
      }
      if (access === null || clock.now() >= access.until) return null;
      const { id, role, madeAt: createdAt } = access;
      const scopes = scopesOf[role];
      const who = { id, tenantId, name: 'support', scopes, createdAt };
      return { ...who, lastUsedAt: null, isSupport: true };
    },
    forget: () => found.clear(),
  };
}

export const isSupportToken = (text: string): boolean => text.startsWith(prefix);
