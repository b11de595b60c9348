import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outgoing } from '../../../../src/core/recipients/outgoing.ts';
import { shippedRecipients } from '../../../../src/core/recipients/shipped.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
const outgoing: Outgoing[] = [];
beforeAll(async () => {
  server = await startApi();
  Object.assign(server.parts.recipientParts, { outgoing: async () => outgoing });
  key = await server.key(['registers:read', 'registers:write']);
});
afterAll(() => server.close());

const path = '/v1/recipients';
const crm = {
  id: 'crm',
  company: 'Example CRM Ltd',
  hosts: ['crm.example.com'],
  purpose: 'is told of calls',
  data: ['ids'],
  region: 'European Union',
  retention: '30 days',
  since: '2026-11-22',
};
const get = async () => (await server.get(path, key)).body;
const put = (recipients: readonly object[], version: number) =>
  server.send('put', path, key, { recipients, version });

describe('the register of recipients', () => {
  test('begins as it is shipped, and each change is a version with its differences', async () => {
    const shipped = { recipients: shippedRecipients, version: 0, by: null, at: null };
    expect(await get()).toEqual(shipped);
    const first = await put([...shippedRecipients, crm], 0);
    expect([first.status, first.body.version]).toEqual([200, 1]);
    expect((await put([], 0)).status).toBe(409);
    await put([...shippedRecipients, { ...crm, region: 'Ireland' }], 1);
    const { data } = (await server.get(`${path}/versions`, key)).body;
    const told = data.map((one: { version: number; differences: object[] }) => [
      one.version,
      one.differences,
    ]);
    expect(told).toEqual([
      [2, [{ id: 'crm', field: 'region', before: 'European Union', after: 'Ireland' }]],
      [1, [{ id: 'crm', field: 'all', before: null, after: crm }]],
      [0, []],
    ]);
  });

  test('keeps an entry whose host is in use', async () => {
    outgoing.push({ way: 'webhook', from: 'webhook 1', host: 'crm.example.com' });
    const { version } = await get();
    const { status, body } = await put([...shippedRecipients], version);
    expect([status, body.detail]).toEqual([
      409,
      'webhook 1 leads to crm.example.com, which no entry of the recipients names',
    ]);
    expect((await get()).version).toBe(version);
    outgoing.length = 0;
    expect((await put([...shippedRecipients], version)).status).toBe(200);
  });

  test('is mended entry by entry where more than one is missing', async () => {
    outgoing.push(
      { way: 'webhook', from: 'webhook 1', host: 'crm.example.com' },
      { way: 'sign-in', from: 'OIDC_ISSUER', host: 'login.example.com' },
    );
    const { version } = await get();
    expect((await put([...shippedRecipients, crm], version)).status).toBe(200);
    outgoing.length = 0;
  });

  test.each([
    [{ ...crm, id: 'C R M' }, 'body.recipients.0.id'],
    [{ ...crm, hosts: ['https://crm.example.com'] }, 'body.recipients.0.hosts.0'],
    [{ ...crm, data: ['everything'] }, 'body.recipients.0.data.0'],
    [{ ...crm, since: 'always' }, 'body.recipients.0.since'],
    [{ ...crm, since: '2026-02-30' }, 'body.recipients.0.since'],
    [{ ...crm, owner: 'me' }, 'body.recipients.0'],
  ])('refuses %j', async (entry, where) => {
    const { status, body } = await put([entry], (await get()).version);
    expect([status, body.mistakes[0].path]).toEqual([422, where]);
  });
});

describe('a webhook', () => {
  test('to a host without an entry is refused', async () => {
    const hooks = await server.key(['webhooks:write']);
    Object.assign(server.parts.webhookParts, { mayReach: (host: string) => host === 'a.test' });
    const add = (url: string) => server.send('post', '/v1/webhooks', hooks, { url });
    const { status, body } = await add('https://b.test/told');
    expect([status, body.mistakes[0]]).toEqual([
      422,
      {
        path: 'body.url',
        what: 'leads to a host that no entry of the recipients names',
        allowed: 'hosts of GET /v1/recipients',
      },
    ]);
    expect((await add('https://a.test/told')).status).toBe(201);
  });
});
