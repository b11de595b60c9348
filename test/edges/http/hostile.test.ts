import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseForm } from '../../../src/edges/http/form.ts';
import { carrierServer, encode, formType, inbound, publicUrl, sign } from './carrier-server.ts';

const path = '/twilio/voice/n1/choices';
const step = { ...inbound, Digits: '1' };
const body = encode(step);
const honest = Buffer.from(body);
const signature = sign(publicUrl + path, step);

/** Sends the bytes as they are (the client would turn a buffer into JSON), under a signature that fits the honest form. */
function send(sent: Buffer, headers: Record<string, string> = {}) {
  const world = carrierServer();
  const pending = world.client
    .post(path)
    .set({ 'content-type': formType, 'X-Twilio-Signature': signature, ...headers })
    .serialize(() => sent as unknown as string)
    .send({});
  return { ...world, pending };
}

describe('bodies', () => {
  it('the honest form passes', async () => {
    await send(honest).pending.expect(200);
  });

  it.each([
    ['NUL in a value', `${body}&A=%00`, 400, 'body_malformed'],
    ['NUL in a name', `${body}&%00=a`, 400, 'body_malformed'],
    ['NUL as a byte', `${body}&A=\0`, 400, 'body_malformed'],
    ['bytes that are not UTF-8', `${body}&A=\xff`, 400, 'body_malformed'],
    ['percent sequence that is not UTF-8', `${body}&A=%FF`, 400, 'body_malformed'],
    ['overlong percent sequence', `${body}&A=%C0%AF`, 400, 'body_malformed'],
    ['half of a pair', `${body}&A=%ED%A0%80`, 400, 'body_malformed'],
    ['broken percent sequence', `${body}&A=%4`, 400, 'body_malformed'],
    ['percent sequence of letters', `${body}&A=%zz`, 400, 'body_malformed'],
    ['name twice, other values', `${body}&Digits=2`, 400, 'parameter_duplicate'],
    ['name twice, same value', `${body}&Digits=1`, 400, 'parameter_duplicate'],
    ['name twice, spelled otherwise', `${body}&%44igits=2`, 400, 'parameter_duplicate'],
    ['name twice, once empty', `${body}&Digits=`, 400, 'parameter_duplicate'],
    ['value without name', `${body}&=1`, 400, 'body_malformed'],
    ['name without value', `${body}&A`, 400, 'body_malformed'],
    ['nothing between two ands', `${body}&&A=1`, 400, 'body_malformed'],
    ['end on an and', `${body}&`, 400, 'body_malformed'],
    ['long name', `${body}&${'A'.repeat(65)}=1`, 400, 'body_malformed'],
    ['long value', `${body}&A=${'1'.repeat(4_097)}`, 400, 'body_malformed'],
    [
      '101 names',
      Array.from({ length: 101 }, (_, i) => `a${i}=1`).join('&'),
      400,
      'body_malformed',
    ],
    ['array by brackets', body.replace('Digits=1', 'Digits%5B%5D=1'), 403, 'signature_invalid'],
    ['array by index', body.replace('Digits=1', 'Digits%5B0%5D=1'), 403, 'signature_invalid'],
    ['prototype', `${body}&__proto__=1`, 403, 'signature_invalid'],
    ['empty', '', 403, 'signature_invalid'],
    ['64 KiB and a byte', 'A'.repeat(65_537), 413, 'body_too_large'],
    ['a megabyte', `A=${'1'.repeat(1_048_576)}`, 413, 'body_too_large'],
  ])('%s: refused', async (_name, sent, status, code) => {
    const { pending, nothingHappened } = send(Buffer.from(sent, 'latin1'));
    const answer = await pending.expect(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status, code, type: `urn:consentry:problem:${code}` });
    expect(nothingHappened()).toBe(true);
  });

  it('Digits=1&Digits=2 is no answer even if it is signed', async () => {
    const { client, nothingHappened } = carrierServer();
    const fields = { CallSid: inbound['CallSid'] ?? '', Digits: '1' };
    const signed = sign(publicUrl + path, { ...fields, Digits: '1Digits2' });
    await client
      .post(path)
      .type(formType)
      .set('X-Twilio-Signature', signed)
      .send(`${encode(fields)}&Digits=2`)
      .expect(400);
    expect(nothingHappened()).toBe(true);
  });

  it.each([
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded; charset=iso-8859-1',
    'application/x-www-form-urlencoded-not',
    'application/x-www-form-urlencoded, application/json',
    ' ',
  ])('type "%s" is 415', async (type) => {
    const { pending, nothingHappened } = send(honest, { 'content-type': type });
    const answer = await pending.expect(415);
    expect(answer.body.code).toBe('content_type_unsupported');
    expect(nothingHappened()).toBe(true);
  });

  it.each([
    'application/x-www-form-urlencoded; charset=UTF-8',
    'application/x-www-form-urlencoded;charset=utf-8',
    'Application/X-WWW-Form-Urlencoded; Charset="utf-8"',
  ])('type "%s" is a form', async (type) => {
    await send(honest, { 'content-type': type }).pending.expect(200);
  });

  it.each([
    ['deflate', deflateSync(Buffer.alloc(50_000_000))],
    ['gzip', gzipSync(Buffer.alloc(50_000_000))],
    ['br', Buffer.from('')],
    ['gzip, identity', Buffer.from('')],
  ])('a %s bomb is refused unopened', async (encoding, bomb) => {
    const { pending, nothingHappened } = send(bomb, { 'content-encoding': encoding });
    const answer = await pending.expect(415);
    expect(answer.body.code).toBe('encoding_unsupported');
    expect(nothingHappened()).toBe(true);
  });
});

describe('bodies without an announced size', () => {
  const chunked = (port: number, chunks: number) =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest({ port, path, method: 'POST', host: '127.0.0.1' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.setHeader('content-type', formType);
      request.setHeader('x-twilio-signature', signature);
      request.on('error', reject);
      for (let index = 0; index < chunks; index += 1) request.write('A'.repeat(16_384));
      request.end();
    });

  it('are refused as soon as they are too large', async () => {
    const { http, nothingHappened } = carrierServer();
    const port = await http.listen(0, '127.0.0.1');
    expect(await chunked(port, 4)).toBe(400);
    expect(await chunked(port, 5)).toBe(413);
    expect(nothingHappened()).toBe(true);
  });

  it('that never end are cut off', async () => {
    const { http } = carrierServer();
    const port = await http.listen(0, '127.0.0.1');
    const socket = connect(port, '127.0.0.1');
    const head = `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Type: ${formType}\r\n`;
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${'A'.repeat(65_536)}\r\n`;
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    const isCut = new Promise<void>((resolve) => {
      socket.on('close', () => resolve());
      socket.on('error', () => {});
    });
    const pour = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', pour);
    pour();
    await isCut;
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  it('that stop half-way are refused', async () => {
    const { http, nothingHappened } = carrierServer();
    const port = await http.listen(0, '127.0.0.1');
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Type: ${formType}\r\n`);
    socket.write('Content-Length: 1000\r\n\r\nCallSid=CA');
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(data.toString()));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('the body came too slowly');
    socket.destroy();
    expect(nothingHappened()).toBe(true);
  });
});

describe('methods', () => {
  it.each(['get', 'put', 'patch', 'delete', 'options', 'head'] as const)(
    '%s is 405',
    async (method) => {
      const { client, nothingHappened } = carrierServer();
      const carriers = ['/twilio/status', '/twilio/conference', '/twilio/messages'];
      for (const each of ['/twilio/voice', path, ...carriers]) {
        const answer = await client[method](each).set('X-Twilio-Signature', signature).expect(405);
        expect(answer.headers['allow']).toBe('POST');
      }
      expect(nothingHappened()).toBe(true);
    },
  );
});

describe('paths', () => {
  it.each([
    '/twilio/voice/',
    '/twilio/Voice',
    '/twilio/voice/start',
    '/twilio/voice/n1/',
    '/twilio/voice/n1/other',
    '/twilio/voice/n1/choices/more',
    `/twilio/voice/${'n'.repeat(65)}`,
    '/twilio/voice/n%2F1',
    '/twilio/voice/%00',
    '/twilio/voice/n.1',
    '/twilio',
    '/twilio/unknown',
  ])('%s is 404, signed or not', async (each) => {
    const { post, nothingHappened } = carrierServer();
    const answer = await post(each).expect(404);
    expect(answer.body.code).toBe('not_found');
    expect(nothingHappened()).toBe(true);
  });

  it('a path that cannot be decoded is 400', async () => {
    await carrierServer().post('/twilio/voice/%zz').expect(400);
  });
});

describe('forms', () => {
  it('are read as they were written, whatever the text', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 60 })
      .filter((each) => !each.includes('\0'));
    const name = text.filter((each) => each !== '');
    fc.assert(
      fc.property(fc.dictionary(name, text, { noNullPrototype: true }), (fields) => {
        expect(Object.fromEntries(parseForm(Buffer.from(encode(fields))))).toEqual(fields);
      }),
    );
  });

  it('are never trimmed', () => {
    expect([...parseForm(Buffer.from('+A+=+1+&%20B=%0A'))]).toEqual([
      [' A ', ' 1 '],
      [' B', '\n'],
    ]);
  });

  it('end in fields or in one of our errors, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          expect(parseForm(Buffer.from(bytes))).toBeInstanceOf(Map);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ConsentryError', status: 400 });
        }
      }),
    );
  });
});
