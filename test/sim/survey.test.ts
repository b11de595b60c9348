/** What callers answer after the conversation: kept, shown, and deleted when they take it back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallerScript } from '../../src/carrier/carrier.ts';
import { type CallView, type TestServer, testServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

async function answered(keys: readonly string[], from = '+14155550177') {
  const answers: CallerScript['answers'] = keys.map((press) => ({ press }));
  const call = server.call({ flow: 'survey', from, caller: { answers } });
  await call.ended;
  return { call, view: await server.callView(call.callSid, ({ state }) => state === 'ended') };
}

const keysOf = (view: CallView) => view.answers.map(({ step, key }: CallView) => `${step} ${key}`);

test('each answer is shown with its question, and nowhere in the database', async () => {
  const { call, view } = await answered(['1', '4', '5']);
  expect(call.all('says').at(-1)?.text).toBe('Thank you for your answers. Goodbye.');
  expect(keysOf(view)).toEqual(['service 4', 'solved 5']);
  expect(view.answers[0]).toMatchObject({
    party: view.parties[0].id,
    flow: { name: 'survey', version: 1 },
  });
  expect(view.parties[0].statuses.survey).toBe('granted');
  const rows = await server.database.sql`select answer from survey_answer`;
  expect(rows).toHaveLength(2);
  for (const { answer } of rows) expect(answer.toString('latin1')).not.toContain('solved');
});

test('who refuses is asked nothing, and nothing is kept', async () => {
  const { call, view } = await answered(['2', '4', '5']);
  expect(view.answers).toEqual([]);
  expect(
    call
      .all('says')
      .map(({ text }) => text)
      .join(' '),
  ).not.toContain('How content');
});

test('star in the call deletes what was answered before it', async () => {
  const { view } = await answered(['1', '4', '*']);
  expect(view.answers).toEqual([]);
  expect(view.parties[0].statuses.survey).toBe('withdrawn');
});

test('a withdrawal after the call deletes the answers of that call alone', async () => {
  const { call, view } = await answered(['1', '3', '3']);
  const { view: other } = await answered(['1', '2', '2']);
  expect(keysOf(view)).toHaveLength(2);
  const answer = await server.api(`/v1/calls/${call.callSid}/withdraw`, {
    method: 'POST',
    body: JSON.stringify({ purpose: 'survey' }),
  });
  expect(answer.status).toBe(200);
  expect((await server.callView(call.callSid)).answers).toEqual([]);
  expect(keysOf(await server.callView(other.id))).toEqual(['service 2', 'solved 2']);
});

test('the answers of somebody who was erased are not shown', async () => {
  const { view } = await answered(['1', '3', '3'], '+14155550178');
  await server.database.sql`
    update person set key_wrapped = null, number_sealed = null
    where id = (select person_id from survey_answer where call_id = ${view.id} limit 1)`;
  expect((await server.callView(view.id)).answers).toEqual([]);
});

test('somebody whose number is withheld is heard all the same', async () => {
  const { view } = await answered(['1', '5', '5'], 'anonymous');
  expect(keysOf(view)).toEqual(['service 5', 'solved 5']);
});
