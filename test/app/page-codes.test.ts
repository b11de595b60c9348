/** Codes of the public pages: who gets them, and who can have them right. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPages } from '../../src/adapters/postgres/pages.ts';
import { askForCode, isRightCode, type PageCodeParts } from '../../src/app/page-codes.ts';
import { pageLimits } from '../../src/app/page-limits.ts';
import { makeTenant, random } from '../support/desk.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let parts: PageCodeParts;
let codes: string[];
beforeAll(async () => {
  database = await testDatabase();
  const { cipher } = await makeTenant(database.sql);
  codes = [];
  const at = Date.UTC(2026, 2, 4, 12);
  parts = {
    pages: createPages(database.sql),
    cipher,
    sender: { send: async (_, code) => void codes.push(code) },
    // A drawn code is always the same, so that one that was not sent is known here all the same.
    random: {
      ...random,
      bytes: (count) => (count < 32 ? Buffer.alloc(count, 1) : randomBytes(count)),
    },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    clock: { now: () => at, monotonic: () => at },
  };
});
afterAll(() => database.close());

test('a code is right once; one that was not sent, because enough were, is never right', async () => {
  const number = '+14155550123';
  const { max } = pageLimits['code-number'];
  const asked: string[] = [];
  for (let n = 0; n <= max; n += 1) asked.push(await askForCode(parts, number, 'text'));
  expect(codes).toHaveLength(max);
  const [code = ''] = codes;
  expect(new Set(codes)).toEqual(new Set([code]));
  const [first = ''] = asked;
  expect(await isRightCode(parts, first, code)).toBe(true);
  expect(await isRightCode(parts, first, code)).toBe(false);
  expect(await isRightCode(parts, asked.at(-1) ?? '', code)).toBe(false);
});
