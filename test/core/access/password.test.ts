import { describe, expect, test } from 'vitest';
import { afterFailure, type Failures, nextTryAt } from '../../../src/core/access/lock-out.ts';
import {
  isTooOld,
  type PasswordPolicy,
  passwordFaults,
} from '../../../src/core/access/password.ts';

const nist: PasswordPolicy = { profile: 'nist', maxAgeDays: null };
const composition: PasswordPolicy = { profile: 'composition', maxAgeDays: null };
const owner = { email: 'ann.meyer@example.com', name: 'Ann Meyer', secondFactor: true };
const alone = { ...owner, secondFactor: false };

describe('[cap 4] the profile nist', () => {
  test.each([
    ['eight characters with a second factor', 'vbtmqjrx', owner, 0],
    ['seven', 'vbtmqjr', owner, 1],
    ['eight as the only factor', 'vbtmqjrx', alone, 1],
    ['fifteen as the only factor', 'vbtmqjrxkwzhpld', alone, 0],
    ['a sentence with spaces', 'two goats and a lantern', alone, 0],
    ['letters of any script', 'девять коз и фонарь', alone, 0],
    ['characters are counted, not bytes', '🐐🐐🐎🐖🐏🐄🐂', owner, 1],
    ['sixty-four characters', 'two goats and a lantern '.repeat(3).slice(0, 64), alone, 0],
    ['more than anybody types', 'xy'.repeat(200), owner, 1],
    ['no digits or symbols needed', 'lanternlessgoats', alone, 0],
  ])('%s', (_, password, whose, faults) => {
    expect(passwordFaults(password, nist, whose)).toHaveLength(faults);
  });
});

describe('[cap 4] the profile composition', () => {
  test.each([
    ['vB7!mqjr', []],
    ['vb7!mqjr', ['needs an upper-case letter']],
    ['VB7!MQJR', ['needs a lower-case letter']],
    ['vBt!mqjr', ['needs a digit']],
    ['vB7tmqjr', ['needs a symbol']],
    ['vB7!mqj', ['has 7 characters; at least 8 are needed']],
    ['ÄöЖ٣€mqj', []],
  ])('%s', (password, faults) => {
    expect(passwordFaults(password, composition, alone)).toEqual(faults);
  });
});

test.each([
  'password',
  'Password1!',
  'P@ssw0rd2026',
  'passwordpassword',
  'Correct Horse Battery Staple',
  'correcthorsebatterystaple',
  'qwertyuiopasdfghjkl',
  'Consentry2026!',
  'consentryconsentry',
  'ann.meyer',
  'Meyer-2026!',
  'AnnMeyer1!',
  'aaaaaaaaaaaaaaaaaaaa',
  'abcdefghijklmnop',
  '9876543210',
])('%s is refused in both profiles', (password) => {
  const common = /tried first|made of|a row of/;
  for (const policy of [nist, composition]) {
    const faults = passwordFaults(password, policy, owner);
    expect(faults.some((fault) => common.test(fault))).toBe(true);
  }
});

test('a password is too old after its days, if a number of days is set', () => {
  const day = 86_400_000;
  const policy = { ...nist, maxAgeDays: 60 };
  expect(isTooOld(policy, 0, 60 * day)).toBe(false);
  expect(isTooOld(policy, 0, 60 * day + 1)).toBe(true);
  expect(isTooOld(nist, 0, 10_000 * day)).toBe(false);
});

describe('who fails to sign in', () => {
  function failing(kind: 'account' | 'address', times: number): { waited: number; at: number } {
    let failures: Failures | null = null;
    let at = 1_000_000;
    for (let n = 0; n < times; n += 1) {
      at = Math.max(at, nextTryAt(kind, failures));
      failures = afterFailure(failures, at);
    }
    return { waited: at - 1_000_000, at: nextTryAt(kind, failures) };
  }

  test('may mistype a few times, then waits longer each time', () => {
    expect(failing('account', 5).waited).toBe(0);
    expect(failing('account', 6).waited).toBe(5_000);
    expect(failing('account', 7).waited).toBe(15_000);
    expect(failing('address', 20).waited).toBe(0);
    expect(failing('address', 21).waited).toBe(5_000);
  });

  test('needs more than twenty hours for a hundred tries', () => {
    expect(failing('account', 100).waited).toBeGreaterThan(20 * 3_600_000);
  });

  test('begins anew after a day without a try', () => {
    const many = { count: 50, lastAt: 0 };
    expect(afterFailure(many, 86_400_000).count).toBe(51);
    expect(afterFailure(many, 86_400_001).count).toBe(1);
  });
});
