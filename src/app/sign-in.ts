/**
 * Signing in: an address, a password, and a second factor where the tenant asks for one or the
 * person has one. What was wrong is not said, except to who has shown the right password.
 */
import { createHash } from 'node:crypto';
import { isTooOld, normalisedPassword, type PasswordPolicy } from '../core/access/password.ts';
import { recoveryCodeHash } from '../core/access/recovery-code.ts';
import { acceptedStep } from '../core/access/totp.ts';
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type {
  AccountStore,
  BreachList,
  Credentials,
  PasswordHasher,
  SessionStore,
  User,
} from './account-ports.ts';
import { claimNetwork, claimTry, claimUnknown } from './claim-try.ts';
import { networkOf } from './page-limits.ts';
import { changePassword } from './passwords.ts';
import type { Clock, Random } from './ports.ts';

/** When a second factor is asked for: at every sign-in, or once in 30 days on a device. */
export const secondFactorRules = ['optional', 'every-login', '30-days'] as const;
export type SecondFactorRule = (typeof secondFactorRules)[number];

export interface SignInPolicy {
  readonly password: PasswordPolicy;
  /** `optional`: who has set one up is asked at every sign-in; who has not may go without. */
  readonly secondFactor: SecondFactorRule;
}

export const defaultPolicy: SignInPolicy = {
  password: { profile: 'nist', maxAgeDays: null },
  secondFactor: 'optional',
};

export interface SignInParts {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly hasher: PasswordHasher;
  readonly breaches: BreachList | null;
  readonly policy: () => Promise<SignInPolicy>;
  readonly clock: Clock;
  readonly random: Random;
}

export interface SignIn {
  readonly email: string;
  readonly password: string;
  /** Of the authenticator app. */
  readonly code?: string | undefined;
  /** Instead of a code. */
  readonly recoveryCode?: string | undefined;
  /** What an earlier sign-in gave to this device. */
  readonly device?: string | undefined;
  /** Where the password has to be changed. */
  readonly newPassword?: string | undefined;
  /** Network address of who asks. */
  readonly address: string;
}

export interface SignedIn {
  readonly token: string;
  readonly sessionId: Uuid;
  readonly user: User;
  readonly expiresAt: Instant;
  /** True: the session is good for setting up a second factor, and nothing else. */
  readonly restricted: boolean;
  /** To be shown at the next sign-in on this device; only where the rule is `30-days`. */
  readonly device: string | null;
}

export const sessionPrefix = 'css_';
const tokenBytes = 32;
/** OWASP ASVS 5.0, 7.3: a session ends after these, whichever is first. */
export const idleMs = 30 * 60_000;
export const absoluteMs = 12 * 3_600_000;
const deviceMs = 30 * 86_400_000;
/** Argon2id of nothing anybody has, verified so that an unknown address takes as long as a known one. */
let decoy: Promise<string> | null = null;

export const hashToken = (token: string): Buffer =>
  createHash('sha256').update(token, 'utf8').digest();

/** @throws `sign_in_failed`, `too_many_tries`, `second_factor_needed`, `password_too_old`, `invalid_request` */
export async function signIn(parts: SignInParts, wanted: SignIn): Promise<SignedIn> {
  const { accounts, clock } = parts;
  const at = clock.now();
  const policy = await parts.policy();
  const network = networkOf(wanted.address);
  await claimNetwork(accounts, network, at);
  const known = await accounts.credentials(wanted.email);
  if (known === null) await claimUnknown(accounts, wanted.email, at);
  else await claimTry(accounts, known.user.id, at);

  const isRight = await checkPassword(parts, known, wanted.password);
  if (known === null || !isRight || known.user.disabledAt !== null) {
    throw new ConsentryError('sign_in_failed');
  }
  const shown = await checkSecondFactor(parts, policy, known, wanted, at);
  const { id } = known.user;
  const setAt = known.passwordSetAt;
  let hash = known.passwordHash;
  if (setAt === null || isTooOld(policy.password, setAt, at)) {
    if (wanted.newPassword === undefined) throw new ConsentryError('password_too_old');
    hash = await changePassword(parts, known, wanted.newPassword, policy.password);
  }
  await accounts.clearFailures(id);
  await accounts.clearAddress(network);
  const restricted = policy.secondFactor !== 'optional' && !known.user.hasSecondFactor;
  const session = await startSession(parts, known.user, restricted, at);
  // Who took the account back meanwhile ended the sessions there were then, and this may be a later one.
  const now = await accounts.credentialsOf(id);
  if (now?.passwordHash !== hash || now?.user.disabledAt !== null) {
    await parts.sessions.end(id, session.sessionId, at);
    throw new ConsentryError('sign_in_failed');
  }
  const device = shown && policy.secondFactor === '30-days' ? newToken(parts.random) : null;
  if (device !== null) await parts.sessions.rememberDevice(id, hashToken(device), at);
  return { ...session, device };
}

async function checkPassword(
  { hasher }: SignInParts,
  known: Credentials | null,
  password: string,
): Promise<boolean> {
  decoy ??= hasher.hash('nobody');
  const stored = known?.passwordHash ?? (await decoy);
  const fits = await hasher.verify(stored, normalisedPassword(password));
  return fits && known?.passwordHash != null;
}

/** @returns true if a code was shown now */
async function checkSecondFactor(
  { accounts, sessions }: SignInParts,
  { secondFactor }: SignInPolicy,
  { user, totpSecret, totpLastStep }: Credentials,
  { code, recoveryCode, device }: SignIn,
  at: Instant,
): Promise<boolean> {
  if (!user.hasSecondFactor || totpSecret === null) return false;
  if (code !== undefined) {
    const step = acceptedStep(totpSecret, code, at, totpLastStep);
    // Somebody else may have used the same code a moment ago.
    if (step !== null && (await accounts.takeStep(user.id, step, at))) return true;
    throw new ConsentryError('sign_in_failed');
  }
  if (recoveryCode !== undefined) {
    if (await accounts.takeRecoveryCode(user.id, recoveryCodeHash(recoveryCode))) return true;
    throw new ConsentryError('sign_in_failed');
  }
  if (secondFactor === '30-days' && device !== undefined) {
    const shownAt = await sessions.deviceShownAt(user.id, hashToken(device));
    if (shownAt !== null && at - shownAt <= deviceMs) return false;
  }
  throw new ConsentryError('second_factor_needed');
}

export async function startSession(
  { sessions, random }: Pick<SignInParts, 'sessions' | 'random'>,
  user: User,
  restricted: boolean,
  at: Instant,
): Promise<Omit<SignedIn, 'device'>> {
  const token = `${sessionPrefix}${newToken(random)}`;
  const id = random.uuid();
  const session = { id, userId: user.id, createdAt: at, lastSeenAt: at, restricted };
  await sessions.start(session, hashToken(token));
  return { token, sessionId: id, user, expiresAt: at + absoluteMs, restricted };
}

const newToken = (random: Random): string =>
  Buffer.from(random.bytes(tokenBytes)).toString('base64url');
