import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

const sid = `AC${'0'.repeat(32)}`;

test('without settings everything runs on embedded defaults', () => {
  expect(readConfig({})).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    publicUrl: null,
    databaseUrl: null,
    account: null,
    durability: 'process',
  });
});

test.each([
  ['PORT', { PORT: 'eighty' }, /PORT: give a number from 0 to 65535/],
  ['PORT', { PORT: '70000' }, /PORT: give a number from 0 to 65535/],
  ['PUBLIC_URL', { PUBLIC_URL: 'voice.example.com' }, /PUBLIC_URL: give an origin/],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://voice.example.com/?a=1' }, /PUBLIC_URL: give an origin/],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://x' }, /DATABASE_URL: give a postgres/],
  ['BOOTSTRAP_API_KEY', { BOOTSTRAP_API_KEY: 'short' }, /BOOTSTRAP_API_KEY: give 32 or more/],
  ['TWILIO_ACCOUNT_SID', { TWILIO_ACCOUNT_SID: 'me', TWILIO_AUTH_TOKEN: 'x' }, /give AC and 32/],
  ['half an account', { TWILIO_ACCOUNT_SID: sid }, /together, or neither/],
  [
    'an API without an account',
    { TWILIO_API_URL: 'https://api.example.com' },
    /set all three or none/,
  ],
  [
    'a plain API elsewhere',
    { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: 'x', TWILIO_API_URL: 'http://api.example.com' },
    /http: is for loopback/,
  ],
  ['half a provider', { OIDC_ISSUER: 'https://id.example.com' }, /OIDC_CLIENT_ID.* together/],
  ['a plain provider', { OIDC_ISSUER: 'http://id.example.com' }, /OIDC_ISSUER: .*loopback/],
  ['API_PER_SECOND', { API_PER_SECOND: 'fast' }, /API_PER_SECOND: give requests a second/],
  ['half a mail server', { SMTP_URL: 'smtps://mail.example.com' }, /MAIL_FROM together/],
  [
    'mail server',
    { SMTP_URL: 'mail.example.com', MAIL_FROM: 'a@b.example' },
    /SMTP_URL: give smtps/,
  ],
  [
    'sender',
    { SMTP_URL: 'smtps://mail.example.com', MAIL_FROM: 'Ann <a@b.example>' },
    /MAIL_FROM: give an address/,
  ],
  ['DURABILITY', { DURABILITY: 'always' }, /DURABILITY/],
] as const)(
  'a wrong %s stops the start with a line that says what is allowed',
  (_, environment, text) => {
    expect(() => readConfig(environment)).toThrow(text);
  },
);

test('a rate of 0 is none', () => {
  expect(readConfig({}).apiRates).toEqual({ known: 1_000, unknown: 200 });
  const free = { API_PER_SECOND: '0', API_PER_SECOND_UNKNOWN: '0' };
  expect(readConfig(free).apiRates).toEqual({ known: null, unknown: null });
});

test('every wrong setting is named at once, and no value is repeated', () => {
  const wrong = { PORT: 'eighty', BOOTSTRAP_API_KEY: 'hunter2' };
  expect(() => readConfig(wrong)).toThrow(/PORT[\s\S]*BOOTSTRAP_API_KEY/);
  expect(() => readConfig(wrong)).not.toThrow(/hunter2/);
});

test('a secret may come from a file, but not from two places', () => {
  const dir = mkdtempSync(join(tmpdir(), 'consentry-config-'));
  const file = join(dir, 'token');
  writeFileSync(file, 'from a file\n');
  const account = { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN_FILE: file };
  expect(readConfig(account).account?.authToken).toBe('from a file');
  expect(() => readConfig({ ...account, TWILIO_AUTH_TOKEN: 'too' })).toThrow(/both set/);
  rmSync(dir, { recursive: true });
  expect(() => readConfig(account)).toThrow(/cannot be read/);
});
