import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mailSender } from '../../../src/adapters/mail/send.ts';
import { type MailServer, mailServer } from '../../support/mail-server.ts';

let server: MailServer;
beforeAll(async () => {
  server = await mailServer({
    authOptional: false,
    // On loopback the names and passwords of tests may go in the clear.
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, callback) =>
      username === 'us er' && password === 'p@ss:word'
        ? callback(null, { user: username })
        : callback(new Error('wrong')),
  });
});
afterAll(() => server.close());

const from = 'privacy@muster.example';
const message = { to: 'ada@example.com', subject: 'S', text: 'T', id: 'an-id' };
const withName = (name: string) => server.url.replace('//', `//${name}@`);

test('signs in with the name and password of the address', async () => {
  const send = mailSender({ url: withName('us%20er:p%40ss%3Aword'), from }, () => true);
  await send(message);
  expect(server.mails.at(-1)).toMatchObject({ from, to: [message.to] });
});

test('says nothing of the address or the password where it fails', async () => {
  server.refuse(true);
  for (const name of ['user:secret', 'us%20er:p%40ss%3Aword']) {
    const send = mailSender({ url: withName(name), from }, () => true);
    const thrown = await send(message).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'unavailable' });
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toMatch(/ada@|secret|p@ss/);
  }
  server.refuse(false);
});

test('sends nothing in the clear to another machine', async () => {
  const other = await mailServer({}, '127.0.0.2');
  try {
    const send = mailSender({ url: other.url, from }, () => true);
    await expect(send(message)).rejects.toMatchObject({ code: 'unavailable' });
    expect(other.mails).toEqual([]);
  } finally {
    await other.close();
  }
});

test('sends nothing to a host that the register of recipients does not name', async () => {
  const before = server.mails.length;
  const hosts: string[] = [];
  const send = mailSender({ url: withName('us%20er:p%40ss%3Aword'), from }, (host) => {
    hosts.push(host);
    return false;
  });
  await expect(send(message)).rejects.toMatchObject({ code: 'unavailable' });
  expect([hosts, server.mails.length]).toEqual([['127.0.0.1'], before]);
});

test('a line break in a subject or an address is no header, and no second recipient', async () => {
  const send = mailSender({ url: withName('us%20er:p%40ss%3Aword'), from }, () => true);
  await send({ ...message, subject: 'S\r\nBcc: eve@example.com' });
  const sent = server.mails.at(-1)!;
  expect([sent.to, sent.headers['bcc']]).toEqual([[message.to], undefined]);
  const before = server.mails.length;
  await send({ ...message, to: 'ada@example.com, eve@example.com' }).catch(() => {});
  for (const { to } of server.mails.slice(before)) expect(to).not.toContain('eve@example.com');
});
