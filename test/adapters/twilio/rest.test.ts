import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { twilioCarrier } from '../../../src/adapters/twilio/rest.ts';

const accountSid = `AC${'0'.repeat(32)}`;
const callSid = `CA${'1'.repeat(32)}`;
const base = `/2010-04-01/Accounts/${accountSid}`;

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly form: Record<string, string | string[]>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** An origin that answers every request in the given way and remembers what it was asked. */
async function origin(answer: (response: ServerResponse) => void) {
  const received: Received[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const form: Record<string, string | string[]> = {};
    for (const [name, value] of new URLSearchParams(body)) {
      const before = form[name];
      form[name] = before === undefined ? value : [...[before].flat(), value];
    }
    const { method, url, headers } = request;
    received.push({ method, url, authorization: headers.authorization, form });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { received, apiUrl };
}

const json =
  (status: number, body: object) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

async function carrier(answer: (response: ServerResponse) => void, timeoutMs?: number) {
  const { received, apiUrl } = await origin(answer);
  const settings = { accountSid, authToken: 'secret', apiUrl };
  return {
    received,
    port: twilioCarrier(timeoutMs === undefined ? settings : { ...settings, timeoutMs }),
  };
}

describe('requests', () => {
  it('a stream is started on the inbound track, with its parameters in order', async () => {
    const { port, received } = await carrier(json(201, { sid: 'MZ1' }));
    const sid = await port.startStream({
      callSid,
      name: 'leg-1',
      url: 'wss://h.example/twilio/media',
      parameters: { token: 'abc', leg: '1' },
    });
    expect(sid).toBe('MZ1');
    expect(received).toEqual([
      {
        method: 'POST',
        url: `${base}/Calls/${callSid}/Streams.json`,
        authorization: `Basic ${Buffer.from(`${accountSid}:secret`).toString('base64')}`,
        form: {
          Url: 'wss://h.example/twilio/media',
          Name: 'leg-1',
          Track: 'inbound_track',
          'Parameter1.Name': 'token',
          'Parameter1.Value': 'abc',
          'Parameter2.Name': 'leg',
          'Parameter2.Value': '1',
        },
      },
    ]);
  });

  it('a stream is stopped by its name', async () => {
    const { port, received } = await carrier(json(200, { sid: 'MZ1' }));
    await port.stopStream({ callSid, name: 'leg-1' });
    expect(received[0]?.url).toBe(`${base}/Calls/${callSid}/Streams/leg-1.json`);
    expect(received[0]?.form).toEqual({ Status: 'stopped' });
  });

  it('a party is rung, and its addresses ask for retries', async () => {
    const { port, received } = await carrier(json(201, { sid: callSid }));
    const sid = await port.createCall({
      to: '+15550100',
      from: '+15550101',
      url: 'https://h.example/twilio/voice/n',
      statusCallback: 'https://h.example/twilio/status',
      timeoutS: 25,
    });
    expect(sid).toBe(callSid);
    expect(received[0]?.url).toBe(`${base}/Calls.json`);
    expect(received[0]?.form).toEqual({
      To: '+15550100',
      From: '+15550101',
      Url: 'https://h.example/twilio/voice/n#rc=2&rp=ct,rt,5xx&rt=4000',
      Method: 'POST',
      StatusCallback: 'https://h.example/twilio/status#rc=2&rp=ct,rt,5xx&rt=4000',
      StatusCallbackMethod: 'POST',
      StatusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      Timeout: '25',
    });
  });

  it('one leg on the open bridge of a name is told something', async () => {
    const bridges = [
      { sid: `CF${'3'.repeat(32)}`, status: 'completed' },
      { sid: `CF${'4'.repeat(32)}`, status: 'in-progress' },
    ];
    const { port, received } = await carrier((response) =>
      json(200, response.req.method === 'GET' ? { conferences: bridges } : {})(response),
    );
    const url = 'https://h.example/said/en/message-stopped';
    await port.announce({ conference: 'call-1', callSid, url });
    expect(received[0]?.url).toContain(`${base}/Conferences.json?FriendlyName=call-1`);
    expect(received[1]?.url).toBe(
      `${base}/Conferences/${bridges[1]?.sid}/Participants/${callSid}.json`,
    );
    expect(received[1]?.form).toEqual({
      AnnounceUrl: `${url}#rc=2&rp=ct,rt,5xx&rt=4000`,
      AnnounceMethod: 'GET',
    });
  });

  it('a bridge that is over is told nothing', async () => {
    const { port, received } = await carrier(json(200, { conferences: [] }));
    const telling = { conference: 'call-1', callSid, url: 'https://h.example/said/en/erased' };
    await expect(port.announce(telling)).rejects.toMatchObject({ code: 'not_found' });
    expect(received).toHaveLength(1);
  });

  it('a leg is ended', async () => {
    const { port, received } = await carrier(json(200, { sid: callSid }));
    await port.hangUp(callSid);
    expect(received[0]?.form).toEqual({ Status: 'completed' });
  });

  it('a leg is asked after', async () => {
    const { port, received } = await carrier(json(200, { sid: callSid, status: 'in-progress' }));
    expect(await port.callStatus(callSid)).toBe('in-progress');
    expect(received[0]).toMatchObject({ method: 'GET', url: `${base}/Calls/${callSid}.json` });
  });

  it('an unknown leg has no status', async () => {
    const { port } = await carrier(json(404, { code: 20404, message: 'gone', status: 404 }));
    expect(await port.callStatus(callSid)).toBeNull();
  });
});

describe('failures', () => {
  const request = {
    to: '+15550100',
    from: '+15550101',
    url: 'https://h.example/v',
    statusCallback: 'https://h.example/s',
    timeoutS: 25,
  };
  const everything = (error: unknown) =>
    JSON.stringify(error, Object.getOwnPropertyNames(error as object)) + String(error);

  it('say status and error number, and quote no number of a person', async () => {
    const message = "The 'To' number +15550100 is not a valid phone number.";
    const { port } = await carrier(json(400, { code: 21211, message, status: 400 }));
    const error = await port.createCall(request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'invalid_request',
      publicText: 'carrier answered 400 to "create call", error 21211',
    });
    expect(everything(error)).not.toContain('5550100');
    expect((error as Error).cause).toBeUndefined();
  });

  it.each([
    ['leg is over', 400, 21220, 'not_found'],
    ['leg is unknown', 404, 20404, 'not_found'],
    ['request is refused', 400, 21205, 'invalid_request'],
    ['carrier is asked too often', 429, 20429, 'unavailable'],
    ['carrier is broken', 500, 20500, 'unavailable'],
  ])('tell apart that the %s', async (_name, status, code, kind) => {
    const { port } = await carrier(json(status, { code, message: 'no', status }));
    await expect(port.hangUp(callSid)).rejects.toMatchObject({ code: kind });
  });

  it('a carrier that is not there', async () => {
    const { apiUrl } = await origin(json(200, {}));
    await open.pop()?.();
    const port = twilioCarrier({ accountSid, authToken: 'secret', apiUrl });
    const error = await port.createCall(request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ publicText: 'carrier did not answer to "create call"' });
    expect(everything(error)).not.toContain('5550100');
  });

  it('a carrier that never answers', async () => {
    const { port } = await carrier(() => {}, 50);
    await expect(port.hangUp(callSid)).rejects.toThrow('carrier did not answer to "hang up"');
  });

  it('a carrier that answers drop by drop', async () => {
    let drip: NodeJS.Timeout | undefined;
    const { port } = await carrier((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      drip = setInterval(() => response.write(' '), 10);
    }, 100);
    await expect(port.hangUp(callSid)).rejects.toThrow('carrier did not answer to "hang up"');
    clearInterval(drip);
  });

  it('an answer that is no JSON', async () => {
    const { port } = await carrier((response) => void response.writeHead(502).end('<html>'));
    await expect(port.stopStream({ callSid, name: 'a' })).rejects.toThrow('carrier answered 502');
  });
});

describe('origin', () => {
  const start = (apiUrl: string) => twilioCarrier({ accountSid, authToken: 'secret', apiUrl });

  it.each([
    'https://carrier.example',
    'http://127.0.0.1:9',
    'http://localhost:9',
    'http://[::1]:9',
  ])('%s is taken', (apiUrl) => {
    expect(() => start(apiUrl)).not.toThrow();
  });

  it.each([
    'http://carrier.example',
    'http://127.0.0.1.example',
    'http://10.0.0.1',
    'https://carrier.example/path',
    'https://carrier.example?x=1',
    'ftp://127.0.0.1',
    'carrier.example',
    '',
  ])('"%s" is refused', (apiUrl) => {
    expect(() => start(apiUrl)).toThrow('TWILIO_API_URL must be');
  });
});
