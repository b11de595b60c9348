/** Whose permission is taken back by another way than their own telephone hears so on the bridge. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallerScript, CallHandle } from '../../src/carrier/carrier.ts';
import {
  type CallView,
  dropFrames,
  sealFrames,
  sendText,
  type TestServer,
  testServer,
} from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

const willing: CallerScript = { otherwise: { press: '1' } };
let numbers = 0;
function freshNumber(): string {
  numbers += 1;
  return `+1202555${String(6000 + numbers)}`;
}

const said = (leg: CallHandle) => leg.all('says').map(({ text }) => text);
const wrong = (leg: CallHandle) => leg.all('protocol-error');
const post = (path: string, body: object) =>
  server.api(path, { method: 'POST', body: JSON.stringify(body) });

/** A caller and their agent on the bridge, both recorded. */
async function talk(flow: string, locale = 'en') {
  const [to, from, number] = [freshNumber(), freshNumber(), freshNumber()];
  const settings = { flow, locale, controller: 'Acme', agent: number };
  const line = { method: 'PUT', body: JSON.stringify(settings) };
  expect((await server.api(`/v1/lines/${encodeURIComponent(to)}`, line)).status).toBe(200);
  server.carrier.answerAs(number, willing);
  const caller = server.call({ to, from, caller: willing });
  const agent = await server.carrier.called(number);
  await agent.when('bridged');
  for (const leg of [caller, agent]) await leg.when('stream-started');
  const isGranted = ({ parties }: CallView) =>
    parties.length === 2 &&
    parties.every(({ statuses }: CallView) => statuses.recording === 'granted');
  const view = await server.callView(caller.callSid, isGranted);
  const partyOf = (role: string): string =>
    view.parties.find((party: CallView) => party.role === role).id;
  return { caller, agent, from, number, partyOf, heard: [said(caller), said(agent)] as const };
}

/** What a leg hears beyond what it had heard, once it is as much as is waited for. */
async function newly(leg: CallHandle, before: readonly string[], count: number) {
  await leg.when('says', before.length + count);
  return said(leg).slice(before.length);
}

async function over({ caller, agent }: { caller: CallHandle; agent: CallHandle }): Promise<void> {
  expect([...wrong(caller), ...wrong(agent)]).toEqual([]);
  caller.hangup();
  await Promise.all([caller.ended, agent.ended]);
}

describe('by the API', () => {
  test('the caller hears what ended, in order, after it has ended, and stays on the bridge', async () => {
    const call = await talk('inbound-purposes');
    const { caller, agent, partyOf, heard } = call;
    const party = partyOf('caller');
    const path = `/v1/calls/${caller.callSid}/withdraw`;
    await post(path, { purpose: 'training', party });
    expect(await newly(caller, heard[0], 1)).toEqual(['Your call is not used to train staff.']);
    await sealFrames(server, caller, 5);
    await post(path, { purpose: 'recording', party });
    expect(await newly(caller, heard[0], 2)).toEqual([
      'Your call is not used to train staff.',
      'Recording has stopped.',
    ]);
    expect([caller.all('unbridged'), said(agent)]).toEqual([[], heard[1]]);
    // What is not allowed any more is not taken back again.
    await post(path, { purpose: 'recording', party });
    await post(path, { purpose: 'transcription', party });
    expect((await newly(caller, heard[0], 3)).slice(2)).toEqual([
      'Your words are no longer turned into text.',
    ]);
    await over(call);
  });

  test('an agent hears it, who has no star; and whoever is named by nobody, everybody', async () => {
    const call = await talk('inbound');
    const { caller, agent, partyOf, heard } = call;
    const path = `/v1/calls/${caller.callSid}/withdraw`;
    await post(path, { purpose: 'recording', party: partyOf('agent') });
    expect(await newly(agent, heard[1], 1)).toEqual(['Recording has stopped.']);
    await dropFrames(server, caller, 5);
    expect(said(caller)).toEqual(heard[0]);
    await post(path, { purpose: 'recording' });
    expect(await newly(caller, heard[0], 1)).toEqual(['Recording has stopped.']);
    expect(said(agent)).toHaveLength(heard[1].length + 1);
    await over(call);
  });

  test.each([
    ['de', 'Die Aufzeichnung ist beendet.'],
    ['pt', 'A gravação parou.'],
  ])('in the language of the call: %s', async (locale, words) => {
    const call = await talk('inbound', locale);
    const { caller, partyOf, heard } = call;
    const body = { purpose: 'recording', party: partyOf('caller') };
    await post(`/v1/calls/${caller.callSid}/withdraw`, body);
    expect(await newly(caller, heard[0], 1)).toEqual([words]);
    await over(call);
  });
});

test('by a text message it is said and written', async () => {
  const call = await talk('inbound');
  const { caller, from, heard } = call;
  expect((await sendText(server, from, 'STOP')).replies).toHaveLength(1);
  expect(await newly(caller, heard[0], 1)).toEqual(['Recording has stopped.']);
  await over(call);
});

test('by the star it is said once, in the document that answers', async () => {
  const call = await talk('inbound');
  const { caller, agent, heard } = call;
  caller.star();
  await caller.when('bridged', 2);
  await dropFrames(server, agent, 5);
  expect(said(caller).slice(heard[0].length)).toEqual([
    'Recording has stopped. Connecting you again.',
  ]);
  expect(said(agent)).toEqual(heard[1]);
  await over(call);
});

describe('the document', () => {
  const get = (path: string) => fetch(`${server.url}/twilio/said/${path}`);

  test('says the prompts and nothing else, to whoever asks', async () => {
    const answer = await get('en/message-stopped+ended-training');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/xml; charset=utf-8',
    ]);
    const document = await answer.text();
    expect(document.match(/<(\w+)/g)).toEqual(['<Response', '<Say', '<Say']);
  });

  test.each([
    'en/no-such-prompt',
    'xx/message-stopped',
    'en/..%2Fmessage-stopped',
    'en/message-stopped+',
    'en/constructor',
    'en/',
    '',
  ])('%s is not there', async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});
