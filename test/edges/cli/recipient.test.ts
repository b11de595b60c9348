import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSettings } from '../../../src/adapters/postgres/settings.ts';
import { defaultSettings } from '../../../src/app/settings.ts';
import type { Outgoing } from '../../../src/core/recipients/outgoing.ts';
import type { CommandStores } from '../../../src/edges/cli/parts.ts';
import { clock, makeTenant } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import { consentry, jsonLines } from './console.ts';

let database: TestDatabase;
let stores: Partial<CommandStores>;
const outgoing: Outgoing[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  outgoing.length = 0;
  const tenant = await makeTenant(database.sql);
  const settings = createSettings(database.sql, tenant.id, defaultSettings);
  stores = { recipients: { settings, clock, outgoing: async () => outgoing } };
});

const recipient = (...args: readonly string[]) => consentry({ stores }, 'recipient', ...args);
const crm = [
  ...['crm', '--company', 'Example CRM Ltd', '--host', 'crm.example.com, *.eu.example.com'],
  ...['--data', 'ids', '--purpose', 'is told of calls', '--region', 'EU', '--retention', '30 days'],
];

test('an entry is added, changed field by field, shown and taken out', async () => {
  expect((await recipient('list')).out).toMatch(/^ID +COMPANY.*\ntwilio +Twilio Inc\./);
  const added = JSON.parse((await recipient('set', ...crm, '--json')).out);
  expect(added.recipients.at(-1)).toEqual({
    id: 'crm',
    company: 'Example CRM Ltd',
    hosts: ['crm.example.com', '*.eu.example.com'],
    purpose: 'is told of calls',
    data: ['ids'],
    region: 'EU',
    retention: '30 days',
    since: null,
  });
  await recipient('set', 'crm', '--region', 'Ireland', '--since', '2026-11-22');
  const list = (await recipient('list')).out;
  expect(list).toMatch(/crm +Example CRM Ltd +ids +Ireland +2026-11-22 +crm\.example\.com/);
  expect((await recipient('remove', 'crm')).code).toBe(0);
  const { out } = await recipient('list', '--versions');
  expect(out).toMatch(/3 .* crm +removed\n2 .* crm +region +EU +Ireland\n.*\n1 .* crm +added/s);
  const versions = jsonLines((await recipient('list', '--versions', '--json')).out);
  expect(versions.map(({ version, by }) => [version, by])).toEqual([
    [3, 'operator'],
    [2, 'operator'],
    [1, 'operator'],
    [0, null],
  ]);
});

test.each([
  [['set', 'crm', '--company', 'X'], 2, /needs --data|needs --purpose/],
  [['set', 'twilio', '--data', 'gossip'], 2, /gossip/],
  [['set', 'twilio', '--host', 'https://x'], 1, /hosts\.0/],
  [['remove', 'nobody'], 1, /no entry/],
])('%j is refused', async (args, code, says) => {
  const ran = await recipient(...args);
  expect([ran.code, ran.err]).toEqual([code, expect.stringMatching(says)]);
});

test('an entry that is in use stays', async () => {
  outgoing.push({ way: 'carrier', from: 'TWILIO_ACCOUNT_SID', host: 'api.twilio.com' });
  const ran = await recipient('remove', 'twilio');
  expect([ran.code, ran.err]).toEqual([1, expect.stringMatching(/api\.twilio\.com/)]);
});
