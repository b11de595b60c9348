/** Accounts: made, changed and reset by who runs the tenant. */
import { type Limits, unlimited } from '../core/access/limits.ts';
import { scopesOf, type UserRole } from '../core/access/role.ts';
import { ConsentryError } from '../core/error.ts';
import type { Uuid } from '../core/words.ts';
import type { AccountStore, PasswordHasher, SessionStore, User } from './account-ports.ts';
import { refuseBeyond } from './api-keys.ts';
import type { ApiKey } from './api-ports.ts';
import type { Clock, Random } from './ports.ts';

export interface UserParts {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly random: Random;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
}

/** 120 bits: good until it is changed, which is the first thing it can be used for. */
const passwordBytes = 15;

/**
 * Makes an account. Its first password is in this answer and nowhere else, and has to be changed
 * at the first sign-in.
 *
 * @param by who makes it; null: the operator, at the machine itself
 * @throws `user_exists`; `forbidden` for a role that may do more than `by` may
 */
export async function addUser(
  parts: UserParts,
  tenantId: Uuid,
  by: ApiKey | null,
  { email, name, role }: NewUser,
): Promise<{ readonly user: User; readonly password: string }> {
  const { accounts, hasher, clock, random } = parts;
  refuseBeyond(by, scopesOf[role]);
  const password = firstPassword(random);
  const user: User = {
    id: random.uuid(),
    tenantId,
    email: email.trim(),
    name,
    role,
    limits: unlimited,
    hasPassword: true,
    hasSecondFactor: false,
    recoveryCodesLeft: 0,
    createdAt: clock.now(),
    disabledAt: null,
  };
  const added = await accounts.add(user, await hasher.hash(password));
  if (!added) throw new ConsentryError('user_exists');
  return { user, password };
}

export interface UserChange {
  readonly role?: UserRole | undefined;
  readonly name?: string | undefined;
  readonly limits?: Limits | undefined;
  readonly disabled?: boolean | undefined;
}

/**
 * Whoever is given another role, or none, has to sign in anew.
 *
 * @param by as for `addUser`
 * @throws `not_found`; `conflict` for the last administrator, without whom nobody could undo it;
 * `forbidden` where the role of now, or the wanted one, may do more than `by` may
 */
export async function changeUser(
  parts: UserParts,
  by: ApiKey | null,
  id: Uuid,
  change: UserChange,
): Promise<User> {
  const { accounts, sessions, clock } = parts;
  const { role, name, disabled, limits } = change;
  const user = await found(parts, id);
  refuseBeyond(by, [...scopesOf[user.role], ...scopesOf[role ?? user.role]]);
  const loses = disabled === true || (role !== undefined && role !== 'administrator');
  if (loses && user.role === 'administrator') await refuseLast(parts, id);
  const disabledAt = disabled === undefined ? undefined : disabled ? clock.now() : null;
  const wanted = {
    ...(role !== undefined && { role }),
    ...(name !== undefined && { name }),
    ...(limits !== undefined && { limits }),
    ...(disabledAt !== undefined && { disabledAt }),
  };
  if (Object.keys(wanted).length > 0) await accounts.change(id, wanted);
  const isOther = role !== undefined && role !== user.role;
  if (isOther || disabled === true) await sessions.endAll(id, null, clock.now());
  return found(parts, id);
}

/**
 * For who lost password or second factor: a first password again, no second factor, no sessions.
 *
 * @param by as for `addUser`
 * @throws `not_found`; `forbidden` where their role may do more than `by` may
 */
export async function resetUser(
  parts: UserParts,
  by: ApiKey | null,
  id: Uuid,
): Promise<{ readonly user: User; readonly password: string }> {
  const { accounts, sessions, hasher, clock, random } = parts;
  refuseBeyond(by, scopesOf[(await found(parts, id)).role]);
  const password = firstPassword(random);
  await accounts.setPassword(id, await hasher.hash(password), null);
  await accounts.dropTotp(id);
  // Last: what began with the password of before ends with it.
  await sessions.endAll(id, null, clock.now());
  await accounts.clearFailures(id);
  return { user: await found(parts, id), password };
}

async function found({ accounts }: UserParts, id: Uuid): Promise<User> {
  const user = await accounts.find(id);
  if (user === null) throw new ConsentryError('not_found');
  return user;
}

async function refuseLast({ accounts }: UserParts, id: Uuid): Promise<void> {
  const others = (await accounts.list()).filter(
    (user) => user.role === 'administrator' && user.disabledAt === null && user.id !== id,
  );
  if (others.length > 0) return;
  throw new ConsentryError('conflict', 'this is the last administrator; make another one first');
}

const firstPassword = (random: Random): string =>
  Buffer.from(random.bytes(passwordBytes)).toString('base64url');
