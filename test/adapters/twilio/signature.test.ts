import { createHash } from 'node:crypto';
import fc from 'fast-check';
import twilio from 'twilio';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, it } from 'vitest';
import {
  type SignatureSettings,
  type SignedParameters,
  signatureCheck,
} from '../../../src/adapters/twilio/signature.ts';

const token = '12345';
const check = (settings: Partial<SignatureSettings> = {}) =>
  signatureCheck({ publicUrl: 'https://mycompany.com', tokens: [token], ...settings });

const sign = (url: string, parameters: Record<string, string | string[]> = {}, by = token) =>
  getExpectedTwilioSignature(by, url, parameters);

const call = (caller: string) =>
  new Map([
    ['CallSid', 'CA1234567890ABCDE'],
    ['Caller', caller],
    ['Digits', '1234'],
    ['From', caller],
    ['To', '+18005551212'],
  ]);

/** Published by the carrier and in its library's own tests; all by the token `12345`. */
const forms: [string, string, string, SignedParameters, string][] = [
  [
    'documentation',
    'https://example.com',
    '/myapp.php?foo=1&bar=2',
    call('+14158675310'),
    'L/OH5YylLD5NRKLltdqwSvS0BnU=',
  ],
  [
    'without port',
    'https://mycompany.com',
    '/myapp.php?foo=1&bar=2',
    call('+14158675309'),
    'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
  ],
  [
    'with port',
    'https://mycompany.com',
    '/myapp.php?foo=1&bar=2',
    call('+14158675309'),
    'kvajT1Ptam85bY51eRf/AJRuM3w=',
  ],
  [
    'repeated name, rising',
    'https://mycompany.com',
    '/myapp.php?foo=1&bar=2',
    new Map([['MessagingBinding.Address', ['+1325xxxxxxx', '+1415xxxxxxx']]]),
    '83O6e2vORAoJHUNzJjDWN1jz+BA=',
  ],
  [
    'repeated name, falling',
    'https://mycompany.com',
    '/myapp.php?foo=1&bar=2',
    new Map([['MessagingBinding.Address', ['+1415xxxxxxx', '+1325xxxxxxx']]]),
    '83O6e2vORAoJHUNzJjDWN1jz+BA=',
  ],
  [
    'repeated value',
    'https://mycompany.com',
    '/myapp.php?foo=1&bar=2',
    new Map<string, string | string[]>([
      ['Sid', 'CA123'],
      ['SidAccount', 'AC123'],
      ['Digits', ['5678', '1234', '1234']],
    ]),
    'IK+Dwps556ElfBT0I3Rgjkr1wJU=',
  ],
];

describe('published vectors', () => {
  it.each(forms)('%s', (_name, publicUrl, target, parameters, signature) => {
    expect(check({ publicUrl }).form(target, parameters, signature)).toBe(true);
    expect(check({ publicUrl, tokens: ['54321'] }).form(target, parameters, signature)).toBe(false);
  });

  it('JSON body by its hash', () => {
    const hash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620';
    const target = `/myapp.php?foo=1&bar=2&bodySHA256=${hash}`;
    const body = Buffer.from('{"property": "value", "boolean": true}');
    const signature = 'a9nBmqA0ju/hNViExpshrM61xv4=';
    expect(check().json(target, body, signature)).toBe(true);
    expect(check().json(target, Buffer.from('{"property": "value"}'), signature)).toBe(false);
  });
});

describe('address', () => {
  const target = '/twilio/voice?flow=sales';
  const parameters = { CallSid: 'CA1', Digits: '1' };
  const received = new Map(Object.entries(parameters));

  it.each([
    ['https://h.example', 'https://h.example', true],
    ['https://h.example', 'https://h.example:443', true],
    ['https://h.example:443', 'https://h.example', true],
    ['https://h.example:8443', 'https://h.example', true],
    ['https://h.example:8443', 'https://h.example:8443', true],
    ['https://h.example', 'https://h.example:8443', false],
    ['https://h.example', 'http://h.example', false],
    ['https://h.example', 'https://other.example', false],
    ['http://h.example', 'http://h.example', true],
    ['http://h.example', 'http://h.example:80', true],
    ['http://h.example:8080', 'http://h.example:8080', true],
    ['http://h.example:8080', 'http://h.example', true],
    ['http://h.example:8080', 'https://h.example:8080', false],
    ['http://h.example:8080', 'http://h.example:9090', false],
    ['https://h.example/', 'https://h.example', true],
    ['https://h.example/edge/', 'https://h.example/edge', true],
    ['https://h.example/edge', 'https://h.example', false],
    ['https://h.example#rc=2', 'https://h.example', true],
    ['https://H.Example', 'https://H.Example', true],
    ['http://[::1]:8080', 'http://[::1]:8080', true],
  ])('configured as %s and signed as %s: %s', (publicUrl, origin, valid) => {
    const signature = sign(origin + target, parameters);
    expect(check({ publicUrl }).form(target, received, signature)).toBe(valid);
  });

  it.each(['', 'h.example', 'ftp://h.example', 'https://user:word@h.example', 'https://h?x=1'])(
    'refuses to start with "%s"',
    (publicUrl) => {
      expect(() => check({ publicUrl })).toThrow('PUBLIC_URL must be');
    },
  );

  it('the path and the query count letter by letter', () => {
    const signature = sign(`https://mycompany.com${target}`, parameters);
    for (const other of ['/twilio/voice/?flow=sales', '/twilio/voice', '/twilio/Voice?flow=sales'])
      expect(check().form(other, received, signature)).toBe(false);
  });

  it('a fragment is not signed', () => {
    const signature = sign('https://mycompany.com/a', parameters);
    expect(check().form('/a#rc=2&rp=5xx', received, signature)).toBe(true);
    expect(check().get('/a#rc=2', sign('https://mycompany.com/a'))).toBe(true);
  });

  it('a query that spells bodySHA256 does not break a form', () => {
    const signature = sign('https://mycompany.com/a?bodySHA256=1', parameters);
    expect(check().form('/a?bodySHA256=1', received, signature)).toBe(true);
  });
});

describe('handshake of a stream', () => {
  it.each([
    ['https://h.example', 'wss://h.example/twilio/media', true],
    ['https://h.example', 'wss://h.example/twilio/media/', true],
    ['https://h.example', 'wss://h.example:443/twilio/media', true],
    ['https://h.example', 'wss://h.example:443/twilio/media/', true],
    ['https://h.example', 'https://h.example/twilio/media', true],
    ['https://h.example', 'https://h.example/twilio/media/', true],
    ['https://h.example', 'ws://h.example/twilio/media', false],
    ['https://h.example', 'wss://h.example/twilio/media//', false],
    ['https://h.example:8443', 'wss://h.example:8443/twilio/media', true],
    ['https://h.example:8443', 'wss://h.example/twilio/media', true],
    ['http://127.0.0.1:8080', 'ws://127.0.0.1:8080/twilio/media', true],
    ['http://127.0.0.1:8080', 'ws://127.0.0.1:8080/twilio/media/', true],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/twilio/media', true],
    ['http://127.0.0.1:8080', 'wss://127.0.0.1:8080/twilio/media', false],
  ])('configured as %s and signed as %s: %s', (publicUrl, signed, valid) => {
    expect(check({ publicUrl }).webSocket('/twilio/media', sign(signed))).toBe(valid);
  });

  it('arrives with a slash that was not signed', () => {
    expect(check().webSocket('/twilio/media/', sign('wss://mycompany.com/twilio/media'))).toBe(
      true,
    );
  });
});

describe('header', () => {
  const received = new Map([['CallSid', 'CA1']]);
  const right = sign('https://mycompany.com/a', { CallSid: 'CA1' });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['doubled', `${right}, ${right}`],
    ['doubled, as a list', [right, right]],
    ['in a list', [right]],
    ['in the wrong case', right.toUpperCase()],
    ['with a space', ` ${right}`],
    ['without its padding', right.slice(0, -1)],
    ['in URL-safe Base64', right.replaceAll('/', '_').replaceAll('+', '-').replace('=', '.')],
    ['of the right length in bytes only', 'é'.repeat(14)],
    ['of another body', sign('https://mycompany.com/a', { CallSid: 'CA2' })],
  ])('%s is refused', (_name, header) => {
    expect(check().form('/a', received, header)).toBe(false);
  });

  it('right is accepted', () => {
    expect(check().form('/a', received, right)).toBe(true);
  });
});

describe('JSON', () => {
  const body = Buffer.from('{"a":"é"}');
  const hash = createHash('sha256').update(body).digest('hex');
  const json = (query: string) =>
    check().json(`/s?${query}`, body, sign(`https://mycompany.com/s?${query}`));

  it.each([
    ['alone', `bodySHA256=${hash}`, true],
    ['among others', `a=1&bodySHA256=${hash}&b=2`, true],
    ['absent', 'a=1', false],
    ['empty', 'bodySHA256=', false],
    ['twice', `bodySHA256=${hash}&bodySHA256=${hash}`, false],
    ['of another body', `bodySHA256=${hash.replace(/^./, 'z')}`, false],
    ['in another name', `xbodySHA256=${hash}`, false],
  ])('hash %s: %s', (_name, query, valid) => {
    expect(json(query)).toBe(valid);
  });

  it('the hash is over the raw bytes, whatever they are', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    const target = `/s?bodySHA256=${createHash('sha256').update(bytes).digest('hex')}`;
    expect(check().json(target, bytes, sign(`https://mycompany.com${target}`))).toBe(true);
  });

  it('a right hash under a wrong signature is refused', () => {
    expect(check().json(`/s?bodySHA256=${hash}`, body, sign('https://mycompany.com/s'))).toBe(
      false,
    );
  });
});

describe('token rotation', () => {
  const received = new Map([['CallSid', 'CA1']]);
  const signedBy = (by: string) => sign('https://mycompany.com/a', { CallSid: 'CA1' }, by);

  it('both tokens are valid, and the use of the previous one is told', () => {
    let told = 0;
    const both = check({ tokens: ['new', 'old'], onPreviousToken: () => told++ });
    expect(both.form('/a', received, signedBy('new'))).toBe(true);
    expect(told).toBe(0);
    expect(both.form('/a', received, signedBy('old'))).toBe(true);
    expect(told).toBe(1);
    expect(both.form('/a', received, signedBy('older'))).toBe(false);
    expect(told).toBe(1);
  });

  it('afterwards the previous one is refused', () => {
    expect(check({ tokens: ['new'] }).form('/a', received, signedBy('old'))).toBe(false);
  });

  it.each([[[]], [['']], [['new', '']]])('refuses to start with tokens %j', (tokens) => {
    expect(() => check({ tokens })).toThrow('TWILIO_AUTH_TOKEN');
  });
});

it('agrees with the library of the carrier on any form', () => {
  const name = fc.string({ minLength: 1, unit: 'binary' });
  const dictionary = fc.dictionary(name, fc.string({ unit: 'binary' }), { noNullPrototype: true });
  fc.assert(
    fc.property(dictionary, fc.boolean(), (parameters, isChanged) => {
      const url = 'https://mycompany.com/twilio/voice';
      const signature = sign(url, parameters);
      const received = new Map(Object.entries(parameters));
      if (isChanged) received.set('Digits', `${received.get('Digits') ?? ''}1`);
      const ours = check().form('/twilio/voice', received, signature);
      expect(ours).toBe(
        twilio.validateRequest(token, signature, url, Object.fromEntries(received)),
      );
      expect(ours).toBe(!isChanged);
    }),
  );
});
