/** A question by e-mail, over a real SMTP server on this machine and back. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MailServer, mailServer } from '../support/mail-server.ts';
import { openPage, sendForm } from '../support/page.ts';
import { lineNumber, type TestServer, testServer } from '../support/server.ts';

let mail: MailServer;
let server: TestServer;
let number: string;
let made = 0;
beforeAll(async () => {
  mail = await mailServer();
  server = await testServer({ SMTP_URL: mail.url, MAIL_FROM: 'privacy@muster.example' });
  const settings = { flow: 'inbound', locale: 'en', controller: 'Müller & Söhne', default: true };
  const path = `/v1/lines/${encodeURIComponent(lineNumber)}`;
  expect((await send('PUT', path, settings)).status).toBe(200);
});
afterAll(async () => {
  await server.close();
  await mail.close();
});
beforeEach(async () => {
  made += 1;
  number = `+1415555${9500 + made}`;
  mail.refuse(false);
});

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
type Json = any;
const send = (method: string, path: string, body: object) =>
  server.api(path, { method, body: JSON.stringify(body) });
const json = async (answer: Promise<Response>): Promise<Json> => (await answer).json();
const get = (path: string) => json(server.api(path));
const person = () => `/v1/persons/${encodeURIComponent(number)}`;
const ask = () => send('POST', '/v1/email-requests', { number, purpose: 'survey' });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
async function known(): Promise<void> {
  // Whoever is asked is somebody that is known, and has an address.
  const body = { number, purpose: 'sale', kind: 'refused', channel: 'paper' };
  const at = new Date(Date.now() - 1_000).toISOString();
  expect((await send('POST', '/v1/choices', { ...body, at })).status).toBe(201);
  expect((await send('PATCH', person(), { email: 'ada@example.com' })).status).toBe(200);
}

describe('[cap 30] a question by e-mail', () => {
  test.each([
    ['yes', 'granted'],
    ['no', 'refused'],
  ] as const)(
    'goes by SMTP to the address that is known, and its %s comes back with the hash of what was sent',
    async (answer, kind) => {
      await known();
      const before = mail.mails.length;
      const question = await json(ask());
      const sent = mail.mails[before]!;
      expect([sent.from, sent.to]).toEqual(['privacy@muster.example', ['ada@example.com']]);
      expect(sent.headers['message-id']).toBe(`<${question.id}@muster.example>`);
      expect(sent.headers['auto-submitted']).toBe('auto-generated');
      expect(sent.text).not.toContain(number.slice(2));
      // What the API shows of it cannot be answered by whoever reads it there.
      const link = /http\S+\/privacy\/answer\/\S+/.exec(sent.text)![0];
      expect(JSON.stringify(question)).not.toContain(link);

      const done = await sendForm(await openPage(link), '/privacy/answer', { answer });
      expect(done.status).toBe(200);
      const choice = (await get(`${person()}/choices`)).history.at(-1);
      const evidence = sha256(`A question of Müller & Söhne\n\n${sent.text}`);
      expect(choice).toMatchObject({ kind, channel: 'email', document: evidence });
      const path = `/v1/receipts/${choice.receiptId}`;
      await expect.poll(async () => (await server.api(path)).status, { timeout: 5_000 }).toBe(200);
      expect(JSON.stringify(await get(path))).toContain(evidence);
    },
  );

  test('is answered in words, which a person reads; their hash is in the ledger', async () => {
    await known();
    const { id } = await json(ask());
    const text = 'From: Ada\r\n\r\nNo, please do not.';
    const kept = await json(send('POST', `/v1/email-requests/${id}/replies`, { text }));
    const [{ id: reply }] = kept.replies;
    const path = `/v1/email-requests/${id}/replies/${reply}`;
    expect((await send('PUT', path, { meaning: 'refused' })).status).toBe(200);
    const choice = (await get(`${person()}/choices`)).history.at(-1);
    expect(choice).toMatchObject({ kind: 'refused', channel: 'email', document: sha256(text) });
  });
});

test('what the mail server does not take was not asked, and nothing is told of the address', async () => {
  await known();
  mail.refuse(true);
  const refused = await ask();
  const text = await refused.text();
  expect([refused.status, text.includes('ada@')]).toEqual([503, false]);
  mail.refuse(false);
  expect((await ask()).status).toBe(201);
});

test('the same message is sent again to who has lost it, until it is answered', async () => {
  await known();
  const { id } = await json(ask());
  const again = await send('POST', `/v1/email-requests/${id}/send`, {});
  const [first, second] = mail.mails.slice(-2);
  expect([again.status, second!.text]).toEqual([200, first!.text]);
  const link = /http\S+\/privacy\/answer\/\S+/.exec(second!.text)![0];
  await sendForm(await openPage(link), '/privacy/answer', { answer: 'no' });
  expect((await send('POST', `/v1/email-requests/${id}/send`, {})).status).toBe(409);
});

test('the same message is not sent again to who has said no by another way', async () => {
  await known();
  const { id } = await json(ask());
  const before = mail.mails.length;
  await send('POST', `/v1/persons/${encodeURIComponent(number)}/withdraw`, { purpose: 'survey' });
  const again = await send('POST', `/v1/email-requests/${id}/send`, {});
  expect(again.status).toBe(409);
  expect(await again.text()).toContain('not asked again before');
  expect(mail.mails.length).toBe(before);
});

test('whoever has no address is not asked', async () => {
  const answer = await ask();
  expect([answer.status, (await json(Promise.resolve(answer))).detail]).toEqual([
    409,
    expect.stringContaining('no e-mail address'),
  ]);
});
