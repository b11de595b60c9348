/** Text messages about a call: to whom one is sent, once, and to whom none is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OwnFlows, ownFlows } from '../support/own-flows.ts';
import { type TestServer, testServer } from '../support/server.ts';

let own: OwnFlows;
let server: TestServer;
const line = '+14155556999';
beforeAll(async () => {
  own = await ownFlows({
    texting: `
name: texting
version: 1
steps:
  write: { text: text-call-back, next: goodbye }
  goodbye: { end: goodbye }`,
  });
  server = await testServer({}, { folders: own.folders });
  const answer = await server.api(`/v1/lines/${encodeURIComponent(line)}`, {
    method: 'PUT',
    body: JSON.stringify({ flow: 'texting', locale: 'en', controller: 'Acme', agent: null }),
  });
  expect(answer.status).toBe(200);
});
afterAll(async () => {
  await server.close();
  await own.remove();
});

/**
 * How the call's message ended: its tasks, once they are over. A message is over before the
 * carrier is asked for it, so one that fails is waited for until that is written down.
 */
async function textsOf(from: string, fails = false) {
  const call = server.call({ to: line, from });
  expect(await call.ended).toMatchObject({ by: 'document' });
  for (let tries = 0; tries < 200; tries += 1) {
    const tasks = await server.database.sql`
      select failed, attempts, done_at is not null as done from carrier_task
      where kind = 'text' and call_id = (select call_id from leg where call_sid = ${call.callSid})`;
    if (tasks.every(({ done, failed }) => done && (failed !== null || !fails))) {
      const sent = server.carrier.texts.filter((text) => text.to === from);
      return { tasks: tasks.map(({ failed, attempts }) => [failed, attempts]), sent };
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the task is never over');
}

test('one message goes to the number of the call, from the line, with the address of the page', async () => {
  await textsOf('+14155550201');
  const sent = () => server.carrier.texts.filter(({ to }) => to === '+14155550201');
  await expect.poll(() => sent().length).toBe(1);
  expect(sent()[0]).toMatchObject({ from: line, to: '+14155550201' });
  expect(sent()[0]?.body).toBe(
    'Acme: thank you for calling. Somebody will call you back. What you have allowed you can change ' +
      `here: ${server.url}/privacy/choices`,
  );
});

test('nobody is written to whose number is withheld, and no line writes that nobody configured', async () => {
  expect(await textsOf('anonymous')).toEqual({ tasks: [], sent: [] });
});

test('who asked for no texts gets none', async () => {
  const from = '+14155550202';
  const answer = await server.api('/v1/opt-outs', {
    method: 'POST',
    body: JSON.stringify({ number: from, channel: 'text' }),
  });
  expect(answer.ok).toBe(true);
  expect(await textsOf(from)).toEqual({ tasks: [[null, 1]], sent: [] });
});

test('a number that takes no texts is tried once, and the call does not notice', async () => {
  const from = '+14155550203';
  server.carrier.answerAs(from, { refusesTexts: true });
  const { tasks, sent } = await textsOf(from, true);
  expect([tasks, sent]).toEqual([[['carrier', 1]], []]);
});

test('whom the carrier knows to have stopped is listed, though no word of it ever came', async () => {
  const from = '+14155550204';
  // What it heard was lost on its way to us.
  const messagingUrl = 'http://127.0.0.1:9/twilio/messages#rc=0';
  const stopped = { messagingUrl, to: line, from, body: 'STOP', optOutType: 'STOP' } as const;
  expect((await server.carrier.sendText(stopped)).status).toBeNull();
  const { tasks, sent } = await textsOf(from, true);
  expect([tasks, sent]).toEqual([[['carrier', 1]], []]);
  for (const channel of ['call', 'text']) {
    const answer = await server.api('/v1/screenings', {
      method: 'POST',
      body: JSON.stringify({ number: from, channel }),
    });
    const { reasons } = (await answer.json()) as { reasons: { code: string }[] };
    expect(reasons.map(({ code }) => code)).toContain('INTERNAL_DNC');
  }
});

test('the carrier saw no breach of its protocol', () => {
  expect(server.carrier.protocolErrors).toEqual([]);
});
