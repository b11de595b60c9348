import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createKeyStore } from '../../../src/adapters/postgres/api-keys.ts';
import { createLineStore } from '../../../src/adapters/postgres/lines.ts';
import { hashKey } from '../../../src/app/api-keys.ts';
import type { CallLine } from '../../../src/app/call-parts.ts';
import type { CommandStores } from '../../../src/edges/cli/parts.ts';
import { clock, makeTenant, random } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import { consentry, jsonLines, lines } from './console.ts';

let database: TestDatabase;
let stores: Partial<CommandStores>;
let fallbacks: CallLine[];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const tenant = await makeTenant(database.sql);
  fallbacks = [];
  const flows = {
    names: () => ['inbound', 'inbound-speech'],
    locales: (name: string) => (name === 'inbound' ? ['en'] : ['en', 'de']),
  };
  const store = createLineStore(database.sql);
  stores = {
    tenantId: tenant.id,
    lines: { lines: store, ciphers: () => tenant.cipher, flows, clock, random },
    keys: { keys: createKeyStore(database.sql), clock, random },
    fallbackDocument: (line) => {
      fallbacks.push(line);
      return '<?xml version="1.0"?>\n<Response/>\n';
    },
  };
});

const number = '+4930123456';
const line = (...args: readonly string[]) => consentry({ stores }, 'line', ...args);
const set = async (...args: readonly string[]) =>
  JSON.parse((await line('set', ...args, '--json')).out);

test('a new line begins with the built-in settings, and keeps what is not given', async () => {
  expect(await set(number)).toMatchObject({ number, flow: 'inbound', locale: 'en', agent: null });
  await set(number, '--controller', 'Example Ltd', '--agent', '+49 30 123457');
  expect(await set(number, '--flow', 'inbound-speech', '--locale', 'de')).toEqual({
    number,
    flow: 'inbound-speech',
    locale: 'de',
    controller: 'Example Ltd',
    agent: '+4930123457',
    team: null,
    default: false,
    updatedAt: expect.stringMatching(/Z$/),
  });
  expect(await set(number, '--no-agent')).toMatchObject({
    agent: null,
    controller: 'Example Ltd',
  });
});

test('belongs to a team until it is given to another or to none', async () => {
  expect(await set(number, '--team', ' Nord ')).toMatchObject({ team: 'Nord' });
  expect(await set(number, '--controller', 'Example Ltd')).toMatchObject({ team: 'Nord' });
  expect((await line('show', number)).out).toMatch(/team\s+Nord/);
  expect(await set(number, '--no-team')).toMatchObject({ team: null });
  const both = await line('set', number, '--team', 'a', '--no-team');
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('exclude each other')]);
  const long = await line('set', number, '--team', 'x'.repeat(61));
  expect(long.err).toContain('team: is no name of a team; allowed: 1 to 60 characters, or null');
});

test('with a default line a new one begins with its settings, and is not the default', async () => {
  await set(number, '--controller', 'Example Ltd', '--agent', '+4930123457', '--default');
  const other = await set('+4930123499', '--flow', 'inbound-speech');
  expect(other).toMatchObject({ controller: 'Example Ltd', agent: '+4930123457', default: false });
  expect(await set('+4930123499', '--default')).toMatchObject({ default: true });
  expect(jsonLines((await line('list', '--json')).out)).toMatchObject([
    { number, default: false },
    { number: '+4930123499', default: true },
  ]);
});

test('every mistake is named at once, and nothing is changed', async () => {
  const { code, out, err } = await line('set', number, '--flow', 'inbond', '--agent', 'nobody');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^consentry: flow: .*allowed: inbound, inbound-speech \| agent: .*\n$/);
  expect(await line('show', number)).toMatchObject({ code: 1, out: '' });
});

test('lines are shown as a table, one by one, and as nothing', async () => {
  expect(await line('list')).toMatchObject({ code: 0, out: '' });
  await set(number, '--controller', 'Example Ltd');
  expect(lines((await line('list')).out)).toEqual([
    'NUMBER       FLOW     LOCALE  AGENT  TEAM  DEFAULT  CONTROLLER',
    '+4930123456  inbound  en      -      -     -        Example Ltd',
  ]);
  const { out } = await line('show', '+49 30 123456');
  expect(out).toContain('controller  Example Ltd\nagent       nobody is dialled\n');
  expect(JSON.parse((await line('show', number, '--json')).out)).toMatchObject({ number });
});

test('the fallback document is what a caller of the number gets, ready to be a file', async () => {
  await set(number, '--controller', 'Example Ltd', '--agent', 'sip:desk@example.com');
  const { code, out, err } = await line('fallback', number);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe('<?xml version="1.0"?>\n<Response/>\n');
  const json = JSON.parse((await line('fallback', '+4930123499', '--json')).out);
  expect(json).toEqual({ number: '+4930123499', document: expect.stringContaining('<Response/>') });
  expect(fallbacks).toMatchObject([
    { number, controller: 'Example Ltd', agent: 'sip:desk@example.com' },
    { number: '+4930123499', agent: null, locale: 'en' },
  ]);
});

test('a key is printed once, kept as its hash, and revoked', async () => {
  const key = (...args: readonly string[]) => consentry({ stores }, 'key', ...args);
  expect(await key('list')).toMatchObject({ code: 0, out: '', err: 'there are no API keys\n' });

  const made = await key('create', '--name', 'reporting', '--scopes', 'ledger:read, calls:read');
  expect(made).toMatchObject({ code: 0 });
  expect(made.out).toMatch(/^csk_[\w-]{43}\n$/);
  const found = await stores.keys?.keys.find(hashKey(made.out.trim()));
  expect(found).toMatchObject({ name: 'reporting', scopes: ['calls:read', 'ledger:read'] });

  const second = await key('create', '--name', 'admin', '--scopes', 'admin', '--json');
  expect(JSON.parse(second.out)).toMatchObject({ name: 'admin', key: expect.any(String) });

  const listed = await key('list');
  expect(lines(listed.out)).toHaveLength(3);
  expect(listed.out).not.toContain('csk_');
  const id = String(found?.id);
  expect(await key('revoke', id, '--json')).toMatchObject({
    code: 0,
    out: `{"id":"${id}","revoked":true}\n`,
  });
  expect(jsonLines((await key('list', '--json')).out)).toMatchObject([{ name: 'admin' }]);
  expect(await key('revoke', randomUUID())).toMatchObject({ code: 1 });
  const reserved = await key('create', '--name', 'bootstrap', '--scopes', 'admin');
  expect(reserved).toMatchObject({ code: 1, out: '' });
  expect((await key('create', '--name', 'a\nb', '--scopes', 'admin')).code).toBe(2);
});
