import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { argon2 } from '../../src/adapters/argon2/hash.ts';
import { createAccounts } from '../../src/adapters/postgres/accounts.ts';
import { createSessions } from '../../src/adapters/postgres/sessions.ts';
import type { User } from '../../src/app/account-ports.ts';
import { confirm, type Enrolment, enrol } from '../../src/app/second-factor.ts';
import {
  defaultPolicy,
  hashToken,
  type SignIn,
  type SignInParts,
  type SignInPolicy,
  signIn,
} from '../../src/app/sign-in.ts';
import { codeOf, stepAt } from '../../src/core/access/totp.ts';
import { makeTenant, random } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const password = 'two goats and a lantern';
const email = 'ann.meyer@example.com';
const day = 86_400_000;

let database: TestDatabase;
let parts: SignInParts;
let policy: SignInPolicy;
let now: number;
let user: User;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const tenant = await makeTenant(database.sql);
  now = Date.UTC(2026, 2, 4, 12);
  policy = defaultPolicy;
  parts = {
    accounts: createAccounts(database.sql, tenant),
    sessions: createSessions(database.sql, tenant),
    hasher: argon2,
    breaches: null,
    policy: async () => policy,
    clock: { now: () => now, monotonic: () => now },
    random,
  };
  user = {
    id: random.uuid(),
    tenantId: tenant.id,
    email,
    name: 'Ann Meyer',
    role: 'supervisor',
    limits: { lines: null, teams: null, campaigns: null, direction: null },
    hasPassword: true,
    hasSecondFactor: false,
    recoveryCodesLeft: 0,
    createdAt: now,
    disabledAt: null,
  };
  expect(await parts.accounts.add(user, await argon2.hash(password), now)).toBe(true);
});

const as = (change: Partial<SignIn> = {}): SignIn => ({
  email,
  password,
  address: '192.0.2.7',
  ...change,
});
const outcome = (change: Partial<SignIn> = {}) =>
  signIn(parts, as(change)).then(
    () => 'signed in',
    (error: { code?: string }) => error.code ?? String(error),
  );

/** Sets a second factor up and gives its secret. */
async function withSecondFactor(): Promise<Enrolment & { bytes: Buffer }> {
  const enrolment = await enrol(parts, user);
  const credentials = await parts.accounts.credentialsOf(user.id);
  const bytes = credentials!.totpSecret!;
  const session = { id: random.uuid(), user, restricted: false };
  await confirm(parts, session, codeOf(bytes, stepAt(now)));
  now += 60_000;
  return { ...enrolment, bytes };
}

describe('with a password', () => {
  test('a session begins, and only the hash of its token is kept', async () => {
    const signedIn = await signIn(parts, as());
    expect(signedIn.user).toMatchObject({ id: user.id, email, role: 'supervisor' });
    const session = await parts.sessions.find(hashToken(signedIn.token));
    expect(session).toMatchObject({ id: signedIn.sessionId, restricted: false });
    const rows = await database.sql`select user_session::text as row from user_session`;
    expect(rows.map(({ row }) => row).join()).not.toContain(signedIn.token.slice(4));
  });

  test('the address may be written in any case, with spaces around it', async () => {
    expect(await outcome({ email: ' Ann.Meyer@Example.COM ' })).toBe('signed in');
  });

  test('a wrong one, an unknown address and a disabled account are one answer', async () => {
    expect(await outcome({ password: 'two goats and a lamp' })).toBe('sign_in_failed');
    expect(await outcome({ email: 'bob@example.com' })).toBe('sign_in_failed');
    await parts.accounts.change(user.id, { disabledAt: now });
    expect(await outcome()).toBe('sign_in_failed');
  });

  test('no address and no name can be read in the tables', async () => {
    const rows = await database.sql`select app_user::text as row from app_user`;
    const text = rows.map(({ row }) => row as string).join();
    for (const word of ['ann', 'meyer', 'example']) {
      expect(text.toLowerCase()).not.toContain(word);
      expect(text).not.toContain(Buffer.from(word).toString('hex'));
    }
  });

  test('one address has one account', async () => {
    const other = { ...user, id: random.uuid(), email: email.toUpperCase() };
    expect(await parts.accounts.add(other, null)).toBe(false);
  });
});

describe('who guesses', () => {
  test('waits after five tries, also with fifty at once, and the right password does not help', async () => {
    const tries = await Promise.all(
      Array.from({ length: 50 }, (_, n) => outcome({ password: `wrong ${n}`, address: `a${n}` })),
    );
    expect(tries.filter((one) => one === 'sign_in_failed')).toHaveLength(5);
    expect(tries.filter((one) => one === 'too_many_tries')).toHaveLength(45);
    expect(await outcome()).toBe('too_many_tries');
    now += 5_000;
    expect(await outcome()).toBe('signed in');
    expect(await outcome({ password: 'wrong' })).toBe('sign_in_failed');
  });

  test('to an address without an account waits as to one with it, so that neither tells', async () => {
    const tries = async (one: string) => {
      const all: string[] = [];
      for (let n = 0; n < 6; n += 1) {
        all.push(await outcome({ email: one, password: 'wrong', address: `192.0.2.${n}` }));
      }
      return all;
    };
    const known = await tries(email);
    expect(known.at(-1)).toBe('too_many_tries');
    expect(await tries('nobody@example.com')).toEqual(known);
    expect(await outcome({ email: ' Nobody@Example.com' })).toBe('too_many_tries');
  });

  test('from all addresses of one IPv6 network waits as from one', async () => {
    for (let n = 0; n < 20; n += 1) {
      const address = `2001:db8:1:2::${n.toString(16)}`;
      expect(await outcome({ email: `nobody${n}@example.com`, address })).toBe('sign_in_failed');
    }
    expect(await outcome({ address: '2001:db8:1:2:ffff::1' })).toBe('too_many_tries');
    expect(await outcome({ address: '2001:db8:1:3::1' })).toBe('signed in');
  });

  test('leaves nothing of tries that are forgotten', async () => {
    const rows = async () =>
      (await database.sql`select from sign_in_failure where last_failure_at < ${new Date(now)}`)
        .length;
    await database.sql`truncate sign_in_failure`;
    for (let n = 0; n < 5; n += 1)
      await outcome({ email: `nobody${n}@example.com`, address: `${n}` });
    now += day;
    await outcome({ email: 'nobody5@example.com', address: '5' });
    expect(await rows()).toBe(10);
    now += 1;
    await outcome({ email: 'nobody6@example.com', address: '6' });
    expect(await rows()).toBeLessThan(10);
  });

  test('that was right a moment before it was taken back begins no session', async () => {
    const { accounts } = parts;
    let isTaken = false;
    const meanwhile: SignInParts = {
      ...parts,
      accounts: {
        ...accounts,
        async clearFailures(id) {
          await accounts.clearFailures(id);
          if (isTaken) return;
          isTaken = true;
          await accounts.setPassword(id, await argon2.hash('another one that is long'), null);
          await parts.sessions.endAll(id, null, now);
        },
      },
    };
    await expect(signIn(meanwhile, as())).rejects.toMatchObject({ code: 'sign_in_failed' });
    const left = await database.sql`
      select from user_session where user_id = ${user.id} and ended_at is null`;
    expect(left).toHaveLength(0);
  });

  test('over many accounts from one address waits too', async () => {
    const tries: string[] = [];
    for (let n = 0; n < 22; n += 1) tries.push(await outcome({ email: `u${n}@example.com` }));
    expect(tries.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'sign_in_failed'));
    expect(tries.slice(20)).toEqual(['too_many_tries', 'too_many_tries']);
    expect(await outcome({ address: '198.51.100.9' })).toBe('signed in');
  });
});

describe('with a second factor', () => {
  test('the code is asked for after the right password, and only then', async () => {
    const { bytes } = await withSecondFactor();
    expect(await outcome({ password: 'wrong' })).toBe('sign_in_failed');
    expect(await outcome()).toBe('second_factor_needed');
    expect(await outcome({ code: '000000' })).toBe('sign_in_failed');
    expect(await outcome({ code: codeOf(bytes, stepAt(now)) })).toBe('signed in');
  });

  test('[cap 2] of fifty uses of one code, one wins', async () => {
    const { bytes } = await withSecondFactor();
    const code = codeOf(bytes, stepAt(now));
    // Four at a time, so that no wait for failures comes between.
    const tries: string[] = [];
    for (let round = 0; round < 13; round += 1) {
      tries.push(
        ...(await Promise.all(
          Array.from({ length: 4 }, (_, n) => outcome({ code, address: `r${round}-${n}` })),
        )),
      );
      await parts.accounts.clearFailures(user.id);
    }
    expect(tries.filter((one) => one === 'signed in')).toHaveLength(1);
    expect(new Set(tries)).toEqual(new Set(['signed in', 'sign_in_failed']));
  });

  test('a recovery code stands in for it, once, and another one remains', async () => {
    const { recoveryCodes } = await withSecondFactor();
    const recoveryCode = recoveryCodes[3]!;
    expect(await outcome({ recoveryCode: recoveryCode.toLowerCase() })).toBe('signed in');
    expect(await outcome({ recoveryCode })).toBe('sign_in_failed');
    expect((await parts.accounts.find(user.id))!.recoveryCodesLeft).toBe(9);
  });

  test('that was shown but never confirmed is not asked for', async () => {
    await enrol(parts, user);
    expect(await outcome()).toBe('signed in');
  });

  test('is not guessed behind a session: tries wait, and who has one is asked at the sign-in', async () => {
    policy = { ...defaultPolicy, secondFactor: 'every-login' };
    const mine = await signIn(parts, as());
    const theirs = await signIn(parts, as({ address: '192.0.2.8' }));
    const { secret } = await enrol(parts, user);
    expect(secret).not.toBe('');
    const bytes = (await parts.accounts.credentialsOf(user.id))!.totpSecret!;
    const tryOne = ({ sessionId: id, restricted }: typeof mine, code: string) =>
      confirm(parts, { id, user, restricted }, code).then(
        () => 'in force',
        (error: { code?: string }) => error.code,
      );
    const wrong = codeOf(bytes, stepAt(now) + 100);
    const tries: (string | undefined)[] = [];
    for (let n = 0; n < 6; n += 1) tries.push(await tryOne(theirs, wrong));
    expect(tries).toEqual([...Array(5).fill('invalid_request'), 'too_many_tries']);
    now += 60_000;
    expect(await tryOne(mine, codeOf(bytes, stepAt(now)))).toBe('in force');
    now += 60_000;
    expect(await tryOne(theirs, codeOf(bytes, stepAt(now)))).toBe('conflict');
    const [session] = await database.sql`
      select restricted, ended_at from user_session where id = ${theirs.sessionId}`;
    expect([session!['restricted'], session!['ended_at']]).toEqual([true, expect.any(Date)]);
  });

  test('cannot be replaced while it is in force', async () => {
    await withSecondFactor();
    const known = (await parts.accounts.find(user.id))!;
    await expect(enrol(parts, known)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('[cap 2] the tenant that asks everybody for a second factor', () => {
  test('lets who has none in to set it up, and to nothing else', async () => {
    policy = { ...policy, secondFactor: 'every-login' };
    const { token, restricted, sessionId } = await signIn(parts, as());
    expect(restricted).toBe(true);
    await enrol(parts, user);
    const { totpSecret } = (await parts.accounts.credentialsOf(user.id))!;
    const session = (await parts.sessions.find(hashToken(token)))!;
    await confirm(parts, { ...session, id: sessionId }, codeOf(totpSecret!, stepAt(now)));
    expect((await parts.sessions.find(hashToken(token)))!.restricted).toBe(false);
  });

  test('every 30 days: a device that showed it is not asked again until then', async () => {
    policy = { ...policy, secondFactor: '30-days' };
    const { bytes } = await withSecondFactor();
    const { device } = await signIn(parts, as({ code: codeOf(bytes, stepAt(now)) }));
    expect(device).not.toBeNull();
    expect(await outcome({ device: device! })).toBe('signed in');
    expect(await outcome({ device: randomBytes(32).toString('base64url') })).toBe(
      'second_factor_needed',
    );
    now += 30 * day;
    expect(await outcome({ device: device! })).toBe('signed in');
    now += 1_000;
    expect(await outcome({ device: device! })).toBe('second_factor_needed');
    expect(await outcome()).toBe('second_factor_needed');
  });

  test('at every sign-in: no device is remembered', async () => {
    policy = { ...policy, secondFactor: 'every-login' };
    const { bytes } = await withSecondFactor();
    const { device } = await signIn(parts, as({ code: codeOf(bytes, stepAt(now)) }));
    expect(device).toBeNull();
  });
});

describe('[cap 5] a password with an age', () => {
  test('has to be changed after its days, for one that was not used before', async () => {
    policy = { ...policy, password: { profile: 'nist', maxAgeDays: 60 } };
    now += 60 * day;
    expect(await outcome()).toBe('signed in');
    now += 1;
    expect(await outcome()).toBe('password_too_old');
    expect(await outcome({ newPassword: 'short' })).toBe('invalid_request');
    expect(await outcome({ newPassword: password })).toBe('invalid_request');
    const newPassword = 'nine ducks under a bridge';
    expect(await outcome({ newPassword })).toBe('signed in');
    expect(await outcome()).toBe('sign_in_failed');
    now += 61 * day;
    expect(await outcome({ password: newPassword, newPassword: password })).toBe('invalid_request');
  });

  test('is never too old where no age is set', async () => {
    now += 5_000 * day;
    expect(await outcome()).toBe('signed in');
  });
});
