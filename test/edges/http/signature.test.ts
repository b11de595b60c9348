import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  accountSid,
  answered,
  callSid,
  carrierServer,
  encode,
  formType,
  inbound,
  publicUrl,
  sign,
} from './carrier-server.ts';

const right = sign(`${publicUrl}/twilio/voice`, inbound);

/** Sends the bytes as they are and resolves to all that comes back. */
function sendRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

function rawPost(headers: readonly string[]): string {
  const body = encode(inbound);
  const head = [
    'POST /twilio/voice HTTP/1.1',
    'Host: calls.example',
    `Content-Type: ${formType}`,
    `Content-Length: ${body.length}`,
    'Connection: close',
    ...headers,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

describe('signature', () => {
  it('of our address is accepted', async () => {
    const { post, seen } = carrierServer();
    const answer = await post('/twilio/voice').expect(200, answered);
    expect(answer.headers['content-type']).toBe('text/xml; charset=utf-8');
    expect(seen.voice).toHaveLength(1);
  });

  it.each([
    ['https://calls.example', 'https://calls.example', 200],
    ['https://calls.example', 'https://calls.example:443', 200],
    ['https://calls.example:8443', 'https://calls.example', 200],
    ['https://calls.example:8443', 'https://calls.example:8443', 200],
    ['http://calls.example', 'http://calls.example', 200],
    ['http://calls.example:8080', 'http://calls.example:8080', 200],
    ['http://calls.example:8080', 'http://calls.example', 200],
    ['https://calls.example', 'http://calls.example', 403],
    ['https://calls.example', 'https://evil.example', 403],
    ['https://calls.example', 'https://calls.example:8443', 403],
    ['http://calls.example:8080', 'http://calls.example:9090', 403],
  ])('configured as %s, signed for %s: %i', async (configured, origin, status) => {
    const { client, nothingHappened } = carrierServer({ publicUrl: configured });
    await client
      .post('/twilio/voice')
      .type(formType)
      .set('X-Twilio-Signature', sign(`${origin}/twilio/voice`, inbound))
      .send(encode(inbound))
      .expect(status);
    expect(nothingHappened()).toBe(status !== 200);
  });

  it('is checked against our address, whatever the request says of itself', async () => {
    const { client, nothingHappened } = carrierServer();
    const spoofed = {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
      'X-Original-Url': 'https://evil.example/twilio/voice',
    };
    const send = (signature: string) =>
      client
        .post('/twilio/voice')
        .type(formType)
        .set({ ...spoofed, 'X-Twilio-Signature': signature })
        .send(encode(inbound));
    await send(sign('https://evil.example/twilio/voice', inbound)).expect(403);
    expect(nothingHappened()).toBe(true);
    await send(right).expect(200);
  });

  it.each([
    ['missing', []],
    ['empty', ['X-Twilio-Signature: ']],
    ['doubled', [`X-Twilio-Signature: ${right}`, `X-Twilio-Signature: ${right}`]],
    ['doubled, right first', [`X-Twilio-Signature: ${right}`, 'X-Twilio-Signature: x']],
    ['doubled, right last', ['X-Twilio-Signature: x', `X-Twilio-Signature: ${right}`]],
    ['in the wrong case', [`X-Twilio-Signature: ${right.toUpperCase()}`]],
    ['cut', [`X-Twilio-Signature: ${right.slice(0, 20)}`]],
    ['under another name', [`X-Twilio-Signatur: ${right}`]],
  ])('%s is 403 and leaves no state', async (_name, headers) => {
    const { http, nothingHappened, seen } = carrierServer();
    const port = await http.listen(0, '127.0.0.1');
    const answer = await sendRaw(port, rawPost(headers));
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
    expect(answer).toContain('"code":"signature_invalid"');
    expect(nothingHappened()).toBe(true);
    expect(seen.log.join()).not.toContain('4155550123');
  });

  it.each([
    '/twilio/voice',
    '/twilio/voice/n1',
    '/twilio/voice/n1/choices',
    '/twilio/status',
    '/twilio/conference',
    '/twilio/messages',
  ])('%s without one is 403, whatever else is right', async (path) => {
    const { client, nothingHappened } = carrierServer();
    const fields = { ...inbound, FriendlyName: 'call-1', MessageSid: `SM${'0a'.repeat(16)}` };
    const answer = await client.post(path).type(formType).send(encode(fields)).expect(403);
    expect(answer.body.code).toBe('signature_invalid');
    expect(nothingHappened()).toBe(true);
  });

  it('is found whatever the case of its header’s name', async () => {
    const { http } = carrierServer();
    const port = await http.listen(0, '127.0.0.1');
    for (const name of ['x-twilio-signature', 'X-TWILIO-SIGNATURE']) {
      expect(await sendRaw(port, rawPost([`${name}: ${right}`]))).toMatch(/^HTTP\/1.1 200 /);
    }
  });

  it.each([
    ['another path', '/twilio/voice/n1'],
    ['another query', '/twilio/voice?flow=other'],
    ['an added query', '/twilio/voice?x'],
    ['another endpoint', '/twilio/status'],
  ])('right for %s is 403', async (_name, path) => {
    const { client, nothingHappened } = carrierServer();
    await client
      .post(path)
      .type(formType)
      .set('X-Twilio-Signature', right)
      .send(encode(inbound))
      .expect(403);
    expect(nothingHappened()).toBe(true);
  });

  it.each([
    ['changed', { ...inbound, To: '+18005550198' }],
    ['added', { ...inbound, Digits: '1' }],
    ['added to the enrichment', { ...inbound, FromCity: 'OAKLAND' }],
  ])('with a parameter %s is 403', async (_name, fields) => {
    const { client, nothingHappened } = carrierServer();
    await client
      .post('/twilio/voice')
      .type(formType)
      .set('X-Twilio-Signature', right)
      .send(encode(fields))
      .expect(403);
    expect(nothingHappened()).toBe(true);
  });

  it('covers parameters that did not exist when this was written', async () => {
    const { post } = carrierServer();
    await post('/twilio/voice', { ...inbound, BrandNew: 'é + & =' }).expect(200);
  });
});

describe('token rotation', () => {
  it('takes both tokens in the overlap and tells of the previous one, then refuses it', async () => {
    let told = 0;
    const overlap = carrierServer({ tokens: ['new', '12345'], onPreviousToken: () => told++ });
    await overlap.post('/twilio/voice').expect(200);
    expect(told).toBe(1);
    const after = carrierServer({ tokens: ['new'] });
    await after.post('/twilio/voice').expect(403);
    expect(after.nothingHappened()).toBe(true);
  });
});

describe('JSON', () => {
  const body = JSON.stringify({ CallSid: callSid, CallStatus: 'completed', SequenceNumber: 3 });
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const send = (sent: string, query: string, path = '/twilio/status') => {
    const world = carrierServer();
    const url = `${path}?${query}`;
    const pending = world.client
      .post(url)
      .type('application/json')
      .set('X-Twilio-Signature', sign(publicUrl + url))
      .send(sent);
    return { ...world, pending };
  };

  it('signed by the hash of its raw bytes is accepted', async () => {
    const { pending, seen } = send(body, `bodySHA256=${hashOf(body)}`);
    await pending.expect(204);
    expect(seen.status).toEqual([{ callSid, callStatus: 'completed', sequence: 3 }]);
  });

  it.each([
    ['spaced otherwise than it was hashed', ` ${body}`, `bodySHA256=${hashOf(body)}`],
    ['changed', body.replace('completed', 'busy'), `bodySHA256=${hashOf(body)}`],
    ['without a hash', body, 'a=1'],
    ['with two hashes', body, `bodySHA256=${hashOf(body)}&bodySHA256=${hashOf(body)}`],
  ])('%s is 403', async (_name, sent, query) => {
    const { pending, nothingHappened } = send(sent, query);
    await pending.expect(403);
    expect(nothingHappened()).toBe(true);
  });

  it.each([
    ['a list', '[]'],
    ['nothing', ''],
    ['null', 'null'],
    ['cut', '{"CallSid":'],
    ['nested', '{"CallSid":["a"]}'],
  ])('that is %s is 400', async (_name, sent) => {
    const { pending, nothingHappened } = send(sent, `bodySHA256=${hashOf(sent)}`);
    await pending.expect(400);
    expect(nothingHappened()).toBe(true);
  });

  it('is not taken where a caller waits', async () => {
    const { pending } = send(body, `bodySHA256=${hashOf(body)}`, '/twilio/voice');
    await pending.expect(415);
  });
});

describe('borders between names and values', () => {
  /** The signed text has no delimiters, so these two are signed alike. */
  const joined = {
    AccountSid: accountSid,
    CallSid: callSid,
    CallStatus: 'ringing',
    Digits: '1To2',
  };
  const split = {
    AccountSid: accountSid,
    CallSid: callSid,
    CallStatus: 'ringing',
    Digits: '1',
    To: '2',
  };

  it('a captured request split anew is another content of the same step', async () => {
    const { client, seen } = carrierServer();
    const path = '/twilio/voice/n1/choices';
    const signature = sign(publicUrl + path, joined);
    expect(sign(publicUrl + path, split)).toBe(signature);
    for (const fields of [joined, split]) {
      await client
        .post(path)
        .type(formType)
        .set('X-Twilio-Signature', signature)
        .send(encode(fields))
        .expect(200);
    }
    const [first, second] = seen.voice;
    expect(first?.digits).toBe('1To2');
    expect(second?.digits).toBe('1');
    expect(first?.fingerprint.equals(second?.fingerprint ?? Buffer.alloc(0))).toBe(false);
  });

  it('cannot be moved from the parameters into the path', async () => {
    const { client, nothingHappened } = carrierServer();
    const signature = sign(`${publicUrl}/twilio/voice`, inbound);
    const [first = ''] = Object.keys(inbound).sort();
    const { [first]: value, ...rest } = inbound;
    await client
      .post(`/twilio/voice${first}${value}`)
      .type(formType)
      .set('X-Twilio-Signature', signature)
      .send(encode(rest))
      .expect(404);
    expect(nothingHappened()).toBe(true);
  });
});

describe('account', () => {
  it.each([[`AC${'b'.repeat(32)}`], [''], [accountSid.toUpperCase()], [`${accountSid} `]])(
    '"%s" is not ours: 403',
    async (other) => {
      const { post, nothingHappened } = carrierServer();
      for (const path of [
        '/twilio/voice',
        '/twilio/voice/n1',
        '/twilio/status',
        '/twilio/conference',
        '/twilio/messages',
      ]) {
        const answer = await post(path, { ...inbound, AccountSid: other }).expect(403);
        expect(answer.body.code).toBe('account_mismatch');
      }
      expect(nothingHappened()).toBe(true);
    },
  );
});
