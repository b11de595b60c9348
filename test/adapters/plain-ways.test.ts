/** No way out of this program is taken in the clear: for each there is, what it does when told to. */
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mailSender } from '../../src/adapters/mail/send.ts';
import { openIdClient } from '../../src/adapters/openid/client.ts';
import { openPool } from '../../src/adapters/postgres/pool.ts';
import { originClient } from '../../src/adapters/twilio/origin-client.ts';
import { messageSender } from '../../src/adapters/webhooks/send.ts';
import { type WayOut, waysOut } from '../../src/core/recipients/outgoing.ts';
import { mailServer } from '../support/mail-server.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

/** An address of this machine that others can reach, too: somebody could listen in between. */
const outside =
  Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '';

let connections = 0;
let origin = '';
const listener = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
let database: TestDatabase;
beforeAll(async () => {
  await new Promise<void>((resolve) => listener.listen(0, resolve));
  const address = listener.address();
  origin = `http://${outside}:${typeof address === 'object' ? address?.port : ''}`;
  database = await testDatabase();
});
afterAll(async () => {
  listener.close();
  await database.close();
});

beforeEach(() => {
  connections = 0;
});

const all = () => true;

/** Each must reject, or answer that nobody was reached. */
const tries: Readonly<Record<Exclude<WayOut, 'sftp'>, () => Promise<unknown>>> = {
  carrier: async () =>
    originClient(origin, 1_000).request({ method: 'get', uri: 'https://api.twilio.com/' } as never),
  'sign-in': () =>
    openIdClient({
      issuer: origin,
      clientId: 'c',
      clientSecret: 's',
      redirectUri: 'https://voice.example.com/sign-in/openid',
      mayReach: all,
    }).begin(),
  webhook: async () => {
    const send = messageSender({ allowsLocal: true, mayReach: all });
    const status = await send({ url: `${origin}/`, headers: {}, body: '{}' });
    if (status === null) throw new Error('nobody was reached');
  },
  mail: async () => {
    // Nobody offers TLS there either, at an address that is taken for another machine's.
    const server = await mailServer({}, '127.0.0.2');
    const from = 'privacy@muster.example';
    const message = { to: 'ada@example.com', subject: 'S', text: 'T', id: 'an-id' };
    await mailSender({ url: server.url, from }, all)(message).finally(() => server.close());
  },
  database: async () => {
    // Nobody offers TLS there, and whoever is asked for it must not go on without.
    const { sql, end } = openPool(
      `${database.url}?sslmode=require`,
      { statements: 1, transactions: 1 },
      { connect_timeout: 2, onnotice: () => {} },
    );
    await sql`select 1`.finally(() => end(1));
  },
};

describe('[cap 14] a way out', () => {
  test('is one of those that are tried here; sftp is encrypted, or it is no ssh', () => {
    expect(outside).not.toBe('');
    expect([...Object.keys(tries), 'sftp'].sort()).toEqual([...waysOut].sort());
  });

  test.each(Object.entries(tries))('to the %s is not taken in the clear', async (_, attempt) => {
    await expect(attempt()).rejects.toThrow();
    expect(connections).toBe(0);
  });

  test('would be seen here if it were taken', async () => {
    await expect(fetch(origin)).rejects.toThrow();
    expect(connections).toBe(1);
    const sql = postgres(database.url, { max: 1 });
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
    await sql.end();
  });
});
