/** Whoever writes stop is heard: the sound, the permissions, the list, the answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TextMessage } from '../../src/carrier/carrier.ts';
import { textWords } from '../../src/core/consent/text-words.ts';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import {
  type CallView,
  isSealed,
  sealFrames,
  sendText,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { quietDump } from './dump.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

let lastNumber = 0;
/** Somebody nobody has met. */
function somebody(): string {
  lastNumber += 1;
  return `+1415555${String(2000 + lastNumber)}`;
}

const text = (from: string, body: string, more: Partial<TextMessage> = {}) =>
  sendText(server, from, body, more);

async function granted(from: string) {
  const call = server.call({ from, caller: { otherwise: { press: '1' } } });
  await call.when('stream-started');
  return call;
}

const statusOf = (view: CallView): string => view.parties[0].statuses.recording;
const entriesOf = (view: CallView) =>
  view.entries.map(({ kind, channel }: CallView) => [kind, channel]);
const listed = () =>
  server.database.sql`select channel, listed, provisional, source from listing order by since`;
const silence = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

test('a stop in the middle of a call ends its recording, and is answered once', async () => {
  const from = somebody();
  const call = await granted(from);
  await sealFrames(server, call, 30);
  const sent = await text(from, 'STOP');
  expect(sent).toMatchObject({ status: 200, replies: [textWords.en.stopped], problems: [] });
  await call.when('stream-stopped');
  const view = await server.callView(call.callSid, (one) => statusOf(one) === 'withdrawn');
  expect(entriesOf(view)).toEqual(
    expect.arrayContaining([
      ['request', 'call'],
      ['grant', 'call'],
      ['withdrawal', 'text'],
    ]),
  );
  const withdrawal = view.entries.find(({ kind }: CallView) => kind === 'withdrawal');
  const receipt = await (await server.api(`/v1/receipts/${withdrawal.receiptId}`)).text();
  expect(verifyReceipt(receipt)).toMatchObject({
    ok: true,
    facts: { channel: 'text', evidence: { messageSid: sent.messageSid, provisional: false } },
  });
  call.hangup();
  await call.ended;
  const ended = await server.callView(call.callSid, isSealed);
  expect(ended.recordings[0].durationMs).toBe(600);
});

test('the same message has the same answer for ever, and does nothing again', async () => {
  const from = somebody();
  const first = await granted(from);
  const sent = await text(from, 'stop');
  const { messageSid } = sent;
  first.hangup();
  await first.ended;
  const later = await granted(from);
  const again = await text(from, 'stop', { messageSid });
  expect(again.document).toBe(sent.document);
  // Whoever answers it for the first time, on another process, answers it with other words.
  expect((await text(from, 'something else', { messageSid })).document).toBe(sent.document);
  await sealFrames(server, later, 10);
  expect(statusOf(await server.callView(later.callSid))).toBe('granted');
  later.hangup();
  await later.ended;
});

test('another message of the same day ends what stands, and is answered without words', async () => {
  const from = somebody();
  const call = await granted(from);
  expect((await text(from, 'stop calling me please')).replies).toHaveLength(1);
  call.hangup();
  await call.ended;
  const next = await granted(from);
  const again = await text(from, 'STOP!');
  expect([again.status, again.document]).toEqual([200, silence]);
  await server.callView(next.callSid, (view) => statusOf(view) === 'withdrawn');
  next.hangup();
  await next.ended;
});

test('what was allowed in calls that are over is taken back, too', async () => {
  const from = somebody();
  const calls = [];
  for (let i = 0; i < 3; i += 1) {
    const call = await granted(from);
    call.hangup();
    await call.ended;
    await server.callView(call.callSid, isSealed);
    calls.push(call);
  }
  await text(from, 'Please unsubscribe me');
  for (const { callSid } of calls) {
    expect(statusOf(await server.callView(callSid))).toBe('withdrawn');
  }
});

test('during the question it is a no', async () => {
  const from = somebody();
  const call = server.call({ from, caller: { otherwise: { manual: true } } });
  await call.when('gathers');
  await text(from, 'STOP');
  const view = await server.callView(call.callSid, (one) => statusOf(one) === 'refused');
  expect(entriesOf(view)).toContainEqual(['refusal', 'text']);
  call.hangup();
  await call.ended;
});

describe('what the carrier has answered itself', () => {
  test('is done, and not answered again', async () => {
    const from = somebody();
    const call = await granted(from);
    const sent = await text(from, 'cancelar todo eso', { optOutType: 'STOP' });
    expect([sent.status, sent.document]).toEqual([200, silence]);
    await server.callView(call.callSid, (view) => statusOf(view) === 'withdrawn');
    call.hangup();
    await call.ended;
  });

  test.each(['START', 'HELP'] as const)('%s changes nothing', async (optOutType) => {
    const from = somebody();
    const call = await granted(from);
    expect((await text(from, 'stop', { optOutType })).document).toBe(silence);
    await sealFrames(server, call, 10);
    expect(statusOf(await server.callView(call.callSid))).toBe('granted');
    call.hangup();
    await call.ended;
  });
});

test('what may be a stop ends everything, and is left for a person with what was written', async () => {
  const from = somebody();
  const call = await granted(from);
  const body = 'please no more of these horrid calls';
  const sent = await text(from, body);
  expect(sent.replies).toHaveLength(1);
  await server.callView(call.callSid, (view) => statusOf(view) === 'withdrawn');
  const tasksNow = async (): Promise<CallView> => (await server.api('/v1/tasks')).json();
  const { data } = await tasksNow();
  const tasks = data.filter(({ message }: CallView) => message === body);
  expect(tasks).toMatchObject([{ kind: 'withdrawal' }]);
  await text(from, body, { messageSid: sent.messageSid });
  const again = await tasksNow();
  expect(again.data.filter(({ message }: CallView) => message === body)).toHaveLength(1);
  expect(await quietDump(server.database.sql)).not.toContain('horrid');
  call.hangup();
  await call.ended;
});

test('start, yes and praise grant nothing', async () => {
  const from = somebody();
  const call = server.call({ from, caller: { otherwise: { press: '2' } } });
  await call.when('bridged');
  for (const body of ['START', 'YES', 'yes, you may record me', 'UNSTOP', 'I allow recording']) {
    expect((await text(from, body)).document).toBe(silence);
  }
  expect(statusOf(await server.callView(call.callSid))).toBe('refused');
  call.hangup();
  await call.ended;
});

test('whom nobody has met is taken at their word, and told nothing', async () => {
  const entries = async () =>
    (await server.database.sql`select from entry where kind in ('withdrawal', 'refusal')`).length;
  const before = await entries();
  const from = somebody();
  for (const [sender, body] of [
    [from, 'STOP'],
    ['+1', 'STOP'],
    ['CONSENTRY', 'STOP'],
    ['anonymous', 'please no more'],
    ['', 'STOP'],
    [somebody(), 'hello'],
  ] as const) {
    const { status, document } = await text(sender, body);
    expect([sender, status, document]).toEqual([sender, 200, silence]);
  }
  expect(await entries()).toBe(before);
});

test('a stop stands on the own list, for calls and texts', async () => {
  const before = (await listed()).length;
  await text(somebody(), 'STOP');
  const rows = await listed();
  expect(
    rows
      .slice(before)
      .map(({ channel }) => channel)
      .sort(),
  ).toEqual(['call', 'text']);
  expect(rows.at(-1)).toMatchObject({ listed: true, provisional: false, source: 'text' });
});

test('a person is answered in the language they were spoken to', async () => {
  const from = somebody();
  const settings = { flow: 'inbound', locale: 'de', controller: 'Muster GmbH' };
  const line = '+14155550888';
  await server.api(`/v1/lines/${line}`, { method: 'PUT', body: JSON.stringify(settings) });
  const call = server.call({ from, to: line, caller: { otherwise: { press: '1' } } });
  await call.when('stream-started');
  expect((await text(from, 'STOP', { to: line })).replies).toEqual([textWords.de.stopped]);
  call.hangup();
  await call.ended;
});

test('an unsigned message is refused, and changes nothing', async () => {
  const answer = await fetch(`${server.url}/twilio/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      MessageSid: `SM${'0'.repeat(32)}`,
      From: '+14155550123',
      Body: 'STOP',
    }),
  });
  expect(answer.status).toBe(403);
});
