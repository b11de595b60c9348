/** How accounts and sessions are kept, and how passwords are hashed. */

import type { Limits } from '../core/access/limits.ts';
import type { Failures } from '../core/access/lock-out.ts';
import type { UserRole } from '../core/access/role.ts';
import type { Instant, Uuid } from '../core/words.ts';

/** A person who signs in, in the clear. */
export interface User {
  readonly id: Uuid;
  readonly tenantId: Uuid;
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  /** How far they may see. */
  readonly limits: Limits;
  readonly hasPassword: boolean;
  /** True once a code of the second factor was accepted. */
  readonly hasSecondFactor: boolean;
  readonly recoveryCodesLeft: number;
  readonly createdAt: Instant;
  /** Null: in force. */
  readonly disabledAt: Instant | null;
}

/** What signing in has to know beside. */
export interface Credentials {
  readonly user: User;
  readonly passwordHash: string | null;
  readonly passwordSetAt: Instant | null;
  /** Confirmed or not. */
  readonly totpSecret: Buffer | null;
  readonly totpLastStep: number | null;
}

export interface Session {
  readonly id: Uuid;
  readonly user: User;
  readonly createdAt: Instant;
  readonly lastSeenAt: Instant;
  /** True: nothing may be done with it but set up a second factor. */
  readonly restricted: boolean;
}

export interface AccountStore {
  /**
   * A password that was set at no time has to be changed at the first sign-in. False if there is an
   * account of that address already.
   */
  add(user: User, passwordHash: string | null, passwordSetAt?: Instant): Promise<boolean>;
  list(): Promise<readonly User[]>;
  find(id: Uuid): Promise<User | null>;
  credentials(email: string): Promise<Credentials | null>;
  credentialsOf(id: Uuid): Promise<Credentials | null>;
  /** False: no such user. */
  change(
    id: Uuid,
    change: {
      readonly role?: UserRole;
      readonly name?: string;
      readonly limits?: Limits;
      readonly disabledAt?: Instant | null;
    },
  ): Promise<boolean>;
  /** `at` null: it has to be changed at the next sign-in. */
  setPassword(id: Uuid, hash: string, at: Instant | null): Promise<void>;
  /** Hashes of earlier passwords, newest first. */
  passwordHistory(id: Uuid, limit: number): Promise<readonly string[]>;
  /**
   * Writes a try down as failed before it is made, so that fifty at once count fifty times. Null:
   * it may be made; an instant: not before.
   */
  claimTry(
    id: Uuid,
    at: Instant,
    next: (failures: Failures | null) => { waitUntil: Instant } | { failures: Failures },
  ): Promise<Instant | null>;
  clearFailures(id: Uuid): Promise<void>;
  /** The same for a network address. */
  claimAddress(
    address: string,
    at: Instant,
    next: (failures: Failures | null) => { waitUntil: Instant } | { failures: Failures },
  ): Promise<Instant | null>;
  clearAddress(address: string): Promise<void>;
  /** The same for an e-mail address that nobody signs in by. */
  claimUnknown: AccountStore['claimAddress'];
  /** A secret that is shown and waits for its first code; the one before stays until then. */
  setTotp(id: Uuid, secret: Buffer, recoveryHashes: readonly Buffer[]): Promise<void>;
  dropTotp(id: Uuid): Promise<void>;
  /** Uses a code's step up. False: it, or a later one, was used already. */
  takeStep(id: Uuid, step: number, at: Instant): Promise<boolean>;
  /** Uses a recovery code up. False: it is none, or was used. */
  takeRecoveryCode(id: Uuid, hash: Buffer): Promise<boolean>;
}

export interface SessionStore {
  start(
    session: Omit<Session, 'user'> & { readonly userId: Uuid },
    tokenHash: Buffer,
  ): Promise<void>;
  /** A session that was not ended, whose user is in force. Limits are for the caller to check. */
  find(tokenHash: Buffer): Promise<Session | null>;
  touch(id: Uuid, at: Instant): Promise<void>;
  list(userId: Uuid): Promise<readonly Session[]>;
  unrestrict(id: Uuid): Promise<void>;
  /** False: there is no such session of that user, or it ended before. */
  end(userId: Uuid, id: Uuid, at: Instant): Promise<boolean>;
  endAll(userId: Uuid, except: Uuid | null, at: Instant): Promise<void>;
  rememberDevice(userId: Uuid, tokenHash: Buffer, at: Instant): Promise<void>;
  /** When the second factor was last shown on a device; null: never. */
  deviceShownAt(userId: Uuid, tokenHash: Buffer): Promise<Instant | null>;
}

/** Argon2id (RFC 9106), in threads of its own. */
/** Passwords that were stolen somewhere and published. */
export interface BreachList {
  /**
   * @param password normalised, as it is hashed
   * @throws `unavailable` when it cannot be looked at
   */
  holds(password: string): Promise<boolean>;
}

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}
