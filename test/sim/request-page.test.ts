/** Requests by form, by telephone, and against sale; and the receipts people are given. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import { openPage, sendForm } from '../support/page.ts';
import { lineNumber, type TestServer, testServer } from '../support/server.ts';

let server: TestServer;
let made = 0;
beforeAll(async () => {
  // Ten in the morning in California.
  server = await testServer({}, { screeningAt: Date.parse('2026-06-10T17:00Z') });
  const settings = { flow: 'inbound', locale: 'en', controller: 'Muster GmbH', default: true };
  const path = `/v1/lines/${encodeURIComponent(lineNumber)}`;
  const set = await server.api(path, { method: 'PUT', body: JSON.stringify(settings) });
  expect(set.ok).toBe(true);
});
afterAll(() => server.close());

const freshNumber = (): string => `+1415555${String(6000 + made++)}`;
// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
const json = async (path: string): Promise<any> => (await server.api(path)).json();
const requestsOf = async (number: string) =>
  (await json(`/v1/rights-requests?person=${encodeURIComponent(number)}`)).data;
const requestPage = () => openPage(`${server.url}/privacy/request`);
const send = async (filled: Record<string, string>, headers: Record<string, string> = {}) =>
  sendForm(await requestPage(), '/privacy/request', filled, headers);

async function textedCode(number: string, act: () => Promise<unknown>): Promise<string> {
  const before = server.carrier.texts.length;
  await act();
  await expect.poll(() => server.carrier.texts.length, { timeout: 5_000 }).toBe(before + 1);
  const text = server.carrier.texts.at(-1);
  expect(text?.to).toBe(number);
  return /\d{6}/.exec(text?.body ?? '')?.[0] ?? '';
}

describe('[cap 52] a request about one’s own data', () => {
  test('by form is written down at once, and verified by the code that was texted', async () => {
    const number = freshNumber();
    let asked = await requestPage();
    const code = await textedCode(number, async () => {
      asked = await send({ kind: 'access', number, note: 'All of 2026, please' });
    });
    const [request] = await requestsOf(number);
    expect(request).toMatchObject({ kind: 'access', state: 'identity-pending' });
    const wrong = code === '000000' ? '000001' : '000000';
    const again = await sendForm(asked, '/privacy/request/verify', { code: wrong });
    expect([again.status, again.html.includes('code-fault')]).toEqual([422, true]);
    const done = await sendForm(again, '/privacy/request/verify', { code });
    expect(done.status).toBe(200);
    expect(done.text).toContain(request.id);
    expect(done.text).toContain(request.answerBy);
    const seen = await json(`/v1/rights-requests/${request.id}`);
    expect(seen).toMatchObject({ state: 'verified', note: 'All of 2026, please' });
  });

  test('on the telephone becomes a request of the time of the call, once', async () => {
    const number = freshNumber();
    const call = server.call({
      from: number,
      flow: 'rights',
      caller: { answers: [{ press: '3' }] },
    });
    await call.ended;
    const count = async () => (await requestsOf(number)).length;
    await expect.poll(count, { timeout: 10_000 }).toBe(1);
    const [request] = await requestsOf(number);
    expect(request).toMatchObject({ kind: 'delete', state: 'received', speaker: 'self' });
    const view = await server.callView(call.callSid);
    expect(Date.parse(request.receivedAt)).toBeGreaterThanOrEqual(Date.parse(view.startedAt));
    const [row] = await server.database.sql`
      select count(*)::int as n from rights_request
      where task_id in (select id from desk_task where call_id = ${view.id})`;
    expect(row!['n']).toBe(1);
  });

  test('that only lessens what is done is carried out at once, for anybody', async () => {
    const number = freshNumber();
    const done = await send({ kind: 'revoke', number });
    expect(done.status).toBe(200);
    expect(await requestsOf(number)).toMatchObject([{ kind: 'revoke', state: 'fulfilled' }]);
    const body = JSON.stringify({ number, channel: 'call' });
    const screening = await server.api('/v1/screenings', { method: 'POST', body });
    expect(((await screening.json()) as { decision: string }).decision).toBe('deny');
  });

  test('says what is missing beside each field, and keeps what was filled in', async () => {
    const asked = await send({ number: 'four', note: 'because' });
    expect(asked.status).toBe(422);
    for (const id of ['kind-fault', 'number-fault']) expect(asked.html).toContain(`id="${id}"`);
    expect(asked.html).toContain('>because</textarea>');
    expect((await send({ kind: 'access', number: 'four' })).html).toContain(
      'value="access" checked',
    );
  });

  test('of a number that is known and of one that is not looks the same', async () => {
    const known = freshNumber();
    await send({ kind: 'revoke', number: known });
    const answers = [];
    for (const number of [known, freshNumber()]) {
      const { status, html } = await send({ kind: 'know', number });
      answers.push([status, html.replaceAll(/value="[^"]{40,}"/g, '')]);
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});

describe('the page against sale', () => {
  test('stops it at once, without a code', async () => {
    const number = freshNumber();
    const page = await openPage(`${server.url}/do-not-sell`);
    expect((await sendForm(page, '/do-not-sell', { number })).status).toBe(200);
    expect(await requestsOf(number)).toMatchObject([{ kind: 'do-not-sell', state: 'fulfilled' }]);
    const { purposes } = await json(`/v1/persons/${encodeURIComponent(number)}/choices`);
    const sale = purposes.find((one: { purpose: string }) => one.purpose === 'sale');
    expect(sale.status).toBe('refused');
  });

  test('[cap 44] `Sec-GPC: 1` is told to who sends it, and honoured with any form', async () => {
    const signal = { 'sec-gpc': '1' };
    const told = await openPage(`${server.url}/privacy/request`, signal);
    expect(told.text).toContain('Global Privacy Control');
    const number = freshNumber();
    await send({ kind: 'know', number }, signal);
    const kinds = (await requestsOf(number)).map(({ kind }: { kind: string }) => kind);
    expect(kinds.toSorted()).toEqual(['do-not-sell', 'know']);
  });
});

describe('a receipt on the web', () => {
  test('shows its fact masked to who has its address, holds, and can be checked elsewhere', async () => {
    const number = freshNumber();
    const done = await send({ kind: 'object', number });
    const href = /href="(\/receipt\/[^"]+)"/.exec(done.html)?.[1] ?? '';
    expect(href).toMatch(/^\/receipt\/[\w-]{35}$/);
    const shown = async () => (await openPage(`${server.url}${href}`)).html.includes('<pre>');
    await expect.poll(shown, { timeout: 5_000 }).toBe(true);
    const page = await openPage(`${server.url}${href}`);
    expect(page.text).toContain(`+1 415 ••••• ${number.slice(-3)}`);
    expect(page.html).not.toContain(number.slice(2));
    const text = /<pre>(.*?)<\/pre>/s.exec(page.html)?.[1] ?? '';
    const verdict = verifyReceipt(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
    expect(verdict).toMatchObject({ ok: true, withheld: ['number'] });
  });

  test('is there for nobody who guesses', async () => {
    const number = freshNumber();
    await send({ kind: 'object', number });
    const [{ id }] = await requestsOf(number);
    const { history } = await json(`/v1/rights-requests/${id}`);
    const entry = Buffer.from(history[0].receiptId.replaceAll('-', ''), 'hex');
    for (const mark of [Buffer.alloc(10), Buffer.alloc(10, 255)]) {
      const code = Buffer.concat([entry, mark]).toString('base64url');
      expect((await openPage(`${server.url}/receipt/${code}`)).status).toBe(404);
    }
    expect((await openPage(`${server.url}/receipt/${history[0].receiptId}`)).status).toBe(404);
  });
});

describe('[cap 53] the notice on the web', () => {
  test('says what the registers say, and stays readable by its hash as it was', async () => {
    const before = await openPage(`${server.url}/privacy/notice`);
    expect([before.status, before.text.includes('Twilio Inc.')]).toEqual([200, true]);
    const href = /href="(\/privacy\/notice\/[0-9a-f]{64})"/.exec(before.html)?.[1] ?? '';
    const rules = [{ kind: 'recordings', days: 30 }];
    const body = JSON.stringify({ rules, version: 0 });
    const set = await server.api('/v1/retention', { method: 'PUT', body });
    expect(set.ok).toBe(true);
    const after = await openPage(`${server.url}/privacy/notice`);
    expect(after.text).toContain('recordings: 30 days.');
    const old = await openPage(`${server.url}${href}`);
    expect([old.status, old.text]).toEqual([200, before.text]);
    const nowhere = await openPage(`${server.url}/privacy/notice/${'0'.repeat(64)}`);
    expect(nowhere.status).toBe(404);
  });
});
