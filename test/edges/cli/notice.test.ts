import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../../src/core/access/scope.ts';
import type { ServerAsk } from '../../../src/edges/cli/parts.ts';
import { noticeHtml } from '../../../src/edges/http/notice-html.ts';
import { type ApiServer, startApi } from '../http/api/support.ts';
import { consentry } from './console.ts';

let server: ApiServer;
let admin: string;
beforeAll(async () => {
  server = await startApi();
  admin = await server.key(['admin']);
});
afterAll(() => server.close());

/** Asks the server of this test, as the command asks the one that runs. */
async function askServer(scope: Scope, { method, path, body }: ServerAsk): Promise<Response> {
  const key = await server.key([scope]);
  const at = `/v1${path}`;
  const answer =
    method === 'GET'
      ? await server.get(at, key)
      : await server.send(method.toLowerCase() as 'put', at, key, body);
  return new Response(JSON.stringify(answer.body), { status: answer.status });
}
const run = (...args: string[]) => consentry({ askServer }, ...args);
const render = async () => (await run('notice', 'render')).out;
const notice = async () => (await server.get('/v1/notices/privacy', admin)).body;

describe('[cap 53] notice render', () => {
  test('says who, what for, what is held, who gets it, how long, and which rights there are', async () => {
    const text = await render();
    for (const said of [
      '# Privacy notice of Muster GmbH',
      'recording: We record telephone calls with you',
      'number: knowing whose permissions and calls these are',
      'Twilio Inc. carries calls and text messages',
      'to have it deleted',
      'You can take back any permission at any time',
      'Not reviewed yet.',
    ]) {
      expect(text).toContain(said);
    }
  });

  test('is the same as long as nothing changes, and is one version', async () => {
    const [first, second] = [await notice(), await notice()];
    expect(second).toEqual(first);
    const all = await Promise.all(Array.from({ length: 8 }, notice));
    expect(new Set(all.map(({ version }) => version)).size).toBe(1);
  });

  test.each([
    [
      'recipients',
      '/v1/recipients',
      ({ recipients, version }: Answer) => ({
        recipients: [
          ...recipients,
          {
            id: 'crm',
            company: 'Example CRM Ltd',
            hosts: [],
            purpose: 'is told of calls',
            data: ['number'],
            region: 'European Union',
            retention: '30 days',
            since: null,
          },
        ],
        version,
      }),
      'Example CRM Ltd is told of calls',
    ],
    [
      'lawful bases',
      '/v1/settings/lawful-bases',
      ({ version }: Answer) => ({
        bases: [
          {
            purpose: 'recording',
            basis: 'legal-obligation',
            justification: 'Orders by telephone have to be kept for five years.',
            reviewer: 'Ann',
            place: 'DE',
            reviewBy: '2027-01-01',
          },
        ],
        version,
      }),
      'Orders by telephone have to be kept',
    ],
    [
      'what it says of the business',
      '/v1/settings/notice',
      ({ version }: Answer) => ({ contact: 'Ann, 1 Main Street', version }),
      'Questions about your data: Ann, 1 Main Street.',
    ],
  ])('differs when the register of %s changes', async (_, path, change, said) => {
    const [before, text] = [await notice(), await render()];
    const now = (await server.get(path, admin)).body;
    expect((await server.send('put', path, admin, change(now))).status).toBe(200);
    const [after, other] = [await notice(), await render()];
    expect([after.version, text.includes(said), other.includes(said)]).toEqual([
      before.version + 1,
      false,
      true,
    ]);
    expect(after.hash).not.toBe(before.hash);
  });

  test('differs when what is asked for changes', async () => {
    const words = 'Muster GmbH tapes your calls, to settle who said what.';
    const purposes = [{ purpose: 'recording', words, box: 'You may tape my calls.' }];
    const about = { title: 'Your choices', controller: 'Muster GmbH', submit: 'Save' };
    const form = {
      ...about,
      intro: 'What you allow us, each thing by itself.',
      next: 'What you choose counts at once, and we keep a record of it.',
      withdrawal: 'Take it back at any time at /privacy/choices, or by telephone.',
      purposes,
    };
    expect(await render()).not.toContain(words);
    const put = await server.send('put', '/v1/forms/preferences', admin, form);
    expect(put.status).toBe(200);
    expect(await render()).toContain(words);
  });

  test('differs when how long records are kept changes', async () => {
    const before = await render();
    const { body } = await server.get('/v1/retention', admin);
    const rules = [{ kind: 'recordings', days: 90 }];
    const put = { rules, version: body.version };
    expect((await server.send('put', '/v1/retention', admin, put)).status).toBe(200);
    expect(before).not.toContain('recordings: 90 days.');
    expect(await render()).toContain('recordings: 90 days.');
  });

  test('says when it was last reviewed', async () => {
    const { code, out } = await run('notice', 'review', '2026-02-28', '--authority', 'the BfDI');
    expect([code, out.trim()]).toEqual([0, 'reviewed on 2026-02-28']);
    const text = await render();
    expect(text).toContain('Last reviewed on 2026-02-28.');
    expect(text).toContain('You may complain to the BfDI.');
    expect(text).toContain('Ann, 1 Main Street');
    expect((await run('notice', 'review', '2026-03-03')).code).not.toBe(0);
  });

  test('[cap 23] call-tracking tells visitors, once a number of ours tells where calls come from', async () => {
    const number = '+4930123456';
    const path = `/v1/lines/${encodeURIComponent(number)}`;
    const settings = { flow: 'inbound', locale: 'en', controller: 'Muster GmbH' };
    expect((await server.send('put', path, admin, settings)).status).toBe(200);
    const tracking = async () => (await server.get('/v1/notices/call-tracking', admin)).body;
    const before = await tracking();
    expect(before.text).toContain('does not keep which advertisement');

    const on = await run('line', 'track', number, '--campaign', 'spring', '--source', 'web');
    expect([on.code, on.out.trim()]).toEqual([0, 'calls come from spring, web']);
    const { body: set } = await server.get('/v1/settings/call-tracking', admin);
    expect(set).toMatchObject({ version: 1, lines: [{ campaign: 'spring', source: 'web' }] });
    const after = await tracking();
    expect(after).toMatchObject({ version: before.version + 1 });
    expect(after.text).toContain(
      'We keep which advertisement or campaign a call with you came from',
    );
    expect(after.text).toContain('Say no at any time, without a reason and without an account');
    const { out } = await run('notice', 'render', 'call-tracking', '--html');
    expect(out).toContain('<a href="http://consentry.test/privacy/choices">/privacy/choices</a>,');
    expect(out).not.toMatch(/<script|<style|\son\w+=/);

    const off = await run('line', 'track', number, '--off');
    expect([off.code, (await tracking()).hash]).toEqual([0, before.hash]);
    expect((await run('line', 'track', number, '--off', '--source', 'web')).code).toBe(2);
    const nowhere = await run('line', 'track', '+4930999999', '--off');
    expect(nowhere.code).toBe(1);
  });

  test('has no other names', async () => {
    expect((await run('notice', 'render', 'nonsense')).code).toBe(2);
  });
});

test('words of a notice are text, and lead nowhere but to our own pages', () => {
  const said =
    'See https://other.example/privacy/choices, /privacy/choices-of-others, <b>or</b> (/do-not-sell).';
  const sections = [{ title: 'A & B', paragraphs: [said], points: [] }];
  const { text } = noticeHtml({ title: '', locale: 'en', sections, reviewedOn: null }, '');
  expect(text).toContain('<h2>A &amp; B</h2>');
  expect(text).toContain('&lt;b&gt;or&lt;/b&gt;');
  expect([...text.matchAll(/<a [^>]*>/g)].map(String)).toEqual(['<a href="/do-not-sell">']);
});

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
type Answer = any;
