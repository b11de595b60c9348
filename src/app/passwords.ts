/** Setting a password: the rules of the tenant, and none that was used before. */
import {
  normalisedPassword,
  type PasswordPolicy,
  passwordFaults,
} from '../core/access/password.ts';
import { ConsentryError } from '../core/error.ts';
import type { AccountStore, Credentials, PasswordHasher, User } from './account-ports.ts';
import type { Clock } from './ports.ts';

export interface PasswordParts {
  readonly accounts: Pick<AccountStore, 'setPassword' | 'passwordHistory'>;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
}

/** Passwords that a new one must differ from, the present one beside. */
const remembered = 5;

/** The hash of a password that the rules allow. @throws `invalid_request` with everything wrong */
export async function hashAllowed(
  hasher: PasswordHasher,
  password: string,
  policy: PasswordPolicy,
  user: Pick<User, 'email' | 'name' | 'hasSecondFactor'>,
  field = 'password',
): Promise<string> {
  const { email, name, hasSecondFactor } = user;
  const faults = passwordFaults(password, policy, { email, name, secondFactor: hasSecondFactor });
  refuse(faults, field);
  return hasher.hash(normalisedPassword(password));
}

/** @throws `invalid_request` with everything that is wrong with the new one */
export async function changePassword(
  { accounts, hasher, clock }: PasswordParts,
  { user, passwordHash }: Pick<Credentials, 'user' | 'passwordHash'>,
  password: string,
  policy: PasswordPolicy,
): Promise<void> {
  const hash = await hashAllowed(hasher, password, policy, user, 'newPassword');
  const earlier = await accounts.passwordHistory(user.id, remembered);
  for (const used of passwordHash === null ? earlier : [passwordHash, ...earlier]) {
    if (await hasher.verify(used, normalisedPassword(password))) {
      refuse(['was used before'], 'newPassword');
    }
  }
  await accounts.setPassword(user.id, hash, clock.now());
}

function refuse(faults: readonly string[], field: string): void {
  if (faults.length === 0) return;
  const path = `body.${field}`;
  throw new ConsentryError('invalid_request', `${path}: ${faults.join('; ')}`, {
    mistakes: faults.map((what) => ({ path, what })),
  });
}
