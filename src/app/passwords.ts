/** Setting a password: the rules of the tenant, and none that was used before. */
import {
  normalisedPassword,
  type PasswordPolicy,
  passwordFaults,
} from '../core/access/password.ts';
import { ConsentryError } from '../core/error.ts';
import type {
  AccountStore,
  BreachList,
  Credentials,
  PasswordHasher,
  User,
} from './account-ports.ts';
import type { Clock } from './ports.ts';
import { late, within } from './within.ts';

export interface PasswordParts {
  readonly accounts: Pick<AccountStore, 'setPassword' | 'passwordHistory'>;
  readonly hasher: PasswordHasher;
  /** Null: there is no such list here. */
  readonly breaches: BreachList | null;
  readonly clock: Clock;
}

/** Passwords that a new one must differ from, the present one beside. */
const remembered = 5;

/** The file may lie on another machine's disk; nobody waits for that for ever. */
const breachesMs = 5_000;

/**
 * The hash of a password that the rules allow.
 * @throws `invalid_request` with everything wrong; `unavailable`
 */
async function hashAllowed(
  { hasher, breaches }: Pick<PasswordParts, 'hasher' | 'breaches'>,
  password: string,
  policy: PasswordPolicy,
  user: Pick<User, 'email' | 'name' | 'hasSecondFactor'>,
): Promise<string> {
  const { email, name, hasSecondFactor } = user;
  const faults = passwordFaults(password, policy, { email, name, secondFactor: hasSecondFactor });
  const isStolen =
    breaches !== null && (await within(breaches.holds(normalisedPassword(password)), breachesMs));
  if (isStolen === late) {
    throw new ConsentryError('unavailable', 'the list of breached passwords does not answer');
  }
  refuse(isStolen ? [...faults, 'was stolen elsewhere and is known to others'] : faults);
  return hasher.hash(normalisedPassword(password));
}

/** @returns its hash. @throws `invalid_request` with everything that is wrong with the new one */
export async function changePassword(
  { accounts, hasher, breaches, clock }: PasswordParts,
  { user, passwordHash }: Pick<Credentials, 'user' | 'passwordHash'>,
  password: string,
  policy: PasswordPolicy,
): Promise<string> {
  const hash = await hashAllowed({ hasher, breaches }, password, policy, user);
  const earlier = await accounts.passwordHistory(user.id, remembered);
  for (const used of passwordHash === null ? earlier : [passwordHash, ...earlier]) {
    if (await hasher.verify(used, normalisedPassword(password))) {
      refuse(['was used before']);
    }
  }
  await accounts.setPassword(user.id, hash, clock.now());
  return hash;
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const path = 'body.newPassword';
  throw new ConsentryError('invalid_request', `${path}: ${faults.join('; ')}`, {
    mistakes: faults.map((what) => ({ path, what })),
  });
}
