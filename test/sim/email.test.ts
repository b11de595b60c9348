/** A permission that is asked for by e-mail: the page behind it, and what people write back. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askTemplate } from '../../src/core/messages/ask-email.ts';
import { templateFaults } from '../../src/core/messages/template.ts';
import { openPage, type ShownPage, sendForm } from '../support/page.ts';
import { lineNumber, type TestServer, testServer } from '../support/server.ts';

let server: TestServer;
let number: string;
let made = 0;
beforeAll(async () => {
  server = await testServer();
  const settings = { flow: 'inbound', locale: 'en', controller: 'Muster GmbH', default: true };
  const path = `/v1/lines/${encodeURIComponent(lineNumber)}`;
  expect((await send('PUT', path, settings)).status).toBe(200);
});
afterAll(() => server.close());
beforeEach(() => {
  made += 1;
  number = `+1415555${9000 + made}`;
});

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
type Json = any;
const send = (method: string, path: string, body: object) =>
  server.api(path, { method, body: JSON.stringify(body) });
const json = async (answer: Promise<Response>): Promise<Json> => (await answer).json();
const get = (path: string) => json(server.api(path));
const person = () => `/v1/persons/${encodeURIComponent(number)}`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const ask = (purpose = 'survey') => send('POST', '/v1/email-requests', { number, purpose });
const asked = (purpose?: string): Promise<Json> => json(ask(purpose));
const linkIn = ({ message }: Json): string =>
  /http\S+\/privacy\/answer\/\S+/.exec(message.text)![0];
const press = (page: ShownPage, answer: 'yes' | 'no') =>
  sendForm(page, '/privacy/answer', { answer });
const at = (id: string) => `/v1/email-requests/${id}`;
const lastChoice = async () => (await get(`${person()}/choices`)).history.at(-1);
const statusOf = async (purpose = 'survey') => {
  const { purposes } = await get(`${person()}/choices`);
  return purposes.find((one: Json) => one.purpose === purpose).status;
};

test('[cap 69] the message holds words of ours, ids and links, whoever it is to', async () => {
  expect(templateFaults(`${askTemplate.subject}\n${askTemplate.text}`)).toEqual([]);
  const question = await asked();
  const { subject, text } = question.message;
  expect(subject).toBe('A question of Muster GmbH');
  expect(text).toContain(question.id);
  expect(text).not.toContain(number.slice(2));
  expect(question.sha256).toBe(sha256(`${subject}\n\n${text}`));
});

describe('the page behind the message', () => {
  test('shows the words, and both answers alike; opening it changes nothing', async () => {
    const question = await asked();
    const link = linkIn(question);
    const page = await openPage(link);
    expect(page.text).toContain('We ask you questions about a call after it');
    const buttons = [...page.html.matchAll(/<button([^>]*)>([^<]*)/g)].map(([, head, text]) => [
      head!.replace(/value="\w+"/, ''),
      text,
    ]);
    expect(buttons).toEqual([
      [' type="submit" name="answer" ', 'Yes, I allow this'],
      [' type="submit" name="answer" ', 'No, I do not allow this'],
    ]);
    for (const method of ['GET', 'HEAD', 'GET']) {
      expect((await fetch(link, { method })).status).toBe(200);
    }
    expect((await get(at(question.id))).answer).toBeNull();
    expect((await get(`${person()}/choices`)).history).toEqual([]);
  });

  test.each([
    ['yes', 'granted'],
    ['no', 'refused'],
  ] as const)(
    'takes %s, once, with the hash of the message in the ledger',
    async (answer, kind) => {
      const question = await asked();
      const page = await openPage(linkIn(question));
      const other = await openPage(linkIn(question));
      const done = await press(page, answer);
      expect(done.status).toBe(200);
      const choice = await lastChoice();
      expect(choice).toMatchObject({ kind, purpose: 'survey', channel: 'email' });
      expect(choice.document).toBe(question.sha256);
      const receipt = async () => (await server.api(`/v1/receipts/${choice.receiptId}`)).status;
      await expect.poll(receipt, { timeout: 5_000 }).toBe(200);
      expect(JSON.stringify(await get(`/v1/receipts/${choice.receiptId}`))).toContain(
        question.sha256,
      );
      // Neither answer can be given again, nor by a page that was open meanwhile.
      expect((await openPage(linkIn(question))).status).toBe(410);
      expect((await press(other, answer === 'yes' ? 'no' : 'yes')).status).toBe(410);
      expect((await get(at(question.id))).answer).toBe(kind);
      const { data } = await get('/v1/audit?kind=change');
      expect(data[0]).toMatchObject({ operation: 'answerEmailOnPage', by: { id: 'caller' } });
    },
  );

  test('of twenty answers at once takes one', async () => {
    const link = linkIn(await asked());
    const pages = await Promise.all(Array.from({ length: 20 }, () => openPage(link)));
    const done = await Promise.all(pages.map((page, i) => press(page, i % 2 === 0 ? 'yes' : 'no')));
    expect(done.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await get(`${person()}/choices`)).history).toHaveLength(1);
  });

  test('is there for nobody who guesses, and for 30 days', async () => {
    const question = await asked();
    const link = linkIn(question);
    const last = link.at(-1) === 'A' ? 'B' : 'A';
    expect((await openPage(`${link.slice(0, -2)}${last}${last}`)).status).toBe(404);
    const page = await openPage(link);
    await server.database.sql`update email_request set until = now() where id = ${question.id}`;
    expect((await openPage(link)).status).toBe(410);
    expect((await press(page, 'yes')).status).toBe(410);
    expect((await get(`${person()}/choices`)).history).toEqual([]);
  });

  test('takes back what was allowed before, by its no', async () => {
    await press(await openPage(linkIn(await asked('marketing-calls'))), 'yes');
    expect(await statusOf('marketing-calls')).toBe('granted');
    await press(await openPage(linkIn(await asked('marketing-calls'))), 'no');
    expect((await lastChoice()).kind).toBe('withdrawn');
    const body = { number, channel: 'call' };
    expect((await json(send('POST', '/v1/screenings', body))).decision).toBe('deny');
  });
});

describe('who is asked', () => {
  test('is asked one such question at a time, and not within twelve months of a no', async () => {
    const both = await Promise.all([ask(), ask()]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const question = await json(Promise.resolve(both.find(({ status }) => status === 201)!));
    await press(await openPage(linkIn(question)), 'no');
    const again = await ask();
    expect([again.status, (await json(Promise.resolve(again))).detail]).toEqual([
      409,
      expect.stringContaining('not asked again before'),
    ]);
  });

  test('whoever looks at the question later cannot answer it', async () => {
    const question = await asked();
    const shown = JSON.stringify(await get(at(question.id)));
    const code = linkIn(question).split('/').at(-1)!;
    expect([shown.includes('A question of Muster'), shown.includes(code)]).toEqual([true, false]);
  });
});

describe('what somebody writes back', () => {
  const words = 'Yes please, that is fine with me. Kind regards, Ada';
  const reply = async (id: string, text = words) =>
    (await json(send('POST', `${at(id)}/replies`, { text }))).replies.at(-1);
  const decide = (id: string, replyId: string, meaning: string) =>
    send('PUT', `${at(id)}/replies/${replyId}`, { meaning });

  test('is kept sealed, and counts for nothing until a person says what it means', async () => {
    const question = await asked();
    const kept = await reply(question.id);
    expect(kept).toMatchObject({ text: words, sha256: sha256(words), meaning: null });
    const [row] = await server.database.sql`
      select sealed from email_reply where request_id = ${question.id}`;
    expect((row!['sealed'] as Buffer).includes('Ada')).toBe(false);
    expect((await get(`${person()}/choices`)).history).toEqual([]);

    expect((await decide(question.id, kept.id, 'granted')).status).toBe(200);
    expect(await lastChoice()).toMatchObject({
      kind: 'granted',
      channel: 'email',
      document: sha256(words),
      at: kept.receivedAt,
    });
    expect((await decide(question.id, kept.id, 'refused')).status).toBe(409);
    expect((await openPage(linkIn(question))).status).toBe(410);
  });

  test('as a no counts after a yes by page; as a yes it does not count after a no', async () => {
    const question = await asked();
    await press(await openPage(linkIn(question)), 'yes');
    const no = await reply(question.id, 'No, I have thought better of it.');
    expect((await decide(question.id, no.id, 'refused')).status).toBe(200);
    expect([(await lastChoice()).kind, await statusOf()]).toEqual(['withdrawn', 'refused']);
    const yes = await reply(question.id, 'Well, yes.');
    expect((await decide(question.id, yes.id, 'granted')).status).toBe(409);
    expect((await get(at(question.id))).replies.at(-1).meaning).toBeNull();
    expect(await statusOf()).toBe('refused');
  });

  test.each([
    ['before it was typed in', true],
    ['after it was typed in', false],
  ])('as a yes it does not count after a no that was said %s', async (_when, isBefore) => {
    const question = await asked();
    const refuse = () => send('POST', `${person()}/withdraw`, { purpose: 'survey' });
    if (isBefore) await refuse();
    const yes = await reply(question.id);
    if (!isBefore) await refuse();
    const decided = await decide(question.id, yes.id, 'granted');
    expect([decided.status, (await json(Promise.resolve(decided))).detail]).toEqual([
      409,
      'they have said no since they were asked',
    ]);
    expect(await statusOf()).toBe('refused');
    expect((await decide(question.id, yes.id, 'nothing')).status).toBe(200);
  });

  test('is no yes while another of theirs waits to be read', async () => {
    const question = await asked();
    const yes = await reply(question.id);
    const no = await reply(question.id, 'No, please do not.');
    const refused = await decide(question.id, yes.id, 'granted');
    expect(await json(Promise.resolve(refused))).toMatchObject({
      status: 409,
      detail: 'another reply of theirs has to be read first',
    });
    expect(await statusOf()).toBe('none');
    expect((await decide(question.id, no.id, 'refused')).status).toBe(200);
    expect((await decide(question.id, yes.id, 'granted')).status).toBe(409);
    expect(await statusOf()).toBe('refused');
  });

  test('that means nothing leaves the question open', async () => {
    const question = await asked();
    const { id } = await reply(question.id, 'I am away until Monday.');
    expect((await decide(question.id, id, 'nothing')).status).toBe(200);
    expect((await press(await openPage(linkIn(question)), 'yes')).status).toBe(200);
  });
});

test('[cap 40] whoever allowed it in other words than those of today is asked again', async () => {
  const words = 'Muster GmbH asks you about your calls.';
  const form = {
    title: 'Your choices',
    controller: 'Muster GmbH',
    intro: 'You may choose.',
    next: 'We text you a code, and then your choices count.',
    withdrawal: 'Take it back at any time at /privacy/choices.',
    submit: 'Send',
  };
  const publish = async (text: string) => {
    const purposes = [{ purpose: 'survey', words: text, box: 'You may ask me about my calls.' }];
    const answer = await send('PUT', '/v1/forms/preferences', { ...form, purposes });
    expect(await json(Promise.resolve(answer))).toMatchObject({ name: 'preferences' });
  };
  await publish(words);
  const [byPage, byReply] = [await asked(), number];
  await press(await openPage(linkIn(byPage)), 'yes');
  expect(await statusOf()).toBe('granted');
  number = byReply.replace('+1415555', '+1415556');
  const { id } = await asked();
  const text = 'Yes, that is fine.';
  const [kept] = (await json(send('POST', `${at(id)}/replies`, { text }))).replies;
  await send('PUT', `${at(id)}/replies/${kept.id}`, { meaning: 'granted' });
  expect(await statusOf()).toBe('granted');
  await publish(`${words} Every day.`);
  expect(await statusOf()).toBe('needs-renewal');
  number = byReply;
  expect(await statusOf()).toBe('needs-renewal');
  await publish(words);
  expect(await statusOf()).toBe('granted');
});

test('who is erased leaves nothing of it but that it was asked', async () => {
  const question = await asked();
  await send('POST', `${at(question.id)}/replies`, { text: 'Who are you?' });
  const erased = await json(server.api(person(), { method: 'DELETE' }));
  expect(erased.proved).toBe(true);
  const shown = await get(at(question.id));
  expect([shown.purpose, shown.message, shown.replies]).toEqual(['survey', null, []]);
  expect((await openPage(linkIn(question))).status).toBe(410);
});
