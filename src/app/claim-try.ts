/** A try at a password or a code is counted before it is known how it ends. */
import { afterFailure, type Failures, nextTryAt } from '../core/access/lock-out.ts';
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { AccountStore } from './account-ports.ts';

const nextOf = (kind: 'account' | 'address', at: Instant) => (failures: Failures | null) => {
  const waitUntil = nextTryAt(kind, failures);
  return waitUntil > at ? { waitUntil } : { failures: afterFailure(failures, at) };
};

/** @throws `too_many_tries` */
export async function claimTry(
  accounts: Pick<AccountStore, 'claimTry'>,
  userId: Uuid,
  at: Instant,
): Promise<void> {
  refuseUntil(await accounts.claimTry(userId, at, nextOf('account', at)), at);
}

/**
 * For an address that nobody signs in by: whether there is an account is not told by who has to wait.
 *
 * @throws `too_many_tries`
 */
export async function claimUnknown(
  accounts: Pick<AccountStore, 'claimUnknown'>,
  email: string,
  at: Instant,
): Promise<void> {
  refuseUntil(await accounts.claimUnknown(email, at, nextOf('account', at)), at);
}

/** @throws `too_many_tries` */
export async function claimNetwork(
  accounts: Pick<AccountStore, 'claimAddress'>,
  network: string,
  at: Instant,
): Promise<void> {
  refuseUntil(await accounts.claimAddress(network, at, nextOf('address', at)), at);
}

function refuseUntil(waitUntil: Instant | null, at: Instant): void {
  if (waitUntil === null) return;
  const seconds = Math.ceil((waitUntil - at) / 1000);
  throw new ConsentryError('too_many_tries', `try again in ${seconds} s`);
}
