/** What is encrypted on its way, by the settings alone. */
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { protectionChecks } from '../../src/core/doctor/protection-checks.ts';
import { waysOf } from '../../src/main/ways.ts';

const wayCheck = protectionChecks.find(({ of }) => of === 14);

/** Only ways are looked at; the rest of the facts has no part in it. */
const found = (environment: Record<string, string>) =>
  wayCheck?.look(waysOf(readConfig(environment)) as Parameters<typeof wayCheck.look>[0]);

describe('the doctor [cap 14]', () => {
  test.each<[string, Record<string, string>]>([
    ['nothing set', {}],
    ['a server on loopback of IPv6', { HOST: '::1' }],
    ['a server behind a proxy', { PUBLIC_URL: 'https://voice.example.com', HOST: '0.0.0.0' }],
    ['a database here', { DATABASE_URL: 'postgres://u:p@127.0.0.1:5432/consentry' }],
    ['a database by its socket', { DATABASE_URL: 'postgres:///consentry' }],
    [
      'a database over TLS',
      { DATABASE_URL: 'postgres://u:p@db.example.com/consentry?sslmode=require' },
    ],
    [
      'a database whose certificate is checked',
      { DATABASE_URL: 'postgres://u:p@db.example.com/consentry?sslmode=verify-full' },
    ],
    ['Redis here', { REDIS_URL: 'redis://localhost:6379' }],
    ['Redis over TLS', { REDIS_URL: 'rediss://cache.example.com' }],
  ])('passes %s', (_, environment) => {
    expect(found(environment)).toMatchObject({ state: 'pass', mend: null });
  });

  test.each<[string, string, Record<string, string>]>([
    [
      'a far database without sslmode',
      'DATABASE_URL',
      { DATABASE_URL: 'postgres://u:p@db.example.com/consentry' },
    ],
    ...(['disable', 'allow', 'prefer'] as const).map(
      (mode): [string, string, Record<string, string>] => [
        `a far database with sslmode=${mode}`,
        'DATABASE_URL',
        { DATABASE_URL: `postgres://u:p@db.example.com/consentry?sslmode=${mode}` },
      ],
    ),
    [
      'several databases of which one is far',
      'DATABASE_URL',
      { DATABASE_URL: 'postgres://u:p@127.0.0.1,db.example.com/consentry' },
    ],
    ['a server on every address', 'PUBLIC_URL', { HOST: '0.0.0.0' }],
    ['a server on every address of IPv6', 'PUBLIC_URL', { HOST: '::' }],
    ['Redis elsewhere', 'REDIS_URL', { REDIS_URL: 'redis://:secret@cache.example.com:6379' }],
  ])('fails %s, and repeats no address', (_, name, environment) => {
    const finding = found(environment);
    expect(finding?.state).toBe('fail');
    expect(finding?.says).toBe(`${name} is not encrypted`);
    expect(finding?.mend).toContain('sslmode=require');
  });
});

describe('settings [cap 14]', () => {
  const sid = 'AC00000000000000000000000000000000';
  test.each<[string, Record<string, string>]>([
    ['a public address, so that sound never comes by ws:', { PUBLIC_URL: 'http://a.example.com' }],
    ['an address of a network, without a public one', { HOST: '10.0.0.5' }],
    [
      'the carrier',
      { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: 'x', TWILIO_API_URL: 'http://a.example.com' },
    ],
    [
      'a sign-in provider',
      { OIDC_ISSUER: 'http://a.example.com', OIDC_CLIENT_ID: 'c', OIDC_CLIENT_SECRET: 's' },
    ],
  ])('refuse plain http for %s', (_, environment) => {
    expect(() => readConfig(environment)).toThrow(/https: origin/);
    const local = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replace('a.example.com', '127.0.0.1:8080').replace('10.0.0.5', '127.0.0.2'),
      ]),
    );
    expect(() => readConfig(local)).not.toThrow();
  });
});
