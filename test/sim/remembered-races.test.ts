/**
 * What is remembered counts for no longer than it stands: it is taken back while a reminder is
 * spoken, a machine said it, or it was a child's.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallView, type TestServer, testServer } from '../support/server.ts';
import { carrierPost } from './carrier-post.ts';

let server: TestServer;
let made = 0;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

const freshNumber = () => `+1415555${4000 + made++}`;

/** A caller who is spoken to document by document. */
function caller(from: string, flow = 'inbound-remembered') {
  const callSid = `CA${randomBytes(16).toString('hex')}`;
  const fields = { CallSid: callSid, From: from, To: '+14155550999', Direction: 'inbound' };
  let twiml = '';
  const post = async (path: string, more: object = {}): Promise<string> => {
    const all = { ...fields, CallStatus: 'in-progress', ...more };
    twiml = await (await carrierPost(server, path, all)).text();
    return twiml;
  };
  const addressOf = (stretch: string): string => {
    const found = new RegExp(`(/twilio/voice/[\\w-]{10,}${stretch})[#"]`).exec(twiml)?.[1];
    if (found === undefined) throw new Error(`nothing leads to ${stretch} in ${twiml}`);
    return found;
  };
  return {
    call: () => post(`/twilio/voice?flow=${flow}`),
    press: (key: string, stretch: 'choices' | 'reminder') =>
      post(addressOf(`/${stretch}`), { Digits: key }),
    machine: () => post(addressOf(''), { DialCallStatus: 'answered', AnsweredBy: 'machine_start' }),
    async hangUp(): Promise<CallView> {
      await carrierPost(server, '/twilio/status', { ...fields, CallStatus: 'completed' });
      return server.callView(callSid);
    },
  };
}

async function granted(from: string): Promise<void> {
  const first = caller(from);
  await first.call();
  expect(await first.press('1', 'choices')).toContain('<Stream');
  await first.hangUp();
}

const person = (from: string, verb: string) => `/v1/persons/${encodeURIComponent(from)}/${verb}`;
const post = (path: string, body: object) =>
  server.api(path, { method: 'POST', body: JSON.stringify(body) });
const statusOf = async (from: string): Promise<string> => {
  const { purposes } = (await (await server.api(person(from, 'choices'))).json()) as CallView;
  return purposes.find((one: CallView) => one.purpose === 'recording').status;
};

describe('a grant that ends while its person is reminded of it', () => {
  test.each(['all', 'recording'])('is not relied on (%s is taken back)', async (purpose) => {
    const from = freshNumber();
    await granted(from);
    const again = caller(from);
    expect(await again.call()).toContain('/reminder');
    expect((await post(person(from, 'withdraw'), { purpose })).status).toBe(200);
    const reply = await again.press('', 'reminder');
    expect(reply).not.toContain('<Stream');
    expect(reply).toContain('<Conference');
    const view = await again.hangUp();
    expect(view.parties[0].statuses.recording).toBe('refused');
    expect(view.entries.map(({ kind }: CallView) => kind)).not.toContain('reminder');
  });

  test('by running out is asked for again', async () => {
    const from = freshNumber();
    await granted(from);
    const again = caller(from);
    expect(await again.call()).toContain('/reminder');
    await server.database.sql`update choice set valid_until = now() where kind = 'granted'`;
    const reply = await again.press('', 'reminder');
    expect(reply).not.toContain('<Stream');
    expect(reply).toContain('/purpose');
    await again.hangUp();
  });

  test('which does not end is relied on', async () => {
    const from = freshNumber();
    await granted(from);
    const again = caller(from);
    await again.call();
    expect(await again.press('', 'reminder')).toContain('<Stream');
    await again.hangUp();
  });
});

test('a yes that a machine turns out to have said is not remembered', async () => {
  const from = freshNumber();
  const first = caller(from);
  await first.call();
  await first.press('1', 'choices');
  expect(await statusOf(from)).toBe('granted');
  await first.machine();
  expect(await statusOf(from)).toBe('none');
  await first.hangUp();
});

test('[cap 43] a child is asked for nothing, whatever the flow', async () => {
  const from = freshNumber();
  const told = {
    number: from,
    purpose: 'sale',
    kind: 'refused',
    channel: 'paper',
    at: new Date(Date.now() - 1_000).toISOString(),
    ageBand: 'under-13',
  };
  expect((await post('/v1/choices', told)).status).toBe(201);
  for (const flow of ['inbound', 'inbound-remembered']) {
    const child = caller(from, flow);
    const twiml = await child.call();
    expect([flow, twiml]).toEqual([flow, expect.not.stringContaining('<Gather')]);
    expect(twiml).toContain('<Conference');
    expect((await child.hangUp()).parties[0].statuses.recording).toBe('unknown');
  }
});
