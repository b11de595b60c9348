import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallHandle, type Carrier, startCarrier } from '../../src/carrier/carrier.ts';
import { type LineServer, startLine, twiml } from './line-server.ts';
import { type MediaServer, startMedia } from './media-server.ts';

const accountSid = `AC${'4'.repeat(32)}`;
const authToken = 'rest-token';
const from = '+18885550100';
const agent = '+12025550177';
const base = `/2010-04-01/Accounts/${accountSid}`;

let carrier: Carrier;
let line: LineServer;
let media: MediaServer;

beforeEach(async () => {
  carrier = await startCarrier({ accountSid, authToken, speed: 'instant' });
  media = await startMedia();
  line = await startLine({
    '/stay': twiml('<Dial><Conference>room</Conference></Dial>'),
    '/ask': twiml('<Gather numDigits="1" action="/answer"><Say>Recorded?</Say></Gather>'),
    '/answer': twiml('<Hangup/>'),
    '/told': twiml('<Say>It has stopped.</Say><Pause/>'),
    '/asked': twiml('<Say>May we?</Say><Gather/>'),
    '/other': twiml('<Say>Something else</Say><Hangup/>'),
    '/status': { status: 204 },
    '/machine': { status: 204 },
  });
});

afterEach(async () => {
  await carrier.close();
  await line.close();
  await media.close();
});

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

async function ask(
  path: string,
  fields?: Record<string, string> | [string, string][],
  authorization = basic(accountSid, authToken),
) {
  const response = await fetch(carrier.url + path, {
    method: fields === undefined ? 'GET' : 'POST',
    headers: { Authorization: authorization },
    ...(fields === undefined ? {} : { body: new URLSearchParams(fields) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const ringing = (more: Record<string, string> = {}) => ({
  To: agent,
  From: from,
  Url: `${line.url}/ask`,
  ...more,
});

describe('the REST API', () => {
  it.each([
    ['nobody', ''],
    ['a wrong token', basic(accountSid, 'x')],
    ['another account', basic('AC0', authToken)],
  ])('refuses %s', async (_, authorization) => {
    expect(await ask(`${base}/Calls.json`, ringing(), authorization)).toMatchObject({
      status: 401,
      body: { code: 20003, status: 401, message: 'Authenticate' },
    });
  });

  it.each([
    ['another account', '/2010-04-01/Accounts/AC1/Calls.json'],
    ['an unknown route', `${base}/Recordings.json`],
    ['an unknown call', `${base}/Calls/CA${'0'.repeat(32)}.json`],
    ['a path outside', '/simulate/calls'],
  ])('does not know %s', async (_, path) => {
    expect(await ask(path)).toMatchObject({ status: 404, body: { code: 20404 } });
  });

  it('refuses a method that a route does not have', async () => {
    expect(await ask(`${base}/Calls.json`)).toMatchObject({ status: 405, body: { code: 20004 } });
  });

  it.each([
    ['no To', { To: '' }, 21211],
    ['a To that is no number', { To: '911x' }, 21211],
    ['a From that is no number', { From: 'me' }, 21212],
    ['a relative Url', { Url: '/ask' }, 21205],
    ['both Url and Twiml', { Twiml: '<Response/>' }, 20001],
    ['an unknown parameter', { Colour: 'red' }, 20001],
    ['a wrong method', { Method: 'PUT' }, 21206],
    ['a wrong time-out', { Timeout: '601' }, 20001],
    ['a wrong callback', { StatusCallback: 'x' }, 21609],
    ['a wrong detection', { MachineDetection: 'yes' }, 20001],
  ])('refuses a call with %s', async (_, more, code) => {
    expect(await ask(`${base}/Calls.json`, ringing(more as Record<string, string>))).toMatchObject({
      status: 400,
      body: { code, status: 400 },
    });
  });

  it.each([
    ['To', 21201],
    ['From', 21213],
    ['Url', 21205],
  ])('refuses a call without %s', async (name, code) => {
    const fields: Record<string, string> = ringing();
    delete fields[name];
    expect(await ask(`${base}/Calls.json`, fields)).toMatchObject({ status: 400, body: { code } });
  });

  it('refuses a parameter that comes twice, unknown events, and TwiML that is too long', async () => {
    const twice: [string, string][] = [...Object.entries(ringing()), ['To', agent]];
    expect((await ask(`${base}/Calls.json`, twice)).body['code']).toBe(20001);
    const event = ringing({ StatusCallback: `${line.url}/status`, StatusCallbackEvent: 'started' });
    expect((await ask(`${base}/Calls.json`, event)).body['code']).toBe(21626);
    const long = { To: agent, From: from, Twiml: 'x'.repeat(4001) };
    expect((await ask(`${base}/Calls.json`, long)).body['code']).toBe(20001);
  });
});

describe('a party that we ring', () => {
  it('answers, presses 1, and every step is told in order', async () => {
    const created = await ask(`${base}/Calls.json`, [
      ...Object.entries(ringing({ StatusCallback: `${line.url}/status` })),
      ...['initiated', 'ringing', 'answered', 'completed'].map((event): [string, string] => [
        'StatusCallbackEvent',
        event,
      ]),
    ]);
    expect(created).toMatchObject({
      status: 201,
      body: {
        status: 'queued',
        direction: 'outbound-api',
        to: agent,
        from,
        account_sid: accountSid,
      },
    });
    const call = await carrier.called(agent);
    expect(created.body['sid']).toBe(call.callSid);
    await call.ended;
    expect(line.at('/status').map(({ fields }) => fields['CallStatus'])).toEqual([
      'initiated',
      'ringing',
      'in-progress',
      'completed',
    ]);
    expect(
      line
        .at('/status')
        .map(({ fields }) => fields['SequenceNumber'])
        .join(''),
    ).toBe('0123');
    expect(line.at('/ask')[0]?.fields).toMatchObject({
      CallStatus: 'in-progress',
      Direction: 'outbound-api',
      To: agent,
    });
    expect(line.at('/ask')[0]?.fields).not.toHaveProperty('AnsweredBy');
    expect(line.at('/answer')[0]?.fields).toMatchObject({ Digits: '1' });
    expect((await ask(`${base}/Calls/${call.callSid}.json`)).body['status']).toBe('completed');
  });

  it.each([
    ['busy', 'busy', '486'],
    ['never-answers', 'no-answer', '487'],
    ['fails', 'failed', '404'],
  ] as const)('and is %s ends as %s', async (pickup, status, sip) => {
    carrier.answerAs(agent, { pickup });
    await ask(`${base}/Calls.json`, ringing({ StatusCallback: `${line.url}/status` }));
    const call = await carrier.called(agent);
    expect(await call.ended).toMatchObject({ status, by: 'nobody-answered' });
    expect(line.at('/status')[0]?.fields).toMatchObject({
      CallStatus: status,
      SipResponseCode: sip,
    });
    expect(line.at('/ask')).toEqual([]);
  });

  it.each([
    ['answers', 'Enable', 'human'],
    ['machine', 'Enable', 'machine_start'],
    ['machine', 'DetectMessageEnd', 'machine_end_beep'],
  ] as const)('and %s is detected by %s as %s', async (pickup, detection, verdict) => {
    carrier.answerAs(agent, { pickup });
    await ask(`${base}/Calls.json`, ringing({ MachineDetection: detection }));
    await (await carrier.called(agent)).ended;
    expect(line.at('/ask')[0]?.fields['AnsweredBy']).toBe(verdict);
  });

  it('may be told to be a machine only after the document began', async () => {
    carrier.answerAs(agent, { pickup: 'machine' });
    await ask(
      `${base}/Calls.json`,
      ringing({
        Url: `${line.url}/stay`,
        MachineDetection: 'Enable',
        AsyncAmd: 'true',
        AsyncAmdStatusCallback: `${line.url}/machine`,
      }),
    );
    const call = await carrier.called(agent);
    await call.when('webhook', 2);
    expect(line.at('/stay')[0]?.fields).not.toHaveProperty('AnsweredBy');
    expect(line.at('/machine')[0]?.fields).toMatchObject({
      CallSid: call.callSid,
      AnsweredBy: 'machine_start',
      MachineDetectionDuration: '3000',
    });
  });

  it('can be given its document in the request', async () => {
    await ask(`${base}/Calls.json`, {
      To: agent,
      From: from,
      Twiml: `<Response><Say>Hello</Say><Gather action="/relative"/></Response>`,
    });
    const call = await carrier.called(agent);
    expect(await call.ended).toMatchObject({ by: 'failure' });
    expect(carrier.protocolErrors).toMatchObject([{ code: 11100 }]);
  });

  it('is not rung to the end when the call is cancelled', async () => {
    const slow = await startCarrier({ accountSid, authToken, speed: 1 });
    slow.answerAs(agent, { ringMs: 60_000 });
    const post = (path: string, fields: Record<string, string>) =>
      fetch(slow.url + path, {
        method: 'POST',
        headers: { Authorization: basic(accountSid, authToken) },
        body: new URLSearchParams(fields),
      });
    await post(`${base}/Calls.json`, ringing());
    const call = await slow.called(agent);
    await post(`${base}/Calls/${call.callSid}.json`, { Status: 'canceled' });
    expect(await call.ended).toMatchObject({ status: 'canceled', by: 'api' });
    await slow.close();
  });
});

describe('a live call', () => {
  async function live() {
    const call = carrier.placeCall({
      to: from,
      from: agent,
      voiceUrl: `${line.url}/stay`,
      statusUrl: `${line.url}/status`,
    });
    await call.when('bridged');
    return call;
  }

  it('goes on with another document', async () => {
    const call = await live();
    const answer = await ask(`${base}/Calls/${call.callSid}.json`, { Url: `${line.url}/other` });
    expect(answer).toMatchObject({ status: 200, body: { status: 'in-progress' } });
    expect(await call.ended).toMatchObject({ by: 'document' });
    expect(call.all('unbridged')).toMatchObject([{ by: 'redirect' }]);
    expect(call.all('says')).toMatchObject([{ text: 'Something else' }]);
  });

  it('ends when it is completed, and only then', async () => {
    const call = await live();
    await ask(`${base}/Calls/${call.callSid}.json`, { Status: 'canceled' });
    expect(call.status).toBe('in-progress');
    await ask(`${base}/Calls/${call.callSid}.json`, { Status: 'completed' });
    expect(await call.ended).toMatchObject({ by: 'api', status: 'completed' });
    const again = await ask(`${base}/Calls/${call.callSid}.json`, { Status: 'completed' });
    expect(again).toMatchObject({ status: 400, body: { code: 21220 } });
  });

  it('is streamed and no longer streamed on request', async () => {
    const call = await live();
    const streams = `${base}/Calls/${call.callSid}/Streams`;
    const created = await ask(`${streams}.json`, {
      Url: `${media.url}/media`,
      Name: 'leg',
      Track: 'inbound_track',
      'Parameter1.Name': 'token',
      'Parameter1.Value': 't-9',
    });
    expect(created).toMatchObject({
      status: 201,
      body: { name: 'leg', status: 'in-progress', call_sid: call.callSid },
    });
    expect(created.body['sid']).toMatch(/^MZ[0-9a-f]{32}$/);
    expect(await call.when('stream-started')).toMatchObject({ parameters: { token: 't-9' } });
    const stopped = await ask(`${streams}/leg.json`, { Status: 'stopped' });
    expect(stopped).toMatchObject({ status: 200, body: { status: 'stopped' } });
    expect(call.all('stream-stopped')).toMatchObject([{ by: 'api' }]);
    const again = await ask(`${streams}/leg.json`, { Status: 'stopped' });
    expect(again).toMatchObject({ status: 404, body: { code: 20404 } });
  });

  it.each([
    ['no URL', {}, 21205],
    ['a URL with a query', { Url: 'wss://h.example/m?a=1' }, 20001],
    ['another track', { Url: 'wss://h.example/m', Track: 'both_tracks' }, 20001],
    ['half a parameter', { Url: 'wss://h.example/m', 'Parameter1.Value': 'x' }, 20001],
    ['an unknown parameter', { Url: 'wss://h.example/m', 'Parameter100.Name': 'x' }, 20001],
  ])('is not streamed with %s', async (_, fields, code) => {
    const call = await live();
    const answer = await ask(`${base}/Calls/${call.callSid}/Streams.json`, {
      ...(fields as Record<string, string>),
    });
    expect(answer).toMatchObject({ status: 400, body: { code } });
  });

  describe('on a bridge', () => {
    const told = async (callSid: string, path: string) => {
      const { body } = await ask(`${base}/Conferences.json?FriendlyName=room`);
      const [open] = body['conferences'] as readonly { readonly sid: string }[];
      const at = `${base}/Conferences/${open?.sid ?? `CF${'0'.repeat(32)}`}`;
      const fields = { AnnounceUrl: line.url + path, AnnounceMethod: 'GET' };
      return ask(`${at}/Participants/${callSid}.json`, fields);
    };

    it('is told something, alone, and stays there', async () => {
      const [one, other] = [0, 1].map(() =>
        carrier.placeCall({ to: from, from: agent, voiceUrl: `${line.url}/stay` }),
      ) as [CallHandle, CallHandle];
      await one.when('joined');
      expect((await told(one.callSid, '/told')).status).toBe(200);
      expect(await one.when('says')).toMatchObject({ text: 'It has stopped.' });
      await one.when('waits');
      expect([one.all('unbridged'), other.all('says')]).toEqual([[], []]);
      expect(carrier.protocolErrors).toEqual([]);
      await told(other.callSid, '/asked');
      await other.when('protocol-error');
      expect(other.all('unbridged')).toEqual([]);
      other.hangup();
      await other.ended;
      expect((await told(other.callSid, '/told')).status).toBe(404);
    });
  });

  it('that has ended is not streamed', async () => {
    const call = await live();
    call.hangup();
    await call.ended;
    const fields = { Url: `${media.url}/media` };
    const answer = await ask(`${base}/Calls/${call.callSid}/Streams.json`, fields);
    expect(answer).toMatchObject({ status: 400, body: { code: 21220 } });
  });

  it('can be steered by the carrier’s own library', async () => {
    const call = await live();
    const client = twilio(accountSid, authToken, { httpClient: new HereClient() });
    const fetched = await client.calls(call.callSid).fetch();
    expect(fetched.status).toBe('in-progress');
    expect(fetched.startTime).toBeInstanceOf(Date);
    const stream = await client
      .calls(call.callSid)
      .streams.create({ url: `${media.url}/media`, name: 'leg' });
    await client.calls(call.callSid).streams(stream.sid).update({ status: 'stopped' });
    await client.calls.create({ to: agent, from, url: `${line.url}/ask` });
    await (await carrier.called(agent)).ended;
    const ended = await client.calls(call.callSid).update({ status: 'completed' });
    expect(ended.sid).toBe(call.callSid);
    await expect(client.calls(`CA${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({
      code: 20404,
      status: 404,
    });
  });
});

/** The library's own transport, pointed at this machine. */
class HereClient extends twilio.RequestClient {
  override request<Data>(options: RequestClient.RequestOptions<Data>) {
    options.uri = options.uri.replace('https://api.twilio.com', carrier.url);
    return super.request(options);
  }
}
