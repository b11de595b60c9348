/** A webhook as the carrier would send it, for what no call of the loopback carrier leads to. */
import { signature } from '../../src/carrier/carrier.ts';
import type { TestServer } from '../support/server.ts';

export function carrierPost(
  server: TestServer,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Response> {
  const { url, account } = server.server;
  const all = { AccountSid: account.sid, ApiVersion: '2010-04-01', ...fields };
  const target = `${url}${path}`;
  return fetch(target, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': signature(account.authToken, target, Object.entries(all)),
    },
    body: new URLSearchParams(all).toString(),
  });
}
