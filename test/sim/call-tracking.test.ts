/** Where a call came from: kept of who allows it, and taken away when they say no, however they do. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPage, sendForm } from '../support/page.ts';
import {
  type CallView,
  isSealed,
  lineNumber,
  type TestServer,
  testServer,
} from '../support/server.ts';

let server: TestServer;
let from: string;
let made = 0;
const line = `/v1/lines/${encodeURIComponent(lineNumber)}`;
const send = (method: 'PUT' | 'POST' | 'DELETE', path: string, body: object) =>
  server.api(path, { method, body: JSON.stringify(body) });
// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
const json = async (path: string): Promise<any> => (await server.api(path)).json();

beforeAll(async () => {
  server = await testServer();
  const settings = { flow: 'inbound-tracking', locale: 'en', controller: 'Muster GmbH' };
  expect((await send('PUT', line, { ...settings, default: true })).status).toBe(200);
  const { id } = await json(line);
  const lines = [{ line: id, campaign: 'spring', source: 'newspaper' }];
  const set = await send('PUT', '/v1/settings/call-tracking', { lines, version: 0 });
  expect(set.status).toBe(200);
  // Every process knows a setting in a second.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
});
afterAll(() => server.close());
beforeEach(() => {
  made += 1;
  from = `+1415555${7000 + made}`;
});

const yes = { press: '1' };
const no = { press: '2' };
const silence = { silent: true };
/** A call whose questions are answered so, over, and looked at once its tasks are done. */
async function called(...answers: object[]): Promise<CallView> {
  const call = server.call({ from, caller: { answers, otherwise: silence } as never });
  await call.when('bridged');
  call.hangup();
  await call.ended;
  const view = await server.callView(call.callSid, isSealed);
  const open = async () => {
    const [row] = await server.database.sql`
      select count(*)::int as n from carrier_task where call_id = ${view.id} and done_at is null`;
    return row!['n'];
  };
  await expect.poll(open, { timeout: 10_000 }).toBe(0);
  return json(`/v1/calls/${view.id}`);
}
const person = () => `/v1/persons/${encodeURIComponent(from)}`;

/** What is kept anywhere of where calls of this caller came from. */
async function kept() {
  const [row] = await server.database.sql`
    select count(*) filter (where campaign is not null or source is not null or call.visitor is not null)
      ::int as calls, count(distinct person.visitor)::int as visitors
    from leg join call on call.id = leg.call_id join person on person.id = leg.person_id
    where leg.call_sid = any (${await sidsOf()})`;
  return { ...row };
}
async function sidsOf(): Promise<string[]> {
  const { data } = await json(`/v1/calls?person=${encodeURIComponent(from)}`);
  return data.map(({ callSid }: CallView) => callSid);
}

async function allowedElsewhere(): Promise<void> {
  const answer = await send('POST', '/v1/choices', {
    number: from,
    purpose: 'call-tracking',
    kind: 'granted',
    channel: 'form',
    at: new Date(Date.now() - 1).toISOString(),
    document: { sha256: 'ab'.repeat(32) },
    box: { before: false, after: true },
  });
  expect(answer.status).toBe(201);
}

describe('where a call came from', () => {
  test.each([
    ['says no by key', [yes, no]],
    ['allows recording and says nothing to the other question', [yes]],
  ])('is not kept of who %s', async (_, answers) => {
    const view = await called(...answers);
    expect([view.tracking, await kept()]).toEqual([null, { calls: 0, visitors: 0 }]);
  });

  test('is kept of who allows it by key, under one visitor for all their calls', async () => {
    const first = await called(no, yes);
    expect(first.tracking).toMatchObject({ campaign: 'spring', source: 'newspaper' });
    expect(first.tracking.visitor).toMatch(/^[0-9a-f]{32}$/);
    // They are reminded of it in the next one, and say nothing.
    const second = await called(no);
    expect(second.tracking).toEqual(first.tracking);
    expect(await kept()).toEqual({ calls: 2, visitors: 1 });
    from = `+1415555${8000 + made}`;
    const other = await called(no, yes);
    expect(other.tracking.visitor).not.toBe(first.tracking.visitor);
  });

  test('is kept of who allowed it on a form, whatever flow they come by', async () => {
    await allowedElsewhere();
    const call = server.call({ from, flow: 'inbound', caller: { otherwise: silence } as never });
    await call.when('bridged');
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, (one) => one.tracking !== null);
    expect(view.tracking.source).toBe('newspaper');
  });
});

describe('[cap 23] after an opt-out', () => {
  const ways: Readonly<Record<string, () => Promise<unknown>>> = {
    'by form': async () =>
      sendForm(await openPage(`${server.url}/privacy/choices`), '/privacy/choices/withdraw', {
        number: from,
        'purpose-call-tracking': 'on',
      }),
    'by key': () => called(no, no),
    'by the star key': async () => {
      const call = server.call({ from, caller: { answers: [no], otherwise: silence } as never });
      await call.when('bridged');
      call.star();
      await call.when('bridged', 2);
      expect(call.all('says').map(({ text }) => text)).toContain(
        'It is not kept any more which advertisement you called from.',
      );
      call.hangup();
      await call.ended;
    },
    'by API': () => send('POST', `${person()}/withdraw`, { purpose: 'call-tracking' }),
    'by the API of a call that is over': async () => {
      const [callSid] = await sidsOf();
      return send('POST', `/v1/calls/${callSid}/withdraw`, { purpose: 'call-tracking' });
    },
    'by a request': () =>
      send('POST', '/v1/rights-requests', { number: from, kind: 'object' }).then(async (made) => {
        const { id } = (await made.json()) as { id: string };
        return send('POST', `/v1/rights-requests/${id}/fulfil`, {});
      }),
  };

  test.each(Object.keys(ways))(
    '%s no campaign or source is stored, and the token rotates',
    async (way) => {
      const before = await called(no, yes);
      await called(no);
      expect(await kept()).toEqual({ calls: 2, visitors: 1 });

      await ways[way]?.();
      expect(await kept()).toEqual({ calls: 0, visitors: 0 });
      expect((await json(`/v1/calls/${before.id}`)).tracking).toBeNull();
      const { purposes } = await json(`${person()}/choices`);
      const stands = purposes.find((one: CallView) => one.purpose === 'call-tracking').status;
      expect(stands).toBe('refused');

      // They are not asked again, and nothing is kept of later calls.
      expect((await called(no, yes)).tracking).toBeNull();
      expect(await kept()).toEqual({ calls: 0, visitors: 0 });

      await allowedElsewhere();
      const after = await called(no);
      expect(after.tracking).toMatchObject({ campaign: 'spring', source: 'newspaper' });
      expect(after.tracking.visitor).not.toBe(before.tracking.visitor);
    },
  );

  test('that comes while the call ends nothing is stored', async () => {
    await allowedElsewhere();
    const call = server.call({ from, caller: { answers: [no], otherwise: silence } as never });
    await call.when('bridged');
    call.hangup();
    const [, answer] = await Promise.all([
      call.ended,
      send('POST', `${person()}/withdraw`, { purpose: 'call-tracking' }),
    ]);
    expect(answer.status).toBe(200);
    const view = await server.callView(call.callSid, isSealed);
    await expect
      .poll(async () => {
        const [row] = await server.database.sql`
          select count(*)::int as n from carrier_task where call_id = ${view.id} and done_at is null`;
        return row!['n'];
      })
      .toBe(0);
    expect(await kept()).toEqual({ calls: 0, visitors: 0 });
  });
});

describe('who leaves', () => {
  test('a call that is redacted keeps its campaign, and nobody’s token', async () => {
    const view = await called(no, yes);
    const done = await send('POST', `/v1/calls/${view.id}/redact`, { reason: 'they asked' });
    expect(done.status).toBe(200);
    expect((await json(`/v1/calls/${view.id}`)).tracking).toEqual({
      campaign: 'spring',
      source: 'newspaper',
      visitor: null,
    });
  });

  test('who is erased has no token any more, and their calls none', async () => {
    const view = await called(no, yes);
    const sids = await sidsOf();
    const erased = await server.api(person(), { method: 'DELETE' });
    expect(((await erased.json()) as CallView).proved).toBe(true);
    const rows = await server.database.sql`
      select visitor from call where id in (select call_id from leg where call_sid = any (${sids}))
      union all select visitor from person where visitor = ${Buffer.from(view.tracking.visitor, 'hex')}`;
    expect(rows.map(({ visitor }) => visitor)).toEqual([null]);
  });
});
