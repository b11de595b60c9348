/** Nothing is reached that stands in no entry, and receipts say who may get something of a caller. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toldRecipients } from '../../src/core/recipients/recipient.ts';
import { shippedRecipients } from '../../src/core/recipients/shipped.ts';
import { isSealed, type TestServer, testServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

const targets = (host: string) => [
  {
    name: 'archive',
    host,
    user: 'consentry',
    hostKeys: [`SHA256:${'a'.repeat(43)}`],
    passwordFile: 'password',
    folder: '.',
  },
];
const openId = (issuer: string) => ({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: 'consentry',
  OIDC_CLIENT_SECRET: 'secret',
});
const entry = (id: string, host: string) => ({
  id,
  company: `${id} Ltd`,
  hosts: [host],
  purpose: 'a test',
  data: ['accounts'],
  region: 'European Union',
  retention: '30 days',
  since: null,
});
// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
const json = (answer: Response): Promise<any> => answer.json();
const register = async () => json(await server.api('/v1/recipients'));
async function write(...more: readonly object[]): Promise<number> {
  const { version } = await register();
  const body = JSON.stringify({ recipients: [...shippedRecipients, ...more], version });
  return (await server.api('/v1/recipients', { method: 'PUT', body })).status;
}

/** Starts and stops another process on the same database. */
async function start(environment: Record<string, string>): Promise<string> {
  try {
    const other = await testServer(environment, { beside: server });
    await other.close();
    return 'started';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('[cap 24] a server does not start', () => {
  test('with a sign-in provider that stands in no entry, and does with one that does', async () => {
    const settings = openId('https://login.example.com/tenant');
    expect(await start(settings)).toMatch(
      /^setting_invalid: OIDC_ISSUER leads to login\.example\.com, which no entry .*\n.*recipient set/,
    );
    expect(await write(entry('login', 'login.example.com'))).toBe(200);
    expect(await start(settings)).toBe('started');
    expect(await write()).toBe(200);
  });

  test('with a carrier elsewhere than where the register says', async () => {
    const settings = { TWILIO_API_URL: 'https://carrier.example.com' };
    expect(await start(settings)).toMatch(/TWILIO_API_URL leads to carrier\.example\.com/);
  });

  test('with a mail server that stands in no entry', async () => {
    const settings = { SMTP_URL: 'smtps://mail.example.com', MAIL_FROM: 'privacy@example.com' };
    expect(await start(settings)).toMatch(/SMTP_URL leads to mail\.example\.com/);
    expect(await write(entry('mail', 'mail.example.com'))).toBe(200);
    expect(await start(settings)).toBe('started');
    expect(await write()).toBe(200);
  });

  test('with a webhook that lost its entry', async () => {
    expect(await write(entry('crm', 'crm.example.com'))).toBe(200);
    const add = (url: string) =>
      server.api('/v1/webhooks', { method: 'POST', body: JSON.stringify({ url }) });
    let added = await add('https://crm.example.com/told');
    for (let tries = 0; added.status === 422 && tries < 40; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      added = await add('https://crm.example.com/told');
    }
    expect(added.status).toBe(201);
    expect((await add('https://other.example.com/told')).status).toBe(422);
    expect(await write()).toBe(409);
    await server.database.sql`
      insert into tenant_setting (tenant_id, name, version, value, by, at)
      select tenant_id, name, version + 1, '[]', by, at from tenant_setting
      where name = 'recipients' order by version desc limit 1`;
    expect(await start({})).toMatch(/webhook [-0-9a-f]{36} leads to crm\.example\.com/);
    await server.api(`/v1/webhooks/${(await json(added)).id}`, { method: 'DELETE' });
    expect(await start({})).toBe('started');
  });

  test('with an SFTP server that stands in no entry', async () => {
    // The same folder as the running server's would be refused for another reason.
    const started = testServer({}, { beside: server });
    const other = await started;
    writeFileSync(join(other.dir, 'sftp.json'), JSON.stringify(targets('sftp.example.com')));
    const doctor = await (await other.api('/v1/doctor')).json();
    expect(JSON.stringify(doctor)).toMatch(/target archive of DATA_DIR\/sftp\.json leads to/);
    await other.server.stop();
    expect(await start({ DATA_DIR: other.dir })).toMatch(
      /target archive of DATA_DIR\/sftp\.json leads to sftp\.example\.com/,
    );
  });
});

async function recipientsInReceipt() {
  const call = server.call({ caller: { answers: [{ press: '1' }] } });
  await call.when('stream-started');
  call.hangup();
  await call.ended;
  const view = await server.callView(call.callSid, isSealed);
  const grant = view.entries.find(({ kind }: { kind: string }) => kind === 'grant');
  for (let tries = 0; ; tries += 1) {
    const receipt = await server.api(`/v1/receipts/${grant.receiptId}`);
    if (receipt.ok) return (await json(receipt)).openings.recipients.value;
    if (tries === 50) throw new Error(`no receipt: ${receipt.status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('[cap 24] a receipt says who may get something of the caller, as the register said then', async () => {
  const coach = { ...entry('coach', 'coach.example.com'), data: ['voice'] } as const;
  expect(await write(coach, entry('crm', 'crm.example.com'))).toBe(200);
  const { id: _, hosts, data, since, ...told } = coach;
  const all = [...toldRecipients(shippedRecipients), told];
  // Every process knows a change within a second.
  let found = await recipientsInReceipt();
  for (let tries = 0; found.length !== all.length && tries < 20; tries += 1) {
    found = await recipientsInReceipt();
  }
  expect(found).toEqual(all);
});
