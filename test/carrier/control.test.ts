import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Carrier, type CarrierEvent, startCarrier } from '../../src/carrier/carrier.ts';
import { type LineServer, startLine, twiml } from './line-server.ts';

const accountSid = `AC${'6'.repeat(32)}`;
const authToken = 'control-token';

let carrier: Carrier;
let line: LineServer;

beforeEach(async () => {
  carrier = await startCarrier({ accountSid, authToken, control: true });
  line = await startLine({
    '/voice': twiml(
      '<Gather input="dtmf speech" numDigits="1" action="/answer" actionOnEmptyResult="true"><Say>Recorded?</Say></Gather>',
    ),
    '/answer': twiml(
      '<Dial hangupOnStar="true" action="/star"><Conference>room</Conference></Dial>',
    ),
    '/star': twiml('<Dial><Conference>room</Conference></Dial>'),
    '/status': { status: 204 },
  });
  carrier.pointLine({ voiceUrl: `${line.url}/voice`, statusUrl: `${line.url}/status` });
});

afterEach(async () => {
  await carrier.close();
  await line.close();
});

const headers = {
  Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
};

const post = (body: unknown, init: RequestInit = {}) =>
  fetch(`${carrier.url}/simulate/calls`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    ...init,
  });

async function eventsOf(response: Response): Promise<CarrierEvent[]> {
  const text = await response.text();
  return text
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row) as CarrierEvent);
}

describe('a simulated call', () => {
  it('is told event by event until it has ended', async () => {
    const response = await post({ answer: '1', speed: 'instant' });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const events = await eventsOf(response);
    expect(events.map(({ type }) => type).filter((type) => type !== 'webhook')).toEqual([
      'started', 'answered', 'gathers', 'says', 'presses', 'bridged', 'unbridged', 'ended',
    ]); // biome-ignore format: a list
    expect(new Set(events.map(({ callSid }) => callSid)).size).toBe(1);
    expect(line.at('/answer')[0]?.fields).toMatchObject({ Digits: '1' });
  });

  it.each([
    [{ say: 'yes' }, { SpeechResult: 'yes', Confidence: '0.9' }],
    [{ say: 'yes', confidence: 0.2 }, { Confidence: '0.2' }],
    [{ silent: true }, { Digits: '' }],
    [{}, { Digits: '' }],
    [
      { from: 'anonymous', answer: '2' },
      { From: 'anonymous', Digits: '2' },
    ],
    [{ script: { answers: [{ press: '9' }], bridge: [{ hangup: true }] } }, { Digits: '9' }],
  ])('with %j answers so', async (body, expected) => {
    const script = 'script' in body ? {} : { hangupAtMs: 1 };
    await eventsOf(await post({ ...body, ...script, speed: 'instant' }));
    expect(line.at('/answer')[0]?.fields).toMatchObject(expected);
  });

  it('withdraws on the bridge, comes back and stays for a while', async () => {
    const body = { answer: '1', withdrawAtMs: 5000, speed: 'instant' };
    const events = await eventsOf(await post(body));
    expect(line.at('/star')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'bridged')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'ended', by: 'caller', durationS: 13 });
  });

  it('asks for a flow in the signed URL', async () => {
    await eventsOf(await post({ flow: 'inbound-speech', hangupAtMs: 1, speed: 'instant' }));
    expect(line.at('/voice')[0]?.path).toBe('/voice?flow=inbound-speech');
  });

  it('is hung up when nobody listens to it any more', async () => {
    const leaving = new AbortController();
    const response = await post({ silent: true, hangupAtMs: 600_000 }, { signal: leaving.signal });
    const rows = createInterface({ input: Readable.fromWeb(response.body as never) });
    rows.on('error', () => undefined);
    const first = await new Promise<string>((resolve) => rows.once('line', resolve));
    const { callSid } = JSON.parse(first) as CarrierEvent;
    leaving.abort();
    const ended = await carrier.call(callSid)?.ended;
    expect(ended).toMatchObject({ by: 'caller' });
  });

  it.each([
    ['not JSON', '{', 'JSON object'],
    ['a list', '[]', 'JSON object'],
    ['an unknown field', '{"colour":1}', 'colour'],
    ['a To that is no number', '{"to":"x"}', 'E.164'],
    ['two answers', '{"answer":"1","say":"yes"}', 'one of answer, say, silent'],
    ['keys that do not exist', '{"answer":"x"}', '0-9'],
    ['a confidence out of range', '{"say":"yes","confidence":2}', 'from 0 to 1'],
    ['a withdrawal after the end', '{"withdrawAtMs":2,"hangupAtMs":1}', 'before hangupAtMs'],
    ['a wrong speed', '{"speed":"fast"}', 'instant'],
    ['a wrong flow', '{"flow":"../x"}', 'small letters'],
    ['a script and an answer', '{"script":{},"answer":"1"}', 'either it or a script'],
    ['a script with an unknown part', '{"script":{"x":1}}', 'answers, otherwise, bridge'],
    ['a script with an unknown act', '{"script":{"answers":[{"sing":true}]}}', 'press, say'],
    ['a script with a wrong step', '{"script":{"bridge":[{"frames":0}]}}', 'bridge[0]'],
  ])('is refused with %s', async (_, body, message) => {
    const response = await fetch(`${carrier.url}/simulate/calls`, {
      method: 'POST',
      headers,
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
    expect(line.received).toEqual([]);
  });

  it('is refused without the account’s token, by another method, and with nowhere to go', async () => {
    const bare = await fetch(`${carrier.url}/simulate/calls`, { method: 'POST', body: '{}' });
    expect(bare.status).toBe(401);
    expect((await fetch(`${carrier.url}/simulate/calls`, { headers })).status).toBe(405);
    const aimless = await startCarrier({ accountSid, authToken, control: true });
    const url = `${aimless.url}/simulate/calls`;
    const response = await fetch(url, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(503);
    await aimless.close();
  });
});
