/** Setting up a second factor, and taking it away. */
import {
  recoveryCode,
  recoveryCodeBytes,
  recoveryCodeHash,
  recoveryCodes,
} from '../core/access/recovery-code.ts';
import { acceptedStep, base32, totpSecretBytes, totpUri } from '../core/access/totp.ts';
import { ConsentryError } from '../core/error.ts';
import type { AccountStore, Session, SessionStore, User } from './account-ports.ts';
import { claimTry } from './claim-try.ts';
import type { Clock, Random } from './ports.ts';

export interface SecondFactorParts {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly random: Random;
}

/** What an authenticator app is shown, this once. */
export interface Enrolment {
  readonly secret: string;
  readonly uri: string;
  readonly recoveryCodes: readonly string[];
}

/** @throws `conflict` when one is in force: it has to be taken away first */
export async function enrol(parts: SecondFactorParts, user: User): Promise<Enrolment> {
  if (user.hasSecondFactor) {
    throw new ConsentryError('conflict', 'a second factor is in force; take it away first');
  }
  const secret = Buffer.from(parts.random.bytes(totpSecretBytes));
  const codes = Array.from({ length: recoveryCodes }, () =>
    recoveryCode(parts.random.bytes(recoveryCodeBytes)),
  );
  await parts.accounts.setTotp(user.id, secret, codes.map(recoveryCodeHash));
  const uri = totpUri(secret, 'Consentry', user.email);
  return { secret: base32(secret), uri, recoveryCodes: codes };
}

/**
 * The first code puts it in force, lifts the restriction of the session it came by, and ends the
 * others: they began without one.
 *
 * @throws `too_many_tries`; `conflict` when one is in force; `invalid_request` for a wrong code
 */
export async function confirm(
  { accounts, sessions, clock }: SecondFactorParts,
  session: Pick<Session, 'id' | 'user' | 'restricted'>,
  code: string,
): Promise<void> {
  const at = clock.now();
  const { id } = session.user;
  await claimTry(accounts, id, at);
  const credentials = await accounts.credentialsOf(id);
  if (credentials?.user.hasSecondFactor === true) {
    throw new ConsentryError('conflict', 'a second factor is in force');
  }
  const secret = credentials?.totpSecret ?? null;
  const step =
    secret === null ? null : acceptedStep(secret, code, at, credentials?.totpLastStep ?? null);
  if (step === null || !(await accounts.takeStep(id, step, at))) {
    const what = 'is not the code that the app shows now';
    throw new ConsentryError('invalid_request', `body.code: ${what}`, {
      mistakes: [{ path: 'body.code', what }],
    });
  }
  await accounts.clearFailures(id);
  if (session.restricted) await sessions.unrestrict(session.id);
  await sessions.endAll(id, session.id, at);
}
