/** The page of choices, over HTTP, with real calls behind it: what it stops, shows and keeps. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, type ShownPage, sendForm } from '../support/page.ts';
import {
  isSealed,
  lineNumber,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';

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

const freshNumber = (): string => `+1415555${String(4000 + made++)}`;
const page = (headers: Record<string, string> = {}) =>
  openPage(`${server.url}/privacy/choices`, headers);
// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
const json = async (answer: Response): Promise<any> => answer.json();
const choicesOf = async (number: string) =>
  json(await server.api(`/v1/persons/${encodeURIComponent(number)}/choices`));

/** Asks for a code and takes it from where the carrier brought it. */
async function codeFor(number: string): Promise<{ asked: ShownPage; code: string }> {
  const before = server.carrier.texts.length;
  const asked = await sendForm(await page(), '/privacy/choices/code', { number: number });
  expect(asked.status).toBe(200);
  await expect.poll(() => server.carrier.texts.length, { timeout: 5_000 }).toBe(before + 1);
  const text = server.carrier.texts.at(-1);
  expect([text?.to, text?.from]).toEqual([number, lineNumber]);
  return { asked, code: /\d{6}/.exec(text?.body ?? '')?.[0] ?? '' };
}

async function centreOf(number: string): Promise<ShownPage> {
  const { asked, code } = await codeFor(number);
  const centre = await sendForm(asked, '/privacy/choices/verify', { code });
  expect(centre.status).toBe(200);
  return centre;
}
const statusOf = (shown: ShownPage, purpose: string) =>
  new RegExp(`data-purpose="${purpose}" data-status="([^"]*)"`).exec(shown.html)?.[1];
const change = (shown: ShownPage, filled: Record<string, string>) =>
  sendForm(shown, '/privacy/choices/change', filled);

test('every page that it leads to is there', async () => {
  const { html } = await page();
  const links = [...html.matchAll(/<a href="(\/[^"]*)"/g)].map(([, path]) => path);
  expect(links).toContain('/privacy/notice');
  for (const path of links) {
    expect([path, (await openPage(`${server.url}${path}`)).status]).toEqual([path, 200]);
  }
});

describe('what is taken back on the page', () => {
  test('[cap 36] shuts the gate of a call that is going on, and stands in the ledger', async () => {
    const number = freshNumber();
    const call = server.call({ from: number, caller: { answers: [{ press: '1' }] } });
    await call.when('stream-started');
    await sealFrames(server, call, 20);
    const done = await sendForm(await page(), '/privacy/choices/withdraw', {
      number,
      'purpose-recording': 'on',
    });
    expect(done.status).toBe(200);
    // The stream may be gone by now; what still comes is dropped.
    await call.sendFrames(20).catch(() => {});
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    expect(view.parties[0].statuses.recording).toBe('withdrawn');
    expect(view.recordings[0].durationMs).toBe(400);
    const [withdrawal] = await server.database.sql`
      select count(*)::int as n from entry where kind = 'withdrawal' and purpose = 'recording'
        and call_id = (select call_id from leg where call_sid = ${call.callSid})`;
    expect(withdrawal!['n']).toBe(1);
    const { history } = await choicesOf(number);
    expect(history.at(-1)).toMatchObject({ kind: 'withdrawn', channel: 'form' });
    const receipt = async () =>
      (await server.api(`/v1/receipts/${history.at(-1).receiptId}`)).status;
    await expect.poll(receipt, { timeout: 5_000 }).toBe(200);
    const acts = (await json(await server.api('/v1/audit?kind=change'))).data;
    expect(acts[0]).toMatchObject({ operation: 'withdrawOnPage', by: { id: 'nobody' } });
  });

  test('stops calls and texts of whoever asks for it, before the page is answered', async () => {
    const number = freshNumber();
    await sendForm(await page(), '/privacy/choices/withdraw', { number, calls: 'on', texts: 'on' });
    for (const channel of ['call', 'text']) {
      const body = JSON.stringify({ number, channel });
      const { decision } = await json(await server.api('/v1/screenings', { method: 'POST', body }));
      expect([channel, decision]).toEqual([channel, 'deny']);
    }
  });

  test('is written down once, however often it is sent', async () => {
    const number = freshNumber();
    for (const _ of [1, 2, 3]) {
      await sendForm(await page(), '/privacy/choices/withdraw', { number, 'purpose-sale': 'on' });
    }
    expect((await choicesOf(number)).history).toHaveLength(1);
  });

  test('needs a number and a box, says so beside each, and keeps what was typed', async () => {
    const asked = await sendForm(await page(), '/privacy/choices/withdraw', { number: '12"><b>' });
    expect(asked.status).toBe(422);
    expect(asked.html).toContain('aria-describedby="number-hint number-fault"');
    expect(asked.html).toContain('<a href="#what">');
    expect(asked.html).toContain('value="12&quot;&gt;&lt;b&gt;"');
  });
});

describe('the page tells nothing without a code', () => {
  test('a number that is known and one that is not get the same answers', async () => {
    const known = freshNumber();
    await change(await centreOf(known), { 'choose-recording': 'allow' });
    const plain = ({ html }: ShownPage) => html.replaceAll(/value="[^"]{40,}"/g, '');
    for (const [form, filled] of [
      ['withdraw', { 'purpose-survey': 'on' }],
      ['code', {}],
    ] as const) {
      const answers = [];
      for (const number of [known, freshNumber()]) {
        const sent = await sendForm(await page(), `/privacy/choices/${form}`, {
          number,
          ...filled,
        });
        answers.push([sent.status, plain(sent), [...sent.headers.keys()].toSorted()]);
      }
      expect(answers[0]).toEqual(answers[1]);
    }
  });

  test('who wants no texts gets none, and the page says the same', async () => {
    const number = freshNumber();
    await sendForm(await page(), '/privacy/choices/withdraw', { number, texts: 'on' });

    const asked = await sendForm(await page(), '/privacy/choices/code', { number });
    expect([asked.status, asked.forms.has('/privacy/choices/verify')]).toEqual([200, true]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.carrier.texts.filter(({ to }) => to === number)).toEqual([]);
  });

  test('a code is good once and for five tries, and a form for one sending', async () => {
    const number = freshNumber();
    const { asked, code } = await codeFor(number);
    const wrong = code === '000000' ? '000001' : '000000';
    const again = await sendForm(asked, '/privacy/choices/verify', { code: wrong });
    expect([again.status, again.html.includes('aria-invalid="true"')]).toEqual([422, true]);
    const replayed = await sendForm(asked, '/privacy/choices/verify', { code });
    expect(replayed.status).toBe(410);
    let tried = again;
    for (const _ of [2, 3, 4, 5]) {
      tried = await sendForm(tried, '/privacy/choices/verify', { code: wrong });
    }
    expect((await sendForm(tried, '/privacy/choices/verify', { code })).status).toBe(422);
  });

  test('of twenty who send one code at once, one is let in', async () => {
    const { asked, code } = await codeFor(freshNumber());
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => sendForm(asked, '/privacy/choices/verify', { code })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('a number gets five codes an hour, and the page says the same after', async () => {
    const number = freshNumber();
    const before = server.carrier.texts.length;
    for (const _ of Array.from({ length: 7 })) {
      const asked = await sendForm(await page(), '/privacy/choices/code', { number });
      expect(asked.status).toBe(200);
    }
    await expect.poll(() => server.carrier.texts.length, { timeout: 5_000 }).toBe(before + 5);
  });
});

describe('[cap 40] the page of choices after a code', () => {
  test('shows each purpose and channel, changes them, and tells how they came', async () => {
    const number = freshNumber();
    const centre = await centreOf(number);
    expect(statusOf(centre, 'marketing-calls')).toBe('none');
    expect(centre.forms.get('/privacy/choices/change')?.values['choose-recording']).toBe('keep');
    const after = await change(centre, {
      'choose-marketing-calls': 'allow',
      'choose-recording': 'refuse',
      'contact-text': 'stop',
    });
    expect([
      statusOf(after, 'marketing-calls'),
      statusOf(after, 'recording'),
      statusOf(after, 'sale'),
    ]).toEqual(['granted', 'refused', 'none']);
    expect(after.text).toContain('Stopped since');
    expect(after.text).toContain('on a form');
    const back = await change(after, {
      'choose-marketing-calls': 'refuse',
      'contact-text': 'resume',
    });
    expect(statusOf(back, 'marketing-calls')).toBe('refused');
    const { history } = await choicesOf(number);
    const own = history.filter((one: { document: string | null }) => one.document !== null);
    expect(own.map((one: { kind: string }) => one.kind).toSorted()).toEqual([
      'granted',
      'refused',
      'withdrawn',
    ]);
    const rows = await server.database.sql`
      select ticked, unticked from form_submission
      where person_id = (select person_id from choice where id = ${own[0].receiptId})
      order by at`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { ticked: ['marketing-calls'], unticked: ['recording'] },
      { ticked: [], unticked: ['marketing-calls'] },
    ]);
  });
});

describe('what a form may be sent from', () => {
  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of ours', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
  ])('not from %s', async (_, headers) => {
    const number = freshNumber();
    const filled = { number, 'purpose-sale': 'on' };
    const sent = await sendForm(await page(), '/privacy/choices/withdraw', filled, headers);
    expect(sent.status).toBe(403);
    expect((await server.api(`/v1/persons/${encodeURIComponent(number)}`)).status).toBe(404);
  });

  test('a page keeps nothing in the browser, runs nothing, and is framed by nobody', async () => {
    const { headers, html } = await page();
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(html).not.toMatch(/<script|\son\w+=|javascript:/i);
  });

  test('whoever has Sec-GPC sent along is not sold, besides', async () => {
    const number = freshNumber();
    const filled = { number, 'purpose-survey': 'on' };
    await sendForm(await page(), '/privacy/choices/withdraw', filled, { 'sec-gpc': '1' });
    const { purposes } = await choicesOf(number);
    const sale = purposes.find((one: { purpose: string }) => one.purpose === 'sale');
    expect(sale.status).toBe('refused');
  });
});
