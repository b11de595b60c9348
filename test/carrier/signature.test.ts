import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signature, urlAsSigned } from '../../src/carrier/signature.ts';

const token = '12345';
const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const call = (number: string) =>
  [
    ['CallSid', 'CA1234567890ABCDE'],
    ['Caller', number],
    ['Digits', '1234'],
    ['From', number],
    ['To', '+18005551212'],
  ] as const;

/** Published by Twilio: usage/security, and the tests of its own library. */
const vectors = [
  ['the manual', 'https://example.com/myapp.php?foo=1&bar=2', call('+14158675310'), 'L/OH5YylLD5NRKLltdqwSvS0BnU='],
  ['a form', url, call('+14158675309'), 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
  ['a port', 'https://mycompany.com:443/myapp.php?foo=1&bar=2', call('+14158675309'), 'kvajT1Ptam85bY51eRf/AJRuM3w='],
  ['a JSON body', `${url}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620`, [], 'a9nBmqA0ju/hNViExpshrM61xv4='],
  ['a list', url, [['MessagingBinding.Address', '+1325xxxxxxx'], ['MessagingBinding.Address', '+1415xxxxxxx']], '83O6e2vORAoJHUNzJjDWN1jz+BA='],
  ['a list turned round', url, [['MessagingBinding.Address', '+1415xxxxxxx'], ['MessagingBinding.Address', '+1325xxxxxxx']], '83O6e2vORAoJHUNzJjDWN1jz+BA='],
  ['equal values', url, [['Sid', 'CA123'], ['SidAccount', 'AC123'], ['Digits', '5678'], ['Digits', '1234'], ['Digits', '1234']], 'IK+Dwps556ElfBT0I3Rgjkr1wJU='],
] as const; // biome-ignore format: one vector a line

describe('a signature', () => {
  it.each(vectors)('of %s is the published one', (_, signed, fields, expected) => {
    expect(signature(token, signed, fields)).toBe(expected);
  });

  it('of a JSON body covers the body by the hash in the query', () => {
    const body = '{"property": "value", "boolean": true}';
    expect(vectors[3][1]).toContain(createHash('sha256').update(body).digest('hex'));
  });

  it('of one split of the fields is that of another: there are no delimiters', () => {
    expect(signature(token, url, [['A', '1B2']])).toBe(
      signature(token, url, [
        ['A', '1'],
        ['B', '2'],
      ]),
    );
  });
});

describe('the URL that is signed', () => {
  it.each([
    ['loses the fragment', 'https://h.example/v?a=1#rc=2', 'https://h.example/v?a=1'],
    ['loses the port over HTTPS', 'https://h.example:8443/v', 'https://h.example/v'],
    ['loses the port after a literal address', 'https://[::1]:8443/v', 'https://[::1]/v'],
    ['loses user and password over HTTPS', 'https://u:p@h.example/v', 'https://h.example/v'],
    ['keeps the port over HTTP', 'http://h.example:8080/v#x', 'http://h.example:8080/v'],
    ['keeps the port of a socket', 'ws://127.0.0.1:9/m', 'ws://127.0.0.1:9/m'],
    ['keeps a path with a colon', 'https://h.example/a:1/b', 'https://h.example/a:1/b'],
  ])('%s', (_, given, expected) => {
    expect(urlAsSigned(given)).toBe(expected);
  });
});
