/** A form of the business on the web: published, sent, proved, and asked again with other words. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formHash } from '../../src/core/consent/form.ts';
import { openPage, type ShownPage, sendForm } from '../support/page.ts';
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

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
type Answer = any;
const freshNumber = (): string => `+1415555${String(7000 + made++)}`;
const get = async (path: string): Promise<Answer> => (await server.api(path)).json();

const calls = {
  purpose: 'marketing-calls',
  words: 'Muster GmbH calls you with offers of its own garden furniture.',
  box: 'You may call me with offers.',
};
const texts = {
  purpose: 'marketing-texts',
  words: 'Muster GmbH texts you with offers of its own garden furniture.',
  box: 'You may text me with offers.',
};
const wanted = {
  title: 'Offers by telephone',
  controller: 'Muster GmbH',
  intro: 'You may hear of our offers, if you like.',
  next: 'We text you a code. Once you have entered it we may call you, twice a month at most.',
  withdrawal: 'Take it back at any time at /privacy/choices, or text STOP.',
  submit: 'Send',
  purposes: [calls, texts],
};
async function publish(name: string, change: object = {}) {
  const body = JSON.stringify({ ...wanted, ...change });
  const answer = await server.api(`/v1/forms/${name}`, { method: 'PUT', body });
  return { status: answer.status, body: (await answer.json()) as Answer };
}

const open = (name: string) => openPage(`${server.url}/forms/${name}/en`);
const rows = async (name: string) => (await get(`/v1/forms/${name}/submissions`)).data;
const statusOf = async (number: string, purpose: string) => {
  const { purposes } = await get(`/v1/persons/${encodeURIComponent(number)}/choices`);
  return purposes.find((one: { purpose: string }) => one.purpose === purpose).status;
};

/** Sends it ticked, and takes the code from where the carrier brought it. */
async function sendTicked(
  page: ShownPage,
  path: string,
  filled: Record<string, string>,
): Promise<{ asked: ShownPage; code: string }> {
  const before = server.carrier.texts.length;
  const asked = await sendForm(page, path, filled);
  await expect.poll(() => server.carrier.texts.length, { timeout: 5_000 }).toBe(before + 1);
  return { asked, code: /\d{6}/.exec(server.carrier.texts.at(-1)?.body ?? '')?.[0] ?? '' };
}

describe('a form on the web', () => {
  test('[cap 32] that leaves something out is not published', async () => {
    const { status, body } = await publish('bare', {
      next: undefined,
      purposes: [{ ...calls, box: undefined }],
    });
    expect([status, body.code]).toEqual([422, 'form_invalid']);
    expect(body.mistakes.map(({ path }: { path: string }) => path)).toEqual([
      'body.next',
      'body.purposes.0.box',
    ]);
    expect((await open('bare')).status).toBe(404);
    const ticked = await publish('bare', { purposes: [{ ...calls, ticked: true }] });
    expect([ticked.status, ticked.body.code]).toEqual([422, 'invalid_request']);
  });

  test('[cap 32] has unticked boxes, and sending it alone allows nothing', async () => {
    await publish('offers');
    const page = await open('offers');
    expect(page.forms.get('/forms/offers/en')?.ticked).toEqual([]);
    expect(page.text).toContain(wanted.next);
    const number = freshNumber();
    const sent = await sendForm(page, '/forms/offers/en', { number });
    expect([sent.status, sent.forms.size]).toEqual([200, 0]);
    expect(await statusOf(number, 'marketing-calls')).toBe('refused');
    expect(await rows('offers')).toMatchObject([
      { ticked: [], unticked: ['marketing-calls', 'marketing-texts'], provedAt: null },
    ]);
  });

  test('[cap 31] keeps a row for each time it was sent, and what is ticked counts after the code', async () => {
    await publish('sales');
    const number = freshNumber();
    const filled = { number, 'purpose-marketing-calls': 'on' };
    const { asked, code } = await sendTicked(await open('sales'), '/forms/sales/en', filled);
    expect(await statusOf(number, 'marketing-calls')).toBe('none');
    expect(await statusOf(number, 'marketing-texts')).toBe('refused');
    const done = await sendForm(asked, '/forms/verify', { code });
    expect([done.status, done.text.includes('Calls with offers')]).toEqual([200, true]);
    expect(await statusOf(number, 'marketing-calls')).toBe('granted');
    await sendForm(await open('sales'), '/forms/sales/en', { number: freshNumber() });
    const kept = await rows('sales');
    expect(kept.map((one: Answer) => [one.ticked, one.provedAt !== null])).toEqual([
      [[], false],
      [['marketing-calls'], true],
    ]);
    const { history } = await get(`/v1/persons/${encodeURIComponent(number)}/choices`);
    const grant = history.find((one: { kind: string }) => one.kind === 'granted');
    expect(grant).toMatchObject({ channel: 'form', document: kept[1].form });
  });

  test('[cap 31] is shown from its hash as it was, and the hash is that of what it says', async () => {
    const first = (await publish('old')).body;
    const second = (await publish('old', { title: 'Other offers' })).body;
    expect([first.version, second.version]).toEqual([1, 2]);
    const { data } = await get('/v1/forms/old/versions');
    expect(data.map((one: Answer) => one.hash)).toEqual([first.hash, second.hash]);
    const { version, hash, by, at, address, ...form } = data[0];
    expect(formHash(form, version)).toBe(first.hash);
    const page = await openPage(`${server.url}/forms/old/en/${first.hash}`);
    expect([page.status, page.text.includes('Offers by telephone')]).toEqual([200, true]);
    expect([page.forms.size, page.text.includes(calls.words)]).toEqual([0, true]);
    expect((await open('old')).text).toContain('Other offers');
    const elsewhere = await openPage(`${server.url}/forms/offers/en/${first.hash}`);
    expect(elsewhere.status).toBe(404);
    await expect(
      server.database.sql`update consent_form set body = '{}' where name = 'old'`,
    ).rejects.toThrow();
  });

  test('counts under the words that were seen, though others are in force by now', async () => {
    const seen = (await publish('slow')).body;
    const page = await open('slow');
    await publish('slow', { purposes: [{ ...calls, words: `${calls.words} Every day.` }, texts] });
    const number = freshNumber();
    const filled = { number, 'purpose-marketing-calls': 'on' };
    const { asked, code } = await sendTicked(page, '/forms/slow/en', filled);
    await sendForm(asked, '/forms/verify', { code });
    expect(await rows('slow')).toMatchObject([{ form: seen.hash }]);
    expect(await statusOf(number, 'marketing-calls')).toBe('needs-renewal');
  });

  test('may be shown by the websites it names, and by no other', async () => {
    await publish('framed', { sites: ['https://www.example.com'] });
    const { headers } = await open('framed');
    expect(headers.get('content-security-policy')).toMatch(
      /frame-ancestors https:\/\/www\.example\.com$/,
    );
    expect(headers.get('x-frame-options')).toBeNull();
    const { html } = await get('/v1/forms/framed/snippet');
    expect(html).toContain(`<iframe src="${server.url}/forms/framed/en" title=`);
    expect(html).not.toMatch(/<script|\son\w+=/);
    expect((await open('offers')).headers.get('x-frame-options')).toBe('DENY');
    expect((await get('/v1/forms/offers/snippet')).html).not.toContain('<iframe');
  });
});

test('[cap 40] whoever said yes to other words is asked again, and does not count meanwhile', async () => {
  const number = freshNumber();
  const { asked, code } = await sendTicked(
    await openPage(`${server.url}/privacy/choices`),
    '/privacy/choices/code',
    { number },
  );
  const centre = await sendForm(asked, '/privacy/choices/verify', { code });
  await sendForm(centre, '/privacy/choices/change', { 'choose-marketing-calls': 'allow' });
  expect(await statusOf(number, 'marketing-calls')).toBe('granted');
  await publish('preferences', {
    purposes: [{ ...calls, words: `${calls.words} From partners.` }],
  });
  expect(await statusOf(number, 'marketing-calls')).toBe('needs-renewal');
  const ask = { number, channel: 'call', purpose: 'marketing-calls' };
  const screening = await server.api('/v1/screenings', {
    method: 'POST',
    body: JSON.stringify(ask),
  });
  expect(((await screening.json()) as Answer).decision).toBe('deny');
});
