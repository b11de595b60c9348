/** Answers that count for later calls: reminded of, not asked about again, and taken back for good. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallHandle } from '../../src/carrier/carrier.ts';
import {
  type CallView,
  isSealed,
  lineNumber,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';

let server: TestServer;
let from: string;
let made = 0;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());
beforeEach(() => {
  made += 1;
  from = `+1415555${2000 + made}`;
});

const call = (act: object) =>
  server.call({ from, flow: 'inbound-remembered', caller: { otherwise: act } as never });
const said = (handle: CallHandle) => handle.all('says').map(({ text }) => String(text));
const remindsOf = (handle: CallHandle) => said(handle).some((text) => /allowed|agreed/i.test(text));
const asks = (handle: CallHandle) => said(handle).some((text) => /press 1/i.test(text));

async function finished(handle: CallHandle): Promise<CallView> {
  handle.hangup();
  await handle.ended;
  return server.callView(handle.callSid, isSealed);
}
const kinds = (view: CallView) => view.entries.map(({ kind }: CallView) => kind);

async function answered(act: object): Promise<CallView> {
  const handle = call(act);
  await handle.when('bridged');
  return finished(handle);
}

describe('who allowed it', () => {
  test('is reminded in the next call, and recorded only after that was spoken', async () => {
    const first = await answered({ press: '1' });
    expect(kinds(first)).toContain('grant');
    const handle = call({ silent: true });
    await handle.when('bridged');
    await handle.when('stream-started');
    await sealFrames(server, handle, 10);
    const view = await finished(handle);
    expect(remindsOf(handle)).toBe(true);
    expect(asks(handle)).toBe(false);
    expect(view.parties[0].statuses.recording).toBe('granted');
    expect(kinds(view).filter((kind: string) => kind === 'reminder')).toHaveLength(1);
    expect(kinds(view)).not.toContain('grant');
    expect(view.recordings).toHaveLength(1);
  });

  test('and says no to the reminder is not recorded, now or in the call after', async () => {
    await answered({ press: '1' });
    const no = call({ press: '2' });
    await no.when('bridged');
    const view = await finished(no);
    expect(view.parties[0].statuses.recording).toBe('refused');
    expect(view.recordings).toEqual([]);
    const after = call({ press: '1' });
    await after.when('bridged');
    const last = await finished(after);
    expect([asks(after), remindsOf(after)]).toEqual([false, false]);
    expect(last.parties[0].statuses.recording).not.toBe('granted');
  });

  test('and takes it back by the API is not asked again', async () => {
    const first = await answered({ press: '1' });
    const body = JSON.stringify({ purpose: 'recording' });
    const answer = await server.api(`/v1/calls/${first.id}/withdraw`, { method: 'POST', body });
    expect(answer.status).toBe(200);
    const after = call({ press: '1' });
    await after.when('bridged');
    expect([asks(after), remindsOf(after)]).toEqual([false, false]);
    expect((await finished(after)).recordings).toEqual([]);
  });
});

test('who refused is not asked in the next call; who was silent is', async () => {
  await answered({ press: '2' });
  const refused = call({ press: '1' });
  await refused.when('bridged');
  expect(asks(refused)).toBe(false);
  await finished(refused);
  from = `+1415555${3000 + made}`;
  await answered({ silent: true });
  const silent = call({ press: '1' });
  await silent.when('bridged');
  expect(asks(silent)).toBe(true);
  expect((await finished(silent)).parties[0].statuses.recording).toBe('granted');
});

test('a withheld number is asked each time', async () => {
  from = 'anonymous';
  await answered({ press: '1' });
  const again = call({ press: '1' });
  await again.when('bridged');
  expect(asks(again)).toBe(true);
  await finished(again);
});

test('[cap 37] a text message takes back what was allowed on a form', async () => {
  const body = JSON.stringify({
    number: from,
    purpose: 'marketing-calls',
    kind: 'granted',
    channel: 'form',
    at: new Date(Date.now() - 1_000).toISOString(),
    document: { sha256: 'ab'.repeat(32) },
    box: { before: false, after: true },
  });
  const path = `/v1/persons/${encodeURIComponent(from)}/choices`;
  expect((await server.api('/v1/choices', { method: 'POST', body })).status).toBe(201);
  const where = async () => {
    const { purposes } = (await (await server.api(path)).json()) as CallView;
    return purposes.find((one: CallView) => one.purpose === 'marketing-calls').status;
  };
  expect(await where()).toBe('granted');
  const messagingUrl = `${server.url}/twilio/messages`;
  await server.carrier.sendText({ messagingUrl, to: lineNumber, from, body: 'STOP' });
  expect(await where()).toBe('refused');
});
